//! What can be changed about projects and datasets, and what is fixed once it is used (R29, R40).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    dataset::{DatasetChange, DatasetVersionChange, operations as datasets},
    experiment::{ProjectChange, operations as experiments},
    vocabulary::{DatasetVersionId, Name, Timestamp},
};

fn labels(labels: &[&str]) -> DatasetVersionChange {
    DatasetVersionChange { labels: Some(labels.iter().map(|&label| label.to_owned()).collect()), ..Default::default() }
}

/// The code of the refusal; checks that nothing was written.
async fn refusal(world: &World, id: DatasetVersionId, change: DatasetVersionChange) -> String {
    let before = world.rows().await;
    let outcome = datasets::change_version(&world.services.database, &world.editor, id, change).await;
    assert_eq!(world.rows().await, before);
    code(outcome)
}

on_every_database! {
    async fn labels_change_until_something_uses_them(world) {
        let database = &world.services.database;
        let id = world.dataset_version("yard", &["a", "b"]).await;
        let changed = datasets::change_version(database, &world.editor, id, labels(&["b", "a", "c"])).await.unwrap();
        assert_eq!(changed.labels.labels(), ["b", "a", "c"]);
        assert_eq!(refusal(world, id, labels(&["a", "a"])).await, "invalid_labels");
        let experiment = an_experiment().with_dataset_version(id, "train").create(world).await;
        assert_eq!(refusal(world, id, labels(&["a"])).await, "labels_in_use");
        let same = datasets::change_version(database, &world.editor, id, labels(&["b", "a", "c"])).await;
        assert!(same.is_ok(), "the same labels are no change");
        let version = world.exported(experiment, "Yard").await;
        assert_eq!(version.dataset_versions.len(), 1);
        experiments::delete(database, &world.owner, experiment).await.unwrap();
        assert_eq!(refusal(world, id, labels(&["a"])).await, "labels_in_use", "a model version was trained on them");
    }

    async fn the_facts_of_a_used_version_can_still_change(world) {
        let database = &world.services.database;
        let id = world.dataset_version("yard", &["a"]).await;
        an_experiment().with_dataset_version(id, "train").create(world).await;
        let change = DatasetVersionChange {
            name: Some(Name::parse("2026").unwrap()),
            item_count: Some(Some(12)),
            ..Default::default()
        };
        let changed = datasets::change_version(database, &world.editor, id, change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.item_count, changed.labels.len()), ("2026", Some(12), 1));
        let change = DatasetVersionChange { item_count: Some(None), ..Default::default() };
        let changed = datasets::change_version(database, &world.editor, id, change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.item_count), ("2026", None));
        let change = DatasetVersionChange { size_bytes: Some(Some(-1)), ..Default::default() };
        assert_eq!(refusal(world, id, change).await, "invalid_field");
    }

    async fn whoever_saves_an_older_state_is_told(world) {
        let database = &world.services.database;
        let id = world.dataset_version("yard", &["a"]).await;
        let seen = datasets::find_version(database, &world.editor, id).await.unwrap();
        let based = |labels: DatasetVersionChange, at: Timestamp| DatasetVersionChange { based_on: Some(at), ..labels };
        let theirs = datasets::change_version(database, &world.owner, id, based(labels(&["b"]), seen.updated_at)).await.unwrap();
        assert_eq!(refusal(world, id, based(labels(&["c"]), seen.updated_at)).await, "changed_meanwhile");
        datasets::change_version(database, &world.editor, id, based(labels(&["c"]), theirs.updated_at)).await.unwrap();

        let change = |at| DatasetChange { name: Some(Name::parse("new").unwrap()), based_on: Some(at), ..Default::default() };
        let dataset = datasets::find(database, &world.editor, seen.dataset_id).await.unwrap().dataset;
        datasets::change(database, &world.editor, dataset.id, change(dataset.updated_at)).await.unwrap();
        let late = datasets::change(database, &world.editor, dataset.id, change(dataset.updated_at)).await;
        assert_eq!(code(late), "changed_meanwhile");

        let change = |at| ProjectChange { name: Some(Name::parse("new").unwrap()), based_on: Some(at), ..Default::default() };
        let project = experiments::find_project(database, &world.editor, world.project).await.unwrap();
        experiments::change_project(database, &world.editor, project.id, change(project.updated_at)).await.unwrap();
        let late = experiments::change_project(database, &world.editor, project.id, change(project.updated_at)).await;
        assert_eq!(code(late), "changed_meanwhile");
    }

    async fn a_new_name_must_be_free(world) {
        let database = &world.services.database;
        let taken = world.dataset_version("taken", &[]).await;
        let other = world.dataset_version("other", &[]).await;
        let taken = datasets::find_version(database, &world.editor, taken).await.unwrap();
        let other = datasets::find_version(database, &world.editor, other).await.unwrap();
        let change = DatasetChange { name: Some(Name::parse("TAKEN").unwrap()), ..Default::default() };
        assert_eq!(code(datasets::change(database, &world.editor, other.dataset_id, change.clone()).await), "name_taken");
        let renamed = datasets::change(database, &world.editor, taken.dataset_id, change).await.unwrap();
        assert_eq!(renamed.name, "TAKEN", "its own name in other letters");
    }

    async fn labels_cannot_change_below_an_experiment_that_is_being_created(world) {
        let database = &world.services.database;
        for round in 0..8 {
            let id = world.dataset_version(&format!("yard {round}"), &["before"]).await;
            let experiment = an_experiment().with_dataset_version(id, "train");
            let (changed, created) = tokio::join!(
                datasets::change_version(database, &world.editor, id, labels(&["after"])),
                experiment.try_create(world),
            );
            let now = datasets::find_version(database, &world.editor, id).await.unwrap().labels;
            assert_eq!(created.unwrap().labels, now, "{:?}", changed.is_ok());
        }
    }
}
