//! Names of stored bytes, and the signed addresses that lead to them.

use crate::{
    artifact::{self, UploadOwner, UploadPurpose, operations::uploads::of_stored},
    auth::operations::holder,
    error::{AppError, ErrorKind, Failure},
    experiment, model,
    services::{Services, expired},
    storage::Blob,
    vocabulary::{
        Actor, ArtifactId, ConsoleFileId, LogId, ModelFileId, OrganizationId, PartsId, Timestamp, TokenId, UploadId,
        UserId,
    },
};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How long a signed address is good, in seconds: the hour that the SDK expects.
const SIGNED_SECONDS: i64 = 3_600;

/// Bytes, by what they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    Upload(UploadId),
    Artifact(ArtifactId),
    ModelFile(ModelFileId),
    LogImage(LogId),
    ConsoleFile(ConsoleFileId),
}

/// An object with the name that its file is saved under: `artifacts/<id>/best.pt`.
pub struct ObjectName<'a>(pub Object, pub &'a str);

impl fmt::Display for ObjectName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Object::Upload(id) => write!(formatter, "uploads/{id}/{}", self.1),
            Object::Artifact(id) => write!(formatter, "artifacts/{id}/{}", self.1),
            Object::ModelFile(id) => write!(formatter, "model-files/{id}/{}", self.1),
            Object::LogImage(id) => write!(formatter, "log-images/{id}/{}", self.1),
            Object::ConsoleFile(id) => write!(formatter, "console-files/{id}/{}", self.1),
        }
    }
}

impl FromStr for Object {
    type Err = AppError;

    /// The name of the file at the end is for people: the id alone counts.
    fn from_str(text: &str) -> Result<Self, AppError> {
        let nothing = || AppError::not_found("object");
        let (kind, rest) = text.split_once('/').ok_or_else(nothing)?;
        let (id, _) = rest.split_once('/').ok_or_else(nothing)?;
        let object = match kind {
            "uploads" => id.parse().map(Self::Upload),
            "artifacts" => id.parse().map(Self::Artifact),
            "model-files" => id.parse().map(Self::ModelFile),
            "log-images" => id.parse().map(Self::LogImage),
            "console-files" => id.parse().map(Self::ConsoleFile),
            _ => return Err(nothing()),
        };
        object.map_err(|_| nothing())
    }
}

/// The upload that an object name stands for.
pub fn upload(name: &str) -> Result<UploadId, AppError> {
    match name.parse()? {
        Object::Upload(id) => Ok(id),
        _ => Err(AppError::not_found("upload")),
    }
}

/// The upload that a file comes from: the one that is named, or one of the same bytes as the object that is named.
pub async fn upload_of(
    services: &Services,
    actor: &Actor,
    name: &str,
    (purpose, owner): (UploadPurpose, UploadOwner),
) -> Result<UploadId, Failure> {
    match name.parse()? {
        Object::Upload(id) => Ok(id),
        object => {
            let (blob, file_name, _) = find(services, actor, object).await?;
            of_stored(&services.database, actor, purpose, owner, (&file_name, &blob)).await
        }
    }
}

/// The bytes of an object that the actor may read, and the name that they are saved under.
pub async fn find(services: &Services, actor: &Actor, object: Object) -> Result<(Blob, String, String), Failure> {
    let database = &services.database;
    match object {
        Object::Upload(id) => {
            let (upload, blob) = artifact::operations::uploads::find_content(database, actor, id).await?;
            let content_type = artifact::safe_content_type(upload.file_name.as_str());
            Ok((blob, upload.file_name.last_part().to_owned(), content_type.to_owned()))
        }
        Object::Artifact(id) => {
            let (_, artifact, blob) = artifact::operations::find_by_id(database, actor, id).await?;
            Ok((blob, artifact.file_name, artifact.content_type))
        }
        Object::ModelFile(id) => {
            let (_, file, blob) = model::operations::files::find_by_id(database, actor, id).await?;
            Ok((blob, file.file_name, file.content_type))
        }
        Object::LogImage(id) => {
            let log = experiment::operations::find_log(database, actor, id).await?;
            let (blob, content_type) =
                experiment::operations::find_image(database, actor, log.experiment_id, &log.name).await?;
            Ok((blob, log.name, content_type))
        }
        Object::ConsoleFile(id) => {
            let (file, blob) = experiment::operations::find_console_file_by_id(database, actor, id).await?;
            Ok((blob, file.file_name, "text/plain; charset=utf-8".to_owned()))
        }
    }
}

