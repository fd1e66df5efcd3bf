//! Labels of datasets with ids, counts and groups; locking and deleting datasets and their versions.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    audit,
    dataset::{
        DatasetLabel, DatasetLabelChange, DatasetVersionChange, LabelGroup, LabelGroupChange, NewLabelGroup,
        operations as datasets,
    },
    error::Failure,
    experiment::operations as experiments,
    vocabulary::{DatasetVersionId, LabelGroupId},
};
use std::collections::BTreeMap;

fn counts(counts: &[(&str, i64)]) -> DatasetVersionChange {
    let counts: BTreeMap<String, i64> = counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect();
    DatasetVersionChange { label_counts: Some(counts), ..Default::default() }
}

fn labels(labels: &[&str]) -> DatasetVersionChange {
    DatasetVersionChange { labels: Some(labels.iter().map(|&label| label.to_owned()).collect()), ..Default::default() }
}

fn renamed(label: &str) -> DatasetLabelChange {
    DatasetLabelChange { name: Some(name(label)), ..Default::default() }
}

async fn labels_of(world: &World, id: DatasetVersionId) -> Vec<DatasetLabel> {
    datasets::list_labels(world.database(), &world.viewer, id).await.unwrap()
}

async fn group(world: &World, id: DatasetVersionId, called: &str, parent_id: Option<LabelGroupId>) -> LabelGroup {
    let new = NewLabelGroup { name: name(called), parent_id };
    datasets::add_label_group(world.database(), &world.editor, id, new).await.unwrap()
}

/// The code of the refusal; checks that nothing was written.
async fn refused<T: std::fmt::Debug>(world: &World, attempt: impl Future<Output = Result<T, Failure>>) -> String {
    let before = world.rows().await;
    let outcome = attempt.await;
    assert_eq!(world.rows().await, before);
    code(outcome)
}

/// Action and kind of the newest entry of the trail.
async fn told(world: &World) -> (String, String) {
    let everything = audit::AuditFilter::default();
    let newest = audit::operations::list(world.database(), &world.owner, &everything, None, 1).await;
    let entry = newest.unwrap().items.remove(0).entry;
    (entry.action, entry.object_kind)
}

