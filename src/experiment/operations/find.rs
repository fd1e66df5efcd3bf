//! Finding experiments.

use crate::{
    artifact,
    database::{Connection, Database, tags},
    error::Failure,
    experiment::{
        Experiment, ExperimentError,
        store::{experiments, given, metrics, parts},
    },
    model,
    vocabulary::{Actor, ExperimentId, ProjectId, TagTarget, name::name_key},
};

/// One experiment with its parts.
pub async fn find(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Experiment, Failure> {
    load(&mut *database.read().await?, actor, id).await
}

/// The experiment of this name in a project.
pub async fn find_by_name(
    database: &Database,
    actor: &Actor,
    project: ProjectId,
    name: &str,
) -> Result<Option<ExperimentId>, Failure> {
    actor.entering(project)?;
    let mut connection = database.read().await?;
    Ok(given::find_by_name(&mut connection, actor.organization_id, project, &name_key(name)).await?)
}

/// One experiment with its parts, also inside a transaction.
pub async fn load(connection: &mut Connection, actor: &Actor, id: ExperimentId) -> Result<Experiment, Failure> {
    let organization = actor.organization_id;
    let summary = experiments::find(connection, organization, id).await?.ok_or(ExperimentError::NotFound)?;
    actor.entering(summary.project_id)?;
    let single = experiments::find_single(connection, organization, id).await?;
    let base_model_version = match parts::find_base(connection, organization, id).await? {
        Some(base) => model::store::find_link(connection, organization, base).await?,
        None => None,
    };
    Ok(Experiment {
        summary,
        tags: tags::list(connection, organization, TagTarget::Experiment, id).await?,
        notes: single.notes,
        edited_at: single.edited_at,
        docker_image: single.docker_image,
        base_model_version,
        base_experiment: given::find_base_experiment(connection, organization, id).await?,
        labels: parts::list_labels(connection, organization, id).await?,
        labels_from: single.labels_from,
        parameters: parts::list_parameters(connection, organization, id).await?,
        dataset_versions: parts::list_dataset_versions(connection, organization, id).await?,
        metrics: metrics::list_series(connection, organization, id).await?,
        artifact_count: artifact::store::count(connection, organization, id).await?,
        exported_as: model::store::list_exported_from(connection, organization, id).await?,
    })
}