/// What an address allows whoever has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Sending the bytes of an upload.
    Put { upload: UploadId, max_bytes: u64 },
    /// Sending one part of an upload.
    PutPart { upload: UploadId, parts: PartsId, number: i64, max_bytes: u64 },
    /// Reading an object.
    Get(Object),
}

impl Deed {
    fn path(self) -> &'static str {
        match self {
            Self::Put { .. } => PUT_PATH,
            Self::PutPart { .. } => PUT_PART_PATH,
            Self::Get(_) => GET_PATH,
        }
    }
}

pub const PUT_PATH: &str = "/storage/upload";
pub const PUT_PART_PATH: &str = "/storage/part";
pub const GET_PATH: &str = "/storage/object";

/// A deed, and whose it is: the address is worth no more than the token that asked for it.
#[derive(Serialize, Deserialize)]
struct Grant {
    deed: Deed,
    organization: OrganizationId,
    user: UserId,
    token: Option<TokenId>,
}

/// Makes signed addresses of this server, as the client knows it.
pub struct Addresses<'a> {
    services: &'a Services,
    actor: &'a Actor,
    base: String,
}

impl<'a> Addresses<'a> {
    /// Addresses on the host that the request was for; the hosts' door has checked that it is one of ours.
    pub fn new(services: &'a Services, actor: &'a Actor, headers: &HeaderMap) -> Self {
        let settings = &services.settings;
        let scheme = if settings.is_https() { "https" } else { "http" };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let base = host.map_or_else(|| settings.public_url.clone(), |host| format!("{scheme}://{host}"));
        Self { services, actor, base }
    }

    /// The address for one deed.
    pub fn sign(&self, deed: Deed) -> Result<String, Failure> {
        let grant = Grant {
            deed,
            organization: self.actor.organization_id,
            user: self.actor.user_id,
            token: self.actor.token_id,
        };
        let signed = self.services.signer.sign(&grant, Timestamp::now().plus_seconds(SIGNED_SECONDS))?;
        Ok(format!("{}{}?grant={signed}", self.base, deed.path()))
    }
}

/// The deed that an address allows, and the member who asked for it, if the credential is still good.
pub async fn redeem(services: &Services, signed: &str) -> Result<(Deed, Actor), Failure> {
    let grant: Grant = services.signer.verify(signed, Timestamp::now())?;
    match holder(&services.database, grant.organization, grant.user, grant.token).await {
        Ok(actor) => Ok((grant.deed, actor)),
        // The address carries no credential that another one could replace, so this is 403 as an expired address is: then the SDK asks anew.
        Err(Failure::App(error)) if error.kind == ErrorKind::Unauthenticated => Err(expired().into()),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_object_leads_back_to_it_whatever_its_file_is_called() {
        for object in [Object::Upload(UploadId::generate()), Object::ModelFile(ModelFileId::generate())] {
            for file_name in ["best.pt", "a b#%&é/..", ""] {
                assert_eq!(ObjectName(object, file_name).to_string().parse::<Object>().unwrap(), object);
            }
        }
        for nothing in ["", "uploads", "uploads/x/best.pt", "../../etc/passwd", "elsewhere/0192/x"] {
            assert!(nothing.parse::<Object>().is_err(), "{nothing}");
        }
    }
}
