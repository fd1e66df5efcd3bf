//! Finding experiments.

use crate::{
    artifact,
    database::{Connection, Database},
    error::Failure,
    experiment::{
        Experiment, ExperimentError, ExperimentFilter, ExperimentSummary,
        store::{experiments, metrics, parts},
    },
    model,
    vocabulary::{Actor, ExperimentId, MetricValue, Page},
};

/// A page of the experiments that `filter` lets through.
pub async fn list(
    database: &Database,
    actor: &Actor,
    filter: &ExperimentFilter,
) -> Result<Page<ExperimentSummary>, Failure> {
    let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
    let items =
        experiments::list(&mut *database.read().await?, actor.organization_id, filter, after, filter.limit + 1).await?;
    Ok(Page::cut(items, filter.limit, |last| {
        serde_json::json!([experiments::sort_value(last, filter.sort), last.id]).to_string()
    }))
}

fn read_cursor(text: &str) -> Result<(String, String), ExperimentError> {
    let parts: Option<(String, String)> = serde_json::from_str(text).ok();
    // PostgreSQL cannot even compare with NUL.
    parts
        .filter(|(sort_value, id)| !sort_value.contains('\0') && !id.contains('\0'))
        .ok_or_else(|| ExperimentError::Query("cursor must be the next_cursor of the page before.".to_owned()))
}

/// One experiment with its parts.
pub async fn find(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Experiment, Failure> {
    load(&mut *database.read().await?, actor, id).await
}

/// The last value of every metric of some experiments, as `(experiment id, key, value)`.
pub async fn last_values(
    database: &Database,
    actor: &Actor,
    ids: &[ExperimentId],
) -> Result<Vec<(String, String, MetricValue)>, Failure> {
    Ok(metrics::list_last_values(&mut *database.read().await?, actor.organization_id, ids).await?)
}

/// One experiment with its parts, also inside a transaction.
pub async fn load(connection: &mut Connection, actor: &Actor, id: ExperimentId) -> Result<Experiment, Failure> {
    let organization = actor.organization_id;
    let summary = experiments::find(connection, organization, id).await?.ok_or(ExperimentError::NotFound)?;
    let (docker_image, labels_from) = experiments::find_image_and_labels_from(connection, organization, id).await?;
    let base_model_version = match parts::find_base(connection, organization, id).await? {
        Some(base) => model::store::find_link(connection, organization, base).await?,
        None => None,
    };
    Ok(Experiment {
        summary,
        docker_image,
        base_model_version,
        labels: parts::list_labels(connection, organization, id).await?,
        labels_from,
        parameters: parts::list_parameters(connection, organization, id).await?,
        dataset_versions: parts::list_dataset_versions(connection, organization, id).await?,
        metrics: metrics::list_series(connection, organization, id).await?,
        artifact_count: artifact::store::count(connection, organization, id).await?,
        exported_as: model::store::list_exported_from(connection, organization, id).await?,
    })
}
