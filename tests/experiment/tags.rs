//! Tags as things: defined by use or by hand, renamed and deleted everywhere, given to several things at once.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    dataset::{DatasetVersionChange, NewCopy, operations as datasets},
    error::Failure,
    experiment::{ExperimentChange, operations as experiments},
    model::{ModelChange, operations as models},
    tag::{MAX_ATTACHED, Tag, operations as tags},
    vocabulary::{Actor, ExperimentId, Reach, Role, TagId, TagTarget, Tags},
};
use std::fmt::Display;
use uuid::Uuid;

fn some(names: &[&str]) -> Option<Tags> {
    Some(Tags::parse(names).unwrap())
}

fn uuid(id: impl Display) -> Uuid {
    id.to_string().parse().unwrap()
}

async fn tag_experiment(world: &World, id: ExperimentId, names: &[&str]) {
    let change = ExperimentChange { tags: some(names), ..Default::default() };
    experiments::change(world.database(), &world.editor, id, change).await.unwrap();
}

async fn tags_of(world: &World, id: ExperimentId) -> String {
    world.experiment(id).await.tags.as_list()
}

async fn defined(world: &World, target: TagTarget) -> Vec<String> {
    let all = tags::list(world.database(), &world.viewer, Some(target)).await.unwrap();
    all.into_iter().map(|tag| tag.name).collect()
}

async fn named(world: &World, target: TagTarget, name: &str) -> Tag {
    tags::find_by_name(world.database(), &world.viewer, target, name).await.unwrap().unwrap()
}

/// The code of the refusal; checks that nothing was written.
async fn refused<T: std::fmt::Debug>(world: &World, attempt: impl Future<Output = Result<T, Failure>>) -> String {
    let before = world.rows().await;
    let outcome = attempt.await;
    assert_eq!(world.rows().await, before);
    code(outcome)
}

