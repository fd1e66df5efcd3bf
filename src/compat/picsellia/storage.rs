//! Object storage: the calls that prepare an upload or a download, and the signed addresses themselves.
//!
//! Small files are one `PUT` (the SDK's dialect for Azure), larger ones parts as S3 has them; each part may be sent again.

use super::{
    ask::{Asked, Body},
    objects::{self, Addresses, Deed, GET_PATH, Object, ObjectName, PUT_PART_PATH, PUT_PATH},
    words::unknown,
};
use crate::{
    artifact::{
        UploadOwner, UploadPurpose,
        operations::{
            parts::{self, NamedPart},
            uploads,
        },
    },
    auth::gate::{Calls, Need},
    error::{AppError, ErrorKind, Failure},
    server::extract::require_plain,
    services::Services,
    storage::{self, Download, Expected},
    vocabulary::{Actor, Digest, ExperimentId, ModelVersionId, PartsId},
};
use axum::{
    Json, body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The size from which on the SDK sends parts, and the size of each part but the last, in bytes: 25 MiB.
const PART_BYTES: u64 = 25 << 20;

pub fn calls() -> Calls {
    Calls::new()
        .post(
            "/api/organization/{organization}/connector/{connector}/generate_object_name",
            Need::Write,
            generate_object_name,
        )
        .post("/api/object-storage/{connector}/generate_presigned_url", Need::Write, sign_upload)
        .post("/api/object-storage/{connector}/init_multipart_upload", Need::Write, begin_parts)
        .post("/api/object-storage/{connector}/generate_part_presigned_url", Need::Write, sign_part)
        .post("/api/object-storage/{connector}/complete_part_upload", Need::Write, complete_parts)
        .post("/api/object-storage/{connector}/retrieve_presigned_url", Need::Read, sign_download)
        .signed_put(PUT_PATH, put_upload)
        .signed_put(PUT_PART_PATH, put_part)
        .signed_get(GET_PATH, get_object)
}

/// An organization has one connector, which has its id.
fn require_connector(actor: &Actor, named: &str) -> Result<(), AppError> {
    let is_own = named.parse().is_ok_and(|id: crate::vocabulary::OrganizationId| id == actor.organization_id);
    if is_own { Ok(()) } else { Err(AppError::not_found("connector")) }
}

#[derive(Deserialize)]
struct NewObjectName {
    filename: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
struct Context {
    experiment_id: Option<ExperimentId>,
    model_version_id: Option<ModelVersionId>,
}

const EXPERIMENT_PURPOSES: [(&str, UploadPurpose); 3] = [
    ("ARTIFACT", UploadPurpose::Artifact),
    ("LOG_IMAGE", UploadPurpose::LogImage),
    ("LOGGING", UploadPurpose::LogFile),
];
const VERSION_PURPOSES: [(&str, UploadPurpose); 2] =
    [("MODEL_FILE", UploadPurpose::ModelFile), ("MODEL_THUMB", UploadPurpose::Thumbnail)];
/// What belongs to the parts of that product that are not here.
const OUTSIDE: [&str; 5] = ["DATA", "DATA_PROJECTION", "CAMPAIGN_FILE", "REVIEW_CAMPAIGN_FILE", "AGENTS_REPORT"];

impl NewObjectName {
    fn purpose_and_owner(&self) -> Result<(UploadPurpose, UploadOwner), AppError> {
        let of = |purposes: &[(&str, UploadPurpose)]| {
            purposes.iter().find(|(word, _)| *word == self.kind).map(|(_, purpose)| *purpose)
        };
        let missing = |field: &str| AppError::invalid_field("context", format!("must have {field}"));
        if let Some(purpose) = of(&EXPERIMENT_PURPOSES) {
            let owner = self.context.experiment_id.ok_or_else(|| missing("experiment_id"))?;
            return Ok((purpose, UploadOwner::Experiment(owner)));
        }
        if let Some(purpose) = of(&VERSION_PURPOSES) {
            let owner = self.context.model_version_id.ok_or_else(|| missing("model_version_id"))?;
            return Ok((purpose, UploadOwner::ModelVersion(owner)));
        }
        if OUTSIDE.contains(&self.kind.as_str()) {
            let detail = format!("Objects of the type {} are not kept here: see docs/picsellia.md.", self.kind);
            return Err(AppError::new(ErrorKind::NotImplemented, "not_implemented", detail));
        }
        let known = EXPERIMENT_PURPOSES.iter().chain(&VERSION_PURPOSES).map(|(word, _)| *word);
        Err(unknown("type", &self.kind, known))
    }
}

async fn generate_object_name(
    State(services): State<Services>,
    actor: Actor,
    Path((organization, connector)): Path<(String, String)>,
    Body(new): Body<NewObjectName>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &organization)?;
    require_connector(&actor, &connector)?;
    let (purpose, owner) = new.purpose_and_owner()?;
    let upload = uploads::begin(&services.database, &actor, purpose, owner, &new.filename).await?;
    let name = ObjectName(Object::Upload(upload.id), upload.file_name.as_str()).to_string();
    Ok(Json(json!({ "object_name": name })))
}

#[derive(Deserialize)]
struct NamedObject {
    object_name: String,
}

async fn sign_upload(
    State(services): State<Services>,
    actor: Actor,
    Path(connector): Path<String>,
    headers: HeaderMap,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &connector)?;
    let upload = uploads::find_to_write(&services.database, &actor, objects::upload(&named.object_name)?).await?;
    let max_bytes = PART_BYTES.min(services.settings.upload_limit_bytes);
    let url = Addresses::new(&services, &actor, &headers).sign(Deed::Put { upload: upload.id, max_bytes })?;
    Ok(Json(json!({ "client_type": "azure", "presigned_url_data": { "url": url, "fields": {} } })))
}

