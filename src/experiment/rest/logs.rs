//! Logged images and tables.

use crate::{
    auth::gate::{Api, Need},
    error::{AppError, ErrorKind, Failure},
    experiment::{ExperimentError, Log, MAX_IMAGE_BYTES, Table, operations},
    server::{
        extract::{Binary, Body, Id, IdAndName, require_plain},
        problem::Problem,
    },
    services::Services,
    storage::{self, Download, Expected},
    vocabulary::{Actor, ExperimentId, Name, Page},
};
use axum::{Json, body, extract::State, http::HeaderMap, response::Response};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(put_image))
        .add(Need::Read, routes!(image))
        .add(Need::Write, routes!(put_table))
}

fn accepted_key(text: &str) -> Result<Name, Failure> {
    Name::parse(text)
        .map_err(|error| AppError::new(ErrorKind::Malformed, "invalid_name", format!("A key {error}.")).into())
}

/// List the images and tables of an experiment
#[utoipa::path(get, path = "/experiments/{id}/logs", operation_id = "list_logs", tag = "images and tables", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Page<Log>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Page<Log>>, Failure> {
    Ok(Json(Page::whole(operations::list_logs(&services.database, &actor, id).await?)))
}

/// Log an image, or replace the one of that key
///
/// PNG, JPEG, GIF or WebP of at most 20 MiB; what it is, is seen from its first bytes.
#[utoipa::path(put, path = "/experiments/{id}/images/{*key}", tag = "images and tables",
    params(("id" = ExperimentId, Path), ("key" = String, Path)), request_body(content((Binary = "image/png"), (Binary = "image/jpeg"), (Binary = "image/gif"), (Binary = "image/webp"))),
    responses((status = 200, body = Log), (status = 422, description = "`unknown_image`", body = Problem), (status = "default", body = Problem)))]
async fn put_image(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, key): IdAndName<ExperimentId>,
    headers: HeaderMap,
    body: body::Body,
) -> Result<Json<Log>, Failure> {
    let key = accepted_key(&key)?;
    operations::require_log(&services.database, &actor, id).await?;
    require_plain(&headers)?;
    let limit = usize::try_from(MAX_IMAGE_BYTES).map_err(|error| Failure::Broken(error.to_string()))?;
    let bytes = body::to_bytes(body, limit).await.map_err(|_| {
        AppError::new(
            ErrorKind::TooLarge,
            "too_large",
            format!("An image log has at most {MAX_IMAGE_BYTES} bytes, sent as a whole."),
        )
    })?;
    let content_type = operations::image_type(&bytes).ok_or(ExperimentError::UnknownImage)?;
    let expected = Expected { sha256: None, size_bytes: Some(bytes.len() as u64), limit_bytes: MAX_IMAGE_BYTES };
    let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    let blob = services.blobs.write(stream, expected).await?;
    Ok(Json(operations::put_image(&services, &actor, id, key, blob, content_type).await?))
}

/// See a logged image
#[utoipa::path(get, path = "/experiments/{id}/images/{*key}", operation_id = "download_image", tag = "images and tables",
    params(("id" = ExperimentId, Path), ("key" = String, Path)),
    responses((status = 200, description = "The image", content((Binary = "image/png"), (Binary = "image/jpeg"), (Binary = "image/gif"), (Binary = "image/webp"))), (status = "default", body = Problem)))]
async fn image(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, key): IdAndName<ExperimentId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (blob, content_type) = operations::find_image(&services.database, &actor, id, &key).await?;
    let file_name = key.rsplit('/').next().unwrap_or(&key);
    storage::serve(
        &services.blobs,
        &blob,
        &Download { file_name, content_type: &content_type, is_inline: true },
        &headers,
    )
    .await
}

/// Log a table, or replace the one of that key
///
/// 1 to 200 columns, at most 10,000 rows of as many cells, at most 1 MiB.
#[utoipa::path(put, path = "/experiments/{id}/tables/{*key}", tag = "images and tables",
    params(("id" = ExperimentId, Path), ("key" = String, Path)), request_body = Table,
    responses((status = 200, body = Log), (status = 422, description = "`invalid_table`", body = Problem), (status = "default", body = Problem)))]
async fn put_table(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, key): IdAndName<ExperimentId>,
    Body(table): Body<Table>,
) -> Result<Json<Log>, Failure> {
    Ok(Json(operations::put_table(&services.database, &actor, id, accepted_key(&key)?, table).await?))
}
