//! What people write about an experiment, the times of its training, and how a page knows that something changed.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::{ExperimentChange, Status, operations},
    vocabulary::{Description, Timestamp, tags::Tags},
};
use serde_json::json;

fn noted(notes: &str, based_on: Option<Timestamp>) -> ExperimentChange {
    ExperimentChange { notes: Some(Description::parse(notes).unwrap()), based_on, ..Default::default() }
}

fn status(status: Status, started_at: Option<Timestamp>, finished_at: Option<Timestamp>) -> ExperimentChange {
    ExperimentChange { status: Some(status), started_at, finished_at, ..Default::default() }
}

on_every_database! {
    async fn notes_and_tags_are_kept_and_words_can_be_taken_away(world) {
        let id = an_experiment().create(world).await;
        let change = ExperimentChange {
            tags: Some(Tags::parse(["night", "Fisheye", "NIGHT"]).unwrap()),
            framework: Some("ONNX".to_owned()),
            ..noted("# Learned\n\nlower rate", None)
        };
        let changed = operations::change(world.database(), &world.editor, id, change).await.unwrap();
        assert_eq!(changed.notes, "# Learned\n\nlower rate");
        assert_eq!(changed.tags.iter().collect::<Vec<_>>(), ["Fisheye", "night"]);
        assert_eq!(changed.summary.framework.as_deref(), Some("ONNX"));
        let change = ExperimentChange { framework: Some(String::new()), tags: Some(Tags::default()), ..Default::default() };
        let changed = operations::change(world.database(), &world.editor, id, change).await.unwrap();
        assert_eq!((changed.summary.framework, changed.tags.len(), changed.notes.as_str()), (None, 0, "# Learned\n\nlower rate"));
        assert_eq!(code(operations::change(world.database(), &world.viewer, id, noted("x", None)).await), "role_too_low");
        assert_eq!(code(operations::change(world.database(), &world.stranger, id, noted("x", None)).await), "not_found");
    }

    async fn the_second_of_two_editors_is_told_but_a_training_that_logs_disturbs_nobody(world) {
        let id = an_experiment().create(world).await;
        let seen = world.experiment(id).await.edited_at;
        let points = vec![json!({ "key": "loss", "step": 0, "value": 1 })];
        operations::log_metrics(world.database(), &world.editor, id, points).await.unwrap();
        operations::change(world.database(), &world.editor, id, status(Status::Running, None, None)).await.unwrap();
        operations::change(world.database(), &world.editor, id, noted("first", Some(seen))).await.unwrap();
        let before = world.rows().await;
        let second = operations::change(world.database(), &world.editor, id, noted("second", Some(seen))).await;
        assert_eq!(code(second), "changed_meanwhile");
        assert_eq!(world.rows().await, before);
    }

    async fn a_training_may_say_when_it_began_and_ended(world) {
        let id = an_experiment().create(world).await;
        let began = Timestamp::now().plus_seconds(-600);
        let change = |change| operations::change(world.database(), &world.editor, id, change);
        assert_eq!(code(change(status(Status::Pending, Some(began), None)).await), "invalid_times");
        change(status(Status::Running, Some(began), None)).await.unwrap();
        assert_eq!(code(change(status(Status::Running, None, Some(began))).await), "invalid_times");
        let before_it = began.plus_seconds(-1);
        assert_eq!(code(change(status(Status::Failed, None, Some(before_it))).await), "invalid_times");
        let ended = change(status(Status::Succeeded, None, Some(began.plus_seconds(60)))).await.unwrap();
        assert_eq!(ended.summary.finished_at.unwrap().seconds_since(ended.summary.started_at.unwrap()), 60.0);
    }

    async fn every_change_has_a_revision_of_its_own(world) {
        let id = an_experiment().create(world).await;
        let mut seen = vec![operations::revision(world.database(), &world.viewer, id).await.unwrap()];
        let points = vec![json!({ "key": "loss", "step": 0, "value": 1 })];
        operations::log_metrics(world.database(), &world.editor, id, points).await.unwrap();
        seen.push(operations::revision(world.database(), &world.viewer, id).await.unwrap());
        world.put(id, "best.pt", b"weights").await;
        seen.push(operations::revision(world.database(), &world.viewer, id).await.unwrap());
        world.exported(id, "Digits").await;
        seen.push(operations::revision(world.database(), &world.viewer, id).await.unwrap());
        assert_eq!(operations::revision(world.database(), &world.viewer, id).await.unwrap(), seen[3]);
        assert!((1..seen.len()).all(|index| !seen[..index].contains(&seen[index])), "{seen:?}");
        assert_eq!(code(operations::revision(world.database(), &world.stranger, id).await), "not_found");
    }
}
