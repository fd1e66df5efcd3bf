//! SQL for datasets.

use crate::dataset::{
    Dataset, DatasetVersion, NewDataset, NewDatasetVersion, UsedBy, UsedByExperiment, UsedByModelVersion,
    VersionChoice, whole_name,
};
use crate::{
    database::{Connection, contains_pattern, insert_rows, stored, stored_time},
    vocabulary::{Actor, DatasetId, DatasetVersionId, LabelMap, OrganizationId, Timestamp, name::name_key},
};

#[derive(sqlx::FromRow)]
struct DatasetRow {
    id: String,
    name: String,
    description: String,
    version_count: i64,
    created_at: i64,
    created_by: String,
}

impl TryFrom<DatasetRow> for Dataset {
    type Error = sqlx::Error;

    fn try_from(row: DatasetRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            description: row.description,
            version_count: row.version_count,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
        })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: String,
    dataset_id: String,
    dataset_name: String,
    name: String,
    description: String,
    kind: String,
    item_count: Option<i64>,
    size_bytes: Option<i64>,
    created_at: i64,
    created_by: String,
}

impl VersionRow {
    async fn with_labels(
        self,
        connection: &mut Connection,
        organization: OrganizationId,
    ) -> Result<DatasetVersion, sqlx::Error> {
        let id: DatasetVersionId = stored(&self.id)?;
        Ok(DatasetVersion {
            labels: list_labels(connection, organization, id).await?,
            id,
            dataset_id: stored(&self.dataset_id)?,
            dataset_name: self.dataset_name,
            name: self.name,
            description: self.description,
            kind: stored(&self.kind)?,
            item_count: self.item_count,
            size_bytes: self.size_bytes,
            created_at: stored_time(self.created_at)?,
            created_by: self.created_by,
        })
    }
}

pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Dataset>, sqlx::Error> {
    let rows: Vec<DatasetRow> = sqlx::query_as(
        r"SELECT id, name, description, created_at, created_by,
                 (SELECT COUNT(*) FROM dataset_versions WHERE dataset_versions.dataset_id = datasets.id) AS version_count
          FROM datasets
          WHERE organization_id = $1
            AND name_key LIKE $2 ESCAPE '\'
            AND id < $3
          ORDER BY id DESC
          LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(contains_pattern(search))
    .bind(cursor.unwrap_or("g"))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Dataset::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<Option<Dataset>, sqlx::Error> {
    let row: Option<DatasetRow> = sqlx::query_as(
        "SELECT id, name, description, created_at, created_by,
                (SELECT COUNT(*) FROM dataset_versions WHERE dataset_versions.dataset_id = datasets.id) AS version_count
         FROM datasets
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Dataset::try_from).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetId,
    new: &NewDataset,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO datasets (id, organization_id, name, name_key, description, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_version(
    connection: &mut Connection,
    actor: &Actor,
    dataset: DatasetId,
    id: DatasetVersionId,
    new: &NewDatasetVersion,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO dataset_versions
         (id, organization_id, dataset_id, name, name_key, description, kind, item_count, size_bytes, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(dataset.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(new.kind.as_str())
    .bind(new.item_count)
    .bind(new.size_bytes)
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
    labels: &LabelMap,
) -> Result<(), sqlx::Error> {
    let rows: Vec<(i64, &String)> = (0..).zip(labels.labels()).collect();
    insert_rows(
        connection,
        "INSERT INTO dataset_version_labels (organization_id, dataset_version_id, position, name) VALUES",
        4,
        &rows,
        |statement, (position, label)| {
            statement.bind(organization.to_string()).bind(id.to_string()).bind(position).bind(*label)
        },
    )
    .await
}

async fn list_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<LabelMap, sqlx::Error> {
    let labels: Vec<String> =
        sqlx::query_scalar("SELECT name FROM dataset_version_labels WHERE organization_id = $1 AND dataset_version_id = $2 ORDER BY position")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_all(connection)
            .await?;
    LabelMap::parse(&labels).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

pub async fn list_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    dataset: DatasetId,
) -> Result<Vec<DatasetVersion>, sqlx::Error> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT dataset_versions.id,
                dataset_versions.dataset_id,
                datasets.name AS dataset_name,
                dataset_versions.name,
                dataset_versions.description,
                dataset_versions.kind,
                dataset_versions.item_count,
                dataset_versions.size_bytes,
                dataset_versions.created_at,
                dataset_versions.created_by
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1 AND dataset_versions.dataset_id = $2
         ORDER BY dataset_versions.id",
    )
    .bind(organization.to_string())
    .bind(dataset.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        versions.push(row.with_labels(connection, organization).await?);
    }
    Ok(versions)
}

pub async fn find_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<Option<DatasetVersion>, sqlx::Error> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT dataset_versions.id,
                dataset_versions.dataset_id,
                datasets.name AS dataset_name,
                dataset_versions.name,
                dataset_versions.description,
                dataset_versions.kind,
                dataset_versions.item_count,
                dataset_versions.size_bytes,
                dataset_versions.created_at,
                dataset_versions.created_by
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1 AND dataset_versions.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => Ok(Some(row.with_labels(connection, organization).await?)),
        None => Ok(None),
    }
}

pub async fn find_version_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    dataset: DatasetId,
    name: &str,
) -> Result<Option<DatasetVersion>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM dataset_versions WHERE organization_id = $1 AND dataset_id = $2 AND name_key = $3",
    )
    .bind(organization.to_string())
    .bind(dataset.to_string())
    .bind(name_key(name))
    .fetch_optional(&mut *connection)
    .await?;
    match id {
        Some(id) => find_version(connection, organization, stored(&id)?).await,
        None => Ok(None),
    }
}

