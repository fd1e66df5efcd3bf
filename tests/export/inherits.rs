//! What a version gets from its experiment (R21-R40).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    artifact,
    experiment::{Experiment, ExperimentChange, Status, operations as experiments},
    model::ModelVersion,
    vocabulary::{DockerImage, ExperimentId, MetricValue},
};
use serde_json::json;

/// Which of the six items an experiment has.
#[derive(Clone, Copy, Debug)]
struct Presence {
    artifacts: bool,
    labels: bool,
    parameters: bool,
    image: bool,
    datasets: bool,
    base: bool,
}

impl Presence {
    fn all_combinations() -> impl Iterator<Item = Self> {
        (0..64_u8).map(|bits| {
            let has = |bit: u8| bits & (1 << bit) != 0;
            Self {
                artifacts: has(0),
                labels: has(1),
                parameters: has(2),
                image: has(3),
                datasets: has(4),
                base: has(5),
            }
        })
    }
}

const LABELS: &[&str] = &["zero", "One", "ä", "犬"];

fn image() -> DockerImage {
    DockerImage {
        reference: format!("ghcr.io/team/trainer:1.4@sha256:{}", "ab".repeat(32)),
        run_flags: vec!["--gpus all".to_owned(), "--shm-size=8g".to_owned()],
        environment: vec!["WANDB_MODE".to_owned(), "EPOCHS".to_owned()],
    }
}

async fn an_experiment_with(world: &World, presence: Presence) -> ExperimentId {
    let mut experiment = an_experiment();
    if presence.artifacts {
        experiment = experiment
            .with_artifact("weights/best.pt")
            .with_artifact("日本/重み e\u{301}.onnx")
            .with_artifact_of("empty.txt", Vec::new())
            .with_artifact_of("same bytes.pt", b"the bytes of weights/best.pt".to_vec());
    }
    if presence.parameters {
        experiment = experiment.with_parameters(json!({
            "z int": 3, "float": 0.1, "whole float": 1.0, "tiny": 5e-324, "long": 1.2345678901234567e-7,
            "largest": u64::MAX, "lowest": i64::MIN, "true": true, "none": null, "text": "a 'b' \"c\" \\u0041 ü",
            "list": [1, 1.0, "1", [], {}], "nested": { "b": { "y": 1, "x": [2.5] }, "a": null }, "a last": "",
        }));
    } else {
        // Without this opt-out, the base's would be taken.
        experiment = experiment.with_parameters(json!({}));
    }
    if presence.image {
        experiment = experiment.with_image(image());
    }
    let labels_of = |has_labels: bool| if has_labels { LABELS } else { &[] };
    if presence.base {
        // Its labels become the experiment's only when no dataset version is attached.
        let data = world.dataset_version(&unique("base data"), labels_of(presence.labels && !presence.datasets)).await;
        let first = an_experiment().with_dataset_version(data, "train").with_parameters(json!({ "of the base": 1 }));
        experiment = experiment.with_base(world.exported(first.create(world).await, &unique("base")).await.id);
    }
    if presence.datasets {
        let train = world.dataset_version(&unique("train"), labels_of(presence.labels)).await;
        let test = world.dataset_version(&unique("test"), labels_of(presence.labels)).await;
        return experiment.with_dataset_version(train, "train").with_dataset_version(test, "Test").create(world).await;
    }
    if presence.labels && !presence.base {
        // An experiment gets labels from dataset versions or from a base. It has labels and neither of them when its dataset version
        // was detached afterwards; there is no operation for that yet, so its row is removed here.
        let detached = world.dataset_version(&unique("detached"), LABELS).await;
        let id = experiment.with_dataset_version(detached, "train").create(world).await;
        world.execute(format!("DELETE FROM experiment_dataset_versions WHERE experiment_id = '{id}'")).await;
        return id;
    }
    experiment.create(world).await
}

fn unique(text: &str) -> String {
    format!("{text} {}", uuid::Uuid::now_v7().simple())
}

async fn check_inherited(world: &World, experiment: &Experiment, version: &ModelVersion) {
    let artifacts = artifact::operations::list(world.database(), &world.viewer, experiment.summary.id).await.unwrap();
    let artifacts: Vec<_> =
        artifacts.iter().map(|file| (&file.name, file.size_bytes, file.sha256, &file.content_type)).collect();
    let files: Vec<_> =
        version.files.iter().map(|file| (&file.name, file.size_bytes, file.sha256, &file.content_type)).collect();
    assert_eq!(files, artifacts);
    assert!(version.files.iter().all(|file| file.is_inherited));
    assert_eq!(version.labels, experiment.labels);
    assert_eq!(version.label_map_revision, 0);
    let text = |parameters| serde_json::to_string(parameters).unwrap();
    assert_eq!(text(&version.parameters), text(&experiment.parameters), "types and order, too");
    assert_eq!(version.docker_image, experiment.docker_image);
    let sources: Vec<_> = version
        .dataset_versions
        .iter()
        .map(|source| {
            (
                &source.alias,
                source.dataset_id,
                source.dataset_version_id,
                &source.dataset_name,
                &source.dataset_version_name,
            )
        })
        .collect();
    let attached: Vec<_> = experiment
        .dataset_versions
        .iter()
        .map(|source| {
            (
                &source.alias,
                source.dataset_id,
                source.dataset_version_id,
                &source.dataset_name,
                &source.dataset_version_name,
            )
        })
        .collect();
    assert_eq!(sources, attached);
    assert_eq!(
        version.base_model_version.as_ref().map(|base| base.id),
        experiment.base_model_version.as_ref().map(|base| base.id)
    );
    assert_eq!(version.metrics, experiment.metrics);
    let source = version.source_experiment.as_ref().unwrap();
    assert_eq!((source.id, &source.name), (experiment.summary.id, &experiment.summary.name));
    assert!(!source.is_deleted);
}

