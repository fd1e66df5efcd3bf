//! What an experiment is given after its creation, and what it takes from another experiment (R29, R34, R37, R43, D11).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    artifact::operations as artifacts,
    experiment::{
        BaseModelVersion, Experiment, ExperimentChange, NewAttachment, NewProject, Status, Take,
        operations as experiments,
    },
    model::{ModelVersionChange, operations::life},
    vocabulary::{DatasetVersionId, Description, DockerImage, ExperimentId, ModelVersionId},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn image() -> DockerImage {
    DockerImage { reference: "python:3.11".to_owned(), run_flags: Vec::new(), environment: Vec::new() }
}

async fn attach(
    world: &World,
    id: ExperimentId,
    dataset_version_id: DatasetVersionId,
    alias: &str,
) -> Result<Experiment, heirloom::error::Failure> {
    let new = NewAttachment { dataset_version_id, alias: name(alias) };
    experiments::attach_dataset_version(world.database(), &world.editor, id, new).await
}

fn aliases(experiment: &Experiment) -> Vec<&str> {
    experiment.dataset_versions.iter().map(|attached| attached.alias.as_str()).collect()
}

/// The artifacts by name, with their digests.
async fn files(world: &World, id: ExperimentId) -> BTreeMap<String, String> {
    let listed = artifacts::list(world.database(), &world.viewer, id).await.unwrap();
    listed.into_iter().map(|artifact| (artifact.name, artifact.sha256.to_string())).collect()
}

/// What the newest entry of the trail says about the change of an experiment.
async fn last_entry(world: &World) -> Value {
    let text = "SELECT details FROM audit_entries WHERE object_kind = 'experiment' ORDER BY id DESC LIMIT 1";
    serde_json::from_str(&world.texts(text).await.remove(0)).unwrap()
}

/// With the labels `cat` and `dog`, two parameters, an image and two files.
async fn a_full_experiment(world: &World) -> ExperimentId {
    let data = world.dataset_version("Base data", &["cat", "dog"]).await;
    an_experiment()
        .named("full")
        .with_dataset_version(data, "train")
        .with_image(image())
        .with_parameters(json!({ "lr": 0.1, "seed": 7 }))
        .with_artifact("best.pt")
        .with_artifact("config.json")
        .create(world)
        .await
}

async fn set_base_version(
    world: &World,
    id: ExperimentId,
    model_version_id: ModelVersionId,
    parameters: Take,
    files: Take,
) -> Result<Experiment, heirloom::error::Failure> {
    let base = BaseModelVersion { model_version_id, parameters, files };
    experiments::set_base_model_version(world.database(), &world.editor, id, base).await
}

async fn set_base(world: &World, id: ExperimentId, base: ExperimentId) -> Result<Experiment, heirloom::error::Failure> {
    experiments::set_base_experiment(world.database(), &world.editor, id, base).await
}

