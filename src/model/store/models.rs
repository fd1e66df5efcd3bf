//! SQL for models.

use super::list_aliases;
use crate::{
    database::{Connection, contains_pattern, stored, stored_time, tags},
    model::{Model, ModelFacets, ModelFilter, ModelSort},
    vocabulary::{Actor, Description, ModelId, Name, OrganizationId, TagTarget, Timestamp, name::name_key},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct ModelRow {
    id: String,
    name: String,
    description: String,
    version_count: i64,
    last_version: i64,
    notes: String,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    archived_at: Option<i64>,
}

impl ModelRow {
    async fn with_lists(self, connection: &mut Connection, organization: OrganizationId) -> Result<Model, sqlx::Error> {
        let id: ModelId = stored(&self.id)?;
        Ok(Model {
            tags: tags::list(connection, organization, TagTarget::Model, id).await?,
            aliases: list_aliases(connection, organization, id).await?,
            id,
            name: self.name,
            description: self.description,
            version_count: self.version_count,
            last_version: self.last_version,
            notes: self.notes,
            created_at: stored_time(self.created_at)?,
            created_by: self.created_by,
            updated_at: stored_time(self.updated_at)?,
            archived_at: self.archived_at.map(stored_time).transpose()?,
        })
    }
}

macro_rules! select_models {
    () => {
        "SELECT models.id, models.name, models.description, models.last_version, models.notes,
                models.created_at, models.created_by, models.updated_at, models.archived_at,
                (SELECT COUNT(*) FROM model_versions WHERE model_versions.model_id = models.id) AS version_count
         FROM models
         WHERE models.organization_id = $1"
    };
}

/// Conditions with the values that belong to their places.
struct Conditions {
    text: String,
    values: Vec<String>,
}

impl Conditions {
    fn of(filter: &ModelFilter) -> Self {
        let archived = if filter.is_archived { "IS NOT NULL" } else { "IS NULL" };
        let mut conditions = Self { text: format!(" AND models.archived_at {archived}"), values: Vec::new() };
        if !filter.search.is_empty() {
            let part = conditions.place(contains_pattern(&filter.search));
            let whole = conditions.place(name_key(&filter.search));
            conditions.text.push_str(&format!(
                r" AND (models.name_key LIKE {part} ESCAPE '\'
                    OR LOWER(models.description) LIKE {part} ESCAPE '\'
                    OR models.id IN (SELECT model_id FROM model_tags WHERE organization_id = $1 AND tag_key = {whole})
                    OR models.id IN (SELECT model_id FROM model_aliases WHERE organization_id = $1 AND alias_key = {whole})
                    OR models.id IN ({}))",
                versions_with("model_version_labels", "name_key", &whole)
            ));
        }
        for (column, value) in [("inference_type", &filter.inference_type), ("framework", &filter.framework)] {
            if !value.is_empty() {
                let place = conditions.place(value.clone());
                conditions.text.push_str(&format!(
                    " AND models.id IN (SELECT model_id FROM model_versions WHERE organization_id = $1 AND {column} = {place})"
                ));
            }
        }
        if !filter.label.is_empty() {
            let place = conditions.place(name_key(&filter.label));
            let versions = versions_with("model_version_labels", "name_key", &place);
            conditions.text.push_str(&format!(" AND models.id IN ({versions})"));
        }
        if !filter.tag.is_empty() {
            let place = conditions.place(name_key(&filter.tag));
            let versions = versions_with("model_version_tags", "tag_key", &place);
            conditions.text.push_str(&format!(
                " AND (models.id IN (SELECT model_id FROM model_tags WHERE organization_id = $1 AND tag_key = {place}) OR models.id IN ({versions}))"
            ));
        }
        if !filter.dataset.is_empty() {
            let place = conditions.place(name_key(&filter.dataset));
            conditions.text.push_str(&format!(
                " AND models.id IN (SELECT model_versions.model_id
                    FROM datasets
                    JOIN dataset_versions ON dataset_versions.dataset_id = datasets.id
                    JOIN model_version_dataset_versions ON model_version_dataset_versions.dataset_version_id = dataset_versions.id
                    JOIN model_versions ON model_versions.id = model_version_dataset_versions.model_version_id
                    WHERE datasets.organization_id = $1 AND datasets.name_key = {place})"
            ));
        }
        if !filter.creator.is_empty() {
            let place = conditions.place(filter.creator.clone());
            conditions.text.push_str(&format!(" AND models.created_by = {place}"));
        }
        conditions
    }

    /// Keeps a value, and names its place.
    fn place(&mut self, value: String) -> String {
        self.values.push(value);
        format!("${}", self.values.len() + 1)
    }
}

