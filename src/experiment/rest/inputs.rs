//! What an experiment is given after its creation: dataset versions, and what it begins from.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    experiment::{BaseModelVersion, Experiment, NewAttachment, operations},
    server::{
        extract::{Body, Id, TwoIds},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetVersionId, ExperimentId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Write, routes!(attach_dataset_version))
        .add(Need::Write, routes!(detach_dataset_version))
        .add(Need::Write, routes!(set_base_model_version))
        .add(Need::Write, routes!(set_base_experiment))
}

/// An experiment to go on from.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BaseExperiment {
    /// Another experiment of the same project.
    experiment_id: ExperimentId,
}

/// Attach a dataset version to an experiment that exists
///
/// The same version may have several aliases. The labels of the experiment stay as they are.
#[utoipa::path(post, path = "/experiments/{id}/dataset-versions", operation_id = "attach_dataset_version", tag = "experiments",
    params(("id" = ExperimentId, Path)), request_body = NewAttachment,
    responses((status = 201, body = Experiment), (status = 409, description = "`alias_taken`", body = Problem),
        (status = 422, description = "`unknown_dataset_version` or `too_many`", body = Problem), (status = "default", body = Problem)))]
async fn attach_dataset_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(new): Body<NewAttachment>,
) -> Result<(StatusCode, Json<Experiment>), Failure> {
    let experiment = operations::attach_dataset_version(&services.database, &actor, id, new).await?;
    Ok((StatusCode::CREATED, Json(experiment)))
}

/// Take a dataset version off an experiment, under all its aliases
///
/// Model versions that were exported before stay as they are.
#[utoipa::path(delete, path = "/experiments/{id}/dataset-versions/{version}", operation_id = "detach_dataset_version", tag = "experiments",
    params(("id" = ExperimentId, Path), ("version" = DatasetVersionId, Path)),
    responses((status = 200, body = Experiment), (status = "default", body = Problem)))]
async fn detach_dataset_version(
    State(services): State<Services>,
    actor: Actor,
    TwoIds(id, dataset_version): TwoIds<ExperimentId, DatasetVersionId>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::detach_dataset_version(&services.database, &actor, id, dataset_version).await?))
}

/// Make a model version the base architecture of an experiment that exists
///
/// Labels are taken if the experiment has none; docker image, type and framework where they are absent.
#[utoipa::path(put, path = "/experiments/{id}/base-model-version", operation_id = "set_base_model_version", tag = "experiments",
    params(("id" = ExperimentId, Path)), request_body = BaseModelVersion,
    responses((status = 200, body = Experiment), (status = 409, description = "`overlapping_name` or `too_many_artifacts`", body = Problem),
        (status = 422, description = "`unknown_base`", body = Problem), (status = "default", body = Problem)))]
async fn set_base_model_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(base): Body<BaseModelVersion>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::set_base_model_version(&services.database, &actor, id, base).await?))
}

/// Make another experiment of the project the base of an experiment that exists
///
/// Parameters, labels, artifacts, base architecture, docker image, type and framework are taken where the experiment has none.
#[utoipa::path(put, path = "/experiments/{id}/base-experiment", operation_id = "set_base_experiment", tag = "experiments",
    params(("id" = ExperimentId, Path)), request_body = BaseExperiment,
    responses((status = 200, body = Experiment), (status = 422, description = "`unknown_base`", body = Problem),
        (status = "default", body = Problem)))]
async fn set_base_experiment(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(base): Body<BaseExperiment>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::set_base_experiment(&services.database, &actor, id, base.experiment_id).await?))
}