async fn begin_parts(
    State(services): State<Services>,
    actor: Actor,
    Path(connector): Path<String>,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &connector)?;
    let parts_id = parts::begin(&services, &actor, objects::upload(&named.object_name)?).await?;
    Ok(Json(json!({ "client_type": "minio", "upload_id": parts_id })))
}

#[derive(Deserialize)]
struct WantedPart {
    object_name: String,
    upload_id: PartsId,
    part_no: i64,
}

async fn sign_part(
    State(services): State<Services>,
    actor: Actor,
    Path(connector): Path<String>,
    headers: HeaderMap,
    Body(wanted): Body<WantedPart>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &connector)?;
    let upload = uploads::find_to_write(&services.database, &actor, objects::upload(&wanted.object_name)?).await?;
    parts::require_part(&upload, wanted.upload_id, wanted.part_no)?;
    let max_bytes = PART_BYTES.min(services.settings.upload_limit_bytes);
    let deed = Deed::PutPart { upload: upload.id, parts: wanted.upload_id, number: wanted.part_no, max_bytes };
    Ok(Json(json!({ "url": Addresses::new(&services, &actor, &headers).sign(deed)? })))
}

#[derive(Deserialize)]
struct Completed {
    object_name: String,
    upload_id: PartsId,
    parts: Vec<CompletedPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CompletedPart {
    #[serde(rename = "ETag")]
    etag: String,
    part_number: i64,
}

async fn complete_parts(
    State(services): State<Services>,
    actor: Actor,
    Path(connector): Path<String>,
    Body(completed): Body<Completed>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &connector)?;
    let named = completed.parts.iter().map(|part| {
        let sha256: Digest = part
            .etag
            .trim_matches('"')
            .parse()
            .map_err(|_| AppError::invalid_field("parts", "each ETag is the one of the part's answer"))?;
        Ok(NamedPart { number: part.part_number, sha256 })
    });
    let named = named.collect::<Result<Vec<_>, AppError>>()?;
    let id = objects::upload(&completed.object_name)?;
    parts::complete(&services, &actor, (id, completed.upload_id), &named).await?;
    Ok(Json(json!({ "object_name": completed.object_name })))
}

async fn sign_download(
    State(services): State<Services>,
    actor: Actor,
    Path(connector): Path<String>,
    headers: HeaderMap,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    require_connector(&actor, &connector)?;
    let object = named.object_name.parse()?;
    objects::find(&services, &actor, object).await?;
    let url = Addresses::new(&services, &actor, &headers).sign(Deed::Get(object))?;
    Ok(Json(json!({ "presigned_url": url })))
}

/// An address that was signed for something else is as good as none.
fn wrong_address() -> Failure {
    AppError::new(ErrorKind::Refused, "expired_address", "This address was given out for something else.").into()
}

async fn redeem(services: &Services, asked: &Asked) -> Result<(Deed, Actor), Failure> {
    objects::redeem(services, asked.text("grant").unwrap_or_default()).await
}

fn expected(headers: &HeaderMap, limit_bytes: u64) -> Result<Expected, AppError> {
    require_plain(headers)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    Ok(Expected { size_bytes: length.and_then(|value| value.parse().ok()), limit_bytes, ..Expected::default() })
}

async fn put_upload(
    State(services): State<Services>,
    asked: Asked,
    headers: HeaderMap,
    body: body::Body,
) -> Result<Response, Failure> {
    let (Deed::Put { upload, max_bytes }, actor) = redeem(&services, &asked).await? else {
        return Err(wrong_address());
    };
    uploads::find_to_write(&services.database, &actor, upload).await?;
    let blob = services.blobs.write(body.into_data_stream(), expected(&headers, max_bytes)?).await?;
    let etag = etag(blob.sha256);
    uploads::receive(&services, &actor, upload, blob).await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag)]).into_response())
}

async fn put_part(
    State(services): State<Services>,
    asked: Asked,
    headers: HeaderMap,
    body: body::Body,
) -> Result<Response, Failure> {
    let (Deed::PutPart { upload, parts, number, max_bytes }, actor) = redeem(&services, &asked).await? else {
        return Err(wrong_address());
    };
    let found = uploads::find_to_write(&services.database, &actor, upload).await?;
    parts::require_part(&found, parts, number)?;
    let blob = services.blobs.write(body.into_data_stream(), expected(&headers, max_bytes)?).await?;
    let sha256 = parts::receive(&services, &actor, (upload, parts, number), blob).await?;
    Ok((StatusCode::OK, [(header::ETAG, etag(sha256))]).into_response())
}

fn etag(sha256: Digest) -> String {
    format!("\"{sha256}\"")
}

async fn get_object(State(services): State<Services>, asked: Asked, headers: HeaderMap) -> Result<Response, Failure> {
    let (Deed::Get(object), actor) = redeem(&services, &asked).await? else {
        return Err(wrong_address());
    };
    let (blob, file_name, content_type) = objects::find(&services, &actor, object).await?;
    let download = Download { file_name: &file_name, content_type: &content_type, is_inline: false };
    storage::serve(&services.blobs, &blob, &download, &headers).await
}