fn check_emptiness(presence: Presence, version: &ModelVersion) {
    let found = [
        version.files.len(),
        version.labels.len(),
        version.parameters.len(),
        version.docker_image.iter().len(),
        version.dataset_versions.len(),
        version.base_model_version.iter().len(),
    ];
    let expected = [
        if presence.artifacts { 4 } else { 0 },
        if presence.labels { LABELS.len() } else { 0 },
        if presence.parameters { 13 } else { 0 },
        usize::from(presence.image),
        if presence.datasets { 2 } else { 0 },
        usize::from(presence.base),
    ];
    assert_eq!(found, expected);
    if presence.labels {
        assert_eq!(version.labels.labels(), LABELS);
    }
    if presence.image {
        assert_eq!(version.docker_image, Some(image()));
    }
}

on_every_database! {
    async fn every_combination_of_present_and_missing_items_is_exported_as_it_is(world) {
        for presence in Presence::all_combinations() {
            println!("{presence:?}");
            let id = an_experiment_with(world, presence).await;
            let experiment = world.experiment(id).await;
            let version = world.exported(id, &unique("model")).await;
            check_emptiness(presence, &version);
            check_inherited(world, &experiment, &version).await;
            check_inherited(world, &experiment, &world.version(version.id).await).await;
        }
    }

    async fn an_experiment_with_a_name_alone_becomes_a_version(world) {
        let id = an_experiment().named("bare").create(world).await;
        let version = world.exported(id, "Bare").await;
        assert_eq!((version.number, version.name.as_str(), version.model_name.as_str()), (1, "v1", "Bare"));
        assert_eq!(version.created_by, world.editor.email);
        assert_eq!(world.experiment(id).await.exported_as[0].id, version.id);
    }

    async fn a_thousand_files_are_inherited_under_their_names(world) {
        let id = an_experiment().create(world).await;
        let blob = world.blob(b"shared by all").await;
        for index in 0..1_000 {
            let file = heirloom::vocabulary::FileName::parse(&format!("tiles/{index:04}.bin")).unwrap();
            artifact::operations::put(&world.services, &world.editor, id, file, blob.clone()).await.unwrap();
        }
        let version = world.exported(id, "Tiles").await;
        check_inherited(world, &world.experiment(id).await, &version).await;
        assert_eq!(version.files.len(), 1_000);
        assert_eq!(world.model_file(version.id, "tiles/0999.bin").await, b"shared by all");
    }

    async fn summary_metrics_are_frozen_with_their_special_values(world) {
        let values = |values: &[f64]| values.iter().map(|value| json!(MetricValue(*value))).collect::<Vec<_>>();
        let id = an_experiment()
            .with_metric("loss", &values(&[0.5, 0.125, f64::NAN]))
            .with_metric("up", &values(&[f64::NEG_INFINITY, 1e300, f64::INFINITY]))
            .with_metric("down", &values(&[f64::NEG_INFINITY]))
            .with_metric("zero", &values(&[1.0, -0.0]))
            .create(world)
            .await;
        let frozen = world.exported(id, "Metrics").await.metrics;
        experiments::log_metrics(
            world.database(),
            &world.editor,
            id,
            vec![json!({ "key": "loss", "step": 9, "value": -7 }), json!({ "key": "late", "step": 9, "value": 1 })],
        )
        .await
        .unwrap();
        assert_eq!(world.experiment(id).await.metrics.len(), 5);
        let listed = heirloom::model::operations::find_version_by_number(
            world.database(),
            &world.viewer,
            world.experiment(id).await.exported_as[0].model_id,
            1,
        );
        assert_eq!(listed.await.unwrap().metrics, frozen);
        let found: Vec<_> = frozen
            .iter()
            .map(|metric| (metric.key.as_str(), metric.count, metric.last.step, metric.last.value, metric.min, metric.max))
            .collect();
        assert_eq!(
            found,
            [
                ("down", 1, 0, MetricValue(f64::NEG_INFINITY), None, None),
                ("loss", 3, 2, MetricValue(f64::NAN), Some(0.125), Some(0.5)),
                ("up", 3, 2, MetricValue(f64::INFINITY), Some(1e300), Some(1e300)),
                ("zero", 2, 1, MetricValue(-0.0), Some(0.0), Some(1.0)),
            ]
        );
    }

    async fn a_training_that_goes_on_is_exported_as_a_snapshot(world) {
        let id = an_experiment().create(world).await;
        let running = ExperimentChange { status: Some(Status::Running), ..ExperimentChange::default() };
        experiments::change(world.database(), &world.editor, id, running).await.unwrap();
        let version = world.exported(id, "Snapshot").await;
        let facts = version.source_experiment.unwrap().at_export;
        assert_eq!((facts.status.as_str(), facts.finished_at), ("running", None));
        assert!(facts.started_at.is_some());
        assert_eq!(world.experiment(id).await.summary.status, Status::Running, "the training is left alone");
    }

    async fn an_export_of_an_experiment_on_a_base_continues_the_chain(world) {
        let first = an_experiment().with_artifact("best.pt").create(world).await;
        let first = world.exported(first, "Chain").await;
        let second = an_experiment().with_base(first.id).create(world).await;
        let second = world.export(second, version_of(first.model_id, "v2")).await.unwrap().version;
        let base = second.base_model_version.unwrap();
        assert_eq!((base.id, base.number, second.number, second.model_id), (first.id, 1, 2, first.model_id));
        let names: Vec<_> = second.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["best.pt"], "the experiment began with the files of its base");
        assert_eq!(world.version(first.id).await.files.len(), 1, "the base stays as it was");
    }
}