on_every_database! {
    async fn what_is_used_is_defined_once_for_each_kind_of_thing(world) {
        let [one, other] = [an_experiment().create(world).await, an_experiment().create(world).await];
        tag_experiment(world, one, &["Night", "rain"]).await;
        tag_experiment(world, other, &["night"]).await;
        let model = world.exported(one, "Digits").await.model_id;
        let change = ModelChange { tags: some(&["night"]), ..Default::default() };
        models::models::change(world.database(), &world.editor, model, change).await.unwrap();
        assert_eq!(defined(world, TagTarget::Experiment).await, ["Night", "rain"]);
        assert_eq!(defined(world, TagTarget::Model).await, ["night"]);
        tag_experiment(world, one, &[]).await;
        assert_eq!(defined(world, TagTarget::Experiment).await, ["Night", "rain"], "a tag that nothing has stays defined");
        let all = tags::list(world.database(), &world.viewer, None).await.unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(tags::list(world.database(), &world.stranger, None).await.unwrap(), []);
    }

    async fn a_tag_is_renamed_and_deleted_on_everything_that_has_it(world) {
        let database = world.database();
        let [one, other] = [an_experiment().create(world).await, an_experiment().create(world).await];
        tag_experiment(world, one, &["night", "rain"]).await;
        tag_experiment(world, other, &["night"]).await;
        let model = world.exported(one, "Digits").await.model_id;
        let change = ModelChange { tags: some(&["night"]), ..Default::default() };
        models::models::change(database, &world.editor, model, change).await.unwrap();
        let night = named(world, TagTarget::Experiment, "NIGHT").await;
        let seen = world.experiment(one).await.edited_at;
        assert_eq!(refused(world, tags::rename(database, &world.editor, night.id, "Rain")).await, "name_taken");
        assert_eq!(refused(world, tags::rename(database, &world.editor, night.id, "a,b")).await, "invalid_field");
        assert_eq!(refused(world, tags::rename(database, &world.viewer, night.id, "dark")).await, "role_too_low");
        let dark = tags::rename(database, &world.editor, night.id, "dark").await.unwrap();
        assert_eq!((tags_of(world, one).await, tags_of(world, other).await), ("dark, rain".into(), "dark".into()));
        assert_eq!(defined(world, TagTarget::Model).await, ["night"], "the same word on models is another tag");
        let late = ExperimentChange { tags: some(&["night"]), based_on: Some(seen), ..Default::default() };
        assert_eq!(code(experiments::change(database, &world.editor, one, late).await), "changed_meanwhile");
        assert_eq!(tags::find(database, &world.viewer, night.id).await.unwrap(), dark);

        tags::delete(database, &world.editor, dark.id).await.unwrap();
        assert_eq!((tags_of(world, one).await, tags_of(world, other).await), ("rain".into(), String::new()));
        assert_eq!(code(tags::find(database, &world.viewer, dark.id).await), "not_found");
        let told = world.texts(format!("SELECT details FROM audit_entries WHERE object_id = '{}' ORDER BY id", dark.id)).await;
        assert!(told[0].contains(r#""before":{"name":"night"}"#) && told[1].contains(r#""things":2"#), "{told:?}");
    }

    async fn several_things_get_a_tag_and_others_are_left_alone(world) {
        let (database, editor) = (world.database(), &world.editor);
        let [one, other, tagged] = [an_experiment().create(world).await, an_experiment().create(world).await, an_experiment().create(world).await];
        tag_experiment(world, tagged, &["night"]).await;
        let model = world.exported(one, "Digits").await.model_id;
        let night = named(world, TagTarget::Experiment, "night").await;
        let ids = [uuid(one), uuid(other), uuid(other), uuid(tagged), uuid(model), Uuid::now_v7()];
        assert_eq!(tags::attach(database, editor, night.id, &ids).await.unwrap(), 2);
        assert_eq!(tags_of(world, other).await, "night");
        assert_eq!(tags::list_of(database, &world.viewer, TagTarget::Experiment, uuid(other)).await.unwrap(), std::slice::from_ref(&night));
        assert_eq!(tags::attach(database, editor, night.id, &ids).await.unwrap(), 0);
        assert_eq!(tags::detach(database, editor, night.id, &ids[..2]).await.unwrap(), 2);
        assert_eq!(tags_of(world, other).await, "");
        let changes = world.texts(format!("SELECT action FROM audit_entries WHERE object_id = '{other}' ORDER BY id")).await;
        assert_eq!(changes, ["create", "change", "change"]);
        let too_many = vec![Uuid::now_v7(); MAX_ATTACHED + 1];
        assert_eq!(refused(world, tags::attach(database, editor, night.id, &too_many)).await, "invalid_field");
        assert_eq!(refused(world, tags::attach(database, &world.stranger, night.id, &ids)).await, "not_found");
        let foreign = tags::list_of(database, &world.stranger, TagTarget::Experiment, uuid(one)).await;
        assert_eq!(code(foreign), "not_found");
    }

    async fn a_thing_with_all_the_tags_that_it_may_have_gets_no_other(world) {
        let (database, editor) = (world.database(), &world.editor);
        let full = an_experiment().create(world).await;
        let names: Vec<String> = (0..Tags::MAX_TAGS).map(|index| format!("tag {index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        tag_experiment(world, full, &names).await;
        let one_more = tags::create(database, editor, TagTarget::Experiment, "one more").await.unwrap();
        let empty = an_experiment().create(world).await;
        let both = [uuid(empty), uuid(full)];
        let attempt = tags::attach(database, editor, one_more.id, &both);
        assert_eq!(refused(world, attempt).await, "too_many_tags", "none gets it");
        assert_eq!(refused(world, tags::create(database, editor, TagTarget::Experiment, "One More")).await, "name_taken");
        assert_eq!(refused(world, tags::create(database, editor, TagTarget::Model, "x,y")).await, "invalid_field");
    }

    async fn who_is_open_for_one_project_tags_only_there(world) {
        let (database, editor) = (world.database(), &world.editor);
        let here = an_experiment().create(world).await;
        tag_experiment(world, here, &["night"]).await;
        let night = named(world, TagTarget::Experiment, "night").await;
        let hidden = Actor { reach: Reach { only: None, narrowed: vec![(world.project, None)] }, ..editor.clone() };
        let watching =
            Actor { reach: Reach { only: None, narrowed: vec![(world.project, Some(Role::Viewer))] }, ..editor.clone() };
        assert_eq!(tags::detach(database, &hidden, night.id, &[uuid(here)]).await.unwrap(), 0);
        assert_eq!(refused(world, tags::detach(database, &watching, night.id, &[uuid(here)])).await, "role_too_low");
        for narrowed in [&hidden, &watching] {
            assert_eq!(refused(world, tags::delete(database, narrowed, night.id)).await, "reach_too_small");
            assert_eq!(refused(world, tags::rename(database, narrowed, night.id, "dark")).await, "reach_too_small");
        }
        let out_of_reach = tags::list_of(database, &hidden, TagTarget::Experiment, uuid(here)).await;
        assert_eq!(code(out_of_reach), "not_found");
    }

    async fn a_rename_and_a_new_use_at_once_leave_no_tag_undefined(world) {
        for round in 0..8 {
            let [one, other] = [an_experiment().create(world).await, an_experiment().create(world).await];
            let (old, new) = (format!("old {round}"), format!("new {round}"));
            tag_experiment(world, one, &[&old]).await;
            let id: TagId = named(world, TagTarget::Experiment, &old).await.id;
            let names = [old.as_str()];
            let (renamed, ()) =
                tokio::join!(tags::rename(world.database(), &world.editor, id, &new), tag_experiment(world, other, &names));
            renamed.unwrap();
            let defined = defined(world, TagTarget::Experiment).await;
            for used in [tags_of(world, one).await, tags_of(world, other).await] {
                assert!(defined.contains(&used), "{used} in {defined:?}");
            }
        }
    }

    async fn datasets_and_their_versions_have_tags_and_copies_may_take_them_along(world) {
        let (database, editor) = (world.database(), &world.editor);
        let id = world.dataset_version("yard", &["cat", "dog"]).await;
        let counts = [("dog".to_owned(), 3)].into();
        let change = DatasetVersionChange { tags: some(&["night", "rain"]), label_counts: Some(counts), ..Default::default() };
        let version = datasets::change_version(database, editor, id, change).await.unwrap();
        let parent = tags::create(database, editor, TagTarget::Dataset, "yards").await.unwrap();
        tags::attach(database, editor, parent.id, &[uuid(version.dataset_id)]).await.unwrap();
        assert_eq!(datasets::find(database, editor, version.dataset_id).await.unwrap().dataset.tags.as_list(), "yards");
        assert_eq!(defined(world, TagTarget::DatasetVersion).await, ["night", "rain"]);

        let labels = datasets::list_labels(database, editor, id).await.unwrap();
        let group = |called: &str, parent_id| heirloom::dataset::NewLabelGroup { name: name(called), parent_id };
        let animals = datasets::add_label_group(database, editor, id, group("Zoo", None)).await.unwrap();
        let pets = datasets::add_label_group(database, editor, id, group("Pets", Some(animals.id))).await.unwrap();
        let into = heirloom::dataset::DatasetLabelChange { group_id: Some(Some(pets.id)), ..Default::default() };
        datasets::change_label(database, editor, labels[0].id, into).await.unwrap();
        datasets::lock_version(database, editor, id).await.unwrap();
        let copy = |called: &str, with: bool| NewCopy {
            dataset_id: version.dataset_id,
            name: name(called),
            description: Default::default(),
            kind: None,
            with_labels: with,
            with_tags: with,
        };
        let bare = datasets::copy_version(database, editor, id, copy("bare", false)).await.unwrap();
        assert!(bare.labels.is_empty() && bare.tags.is_empty() && bare.locked_at.is_none());
        assert_eq!((bare.kind, bare.item_count), (version.kind, Some(1797)));
        let whole = datasets::copy_version(database, editor, id, copy("whole", true)).await.unwrap();
        assert_eq!((&whole.labels, &whole.label_counts, &whole.tags), (&version.labels, &version.label_counts, &version.tags));
        let groups = datasets::list_label_groups(database, editor, whole.id).await.unwrap();
        let copied = datasets::list_labels(database, editor, whole.id).await.unwrap();
        assert_eq!((groups[0].name.as_str(), groups[0].parent_id), ("Pets", Some(groups[1].id)));
        assert_eq!((copied[0].group_id, copied[1].group_id), (Some(groups[0].id), None));
        assert!(groups[0].id != pets.id && copied[0].id != labels[0].id);
        assert_eq!(refused(world, datasets::copy_version(database, editor, id, copy("BARE", true))).await, "name_taken");
        assert_eq!(refused(world, datasets::copy_version(database, &world.stranger, id, copy("x", true))).await, "not_found");
        datasets::delete_version(database, &world.owner, whole.id).await.unwrap();
    }
}
