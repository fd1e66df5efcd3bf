//! SQL for tags; every tagged thing has a table of its own, so that its tags cannot leave its organization.

use super::{Connection, insert_rows};
use crate::vocabulary::{OrganizationId, tags::Tags};
use std::fmt::Display;

/// What is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// An experiment.
    Experiment,
    /// A model.
    Model,
    /// A model version.
    ModelVersion,
}

/// The statements that are the same but for the names of table and column.
macro_rules! statements {
    ($table:literal, $column:literal) => {
        Statements {
            list: concat!(
                "SELECT tag FROM ",
                $table,
                " WHERE organization_id = $1 AND ",
                $column,
                " = $2 ORDER BY tag_key"
            ),
            delete: concat!("DELETE FROM ", $table, " WHERE organization_id = $1 AND ", $column, " = $2"),
            insert: concat!("INSERT INTO ", $table, " (organization_id, ", $column, ", tag, tag_key) VALUES"),
        }
    };
}

struct Statements {
    list: &'static str,
    delete: &'static str,
    insert: &'static str,
}

impl Tagged {
    fn statements(self) -> Statements {
        match self {
            Self::Experiment => statements!("experiment_tags", "experiment_id"),
            Self::Model => statements!("model_tags", "model_id"),
            Self::ModelVersion => statements!("model_version_tags", "model_version_id"),
        }
    }
}

/// The tags of a thing, in alphabetical order.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    tagged: Tagged,
    id: impl Display,
) -> Result<Tags, sqlx::Error> {
    let tags: Vec<String> = sqlx::query_scalar(tagged.statements().list)
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_all(connection)
        .await?;
    Tags::parse(tags).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Gives a thing these tags and no others.
pub async fn replace(
    connection: &mut Connection,
    organization: OrganizationId,
    tagged: Tagged,
    id: impl Display,
    tags: &Tags,
) -> Result<(), sqlx::Error> {
    let (organization, id) = (organization.to_string(), id.to_string());
    sqlx::query(tagged.statements().delete).bind(&organization).bind(&id).execute(&mut *connection).await?;
    insert_rows(connection, tagged.statements().insert, 4, &tags.with_keys(), |statement, (tag, key)| {
        statement.bind(organization.clone()).bind(id.clone()).bind(tag.clone()).bind(key.clone())
    })
    .await
}
