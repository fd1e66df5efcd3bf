//! What stays on a version whatever happens to its experiment (R26, R33, R36, R38, R40).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    artifact::operations as artifacts,
    dataset::{DatasetVersionChange, operations as datasets},
    experiment::{ExperimentChange, Status, operations as experiments},
    model::ModelVersion,
    vocabulary::{Description, DockerImage, ExperimentId, MetricValue},
};
use serde_json::json;

async fn an_exported_experiment(world: &World) -> (ExperimentId, ModelVersion) {
    let train = world.dataset_version("Digits", &["zero", "one"]).await;
    let id = an_experiment()
        .named("The good one")
        .with_artifact("best.pt")
        .with_artifact("weights/last.pt")
        .with_dataset_version(train, "train")
        .with_parameters(json!({ "lr": 0.1 }))
        .with_image(DockerImage { reference: "python:3.11".to_owned(), run_flags: vec![], environment: vec![] })
        .with_metric("accuracy", &[json!(0.5), json!(0.97)])
        .create(world)
        .await;
    (id, world.exported(id, "Digits").await)
}

/// The version as JSON, without what is told of the experiment as it is now.
fn frozen(version: &ModelVersion) -> serde_json::Value {
    let mut json = serde_json::to_value(version).unwrap();
    let source = json["source_experiment"].as_object_mut().unwrap();
    source.remove("name");
    source.remove("is_deleted");
    json
}

async fn check_bytes(world: &World, version: &ModelVersion) {
    for file in ["best.pt", "weights/last.pt"] {
        assert_eq!(world.model_file(version.id, file).await, format!("the bytes of {file}").into_bytes());
    }
}

