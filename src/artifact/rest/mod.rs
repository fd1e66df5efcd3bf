//! The scripts' door to files.

use crate::artifact::{Artifact, ArtifactError, ModelFile, operations};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{
        extract::{Binary, Id, IdAndName, require_plain},
        problem::Problem,
    },
    services::Services,
    storage::{self, Download, Expected},
    vocabulary::{Actor, Digest, ExperimentId, ModelVersionId, Page},
};
use axum::{
    Json,
    body::Body,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(put))
        .add(Need::Read, routes!(download))
        .add(Need::Write, routes!(delete))
        .add(Need::Read, routes!(list_model_files))
        .add(Need::Read, routes!(download_model_file))
}

/// What a client says about the bytes that follow, in `Repr-Digest` (RFC 9530), `X-Content-SHA256` and `Content-Length`.
pub fn expected(headers: &HeaderMap, limit_bytes: u64) -> Result<Expected, Failure> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let repr = text("repr-digest")
        .map(|value| sha256_of_repr_digest(value).ok_or(ArtifactError::UnreadableDigest("Repr-Digest")))
        .transpose()?;
    let plain = text("x-content-sha256")
        .map(|value| value.parse::<Digest>().map_err(|_| ArtifactError::UnreadableDigest("X-Content-SHA256")));
    let plain = plain.transpose()?;
    let repr = repr.flatten();
    if repr.is_some() && plain.is_some() && repr != plain {
        return Err(ArtifactError::UnreadableDigest("Repr-Digest beside another X-Content-SHA256").into());
    }
    Ok(Expected {
        sha256: repr.or(plain),
        size_bytes: text(header::CONTENT_LENGTH.as_str()).and_then(|value| value.parse().ok()),
        limit_bytes,
    })
}

/// The SHA-256 in a `Repr-Digest`, if there is one among its algorithms; nothing when the field cannot be read.
fn sha256_of_repr_digest(value: &str) -> Option<Option<Digest>> {
    let mut found = None;
    for member in value.split(',') {
        let (algorithm, digest) = member.trim().split_once('=')?;
        let bytes = BASE64_STANDARD.decode(digest.strip_prefix(':')?.strip_suffix(':')?).ok()?;
        if algorithm == "sha-256" {
            found = Some(Digest::from_bytes(bytes.try_into().ok()?));
        }
    }
    Some(found)
}

/// List the artifacts of an experiment
#[utoipa::path(get, path = "/experiments/{id}/artifacts", operation_id = "list_artifacts", tag = "artifacts", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Page<Artifact>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Page<Artifact>>, Failure> {
    Ok(Json(Page::whole(operations::list(&services.database, &actor, id).await?)))
}

/// Upload an artifact, or replace the one of that name
///
/// The body is the bytes, streamed to disk. With `Repr-Digest: sha-256=:BASE64:` or `X-Content-SHA256: HEX`, other bytes than the announced
/// ones are refused and nothing is stored. The name is a relative path, at most 1,024 bytes; an experiment has at most 10,000 artifacts.
#[utoipa::path(put, path = "/experiments/{id}/artifacts/{*name}", operation_id = "put_artifact", tag = "artifacts",
    params(("id" = ExperimentId, Path), ("name" = String, Path), ("Repr-Digest" = Option<String>, Header, nullable = false),
        ("X-Content-SHA256" = Option<Digest>, Header, nullable = false)),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses((status = 201, body = Artifact, headers(("Location"))), (status = 200, description = "Replaced", body = Artifact),
        (status = 400, description = "`invalid_name`, `digest_mismatch`, `upload_broken_off`", body = Problem),
        (status = 413, description = "`too_large`", body = Problem), (status = "default", body = Problem)))]
