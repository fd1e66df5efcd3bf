//! Exports that must not happen, and that then write nothing.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::operations as experiments,
    export::operations::{Destination, ExportRequest, NewModel, export},
    model::{ModelFilter, operations as models},
    vocabulary::{Actor, Description, ExperimentId, ModelId},
};

/// The refusal's code; checks that nothing was written.
async fn refusal(world: &World, actor: &Actor, experiment: ExperimentId, request: ExportRequest) -> String {
    let before = world.rows().await;
    let outcome = export(world.database(), actor, experiment, request, Some("a-key")).await;
    assert_eq!(world.rows().await, before);
    code(outcome)
}

on_every_database! {
    async fn another_organization_sees_neither_experiment_nor_model(world) {
        let mine = an_experiment().with_artifact("best.pt").create(world).await;
        let model = world.exported(mine, "Mine").await.model_id;
        let new = heirloom::experiment::NewProject { name: name("P"), description: Description::default() };
        let project = experiments::create_project(world.database(), &world.stranger, new).await.unwrap().id;
        let theirs = experiments::create(world.database(), &world.stranger, an_experiment().to_new(project)).await.unwrap();
        let theirs = theirs.summary.id;
        assert_eq!(refusal(world, &world.stranger, mine, new_model("Stolen")).await, "not_found");
        assert_eq!(refusal(world, &world.stranger, theirs, version_of(model, "v2")).await, "not_found");
        assert_eq!(refusal(world, &world.editor, theirs, version_of(model, "v2")).await, "not_found");
        assert_eq!(code(models::find(world.database(), &world.stranger, model).await), "not_found");
        assert_eq!(models::list(world.database(), &world.stranger, &ModelFilter { limit: 50, ..ModelFilter::default() }).await.unwrap().items.len(), 0);
        let same_name = export(world.database(), &world.stranger, theirs, new_model("Mine"), None).await.unwrap();
        assert_eq!(same_name.version.number, 1, "names of other organizations do not matter");
    }

    async fn what_is_not_there_cannot_be_exported(world) {
        let id = an_experiment().create(world).await;
        assert_eq!(refusal(world, &world.editor, ExperimentId::generate(), new_model("M")).await, "not_found");
        assert_eq!(refusal(world, &world.editor, id, version_of(ModelId::generate(), "v1")).await, "not_found");
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        assert_eq!(refusal(world, &world.editor, id, new_model("M")).await, "not_found");
    }

    async fn a_viewer_must_not_export(world) {
        let id = an_experiment().create(world).await;
        assert_eq!(refusal(world, &world.viewer, id, new_model("M")).await, "role_too_low");
        for actor in [&world.editor, &world.owner] {
            export(world.database(), actor, id, new_model(&actor.email), None).await.unwrap();
        }
    }

    async fn a_taken_version_name_burns_no_number(world) {
        let id = an_experiment().with_artifact("best.pt").create(world).await;
        let model = world.exported(id, "Names").await.model_id;
        for spelling in ["v1", "V1", " v1 "] {
            assert_eq!(refusal(world, &world.editor, id, version_of(model, spelling)).await, "version_name_taken");
        }
        let next = world.export(id, version_of(model, "v2")).await.unwrap().version;
        assert_eq!(next.number, 2);
    }

    async fn a_taken_model_name_leaves_the_model_as_it_was(world) {
        let id = an_experiment().create(world).await;
        world.exported(id, "Straße").await;
        for spelling in ["Straße", "STRASSE", "strasse"] {
            assert_eq!(refusal(world, &world.editor, id, new_model(spelling)).await, "model_name_taken");
        }
    }

    async fn an_unreadable_key_is_refused(world) {
        let id = an_experiment().create(world).await;
        for key in ["", "a b", "ä", "a\n", &"k".repeat(129)] {
            let outcome = export(world.database(), &world.editor, id, new_model("M"), Some(key)).await;
            assert_eq!(code(outcome), "invalid_idempotency_key", "{key:?}");
        }
        export(world.database(), &world.editor, id, new_model("M"), Some(&"k".repeat(128))).await.unwrap();
    }

    async fn the_trail_has_one_entry_for_one_export(world) {
        let id = an_experiment().with_artifact("best.pt").create(world).await;
        let destination = Destination::New(NewModel { name: name("Trail"), description: Description::parse("x").unwrap() });
        let request = ExportRequest { destination, version: new_version("first") };
        let before = world.rows().await["audit_entries"].len();
        let version = world.export(id, request).await.unwrap().version;
        assert_eq!(world.rows().await["audit_entries"].len(), before + 2, "one of the model, which is new, and one of the version");
        let entries = world
            .texts("SELECT user_email || ' ' || action || ' ' || object_kind || ' ' || object_id FROM audit_entries WHERE action = 'export'")
            .await;
        assert_eq!(entries, [format!("{} export model_version {}", world.editor.email, version.id)]);
    }
}