on_every_database! {
    async fn counting_the_data_again_leaves_what_the_version_was_trained_on(world) {
        let database = world.database();
        let train = world.dataset_version("Digits", &["zero", "one", "two"]).await;
        let counted = |counts: &[(&str, i64)]| DatasetVersionChange {
            label_counts: Some(counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()),
            ..Default::default()
        };
        datasets::change_version(database, &world.editor, train, counted(&[("two", 9), ("zero", 7)])).await.unwrap();
        let experiment = an_experiment().with_dataset_version(train, "train").create(world).await;
        let exported = world.exported(experiment, "Digits").await;
        let told = |version: &ModelVersion| serde_json::to_string(&version.dataset_versions[0].label_counts).unwrap();
        assert_eq!(told(&exported), r#"{"zero":7,"two":9}"#, "in class order");
        datasets::change_version(database, &world.editor, train, counted(&[("one", 1)])).await.unwrap();
        assert_eq!(told(&world.version(exported.id).await), r#"{"zero":7,"two":9}"#);
        let later = world.export(experiment, version_of(exported.model_id, "v2")).await.unwrap().version;
        assert_eq!(told(&later), r#"{"one":1}"#);
        let entries = world.texts(format!("SELECT details FROM audit_entries WHERE object_id = '{}'", later.id)).await;
        assert!(entries[0].contains(r#""label_counts":{"one":1}"#), "{entries:?}");
    }

    async fn deleting_and_replacing_artifacts_leaves_the_files_of_the_version(world) {
        let (id, before) = an_exported_experiment(world).await;
        artifacts::delete(world.database(), &world.editor, id, "best.pt").await.unwrap();
        world.put(id, "weights/last.pt", b"other bytes").await;
        world.put(id, "new.pt", b"later").await;
        let after = world.version(before.id).await;
        assert_eq!(after.files, before.files);
        check_bytes(world, &after).await;
        assert_eq!(code(artifacts::find(world.database(), &world.viewer, id, "best.pt").await), "not_found");
    }

    async fn deleting_the_experiment_leaves_the_version_and_the_way_back(world) {
        let (id, before) = an_exported_experiment(world).await;
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        assert_eq!(code(experiments::find(world.database(), &world.viewer, id).await), "not_found");
        let after = world.version(before.id).await;
        assert_eq!(frozen(&after), frozen(&before));
        check_bytes(world, &after).await;
        let source = after.source_experiment.unwrap();
        assert_eq!((source.id, source.name.as_str(), source.is_deleted), (id, "The good one", true));
        assert_eq!(source.at_export.project_name, "Digits");
        assert_eq!(after.parameters.get("lr"), Some(&json!(0.1)));
        assert_eq!(after.metrics[0].last.value, MetricValue(0.97));
        for part in ["experiment_labels", "experiment_parameters", "experiment_dataset_versions", "artifacts", "metric_points"] {
            assert_eq!(world.rows().await[part], [] as [&str; 0], "{part}");
        }
    }

    async fn a_name_of_a_deleted_experiment_is_free_and_the_new_one_is_not_its_source(world) {
        let (id, version) = an_exported_experiment(world).await;
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        let again = an_experiment().named("The good one").create(world).await;
        assert_ne!(again, id);
        assert_eq!(world.experiment(again).await.exported_as.len(), 0);
        assert!(world.version(version.id).await.source_experiment.unwrap().is_deleted);
    }

    async fn renaming_the_experiment_shows_its_new_name_beside_the_old_facts(world) {
        let (id, before) = an_exported_experiment(world).await;
        let change = ExperimentChange { name: Some(name("Renamed")), ..ExperimentChange::default() };
        experiments::change(world.database(), &world.editor, id, change).await.unwrap();
        let after = world.version(before.id).await;
        assert_eq!(frozen(&after), frozen(&before));
        let source = after.source_experiment.unwrap();
        assert_eq!((source.name.as_str(), source.is_deleted), ("Renamed", false));
        assert_eq!(source.at_export.experiment_name, "The good one");
    }

    async fn changing_everything_on_the_experiment_changes_nothing_on_the_version(world) {
        let (id, before) = an_exported_experiment(world).await;
        let change = ExperimentChange {
            description: Some(Description::parse("other").unwrap()),
            status: Some(Status::Failed),
            docker_image: Some(DockerImage { reference: "other:1".to_owned(), run_flags: vec![], environment: vec![] }),
            inference_type: Some("segmentation".to_owned()),
            framework: Some("jax".to_owned()),
            ..ExperimentChange::default()
        };
        experiments::change(world.database(), &world.editor, id, change).await.unwrap();
        experiments::replace_parameters(world.database(), &world.editor, id, parameters(json!({ "lr": 9 }))).await.unwrap();
        experiments::log_metrics(world.database(), &world.editor, id, vec![json!({ "key": "accuracy", "step": 2, "value": 0 })])
            .await
            .unwrap();
        // What detaching and editing will do one day; there are no operations for it yet.
        world.execute(format!("DELETE FROM experiment_dataset_versions WHERE experiment_id = '{id}'")).await;
        world.execute(format!("DELETE FROM experiment_labels WHERE experiment_id = '{id}'")).await;
        let after = world.version(before.id).await;
        assert_eq!(serde_json::to_value(&after).unwrap(), serde_json::to_value(&before).unwrap());
    }

    async fn an_answer_is_given_again_after_the_experiment_is_gone(world) {
        let id = an_experiment().create(world).await;
        let send = async || {
            heirloom::export::operations::export(world.database(), &world.editor, id, new_model("Kept"), Some("a-key")).await
        };
        let first = send().await.unwrap();
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        let again = send().await.unwrap();
        assert!(again.was_replayed);
        assert_eq!(again.version.id, first.version.id);
    }

    async fn a_dataset_version_that_a_version_names_cannot_be_removed(world) {
        let (_, version) = an_exported_experiment(world).await;
        let mut transaction = world.database().begin().await.unwrap();
        let id = version.dataset_versions[0].dataset_version_id;
        sqlx::query("DELETE FROM experiment_dataset_versions").execute(&mut *transaction).await.unwrap();
        let removed = sqlx::query("DELETE FROM dataset_versions WHERE id = $1").bind(id.to_string()).execute(&mut *transaction).await;
        assert!(removed.unwrap_err().as_database_error().unwrap().is_foreign_key_violation());
    }

    async fn a_blob_that_a_version_names_cannot_be_removed(world) {
        an_exported_experiment(world).await;
        let mut transaction = world.database().begin().await.unwrap();
        sqlx::query("DELETE FROM artifacts").execute(&mut *transaction).await.unwrap();
        let removed = sqlx::query("DELETE FROM blobs").execute(&mut *transaction).await;
        assert!(removed.unwrap_err().as_database_error().unwrap().is_foreign_key_violation());
    }
}