async fn put(
    State(services): State<Services>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    IdAndName(id, name): IdAndName<ExperimentId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let name = operations::require_upload(&services.database, &actor, id, &name).await?;
    require_plain(&headers)?;
    let expected = expected(&headers, services.settings.upload_limit_bytes)?;
    let blob = services.blobs.write(body.into_data_stream(), expected).await?;
    let (artifact, was_replaced) = operations::put(&services, &actor, id, name, blob).await?;
    Ok(match was_replaced {
        true => Json(artifact).into_response(),
        false => (StatusCode::CREATED, [(header::LOCATION, uri.path().to_owned())], Json(artifact)).into_response(),
    })
}

/// Download an artifact
///
/// Takes `Range`, `If-None-Match` and `If-Range`; the strong ETag is the SHA-256.
#[utoipa::path(get, path = "/experiments/{id}/artifacts/{*name}", operation_id = "download_artifact", tag = "artifacts",
    params(("id" = ExperimentId, Path), ("name" = String, Path)),
    responses((status = 200, body = Binary, content_type = "application/octet-stream"), (status = 206, description = "The range", body = Binary, content_type = "application/octet-stream"), (status = 304, description = "Unchanged"),
        (status = 416, description = "`range_not_satisfiable`", body = Problem), (status = "default", body = Problem)))]
async fn download(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, name): IdAndName<ExperimentId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (artifact, blob) = operations::find(&services.database, &actor, id, &name).await?;
    attachment(&services, &blob, &artifact.file_name, &artifact.content_type, &headers).await
}

/// Delete an artifact; model versions keep their file
#[utoipa::path(delete, path = "/experiments/{id}/artifacts/{*name}", operation_id = "delete_artifact", tag = "artifacts",
    params(("id" = ExperimentId, Path), ("name" = String, Path)),
    responses((status = 204), (status = "default", body = Problem)))]
async fn delete(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, name): IdAndName<ExperimentId>,
) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, id, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the files of a model version
#[utoipa::path(get, path = "/model-versions/{id}/files", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = Page<ModelFile>), (status = "default", body = Problem)))]
async fn list_model_files(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<Page<ModelFile>>, Failure> {
    Ok(Json(Page::whole(operations::list_model_files(&services.database, &actor, id).await?)))
}

/// Download a file of a model version
///
/// Takes `Range`, `If-None-Match` and `If-Range`; the strong ETag is the SHA-256.
#[utoipa::path(get, path = "/model-versions/{id}/files/{*name}", tag = "models",
    params(("id" = ModelVersionId, Path), ("name" = String, Path)),
    responses((status = 200, body = Binary, content_type = "application/octet-stream"), (status = 206, description = "The range", body = Binary, content_type = "application/octet-stream"), (status = 304, description = "Unchanged"),
        (status = 416, description = "`range_not_satisfiable`", body = Problem), (status = "default", body = Problem)))]
async fn download_model_file(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, name): IdAndName<ModelVersionId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (file, blob) = operations::find_model_file(&services.database, &actor, id, &name).await?;
    attachment(&services, &blob, &file.file_name, &file.content_type, &headers).await
}

async fn attachment(
    services: &Services,
    blob: &storage::Blob,
    file_name: &str,
    content_type: &str,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let download = Download { file_name, content_type, is_inline: false };
    Ok(storage::serve(&services.blobs, blob, &download, headers).await?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_from_either_header_and_a_contradiction_is_refused() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let repr = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
        let read = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            expected(&headers, 10).map(|expected| expected.sha256.map(|digest| digest.to_string()))
        };
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&[("x-content-sha256", hex)]).unwrap().as_deref(), Some(hex));
        assert_eq!(read(&[("repr-digest", repr)]).unwrap().as_deref(), Some(hex));
        assert_eq!(read(&[("repr-digest", "md5=:AAAA:")]).unwrap(), None);
        assert!(read(&[("repr-digest", "sha-256=abc")]).is_err());
        assert!(read(&[("repr-digest", repr), ("x-content-sha256", &"0".repeat(64))]).is_err());
    }
}
