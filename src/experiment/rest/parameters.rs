//! The parameters of an experiment.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    experiment::operations,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, Parameters},
};
use axum::{Json, extract::State};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new().add(Need::Read, routes!(find)).add(Need::Write, routes!(merge)).add(Need::Write, routes!(replace))
}

/// Read the parameters, in order
#[utoipa::path(get, path = "/experiments/{id}/parameters", operation_id = "find_parameters", tag = "parameters", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Parameters), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Parameters>, Failure> {
    Ok(Json(operations::parameters(&services.database, &actor, id).await?))
}

/// Set some parameters and leave the others
///
/// At most 2,000 parameters with keys of 200 characters; values of 64 KiB of JSON, nested at most 32 deep.
#[utoipa::path(patch, path = "/experiments/{id}/parameters", operation_id = "merge_parameters", tag = "parameters", params(("id" = ExperimentId, Path)), request_body = Parameters,
    responses((status = 200, body = Parameters), (status = 422, description = "`invalid_parameters`", body = Problem), (status = "default", body = Problem)))]
async fn merge(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(parameters): Body<Parameters>,
) -> Result<Json<Parameters>, Failure> {
    Ok(Json(operations::merge_parameters(&services.database, &actor, id, parameters).await?))
}

/// Set all parameters; the ones before are gone
#[utoipa::path(put, path = "/experiments/{id}/parameters", operation_id = "replace_parameters", tag = "parameters", params(("id" = ExperimentId, Path)), request_body = Parameters,
    responses((status = 200, body = Parameters), (status = 422, description = "`invalid_parameters`", body = Problem), (status = "default", body = Problem)))]
async fn replace(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(parameters): Body<Parameters>,
) -> Result<Json<Parameters>, Failure> {
    Ok(Json(operations::replace_parameters(&services.database, &actor, id, parameters).await?))
}
