//! One version: read, changed, sealed, archived, deleted, its files and its bundle.

use crate::{
    artifact::{ModelFile, rest::expected},
    audit::Entry,
    auth::gate::{Api, Need},
    error::Failure,
    model::{
        ModelVersion, ModelVersionChange, VersionDependents,
        operations::{self, bundle::bundle},
    },
    server::{
        extract::{Binary, Body, CursorParams, Id, IdAndName, Params, limit, require_plain},
        problem::Problem,
    },
    services::Services,
    storage::content_disposition,
    vocabulary::{Actor, Digest, ModelVersionId, Page},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Manage, routes!(delete))
        .add(Need::Write, routes!(seal))
        .add(Need::Write, routes!(archive))
        .add(Need::Write, routes!(restore))
        .add(Need::Read, routes!(dependents))
        .add(Need::Read, routes!(history))
        .add(Need::Write, routes!(put_file))
        .add(Need::Write, routes!(remove_file))
        .add(Need::Read, routes!(download_bundle))
}

/// Read a model version with everything that it inherited
#[utoipa::path(get, path = "/model-versions/{id}", operation_id = "find_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::find_version(&services.database, &actor, id).await?))
}

/// Change a model version; parameters and docker image only until it is sealed
#[utoipa::path(patch, path = "/model-versions/{id}", operation_id = "change_model_version", tag = "models", params(("id" = ModelVersionId, Path)), request_body = ModelVersionChange,
    responses((status = 200, body = ModelVersion), (status = 409, description = "`version_name_taken`, `changed_meanwhile` or `sealed`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Body(change): Body<ModelVersionChange>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::life::change(&services.database, &actor, id, change).await?))
}

/// Delete a model version; refused while anything depends on it
#[utoipa::path(delete, path = "/model-versions/{id}", operation_id = "delete_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 204), (status = 409, description = "`in_use`", body = Problem), (status = "default", body = Problem)))]
async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<StatusCode, Failure> {
    operations::life::delete(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Freeze files, parameters, docker image and lineage of a model version for good
#[utoipa::path(post, path = "/model-versions/{id}/seal", operation_id = "seal_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn seal(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::life::seal(&services.database, &actor, id).await?))
}

/// Hide a model version from lists and pickers
#[utoipa::path(post, path = "/model-versions/{id}/archive", operation_id = "archive_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn archive(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::life::set_archived(&services.database, &actor, id, true).await?))
}

/// Show an archived model version again
#[utoipa::path(post, path = "/model-versions/{id}/restore", operation_id = "restore_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn restore(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::life::set_archived(&services.database, &actor, id, false).await?))
}

/// Read what depends on a model version
#[utoipa::path(get, path = "/model-versions/{id}/dependents", operation_id = "list_model_version_dependents", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = VersionDependents), (status = "default", body = Problem)))]
async fn dependents(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<VersionDependents>, Failure> {
    Ok(Json(operations::life::dependents(&services.database, &actor, id).await?))
}

/// List what was done to a model version, newest first
#[utoipa::path(get, path = "/model-versions/{id}/changes", operation_id = "list_model_version_changes", tag = "models", params(("id" = ModelVersionId, Path), CursorParams),
    responses((status = 200, body = Page<Entry>), (status = "default", body = Problem)))]
async fn history(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Params(query): Params<CursorParams>,
) -> Result<Json<Page<Entry>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::life::history(&services.database, &actor, id, query.cursor.as_deref(), limit).await?))
}

/// Add a file to an open model version, or replace the one of that name
///
/// The body is the bytes, streamed to disk; `Repr-Digest` and `X-Content-SHA256` are checked as for artifacts.
#[utoipa::path(put, path = "/model-versions/{id}/files/{*name}", operation_id = "put_model_file", tag = "models",
    params(("id" = ModelVersionId, Path), ("name" = String, Path), ("Repr-Digest" = Option<String>, Header, nullable = false),
        ("X-Content-SHA256" = Option<Digest>, Header, nullable = false)),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses((status = 201, body = ModelFile), (status = 200, description = "Replaced", body = ModelFile),
        (status = 409, description = "`sealed`", body = Problem), (status = 413, description = "`too_large`", body = Problem), (status = "default", body = Problem)))]
async fn put_file(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, name): IdAndName<ModelVersionId>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Failure> {
    let name = operations::files::require_upload(&services.database, &actor, id, &name).await?;
    require_plain(&headers)?;
    let expected = expected(&headers, services.settings.upload_limit_bytes)?;
    let blob = services.blobs.write(body.into_data_stream(), expected).await?;
    let (file, was_replaced) = operations::files::put(&services, &actor, id, name, blob).await?;
    let status = if was_replaced { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(file)).into_response())
}

/// Remove a file from an open model version
#[utoipa::path(delete, path = "/model-versions/{id}/files/{*name}", operation_id = "remove_model_file", tag = "models",
    params(("id" = ModelVersionId, Path), ("name" = String, Path)),
    responses((status = 204), (status = 409, description = "`sealed`", body = Problem), (status = "default", body = Problem)))]
async fn remove_file(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, name): IdAndName<ModelVersionId>,
) -> Result<StatusCode, Failure> {
    operations::files::remove(&services.database, &actor, id, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download a model version as one tar archive: files, manifest, label map and digests
#[utoipa::path(get, path = "/model-versions/{id}/bundle", operation_id = "download_model_version_bundle", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = Binary, content_type = "application/x-tar"), (status = "default", body = Problem)))]
async fn download_bundle(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Response, Failure> {
    let bundle = bundle(&services, &actor, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_LENGTH, bundle.size_bytes.to_string()),
        (header::CONTENT_DISPOSITION, content_disposition(&format!("{}.tar", bundle.name))),
        (header::CACHE_CONTROL, "private, no-transform".to_owned()),
    ];
    Ok((headers, bundle.body).into_response())
}
