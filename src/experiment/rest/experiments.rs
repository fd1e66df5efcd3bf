//! Experiments.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    experiment::{
        Condition, Experiment, ExperimentChange, ExperimentComparison, ExperimentError, ExperimentFilter,
        ExperimentSummary, NewExperiment, Order, Sort, Status, operations,
    },
    server::{
        extract::{Body, Id, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, Page, ProjectId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(create))
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Manage, routes!(delete))
        .add(Need::Write, routes!(archive))
        .add(Need::Write, routes!(restore))
        .add(Need::Read, routes!(compare))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListExperiments {
    /// Only those of this project.
    project_id: Option<ProjectId>,
    /// Only those with this status.
    status: Option<Status>,
    /// Part of the name.
    #[serde(default)]
    search: String,
    /// Tags with commas between them; only experiments with all of them.
    #[serde(default)]
    tags: String,
    /// Conditions on metrics and parameters with commas between them, such as `metric:val/loss<0.3,parameter:optimizer=adam`: `<`, `<=`, `=`,
    /// `!=`, `>=` or `>`. Experiments without the metric or parameter fulfil none.
    #[serde(default)]
    conditions: String,
    /// Whether archived experiments are listed instead of the others.
    #[serde(default)]
    #[param(required = false)]
    archived: bool,
    /// By what to sort: `created_at` unless given. Experiments without the metric or parameter come last.
    #[serde(default)]
    #[param(required = false)]
    sort: Sort,
    /// Which end comes first: `desc` unless given.
    #[serde(default)]
    #[param(required = false)]
    order: Order,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List experiments
#[utoipa::path(get, path = "/experiments", operation_id = "list_experiments", tag = "experiments", params(ListExperiments),
    responses((status = 200, body = Page<ExperimentSummary>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<ListExperiments>,
) -> Result<Json<Page<ExperimentSummary>>, Failure> {
    let conditions = split(&query.conditions).map(|text| text.parse::<Condition>()).collect::<Result<_, _>>();
    let filter = ExperimentFilter {
        project: query.project_id,
        status: query.status,
        search: query.search,
        tags: split(&query.tags).map(str::to_owned).collect(),
        conditions: conditions.map_err(ExperimentError::Query)?,
        is_archived: query.archived,
        sort: query.sort,
        order: query.order,
        cursor: query.cursor,
        limit: limit(query.limit)?,
    };
    Ok(Json(operations::list(&services.database, &actor, &filter).await?))
}

/// Create an experiment
///
/// Its label map begins with the labels of the dataset versions. Different labels need `labels_from`. Parameters and docker image that are
/// not given are the base architecture's.
#[utoipa::path(post, path = "/experiments", operation_id = "create_experiment", tag = "experiments", request_body = NewExperiment,
    responses((status = 201, body = Experiment), (status = 409, description = "`name_taken`", body = Problem),
        (status = 422, description = "`label_choice_needed`, `invalid_parameters`, `invalid_docker_image`, ...", body = Problem),
        (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewExperiment>,
) -> Result<(StatusCode, Json<Experiment>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create(&services.database, &actor, new).await?)))
}

/// Read an experiment with its parts
#[utoipa::path(get, path = "/experiments/{id}", operation_id = "find_experiment", tag = "experiments", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Experiment), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// Change an experiment; absent fields stay
///
/// The status goes from `pending` over `running` to `succeeded`, `failed`, `aborted` or `terminated`; an ended training may run again.
#[utoipa::path(patch, path = "/experiments/{id}", operation_id = "change_experiment", tag = "experiments", params(("id" = ExperimentId, Path)), request_body = ExperimentChange,
    responses((status = 200, body = Experiment), (status = 409, description = "`name_taken`, `impossible_transition`", body = Problem),
        (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(change): Body<ExperimentChange>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::change(&services.database, &actor, id, change).await?))
}

/// Hide an experiment from lists
#[utoipa::path(post, path = "/experiments/{id}/archive", operation_id = "archive_experiment", tag = "experiments", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Experiment), (status = "default", body = Problem)))]
async fn archive(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::set_archived(&services.database, &actor, id, true).await?))
}

/// Show an archived experiment again
#[utoipa::path(post, path = "/experiments/{id}/restore", operation_id = "restore_experiment", tag = "experiments", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Experiment), (status = "default", body = Problem)))]
async fn restore(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Experiment>, Failure> {
    Ok(Json(operations::set_archived(&services.database, &actor, id, false).await?))
}

/// Delete an experiment; only owners may. Model versions that came from it keep everything
#[utoipa::path(delete, path = "/experiments/{id}", operation_id = "delete_experiment", tag = "experiments", params(("id" = ExperimentId, Path)),
    responses((status = 204), (status = 403, description = "`role_too_low`", body = Problem), (status = "default", body = Problem)))]
async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareExperiments {
    /// Ids of at most 19 other experiments, with commas between them.
    #[serde(default)]
    with: String,
}

/// Compare an experiment with others
#[utoipa::path(get, path = "/experiments/{id}/comparison", operation_id = "compare_experiments", tag = "experiments", params(("id" = ExperimentId, Path), CompareExperiments),
    responses((status = 200, body = ExperimentComparison), (status = "default", body = Problem)))]
async fn compare(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Params(query): Params<CompareExperiments>,
) -> Result<Json<ExperimentComparison>, Failure> {
    let others = split(&query.with).map(|id| {
        id.parse::<ExperimentId>().map_err(|_| ExperimentError::Query("with must be ids of experiments.".to_owned()))
    });
    let ids = std::iter::once(Ok(id)).chain(others).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(operations::compare(&services.database, &actor, &ids).await?))
}
