//! Identifiers: UUIDv7 (RFC 9562), made by the server, one type for each noun.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, SchemaFormat, Type},
};
use uuid::Uuid;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh identifier; later ones sort after earlier ones.
            #[cfg(feature = "ssr")]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The identifier without the noun.
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::Custom("uuid".to_owned())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

id_types! {
    /// The owner of everything.
    OrganizationId,
    /// A person.
    UserId,
    /// A credential of a script.
    TokenId,
    /// A stay of a person in a browser.
    SessionId,
    /// The offer to join an organization.
    InvitationId,
    /// A group of experiments.
    ProjectId,
    /// One or several dataset versions.
    DatasetId,
    /// A state of a dataset, with its labels.
    DatasetVersionId,
    /// A class of a dataset version.
    LabelId,
    /// Several labels of a dataset version.
    LabelGroupId,
    /// One training.
    ExperimentId,
    /// One or several model versions.
    ModelId,
    /// What an export creates.
    ModelVersionId,
    /// A named file of an experiment.
    ArtifactId,
    /// A named file of a model version.
    ModelFileId,
    /// Bytes that were sent before they have a name.
    UploadId,
    /// One attempt to send an upload in parts.
    PartsId,
    /// The file with everything that a training printed.
    ConsoleFileId,
    /// An image or a table that a training logged.
    LogId,
    /// A word by which people group things.
    TagId,
    /// An entry of the audit trail.
    AuditEntryId,
}
