//! The scripts' door to the export.

use super::{
    ExportPreview,
    operations::{self, Destination, ExportRequest, NewModel, NewModelVersion},
};
use crate::{
    auth::gate::{Api, Need},
    error::{AppError, Failure},
    model::ModelVersion,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, ModelId},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new().add(Need::Read, routes!(preview)).add(Need::Export, routes!(export))
}

/// What to create: a version of a new model, or of the model with an id. Exactly one of `new_model` and `model_id` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportBody {
    new_model: Option<NewModel>,
    model_id: Option<ModelId>,
    version: NewModelVersion,
}

/// See what an export would do: what is inherited, what is empty, what to know before
#[utoipa::path(get, path = "/experiments/{id}/export", operation_id = "preview_export", tag = "export", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = ExportPreview), (status = "default", body = Problem)))]
async fn preview(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<ExportPreview>, Failure> {
    Ok(Json(operations::preview(&services, &actor, id).await?))
}

/// Export an experiment as a model version
///
/// All or nothing. With an `Idempotency-Key`, the same request creates one version however often it is sent within 72 hours.
#[utoipa::path(post, path = "/experiments/{id}/export", operation_id = "export_experiment", tag = "export", request_body = ExportBody,
    params(("id" = ExperimentId, Path), ("Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 128, pattern = "^[!-~]+$",
        description = "1 to 128 printable ASCII characters, best a UUID")),
    responses(
        (status = 201, body = ModelVersion, headers(("Location"), ("Idempotent-Replayed" = bool, description = "Set when the version had been created before"))),
        (status = 403, description = "`role_too_low`", body = Problem),
        (status = 409, description = "`model_name_taken` or `version_name_taken`", body = Problem),
        (status = 422, description = "`invalid_field` or `idempotency_key_reused`", body = Problem),
        (status = "default", body = Problem)))]
async fn export(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    headers: HeaderMap,
    Body(body): Body<ExportBody>,
) -> Result<Response, Failure> {
    let destination = match (body.new_model, body.model_id) {
        (Some(new), None) => Destination::New(new),
        (None, Some(id)) => Destination::Existing(id),
        _ => return Err(AppError::invalid_field("new_model", "give exactly one of new_model and model_id.").into()),
    };
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
    let request = ExportRequest { destination, version: body.version };
    let exported = operations::export(&services.database, &actor, id, request, key).await?;
    let location = format!("/api/v1/model-versions/{}", exported.version.id);
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)], Json(exported.version)).into_response();
    if exported.was_replayed {
        response.headers_mut().insert(HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true"));
    }
    Ok(response)
}
