//! Moving over from a server that says little, says wrong things, or stops in the middle.

mod again;
mod other;

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    compat::picsellia::import::{Counted, ImportError, Report},
    error::Failure,
    experiment::operations as experiments,
    model::{ModelVersion, operations as models},
    vocabulary::ExperimentId,
};
use other::*;
use serde_json::json;

pub async fn only_version(world: &World) -> ModelVersion {
    let model = models::find_by_name(world.database(), &world.viewer, &name("Detector")).await.unwrap().unwrap();
    let versions = models::list_versions(world.database(), &world.viewer, model, None, 10).await.unwrap();
    assert_eq!(versions.items.len(), 1);
    models::find_version(world.database(), &world.viewer, versions.items[0].id).await.unwrap()
}

pub async fn find_run(world: &World, project: &str) -> Option<ExperimentId> {
    let project = experiments::find_project_by_name(world.database(), &world.viewer, project).await.unwrap()?;
    experiments::find_by_name(world.database(), &world.viewer, project.id, "run").await.unwrap()
}

pub fn told(report: &Report) -> Vec<(&str, &str)> {
    report.missed.iter().map(|missed| (missed.what.as_str(), missed.why.as_str())).collect()
}

on_every_database! {
    async fn a_server_that_says_only_what_it_must_is_understood(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_a_version(&other, json!({}));
        let report = other.moved(world).await;
        assert_eq!(told(&report), [("model Detector", "its versions have other numbers here: those of there plus 1")]);
        let run = world.experiment(find_run(world, "Animals").await.unwrap()).await;
        assert_eq!((run.summary.status.as_str(), run.artifact_count), ("succeeded", 0));
        let version = only_version(world).await;
        assert_eq!((version.number, version.name.as_str(), version.files.len()), (1, "first", 0));
        assert_eq!((version.inference_type.as_deref(), version.framework.as_deref()), (Some("object_detection"), Some("pytorch")));
        assert!(version.source_experiment.is_none() && version.labels.is_empty() && version.docker_image.is_none());
    }

    async fn what_cannot_be_kept_is_told_and_the_rest_comes(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let experiment = there(2);
        other.lists(&format!("experiment/{experiment}/datasets"), json!([{ "name": "train", "dataset_version": { "id": there(50) } }]));
        other.lists(&format!("experiment/{experiment}/logs/extended"), json!([
            { "id": there(7), "name": "good", "type": "VALUE", "data": 1.5 },
            { "id": there(8), "name": "new", "type": "HOLOGRAM", "data": 1 },
            { "id": there(9), "name": "bare" },
        ]));
        tell_of_a_version(&other, json!({
            "version": 7, "type": "TELEPATHY", "labels": ["cat"], "parameters": "many", "docker_image": "team/yolo",
            "docker_env_variables": { "KEY": "secret" }, "thumbnail_object_name": "o/thumb.png",
        }));
        other.says(&format!("model/version/{}/context", there(4)), json!({
            "id": there(5), "experiment_id": there(60), "parameters": {}, "datas": [{ "name": "train", "version_id": there(50), "repartition": {} }],
        }));
        let report = other.moved(world).await;
        let version = "model version Detector › first";
        let experiment = "experiment Animals › run";
        let expected = [
            (experiment, "the dataset version that it calls train is not here"),
            ("experiment Animals › run, log new", "is not known"),
            (experiment, "the answer cannot be read: missing field `type`"),
            (version, "environment variables are kept by their names, without values"),
            (version, "thumbnails are not kept"),
            (version, "type \"TELEPATHY\" is not known"),
            (version, "labels"),
            (version, "the experiment that it came from is not here"),
            (version, "the dataset version that it calls train is not here"),
        ];
        let told = told(&report);
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for ((what, why), (expected_what, expected_why)) in told.iter().zip(expected) {
            assert!(*what == expected_what && why.contains(expected_why), "{what}: {why}");
        }
        assert!(!told.iter().any(|(_, why)| why.contains("secret")));
        let version = only_version(world).await;
        assert_eq!((version.number, version.inference_type, version.docker_image.unwrap().environment), (7, None, vec!["KEY".to_owned()]));
        assert_eq!(report.counts[&Counted::Logs].new, 1);
    }

    async fn bytes_are_fetched_again_when_they_broke_off_and_pictures_are_pictures(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let picture = b"\x89PNG\r\n\x1a\n and more".to_vec();
        tell_of_an_artifact(&other, [Answer::BrokenOff, Answer::Json(503, json!({})), Answer::Bytes(picture.clone())]);
        let data = json!({ "object_name": "o/p.png", "filename": "p.png", "name": "p.png", "large": false });
        let log = json!({ "id": there(7), "name": "picture", "type": "IMAGE", "data": data });
        other.lists(&format!("experiment/{}/logs/extended", there(2)), json!([log]));
        let report = other.moved(world).await;
        assert_eq!(told(&report), []);
        let run = find_run(world, "Animals").await.unwrap();
        let (_, content_type) = experiments::find_image(world.database(), &world.viewer, run, "picture").await.unwrap();
        assert_eq!(content_type, "image/png");
        let exported = world.exported(run, "Next").await;
        assert_eq!((world.model_file(exported.id, "weights").await, exported.files[0].file_name.as_str()), (picture, "w.pt"));
    }

    async fn files_are_fetched_from_web_servers_alone(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_an_artifact(&other, [Answer::Bytes(b"secret".to_vec())]);
        for url in ["file:///etc/passwd", "ftp://127.0.0.1/", "", "/etc/passwd"] {
            tell_of_bytes(&other, url);
            let report = other.moved(world).await;
            assert_eq!(report.missed.len(), 1, "{url}");
            assert!(report.missed[0].why.contains("is not an address to download from"), "{:?}", report.missed);
        }
    }

    async fn an_import_that_stopped_is_finished_by_the_next_one(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_an_artifact(&other, [Answer::Bytes(b"weights".to_vec())]);
        tell_of_a_version(&other, json!({ "version": 1 }));
        let before = world.rows_of(&["blobs"]).await;
        // Further each time; every import begins with three requests.
        for patience in 3.. {
            *other.patience.lock().unwrap() = patience;
            let (_, outcome) = other.try_move(world, &world.editor).await;
            match outcome {
                Ok(()) => break,
                Err(error) => assert!(error.to_string().contains("does not accept the token"), "{error}"),
            }
            assert!(patience < 100, "it never came to its end");
        }
        *other.patience.lock().unwrap() = usize::MAX;
        assert_ne!(world.rows_of(&["blobs"]).await, before);
        let run = find_run(world, "Animals").await.unwrap();
        let moved = world.experiment(run).await;
        assert_eq!((moved.artifact_count, moved.summary.status.as_str()), (1, "succeeded"));
        assert_eq!(only_version(world).await.number, 1);
        let report = other.moved(world).await;
        assert!(report.counts.values().all(|count| count.new == 0 && count.changed == 0), "{report}");
        assert_eq!(told(&report), []);
    }

    async fn namesakes_are_added_to_and_experiments_are_not_mixed(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_a_version(&other, json!({ "version": 1 }));
        let mine = an_experiment().named("run").with_artifact("mine.bin").create(world).await;
        world.exported(mine, "Detector").await;
        // The project of the builders is called Digits.
        let project = json!({ "id": there(1), "name": "Digits" });
        other.has(&format!("organization/{ORGANIZATION}/projects"), &format!("project/{}", there(1)), project);
        let report = other.moved(world).await;
        assert_eq!((report.counts[&Counted::Projects].new, report.counts[&Counted::Models].new), (0, 0));
        let told = told(&report);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].0 == "experiment Digits › run" && told[0].1.contains("run"), "{told:?}");
        assert_eq!(told[1], ("model version Detector › first", "it is version 1 there and version 2 here"));
        assert_eq!(world.experiment(mine).await.artifact_count, 1);
    }

    async fn who_may_not_write_brings_nothing(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let before = world.rows().await;
        let (report, outcome) = other.try_move(world, &world.viewer).await;
        assert!(matches!(outcome, Err(ImportError::Failure(Failure::App(error))) if error.code == "role_too_low"));
        assert_eq!(report, Report::default());
        assert_eq!(world.rows().await, before);
    }
}
