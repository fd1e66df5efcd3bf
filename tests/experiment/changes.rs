//! How an experiment changes: status, name, parameters.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::{Experiment, ExperimentChange, Status, operations as experiments},
    vocabulary::ExperimentId,
};
use serde_json::{Value, json};

async fn set_status(world: &World, id: ExperimentId, status: Status) -> Experiment {
    let change = ExperimentChange { status: Some(status), ..ExperimentChange::default() };
    experiments::change(world.database(), &world.editor, id, change).await.unwrap()
}

on_every_database! {
    async fn start_and_end_are_kept_from_the_status(world) {
        let id = an_experiment().create(world).await;
        let pending = set_status(world, id, Status::Pending).await.summary;
        assert_eq!((pending.started_at, pending.finished_at), (None, None));
        let running = set_status(world, id, Status::Running).await.summary;
        assert!(running.started_at >= Some(running.created_at) && running.finished_at.is_none());
        let succeeded = set_status(world, id, Status::Succeeded).await.summary;
        assert_eq!(succeeded.started_at, running.started_at);
        assert!(succeeded.finished_at >= succeeded.started_at);
        let again = set_status(world, id, Status::Succeeded).await.summary;
        assert_eq!(again.finished_at, succeeded.finished_at, "saying it twice changes nothing");
        let resumed = set_status(world, id, Status::Running).await.summary;
        assert_eq!((resumed.started_at, resumed.finished_at), (running.started_at, None));
        let back = ExperimentChange { status: Some(Status::Pending), ..ExperimentChange::default() };
        let before = world.rows().await;
        assert_eq!(code(experiments::change(world.database(), &world.editor, id, back).await), "impossible_transition");
        assert_eq!(world.rows().await, before);
    }

    async fn a_training_that_fails_before_it_runs_has_a_start_and_an_end(world) {
        let id = an_experiment().create(world).await;
        let failed = set_status(world, id, Status::Failed).await.summary;
        assert!(failed.started_at.is_some());
        assert_eq!(failed.started_at, failed.finished_at);
    }

    async fn a_name_can_change_its_case_but_not_become_one_that_is_taken(world) {
        let id = an_experiment().named("Mine").create(world).await;
        an_experiment().named("Taken").create(world).await;
        let rename = async |text: &str| {
            let change = ExperimentChange { name: Some(name(text)), ..ExperimentChange::default() };
            experiments::change(world.database(), &world.editor, id, change).await
        };
        assert_eq!(rename("MINE").await.unwrap().summary.name, "MINE");
        let before = world.rows().await;
        assert_eq!(code(rename("tAKEN").await), "name_taken");
        assert_eq!(world.rows().await, before);
    }

    async fn parameters_keep_type_order_and_every_bit(world) {
        let id = an_experiment().create(world).await;
        // Random bits by a linear congruence: the same on every run.
        let mut bits = 42_u64;
        let mut floats = Vec::new();
        while floats.len() < 1_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if f64::from_bits(bits).is_finite() {
                floats.push(f64::from_bits(bits));
            }
        }
        let sent = json!({ "z": 1, "floats": floats, "a": 1.0, "big": u64::MAX, "regex": "[\\u0000-\\uffff]", "o": { "y": [], "x": {} } });
        let sent: Value = serde_json::from_str(&sent.to_string()).unwrap();
        experiments::replace_parameters(world.database(), &world.editor, id, parameters(sent.clone())).await.unwrap();
        let kept = experiments::parameters(world.database(), &world.viewer, id).await.unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), sent.to_string());
        let kept: Vec<f64> = serde_json::from_value(kept.get("floats").unwrap().clone()).unwrap();
        assert!(kept.iter().zip(&floats).all(|(kept, sent)| kept.to_bits() == sent.to_bits()));
    }

    async fn merging_parameters_at_once_loses_none(world) {
        let id = an_experiment().with_parameters(json!({ "first": 0 })).create(world).await;
        let tasks: Vec<_> = (0..16)
            .map(|index| {
                let (database, actor) = (world.database().clone(), world.editor.clone());
                let new = parameters(json!({ format!("key {index}"): index, "shared": index }));
                tokio::spawn(async move { experiments::merge_parameters(&database, &actor, id, new).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let kept = experiments::parameters(world.database(), &world.viewer, id).await.unwrap();
        assert_eq!(kept.len(), 18);
        assert_eq!(kept.iter().next().unwrap().0, "first");
    }

    async fn refused_parameters_leave_the_ones_before(world) {
        let id = an_experiment().with_parameters(json!({ "lr": 0.1 })).create(world).await;
        let before = world.rows().await;
        for bad in [json!({ "nul": "a\u{0}b" }), json!({ "": 1 }), json!({ "in": { "k\u{0}": [1] } })] {
            let outcome = experiments::merge_parameters(world.database(), &world.editor, id, parameters(bad)).await;
            assert_eq!(code(outcome), "invalid_parameters");
        }
        assert_eq!(world.rows().await, before);
    }

    async fn only_owners_delete_and_nobody_changes_what_is_deleted(world) {
        let id = an_experiment().create(world).await;
        assert_eq!(code(experiments::delete(world.database(), &world.editor, id).await), "role_too_low");
        assert_eq!(code(experiments::delete(world.database(), &world.stranger, id).await), "not_found");
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        let rows = world.rows().await;
        let new = parameters(json!({ "lr": 1 }));
        let points = vec![json!({ "key": "loss", "step": 0, "value": 1 })];
        assert_eq!(code(experiments::delete(world.database(), &world.owner, id).await), "not_found");
        assert_eq!(code(experiments::merge_parameters(world.database(), &world.editor, id, new).await), "not_found");
        assert_eq!(code(experiments::log_metrics(world.database(), &world.editor, id, points).await), "not_found");
        let change = experiments::change(world.database(), &world.editor, id, ExperimentChange::default()).await;
        assert_eq!(code(change), "not_found");
        assert_eq!(world.rows().await, rows);
    }
}
