//! The scripts' door to the label map of a version.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    model::{
        LabelMapDraft, LabelMapEdit, LabelMapReview, LabelMapRevision, VersionLabelMap,
        operations::label_map as operations,
    },
    server::{
        extract::{Body, CursorParams, Id, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{
        Actor, ModelVersionId, Page,
        label_map::formats::{LabelFormat, write_labels},
    },
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(edit))
        .add(Need::Read, routes!(export))
        .add(Need::Read, routes!(list_revisions))
        .add(Need::Write, routes!(restore))
        .add(Need::Read, routes!(compare))
}

/// Read the label map of a model version, and how it differs from the inherited one
#[utoipa::path(get, path = "/model-versions/{id}/label-map", operation_id = "find_label_map", tag = "label maps", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = VersionLabelMap), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<VersionLabelMap>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// Edit the label map of a model version
///
/// Adds a revision; the inherited map stays. Compare first: a model whose labels no longer match what it learned gives wrong answers.
#[utoipa::path(put, path = "/model-versions/{id}/label-map", operation_id = "edit_label_map", tag = "label maps", params(("id" = ModelVersionId, Path)), request_body = LabelMapEdit,
    responses((status = 200, body = VersionLabelMap), (status = 409, description = "`label_map_changed`", body = Problem), (status = "default", body = Problem)))]
async fn edit(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Body(edit): Body<LabelMapEdit>,
) -> Result<Json<VersionLabelMap>, Failure> {
    Ok(Json(operations::edit(&services.database, &actor, id, &edit).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportParams {
    /// `list` unless given.
    #[serde(default = "plain_list")]
    #[param(value_type = Option<LabelFormat>)]
    format: LabelFormat,
}

fn plain_list() -> LabelFormat {
    LabelFormat::List
}

/// Read the label map of a model version in the format of another tool
#[utoipa::path(get, path = "/model-versions/{id}/label-map/file", operation_id = "export_label_map", tag = "label maps", params(("id" = ModelVersionId, Path), ExportParams),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "default", body = Problem)))]
async fn export(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Params(query): Params<ExportParams>,
) -> Result<String, Failure> {
    let found = operations::find(&services.database, &actor, id).await?;
    Ok(write_labels(&found.current.labels, query.format))
}

/// List the revisions of a label map, newest first
#[utoipa::path(get, path = "/model-versions/{id}/label-map/revisions", operation_id = "list_label_map_revisions", tag = "label maps", params(("id" = ModelVersionId, Path), CursorParams),
    responses((status = 200, body = Page<LabelMapRevision>), (status = "default", body = Problem)))]
async fn list_revisions(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Params(query): Params<CursorParams>,
) -> Result<Json<Page<LabelMapRevision>>, Failure> {
    let (cursor, limit) = (query.cursor.as_deref(), limit(query.limit)?);
    Ok(Json(operations::list_revisions(&services.database, &actor, id, cursor, limit).await?))
}

/// Return to the inherited label map
#[utoipa::path(post, path = "/model-versions/{id}/label-map/restore", operation_id = "restore_label_map", tag = "label maps", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = VersionLabelMap), (status = "default", body = Problem)))]
async fn restore(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<VersionLabelMap>, Failure> {
    Ok(Json(operations::restore_inherited(&services.database, &actor, id).await?))
}

/// Compare labels with the inherited ones
///
/// Says what an edit would mean for predictions. Nothing is changed; whoever may read may compare.
#[utoipa::path(post, path = "/model-versions/{id}/label-map/compare", operation_id = "compare_label_map", tag = "label maps", params(("id" = ModelVersionId, Path)), request_body = LabelMapDraft,
    responses((status = 200, body = LabelMapReview), (status = "default", body = Problem)))]
async fn compare(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Body(draft): Body<LabelMapDraft>,
) -> Result<Json<LabelMapReview>, Failure> {
    Ok(Json(operations::review(&services.database, &actor, id, &draft.labels).await?))
}