on_every_database! {
    async fn a_label_that_stays_keeps_its_id_its_count_and_its_group(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat", "dog"]).await;
        let pets = group(world, id, "Pets", None).await;
        let first = labels_of(world, id).await;
        let change = DatasetLabelChange { group_id: Some(Some(pets.id)), object_count: Some(Some(7)), ..Default::default() };
        let dog = datasets::change_label(database, editor, first[1].id, change).await.unwrap();
        assert_eq!(told(world).await, ("change".into(), "label".into()));
        let changed = datasets::change_version(database, editor, id, labels(&["dog", "owl"])).await.unwrap();
        assert_eq!(changed.labels.labels(), ["dog", "owl"]);
        assert_eq!(serde_json::to_string(&changed.label_counts).unwrap(), r#"{"dog":7}"#);
        let now = labels_of(world, id).await;
        assert_eq!(now[0], dog);
        assert!(now[1].object_count.is_none() && first.iter().all(|label| label.id != now[1].id));
        assert_eq!(datasets::find_label(database, &world.viewer, dog.id).await.unwrap(), (id, dog));
        assert_eq!(code(datasets::find_label(database, &world.viewer, first[0].id).await), "not_found", "the cat is gone");
    }

    async fn labels_come_and_go_one_by_one_until_something_uses_them(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat"]).await;
        let before = datasets::find_version(database, editor, id).await.unwrap();
        let dog = datasets::add_label(database, editor, id, &name("dog")).await.unwrap();
        assert_eq!(told(world).await, ("create".into(), "label".into()));
        datasets::add_label(database, editor, id, &name("owl")).await.unwrap();
        assert_eq!(refused(world, datasets::add_label(database, editor, id, &name("dog"))).await, "name_taken");
        assert_eq!(refused(world, datasets::change_label(database, editor, dog.id, renamed("owl"))).await, "name_taken");
        datasets::change_label(database, editor, dog.id, renamed("Dog")).await.unwrap();
        let cat = labels_of(world, id).await.remove(0);
        datasets::delete_label(database, editor, cat.id).await.unwrap();
        assert_eq!(told(world).await, ("delete".into(), "label".into()));
        let now = datasets::find_version(database, editor, id).await.unwrap();
        assert_eq!(now.labels.labels(), ["Dog", "owl"]);
        assert!(now.updated_at > before.updated_at, "whoever saves an older state is told");
        datasets::add_label(database, editor, id, &name("fox")).await.unwrap();

        an_experiment().with_dataset_version(id, "train").create(world).await;
        assert_eq!(refused(world, datasets::add_label(database, editor, id, &name("elk"))).await, "labels_in_use");
        assert_eq!(refused(world, datasets::change_label(database, editor, dog.id, renamed("dog"))).await, "labels_in_use");
        assert_eq!(refused(world, datasets::delete_label(database, editor, dog.id)).await, "labels_in_use");
        let counted = DatasetLabelChange { object_count: Some(Some(3)), ..Default::default() };
        datasets::change_label(database, editor, dog.id, counted).await.unwrap();
        let recounted = datasets::change_version(database, editor, id, counts(&[("fox", 2)])).await.unwrap();
        assert_eq!(recounted.label_counts.iter().collect::<Vec<_>>(), [("fox", 2)], "the others lost theirs");
    }

    async fn a_count_belongs_to_a_label_and_is_not_negative(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat", "dog"]).await;
        for wrong in [[("owl", 1)], [("cat", -1)]] {
            assert_eq!(refused(world, datasets::change_version(database, editor, id, counts(&wrong))).await, "invalid_field");
        }
        let both = DatasetVersionChange { labels: labels(&["owl"]).labels, ..counts(&[("owl", i64::MAX)]) };
        let changed = datasets::change_version(database, editor, id, both).await.unwrap();
        assert_eq!(changed.label_counts.get("owl"), Some(i64::MAX));
        let negative = DatasetLabelChange { object_count: Some(Some(-1)), ..Default::default() };
        let owl = labels_of(world, id).await.remove(0).id;
        assert_eq!(refused(world, datasets::change_label(database, editor, owl, negative)).await, "invalid_field");
    }

    async fn counts_and_groups_of_all_labels_change_at_once(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat", "dog", "car"]).await;
        let other = world.dataset_version("other", &["cat"]).await;
        let [pets, theirs] = [group(world, id, "Pets", None).await.id, group(world, other, "Pets", None).await.id];
        let grouped = |groups: &[(&str, LabelGroupId)]| DatasetVersionChange {
            label_groups: Some(groups.iter().map(|(label, group)| ((*label).to_owned(), *group)).collect()),
            ..counts(&[("car", 4)])
        };
        assert_eq!(refused(world, datasets::change_version(database, editor, id, grouped(&[("owl", pets)]))).await, "invalid_field");
        assert_eq!(refused(world, datasets::change_version(database, editor, id, grouped(&[("cat", theirs)]))).await, "unknown_label_group");
        datasets::change_version(database, editor, id, grouped(&[("cat", pets), ("dog", pets)])).await.unwrap();
        datasets::change_version(database, editor, id, grouped(&[("dog", pets)])).await.unwrap();
        let now: Vec<_> = labels_of(world, id).await.into_iter().map(|label| (label.object_count, label.group_id)).collect();
        assert_eq!(now, [(None, None), (None, Some(pets)), (Some(4), None)]);
        let told = world.texts(format!("SELECT details FROM audit_entries WHERE object_id = '{id}' ORDER BY id DESC")).await;
        assert!(told[0].contains(r#""before":{"label_groups":{"cat":"Pets","dog":"Pets"}}"#), "{}", told[0]);
    }

    async fn groups_are_a_tree_of_their_version(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat"]).await;
        let other = world.dataset_version("other", &["cat"]).await;
        let animals = group(world, id, "Animals", None).await;
        let pets = group(world, id, "Pets", Some(animals.id)).await;
        let small = group(world, id, "Small", Some(pets.id)).await;
        let theirs = group(world, other, "Pets", None).await;
        let put = |parent| LabelGroupChange { parent_id: Some(parent), ..Default::default() };
        for inside in [animals.id, pets.id, small.id] {
            let attempt = datasets::change_label_group(database, editor, animals.id, put(Some(inside)));
            assert_eq!(refused(world, attempt).await, "invalid_field");
        }
        let attempt = datasets::change_label_group(database, editor, animals.id, put(Some(theirs.id)));
        assert_eq!(refused(world, attempt).await, "unknown_label_group");
        let taken = NewLabelGroup { name: name("PETS"), parent_id: None };
        assert_eq!(refused(world, datasets::add_label_group(database, editor, id, taken)).await, "name_taken");

        let cat = labels_of(world, id).await.remove(0).id;
        let into = |group| DatasetLabelChange { group_id: Some(Some(group)), ..Default::default() };
        assert_eq!(refused(world, datasets::change_label(database, editor, cat, into(theirs.id))).await, "unknown_label_group");
        datasets::change_label(database, editor, cat, into(pets.id)).await.unwrap();
        datasets::delete_label_group(database, editor, pets.id).await.unwrap();
        assert_eq!(labels_of(world, id).await[0].group_id, None);
        let left = datasets::list_label_groups(database, &world.viewer, id).await.unwrap();
        assert_eq!(left, [animals.clone(), LabelGroup { parent_id: Some(animals.id), ..small.clone() }]);
        let outside = datasets::change_label_group(database, editor, small.id, put(None)).await.unwrap();
        assert_eq!(datasets::find_label_group(database, editor, small.id).await.unwrap(), (id, outside));
    }

    async fn a_locked_version_is_attached_but_not_changed(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat"]).await;
        let pets = group(world, id, "Pets", None).await;
        let locked = datasets::lock_version(database, editor, id).await.unwrap();
        assert_eq!(told(world).await, ("lock".into(), "dataset_version".into()));
        let again = datasets::lock_version(database, editor, id).await.unwrap();
        assert_eq!(again.locked_at, locked.locked_at, "locking twice changes nothing");
        let cat = labels_of(world, id).await.remove(0).id;
        let put = LabelGroupChange { parent_id: Some(None), ..Default::default() };
        let new = NewLabelGroup { name: name("More"), parent_id: None };
        assert_eq!(refused(world, datasets::change_version(database, editor, id, counts(&[]))).await, "locked");
        assert_eq!(refused(world, datasets::add_label(database, editor, id, &name("dog"))).await, "locked");
        assert_eq!(refused(world, datasets::change_label(database, editor, cat, renamed("dog"))).await, "locked");
        assert_eq!(refused(world, datasets::delete_label(database, editor, cat)).await, "locked");
        assert_eq!(refused(world, datasets::add_label_group(database, editor, id, new)).await, "locked");
        assert_eq!(refused(world, datasets::change_label_group(database, editor, pets.id, put)).await, "locked");
        assert_eq!(refused(world, datasets::delete_label_group(database, editor, pets.id)).await, "locked");
        assert_eq!(refused(world, datasets::delete_version(database, &world.owner, id)).await, "locked");
        assert_eq!(refused(world, datasets::delete(database, &world.owner, locked.dataset_id)).await, "locked");
        let experiment = an_experiment().with_dataset_version(id, "train").create(world).await;
        assert_eq!(world.experiment(experiment).await.labels.labels(), ["cat"]);
        let open = datasets::unlock_version(database, editor, id).await.unwrap();
        assert_eq!((open.locked_at, told(world).await), (None, ("unlock".into(), "dataset_version".into())));
        datasets::change_version(database, editor, id, counts(&[("cat", 1)])).await.unwrap();
    }

    async fn what_something_was_trained_on_is_not_deleted(world) {
        let (database, owner) = (world.database(), &world.owner);
        let id = world.dataset_version("yard", &["cat"]).await;
        let dataset = datasets::find_version(database, owner, id).await.unwrap().dataset_id;
        let experiment = an_experiment().with_dataset_version(id, "train").with_dataset_version(id, "test").create(world).await;
        let refusal = shown(datasets::delete_version(database, owner, id).await);
        assert_eq!(refusal.code, "in_use");
        assert!(refusal.detail.contains("1 experiment."), "{}", refusal.detail);
        let version = world.exported(experiment, "Yard").await;
        experiments::delete(database, owner, experiment).await.unwrap();
        let refusal = shown(datasets::delete(database, owner, dataset).await);
        assert!(refusal.detail.contains("1 model version."), "{}", refusal.detail);
        assert_eq!(refused(world, datasets::delete(database, owner, dataset)).await, "in_use");
        heirloom::model::operations::life::delete(database, owner, version.id).await.unwrap();
        assert_eq!(refused(world, datasets::delete_version(database, &world.editor, id)).await, "role_too_low");
        assert_eq!(refused(world, datasets::delete(database, &world.editor, dataset)).await, "role_too_low");
        datasets::delete_version(database, owner, id).await.unwrap();
        assert_eq!(told(world).await, ("delete".into(), "dataset_version".into()));
        assert_eq!(code(datasets::find_version(database, owner, id).await), "not_found");
    }

    async fn a_dataset_goes_with_all_that_it_has(world) {
        let (database, owner) = (world.database(), &world.owner);
        let kept = world.rows().await;
        let id = world.dataset_version("yard", &["cat", "dog"]).await;
        let pets = group(world, id, "Pets", None).await;
        group(world, id, "Small", Some(pets.id)).await;
        let cat = labels_of(world, id).await.remove(0).id;
        let into = DatasetLabelChange { group_id: Some(Some(pets.id)), ..Default::default() };
        datasets::change_label(database, owner, cat, into).await.unwrap();
        let dataset = datasets::find_version(database, owner, id).await.unwrap().dataset_id;
        datasets::delete(database, owner, dataset).await.unwrap();
        let mut left = world.rows().await;
        left.retain(|table, _| !table.starts_with("audit_"));
        for (table, rows) in left {
            assert_eq!(kept[&table], rows, "{table}");
        }
    }

    async fn what_belongs_to_another_organization_does_not_exist(world) {
        let (database, stranger) = (world.database(), &world.stranger);
        let id = world.dataset_version("yard", &["cat"]).await;
        let dataset = datasets::find_version(database, &world.owner, id).await.unwrap().dataset_id;
        let pets = group(world, id, "Pets", None).await.id;
        let cat = labels_of(world, id).await.remove(0).id;
        let new = || NewLabelGroup { name: name("More"), parent_id: None };
        assert_eq!(refused(world, datasets::list_labels(database, stranger, id)).await, "not_found");
        assert_eq!(refused(world, datasets::find_label(database, stranger, cat)).await, "not_found");
        assert_eq!(refused(world, datasets::add_label(database, stranger, id, &name("dog"))).await, "not_found");
        assert_eq!(refused(world, datasets::change_label(database, stranger, cat, renamed("dog"))).await, "not_found");
        assert_eq!(refused(world, datasets::delete_label(database, stranger, cat)).await, "not_found");
        assert_eq!(refused(world, datasets::list_label_groups(database, stranger, id)).await, "not_found");
        assert_eq!(refused(world, datasets::find_label_group(database, stranger, pets)).await, "not_found");
        assert_eq!(refused(world, datasets::add_label_group(database, stranger, id, new())).await, "not_found");
        assert_eq!(refused(world, datasets::delete_label_group(database, stranger, pets)).await, "not_found");
        assert_eq!(refused(world, datasets::lock_version(database, stranger, id)).await, "not_found");
        assert_eq!(refused(world, datasets::delete_version(database, stranger, id)).await, "not_found");
        assert_eq!(refused(world, datasets::delete(database, stranger, dataset)).await, "not_found");
    }
}