pub async fn used_by(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<UsedBy, sqlx::Error> {
    let experiments: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT experiments.id, experiments.name, experiment_dataset_versions.alias
         FROM experiment_dataset_versions
         JOIN experiments ON experiments.id = experiment_dataset_versions.experiment_id
         WHERE experiment_dataset_versions.organization_id = $1
           AND experiment_dataset_versions.dataset_version_id = $2
           AND experiments.deleted_at IS NULL
         ORDER BY experiments.id DESC
         LIMIT 200",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let model_versions: Vec<(String, String, String, i64, String, String)> = sqlx::query_as(
        "SELECT model_versions.id, models.id, models.name, model_versions.number, model_versions.name, model_version_dataset_versions.alias
         FROM model_version_dataset_versions
         JOIN model_versions ON model_versions.id = model_version_dataset_versions.model_version_id
         JOIN models ON models.id = model_versions.model_id
         WHERE model_version_dataset_versions.organization_id = $1
           AND model_version_dataset_versions.dataset_version_id = $2
         ORDER BY model_versions.id DESC
         LIMIT 200",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    Ok(UsedBy {
        experiments: experiments
            .into_iter()
            .map(|(id, name, alias)| Ok(UsedByExperiment { experiment_id: stored(&id)?, name, alias }))
            .collect::<Result<_, sqlx::Error>>()?,
        model_versions: model_versions
            .into_iter()
            .map(|(id, model_id, model_name, number, name, alias)| {
                Ok(UsedByModelVersion {
                    model_version_id: stored(&id)?,
                    model_id: stored(&model_id)?,
                    model_name,
                    number,
                    name,
                    alias,
                })
            })
            .collect::<Result<_, sqlx::Error>>()?,
    })
}

#[derive(sqlx::FromRow)]
struct ChoiceRow {
    id: String,
    dataset_name: String,
    name: String,
    label_count: i64,
}

/// The newest versions of all datasets.
pub async fn list_choices(
    connection: &mut Connection,
    organization: OrganizationId,
    limit: u32,
) -> Result<Vec<VersionChoice>, sqlx::Error> {
    let rows: Vec<ChoiceRow> = sqlx::query_as(
        "SELECT dataset_versions.id, datasets.name AS dataset_name, dataset_versions.name,
                (SELECT COUNT(*) FROM dataset_version_labels WHERE dataset_version_labels.dataset_version_id = dataset_versions.id) AS label_count
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1
         ORDER BY dataset_versions.id DESC
         LIMIT $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let choice = |row: ChoiceRow| {
        Ok(VersionChoice {
            id: stored(&row.id)?,
            whole_name: whole_name(&row.dataset_name, &row.name),
            label_count: row.label_count,
        })
    };
    rows.into_iter().map(choice).collect()
}

/// The version that a person named as [`VersionChoice::whole_name`] or by its id.
pub async fn find_by_whole_name(
    connection: &mut Connection,
    organization: OrganizationId,
    text: &str,
) -> Result<Option<DatasetVersionId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT dataset_versions.id
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1
           AND (datasets.name_key || ' › ' || dataset_versions.name_key = $2 OR dataset_versions.id = $2)",
    )
    .bind(organization.to_string())
    .bind(name_key(text))
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}