/// The models of versions that have a row in `table`; all names are ours.
fn versions_with(table: &str, column: &str, place: &str) -> String {
    format!(
        "SELECT model_versions.model_id FROM {table} JOIN model_versions ON model_versions.id = {table}.model_version_id
         WHERE {table}.organization_id = $1 AND {table}.{column} = {place}"
    )
}

/// Models from the place `skipped` on.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    filter: &ModelFilter,
    skipped: i64,
    limit: u32,
) -> Result<Vec<Model>, sqlx::Error> {
    let order = match filter.sort {
        ModelSort::CreatedAt => "models.id DESC",
        ModelSort::UpdatedAt => "models.updated_at DESC, models.id DESC",
        ModelSort::Name => "models.name_key, models.id",
        ModelSort::Versions => "version_count DESC, models.id DESC",
    };
    let Conditions { text, values } = Conditions::of(filter);
    let text =
        format!("{}{text} ORDER BY {order} LIMIT ${} OFFSET ${}", select_models!(), values.len() + 2, values.len() + 3);
    let statement = sqlx::query_as::<_, ModelRow>(AssertSqlSafe(text)).bind(organization.to_string());
    let statement = values.into_iter().fold(statement, |statement, value| statement.bind(value));
    let rows = statement.bind(i64::from(limit)).bind(skipped).fetch_all(&mut *connection).await?;
    let mut models = Vec::with_capacity(rows.len());
    for row in rows {
        models.push(row.with_lists(connection, organization).await?);
    }
    Ok(models)
}

/// What the filters offer.
pub async fn list_facets(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<ModelFacets, sqlx::Error> {
    let mut lists = Vec::new();
    for text in [
        "SELECT DISTINCT inference_type FROM model_versions WHERE organization_id = $1 AND inference_type IS NOT NULL ORDER BY inference_type LIMIT 100",
        "SELECT DISTINCT framework FROM model_versions WHERE organization_id = $1 AND framework IS NOT NULL ORDER BY framework LIMIT 100",
        "SELECT DISTINCT created_by FROM models WHERE organization_id = $1 ORDER BY created_by LIMIT 100",
    ] {
        let found: Vec<String> =
            sqlx::query_scalar(text).bind(organization.to_string()).fetch_all(&mut *connection).await?;
        lists.push(found);
    }
    let mut lists = lists.into_iter();
    let mut next = || lists.next().unwrap_or_default();
    Ok(ModelFacets { inference_types: next(), frameworks: next(), creators: next() })
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
) -> Result<Option<Model>, sqlx::Error> {
    let row: Option<ModelRow> = sqlx::query_as(concat!(select_models!(), " AND models.id = $2"))
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => Ok(Some(row.with_lists(connection, organization).await?)),
        None => Ok(None),
    }
}

pub async fn find_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    name_key: &str,
) -> Result<Option<ModelId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM models WHERE organization_id = $1 AND name_key = $2")
        .bind(organization.to_string())
        .bind(name_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelId,
    name: &Name,
    description: &Description,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $6)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(name.as_str())
    .bind(name.key())
    .bind(description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next version number of a model; it is given once, whatever happens to the version. None: no such model.
pub async fn take_number(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
    least: i64,
    now: Timestamp,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE models SET last_version = CASE WHEN last_version < $1 THEN $1 ELSE last_version + 1 END, updated_at = $2
         WHERE organization_id = $3 AND id = $4
         RETURNING last_version",
    )
    .bind(least)
    .bind(now.as_micros())
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await
}
