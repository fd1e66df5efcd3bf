//! The scripts' door to the lineage.

use super::{DEFAULT_DEPTH, Extent, Graph, MAX_DEPTH, NodeId, Use, operations};
use crate::{
    auth::gate::{Api, Need},
    error::{AppError, ErrorKind, Failure},
    server::{
        extract::{Id, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetVersionId, ExperimentId, ModelVersionId, Page},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(of_dataset_version))
        .add(Need::Read, routes!(of_experiment))
        .add(Need::Read, routes!(of_model_version))
        .add(Need::Read, routes!(using_experiments))
        .add(Need::Read, routes!(using_model_versions))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GraphParams {
    /// How many steps towards the origins: 0 to 20, 6 unless given.
    #[param(minimum = 0, maximum = 20)]
    up: Option<u32>,
    /// How many steps towards the uses: 0 to 20, 6 unless given.
    #[param(minimum = 0, maximum = 20)]
    down: Option<u32>,
    /// Ids, with commas between them, of nodes of which up to 200 neighbours are answered; of the others it is the 8 newest.
    #[serde(default)]
    open: String,
}

impl GraphParams {
    fn extent(&self) -> Result<Extent, AppError> {
        let depth = |name: &str, asked: Option<u32>| match asked.unwrap_or(DEFAULT_DEPTH) {
            depth @ 0..=MAX_DEPTH => Ok(depth),
            other => {
                let detail = format!("{name} must be 0 to {MAX_DEPTH}, not {other}.");
                Err(AppError::new(ErrorKind::Malformed, "invalid_query", detail))
            }
        };
        Ok(Extent {
            up: depth("up", self.up)?,
            down: depth("down", self.down)?,
            opened: Extent::read_opened(&self.open),
        })
    }
}

/// See what a dataset version was used for: experiments, model versions, what began from them
///
/// At most 500 nodes, and of each node the 8 newest neighbours unless it is opened; `hidden_sources`, `hidden_uses` and
/// `is_cut_off` say what is missing.
#[utoipa::path(get, path = "/dataset-versions/{id}/lineage", operation_id = "find_dataset_version_lineage", tag = "lineage", params(("id" = DatasetVersionId, Path), GraphParams),
    responses((status = 200, body = Graph), (status = "default", body = Problem)))]
async fn of_dataset_version(
    services: State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Params(query): Params<GraphParams>,
) -> Result<Json<Graph>, Failure> {
    graph(services, actor, NodeId::DatasetVersion(id), query).await
}

/// See what an experiment began from and what came of it, deleted experiments included
///
/// At most 500 nodes, and of each node the 8 newest neighbours unless it is opened; `hidden_sources`, `hidden_uses` and
/// `is_cut_off` say what is missing.
#[utoipa::path(get, path = "/experiments/{id}/lineage", operation_id = "find_experiment_lineage", tag = "lineage", params(("id" = ExperimentId, Path), GraphParams),
    responses((status = 200, body = Graph), (status = "default", body = Problem)))]
async fn of_experiment(
    services: State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Params(query): Params<GraphParams>,
) -> Result<Json<Graph>, Failure> {
    graph(services, actor, NodeId::Experiment(id), query).await
}

/// See where a model version comes from and what came of it
///
/// At most 500 nodes, and of each node the 8 newest neighbours unless it is opened; `hidden_sources`, `hidden_uses` and
/// `is_cut_off` say what is missing.
#[utoipa::path(get, path = "/model-versions/{id}/lineage", operation_id = "find_model_version_lineage", tag = "lineage", params(("id" = ModelVersionId, Path), GraphParams),
    responses((status = 200, body = Graph), (status = "default", body = Problem)))]
async fn of_model_version(
    services: State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Params(query): Params<GraphParams>,
) -> Result<Json<Graph>, Failure> {
    graph(services, actor, NodeId::ModelVersion(id), query).await
}

async fn graph(
    State(services): State<Services>,
    actor: Actor,
    start: NodeId,
    query: GraphParams,
) -> Result<Json<Graph>, Failure> {
    Ok(Json(operations::graph(&services.database, &actor, start, &query.extent()?).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UseParams {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List the experiments that used a dataset version, themselves or through their base architecture
#[utoipa::path(get, path = "/dataset-versions/{id}/experiments", operation_id = "list_experiments_using_dataset_version", tag = "lineage", params(("id" = DatasetVersionId, Path), UseParams),
    responses((status = 200, body = Page<Use>), (status = "default", body = Problem)))]
async fn using_experiments(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Params(query): Params<UseParams>,
) -> Result<Json<Page<Use>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::using_experiments(&services.database, &actor, id, query.cursor.as_deref(), limit).await?))
}

/// List the model versions that were made with a dataset version, themselves or through their base architecture
#[utoipa::path(get, path = "/dataset-versions/{id}/model-versions", operation_id = "list_model_versions_using_dataset_version", tag = "lineage", params(("id" = DatasetVersionId, Path), UseParams),
    responses((status = 200, body = Page<Use>), (status = "default", body = Problem)))]
async fn using_model_versions(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Params(query): Params<UseParams>,
) -> Result<Json<Page<Use>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::using_model_versions(&services.database, &actor, id, query.cursor.as_deref(), limit).await?))
}
