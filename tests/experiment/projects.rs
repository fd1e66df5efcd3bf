//! Projects: found by name, deleted, and with dataset versions of their own.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    dataset::operations as datasets,
    error::Failure,
    experiment::{NewProject, Project, operations as experiments},
    vocabulary::{Actor, DatasetVersionId, Description, ProjectId, Reach},
};
use serde_json::{Value, json};

async fn a_project(world: &World, text: &str) -> Project {
    let new = NewProject { name: name(text), description: Description::default() };
    experiments::create_project(world.database(), &world.editor, new).await.unwrap()
}

async fn named(world: &World, actor: &Actor, text: &str) -> Option<ProjectId> {
    experiments::find_project_by_name(world.database(), actor, text).await.unwrap().map(|project| project.id)
}

async fn dataset_versions(world: &World, project: ProjectId) -> Vec<DatasetVersionId> {
    let listed = experiments::list_project_dataset_versions(world.database(), &world.viewer, project).await;
    listed.unwrap().into_iter().map(|version| version.id).collect()
}

async fn attach(world: &World, project: ProjectId, version: DatasetVersionId) -> Result<(), Failure> {
    experiments::attach_to_project(world.database(), &world.editor, project, version).await
}

async fn detach(world: &World, project: ProjectId, versions: &[DatasetVersionId]) -> Result<(), Failure> {
    experiments::detach_from_project(world.database(), &world.editor, project, versions).await
}

on_every_database! {
    async fn projects_and_experiments_are_found_by_name_within_reach(world) {
        let project = a_project(world, "Straße").await.id;
        assert_eq!(named(world, &world.viewer, " STRASSE ").await, Some(project));
        assert_eq!(named(world, &world.viewer, "Strass").await, None);
        assert_eq!(named(world, &world.viewer, "\0").await, None);
        assert_eq!(named(world, &world.stranger, "Straße").await, None);
        let elsewhere = Actor { reach: Reach { only: Some(world.project), narrowed: Vec::new() }, ..world.editor.clone() };
        assert_eq!(named(world, &elsewhere, "Straße").await, None);

        let run = an_experiment().named("Run 1").create(world).await;
        let find = async |actor: &Actor, project, text: &str| experiments::find_by_name(world.database(), actor, project, text).await;
        assert_eq!(find(&world.viewer, world.project, "run 1").await.unwrap(), Some(run));
        assert_eq!(find(&world.viewer, project, "run 1").await.unwrap(), None);
        assert_eq!(find(&world.stranger, world.project, "run 1").await.unwrap(), None);
        assert_eq!(code(find(&elsewhere, project, "run 1").await), "not_found");
        experiments::delete(world.database(), &world.owner, run).await.unwrap();
        assert_eq!(find(&world.viewer, world.project, "run 1").await.unwrap(), None);
    }

    async fn a_project_is_deleted_after_its_experiments_and_its_name_becomes_free(world) {
        let data = world.dataset_version("Data", &[]).await;
        attach(world, world.project, data).await.unwrap();
        let run = an_experiment().create(world).await;
        let delete = async |actor: &Actor| experiments::delete_project(world.database(), actor, world.project).await;
        let before = world.rows().await;
        assert_eq!(code(delete(&world.editor).await), "role_too_low");
        assert_eq!(code(delete(&world.stranger).await), "not_found");
        let refused = shown(delete(&world.owner).await);
        assert_eq!((refused.code.as_str(), refused.kind.status()), ("in_use", 409));
        assert_eq!(world.rows().await, before);

        let version = world.exported(run, "Model").await.id;
        experiments::delete(world.database(), &world.owner, run).await.unwrap();
        delete(&world.owner).await.unwrap();
        let details = world.texts("SELECT details FROM audit_entries WHERE action = 'delete' AND object_kind = 'project'").await.remove(0);
        let details: Value = serde_json::from_str(&details).unwrap();
        assert_eq!(details["before"], json!({ "name": "Digits", "description": "", "dataset_versions": [data] }));
        assert_eq!(code(delete(&world.owner).await), "not_found");
        assert_eq!(code(experiments::find_project(world.database(), &world.viewer, world.project).await), "not_found");
        assert_eq!(code(an_experiment().try_create(world).await), "not_found");
        assert_eq!(code(attach(world, world.project, data).await), "not_found");
        assert_eq!(named(world, &world.viewer, "Digits").await, None);
        let listed = experiments::list_projects(world.database(), &world.viewer, "", None, 50).await.unwrap().items;
        assert!(listed.is_empty());
        assert_eq!(world.version(version).await.source_experiment.unwrap().at_export.project_id, world.project);
        let again = a_project(world, "digits").await;
        assert_ne!(again.id, world.project);
        // Nothing is left that would keep the dataset version.
        datasets::delete_version(world.database(), &world.owner, data).await.unwrap();
    }

    async fn an_experiment_is_created_or_its_project_deleted_when_both_happen_at_once(world) {
        for round in 0..10 {
            let project = a_project(world, &format!("Project {round}")).await.id;
            let new = an_experiment().to_new(project);
            let (created, deleted) = tokio::join!(
                experiments::create(world.database(), &world.editor, new),
                experiments::delete_project(world.database(), &world.owner, project),
            );
            assert_ne!(created.is_ok(), deleted.is_ok(), "{created:?}, {deleted:?}");
        }
    }

    async fn a_project_has_dataset_versions_in_the_order_of_their_coming(world) {
        let [one, two, three] = [world.dataset_version("1", &["a"]).await, world.dataset_version("2", &[]).await, world.dataset_version("3", &[]).await];
        for version in [two, one, three, one] {
            attach(world, world.project, version).await.unwrap();
        }
        assert_eq!(dataset_versions(world, world.project).await, [two, one, three]);
        let entries = world.texts("SELECT id FROM audit_entries WHERE action = 'attach'").await;
        assert_eq!(entries.len(), 3, "attaching twice is no change");
        let before = world.rows().await;
        assert_eq!(code(attach(world, world.project, DatasetVersionId::generate()).await), "unknown_dataset_version");
        let viewers = experiments::attach_to_project(world.database(), &world.viewer, world.project, one).await;
        assert_eq!(code(viewers), "role_too_low");
        let strangers = experiments::list_project_dataset_versions(world.database(), &world.stranger, world.project).await;
        assert_eq!(code(strangers), "not_found");
        assert_eq!(world.rows().await, before);
        detach(world, world.project, &[DatasetVersionId::generate()]).await.unwrap();
        assert_eq!(world.rows().await, before, "what is not there is no change");
        detach(world, world.project, &[two, three, two]).await.unwrap();
        assert_eq!(dataset_versions(world, world.project).await, [one]);
        datasets::delete_version(world.database(), &world.owner, one).await.unwrap();
        assert_eq!(dataset_versions(world, world.project).await, []);
    }
}