on_every_database! {
    async fn a_dataset_version_is_attached_later_and_leaves_the_labels_alone(world) {
        let first = world.dataset_version("first", &["a", "b"]).await;
        let second = world.dataset_version("second", &["c"]).await;
        let id = an_experiment().with_dataset_version(first, "train").create(world).await;
        assert_eq!(aliases(&attach(world, id, second, "test").await.unwrap()), ["train", "test"]);
        let attached = attach(world, id, second, "val").await.unwrap();
        assert_eq!(aliases(&attached), ["train", "test", "val"], "one version may have several aliases");
        assert_eq!((attached.labels.labels().len(), attached.labels_from.as_str()), (2, "dataset_versions"));
        let entry = last_entry(world).await;
        assert_eq!(entry["before"]["dataset_versions"].as_array().unwrap().len(), 2);
        assert_eq!(entry["after"]["dataset_versions"][2]["alias"], "val");
        let before = world.rows().await;
        let taken = shown(attach(world, id, first, " TEST ").await);
        assert_eq!((taken.code.as_str(), taken.kind.status()), ("alias_taken", 409));
        assert_eq!(code(attach(world, id, DatasetVersionId::generate(), "x").await), "unknown_dataset_version");
        assert_eq!(world.rows().await, before);
    }

    async fn detaching_takes_all_aliases_and_leaves_exported_versions_as_they_are(world) {
        let [train, test] = [world.dataset_version("one", &["a"]).await, world.dataset_version("two", &["a"]).await];
        let id = an_experiment()
            .with_dataset_version(train, "train")
            .with_dataset_version(test, "test")
            .with_dataset_version(train, "again")
            .create(world)
            .await;
        let exported = world.exported(id, "Model").await;
        let detach = async |version| experiments::detach_dataset_version(world.database(), &world.editor, id, version).await;
        assert_eq!(aliases(&detach(train).await.unwrap()), ["test"]);
        assert_eq!(code(detach(train).await), "not_found");
        assert_eq!(aliases(&attach(world, id, train, "train").await.unwrap()), ["test", "train"]);
        assert_eq!(world.version(exported.id).await.dataset_versions.len(), 3);
        let detached = experiments::detach_dataset_version(world.database(), &world.viewer, id, train).await;
        assert_eq!(code(detached), "role_too_low");
        let foreign = experiments::detach_dataset_version(world.database(), &world.stranger, id, train).await;
        assert_eq!(code(foreign), "not_found");
    }

    async fn at_most_a_hundred_dataset_versions_are_attached(world) {
        let data = world.dataset_version("one", &[]).await;
        let mut experiment = an_experiment();
        for index in 0..100 {
            experiment = experiment.with_dataset_version(data, &format!("part {index}"));
        }
        let id = experiment.create(world).await;
        assert_eq!(code(attach(world, id, data, "one more").await), "too_many");
    }

    async fn a_new_experiment_takes_from_its_base_experiment_what_it_does_not_say(world) {
        let full = a_full_experiment(world).await;
        let created = an_experiment().with_base_experiment(full).try_create(world).await.unwrap();
        assert_eq!(created.labels.labels(), ["cat", "dog"]);
        assert_eq!(created.labels_from, "base");
        assert_eq!(serde_json::to_string(&created.parameters).unwrap(), r#"{"lr":0.1,"seed":7}"#);
        assert_eq!(created.docker_image, Some(image()));
        assert!(created.dataset_versions.is_empty() && created.base_model_version.is_none());
        let base = created.base_experiment.clone().unwrap();
        assert_eq!((base.id, base.name.as_str(), base.is_deleted), (full, "full", false));
        assert_eq!(files(world, created.summary.id).await, files(world, full).await);
        assert_eq!(last_entry(world).await["after"]["base_experiment_id"], full.to_string());

        let own = an_experiment().with_base_experiment(full).with_parameters(json!({ "lr": 1 })).try_create(world).await.unwrap();
        assert_eq!(serde_json::to_string(&own.parameters).unwrap(), r#"{"lr":1}"#);
        let data = world.dataset_version("Own data", &["bird"]).await;
        let own = an_experiment().with_base_experiment(full).with_dataset_version(data, "train").try_create(world).await.unwrap();
        assert_eq!(own.labels.labels(), ["bird"]);
    }

    async fn a_base_architecture_gives_where_the_base_experiment_does_not(world) {
        let full = a_full_experiment(world).await;
        let version = world.exported(full, "Full").await.id;
        let bare = an_experiment().with_artifact("notes.txt").create(world).await;
        let created = an_experiment().with_base_experiment(bare).with_base(version).try_create(world).await.unwrap();
        assert_eq!(created.labels.labels(), ["cat", "dog"], "the base experiment has none");
        assert_eq!(created.parameters.len(), 2);
        let names: Vec<String> = files(world, created.summary.id).await.into_keys().collect();
        assert_eq!(names, ["best.pt", "config.json", "notes.txt"], "what has another name is taken from both");
        assert_eq!(created.base_model_version.unwrap().id, version);
        let folder = an_experiment().with_artifact("best.pt/part").create(world).await;
        let before = world.rows().await;
        let both = an_experiment().with_base_experiment(folder).with_base(version).try_create(world).await;
        assert_eq!(code(both), "overlapping_name");
        assert_eq!(world.rows().await, before);
    }

    async fn a_base_experiment_is_another_one_of_the_same_project_and_not_deleted(world) {
        let elsewhere = NewProject { name: name("Elsewhere"), description: Description::default() };
        let elsewhere = experiments::create_project(world.database(), &world.editor, elsewhere).await.unwrap().id;
        let new = an_experiment().to_new(elsewhere);
        let other = experiments::create(world.database(), &world.editor, new).await.unwrap().summary.id;
        let deleted = an_experiment().create(world).await;
        experiments::delete(world.database(), &world.owner, deleted).await.unwrap();
        let id = an_experiment().create(world).await;
        let before = world.rows().await;
        for base in [other, deleted, ExperimentId::generate()] {
            let refused = shown(an_experiment().with_base_experiment(base).try_create(world).await);
            assert_eq!((refused.code.as_str(), refused.kind.status()), ("unknown_base", 422));
            assert_eq!(code(set_base(world, id, base).await), "unknown_base");
        }
        assert_eq!(code(set_base(world, id, id).await), "unknown_base");
        assert_eq!(world.rows().await, before);
    }

    async fn setting_a_base_experiment_fills_only_what_is_missing(world) {
        let full = a_full_experiment(world).await;
        let version = world.exported(full, "Full").await.id;
        set_base_version(world, full, version, Take::Leave, Take::Leave).await.unwrap();
        let empty = an_experiment().create(world).await;
        let filled = set_base(world, empty, full).await.unwrap();
        assert_eq!((filled.labels.len(), filled.labels_from.as_str(), filled.parameters.len()), (2, "base", 2));
        assert_eq!((filled.docker_image, filled.base_model_version.unwrap().id), (Some(image()), version));
        assert_eq!(files(world, empty).await, files(world, full).await);
        let entry = last_entry(world).await;
        assert_eq!((&entry["before"]["artifacts"], &entry["before"]["base_experiment_id"]), (&json!([]), &Value::Null));
        assert_eq!(entry["after"]["artifacts"].as_array().unwrap().len(), 2);

        let own_version = world.exported(empty, "Own").await.id;
        let own = an_experiment().with_base(own_version).with_parameters(json!({ "a": 1 })).create(world).await;
        let before = files(world, own).await;
        let kept = set_base(world, own, full).await.unwrap();
        assert_eq!((kept.parameters.len(), kept.base_model_version.unwrap().id), (1, own_version));
        assert_eq!(files(world, own).await, before);
        let again = set_base(world, own, empty).await.unwrap();
        assert_eq!(again.base_experiment.unwrap().id, empty, "a base can be changed");
    }

    async fn a_base_that_is_deleted_leaves_its_name(world) {
        let base = an_experiment().named("gone soon").with_artifact("best.pt").create(world).await;
        let id = an_experiment().with_base_experiment(base).create(world).await;
        experiments::delete(world.database(), &world.owner, base).await.unwrap();
        let link = world.experiment(id).await.base_experiment.unwrap();
        assert_eq!((link.id, link.name.as_str(), link.is_deleted), (base, "gone soon", true));
        assert_eq!(files(world, id).await.len(), 1);
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
    }

    async fn a_base_architecture_is_set_later_with_what_is_asked_for(world) {
        let full = a_full_experiment(world).await;
        let version = world.exported(full, "Full").await.id;
        let own = || an_experiment().with_parameters(json!({ "own": true })).with_artifact_of("best.pt", b"own".to_vec());
        // Of each: what is taken; whether the parameters are the base's; which files are the base's.
        for (parameters, taken_files, expected) in [
            (Take::IfNone, Take::IfNone, (false, vec![])),
            (Take::Leave, Take::Leave, (false, vec![])),
            (Take::Replace, Take::Replace, (true, vec!["best.pt", "config.json"])),
        ] {
            let id = own().with_artifact("extra.txt").create(world).await;
            let changed = set_base_version(world, id, version, parameters, taken_files).await.unwrap();
            assert_eq!(changed.parameters.len() == 2, expected.0, "{parameters:?}");
            let (mine, base) = (files(world, id).await, files(world, full).await);
            let of_base: Vec<&str> = base.iter().filter(|(name, digest)| mine.get(*name) == Some(digest)).map(|(name, _)| name.as_str()).collect();
            assert_eq!(of_base, expected.1, "{taken_files:?}");
            assert!(mine.contains_key("extra.txt"), "other artifacts stay");
            assert_eq!((changed.labels.len(), changed.labels_from.as_str()), (2, "base"));
            assert_eq!((changed.docker_image, changed.base_model_version.unwrap().id), (Some(image()), version));
        }
        let empty = an_experiment().create(world).await;
        let changed = set_base_version(world, empty, version, Take::IfNone, Take::IfNone).await.unwrap();
        assert_eq!((changed.parameters.len(), changed.artifact_count), (2, 2));
        let left = an_experiment().create(world).await;
        let changed = set_base_version(world, left, version, Take::Leave, Take::Leave).await.unwrap();
        assert_eq!((changed.parameters.len(), changed.artifact_count), (0, 0));
        assert_eq!(code(life::delete(world.database(), &world.owner, version).await), "in_use");
    }

    async fn another_base_replaces_the_words_of_the_former_one_and_no_others(world) {
        let with = async |model: &str, inference_type: &str, framework: Option<&str>| {
            let source = an_experiment().create(world).await;
            let version = world.exported(source, model).await.id;
            let change = ModelVersionChange {
                inference_type: Some(inference_type.to_owned()),
                framework: framework.map(str::to_owned),
                ..ModelVersionChange::default()
            };
            life::change(world.database(), &world.editor, version, change).await.unwrap();
            version
        };
        let (first, second) = (with("First", "classification", Some("onnx")).await, with("Second", "segmentation", None).await);
        let id = an_experiment().create(world).await;
        let words = async |base| {
            let base = BaseModelVersion { model_version_id: base, parameters: Take::Replace, files: Take::Leave };
            let summary = experiments::set_base_model_version(world.database(), &world.editor, id, base).await.unwrap().summary;
            (summary.inference_type.unwrap(), summary.framework.unwrap())
        };
        assert_eq!(words(first).await, ("classification".to_owned(), "onnx".to_owned()));
        assert_eq!(words(second).await, ("segmentation".to_owned(), "onnx".to_owned()));
        let own = ExperimentChange { inference_type: Some("object_detection".to_owned()), ..ExperimentChange::default() };
        experiments::change(world.database(), &world.editor, id, own).await.unwrap();
        assert_eq!(words(first).await.0, "object_detection");
    }

    async fn a_base_without_parameters_takes_none_away(world) {
        let base = world.exported(an_experiment().create(world).await, "Bare").await.id;
        let id = an_experiment().with_parameters(json!({ "lr": 0.1 })).create(world).await;
        let base = BaseModelVersion { model_version_id: base, parameters: Take::Replace, files: Take::Leave };
        let after = experiments::set_base_model_version(world.database(), &world.editor, id, base).await.unwrap();
        assert_eq!(json!(after.parameters), json!({ "lr": 0.1 }));
    }

    async fn files_that_cannot_lie_together_are_refused_as_a_whole(world) {
        let version = world.exported(an_experiment().with_artifact("model").with_artifact("a.txt").create(world).await, "M").await.id;
        let id = an_experiment().with_artifact("model/weights.bin").create(world).await;
        let before = world.rows().await;
        assert_eq!(code(set_base_version(world, id, version, Take::IfNone, Take::Replace).await), "overlapping_name");
        assert_eq!(code(set_base_version(world, id, ModelVersionId::generate(), Take::Leave, Take::Leave).await), "unknown_base");
        assert_eq!(world.rows().await, before);
    }

    async fn two_experiments_can_become_each_others_base_at_once(world) {
        let [one, other] = [an_experiment().create(world).await, an_experiment().create(world).await];
        for _ in 0..5 {
            let (first, second) = tokio::join!(set_base(world, one, other), set_base(world, other, one));
            assert_eq!(first.unwrap().base_experiment.unwrap().id, other);
            assert_eq!(second.unwrap().base_experiment.unwrap().id, one);
        }
    }

    async fn a_training_that_was_terminated_has_ended(world) {
        let id = an_experiment().create(world).await;
        let change = heirloom::experiment::ExperimentChange { status: Some(Status::Terminated), ..Default::default() };
        let ended = experiments::change(world.database(), &world.editor, id, change).await.unwrap().summary;
        assert_eq!(ended.status, Status::Terminated);
        assert!(ended.started_at.is_some() && ended.finished_at.is_some());
    }
}
