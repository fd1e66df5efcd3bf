//! SQL for what hangs on an experiment: labels, parameters, dataset versions, base architecture.

use crate::{
    database::{Connection, insert_rows, stored, stored_json},
    experiment::{AttachedDatasetVersion, NewAttachment},
    vocabulary::{ExperimentId, LabelMap, ModelVersionId, OrganizationId, Parameters},
};

pub async fn insert_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    labels: &LabelMap,
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = (0_i64..).zip(labels.labels()).filter(|(_, label)| !label.is_empty()).collect();
    insert_rows(
        connection,
        "INSERT INTO experiment_labels (organization_id, experiment_id, position, name) VALUES",
        4,
        &rows,
        |statement, (position, label)| {
            statement.bind(organization.to_string()).bind(id.to_string()).bind(position).bind(*label)
        },
    )
    .await
}

pub async fn list_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<LabelMap, sqlx::Error> {
    let labels: Vec<(i64, String)> = sqlx::query_as(
        "SELECT position, name FROM experiment_labels WHERE organization_id = $1 AND experiment_id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    let placed = labels.into_iter().map(|(position, name)| (usize::try_from(position).unwrap_or(usize::MAX), name));
    LabelMap::from_indices(placed.collect()).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Replaces all parameters.
pub async fn replace_parameters(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    parameters: &Parameters,
) -> Result<(), sqlx::Error> {
    delete_all(
        connection,
        "DELETE FROM experiment_parameters WHERE organization_id = $1 AND experiment_id = $2",
        organization,
        id,
    )
    .await?;
    let rows: Vec<_> = (0_i64..).zip(parameters.iter()).collect();
    insert_rows(
        connection,
        "INSERT INTO experiment_parameters (organization_id, experiment_id, position, key, value) VALUES",
        5,
        &rows,
        |statement, (position, (key, value))| {
            statement
                .bind(organization.to_string())
                .bind(id.to_string())
                .bind(position)
                .bind(*key)
                .bind(value.to_string())
        },
    )
    .await
}

pub async fn list_parameters(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Parameters, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM experiment_parameters WHERE organization_id = $1 AND experiment_id = $2 ORDER BY position")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|(key, value)| Ok((key, stored_json(&value)?))).collect()
}

pub async fn insert_dataset_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    attachments: &[NewAttachment],
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = (0_i64..).zip(attachments).collect();
    insert_rows(
        connection,
        "INSERT INTO experiment_dataset_versions (organization_id, experiment_id, position, alias, alias_key, dataset_version_id) VALUES",
        6,
        &rows,
        |statement, (position, attachment)| {
            statement
                .bind(organization.to_string())
                .bind(id.to_string())
                .bind(position)
                .bind(attachment.alias.as_str())
                .bind(attachment.alias.key())
                .bind(attachment.dataset_version_id.to_string())
        },
    )
    .await
}

#[derive(sqlx::FromRow)]
struct AttachedRow {
    alias: String,
    dataset_id: String,
    dataset_name: String,
    dataset_version_id: String,
    dataset_version_name: String,
    label_count: i64,
}

pub async fn list_dataset_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Vec<AttachedDatasetVersion>, sqlx::Error> {
    let rows: Vec<AttachedRow> = sqlx::query_as(
        "SELECT experiment_dataset_versions.alias,
                datasets.id AS dataset_id,
                datasets.name AS dataset_name,
                dataset_versions.id AS dataset_version_id,
                dataset_versions.name AS dataset_version_name,
                (SELECT COUNT(*) FROM dataset_version_labels WHERE dataset_version_labels.dataset_version_id = dataset_versions.id) AS label_count
         FROM experiment_dataset_versions
         JOIN dataset_versions ON dataset_versions.id = experiment_dataset_versions.dataset_version_id
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE experiment_dataset_versions.organization_id = $1 AND experiment_dataset_versions.experiment_id = $2
         ORDER BY experiment_dataset_versions.position",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AttachedDatasetVersion {
                alias: row.alias,
                dataset_id: stored(&row.dataset_id)?,
                dataset_name: row.dataset_name,
                dataset_version_id: stored(&row.dataset_version_id)?,
                dataset_version_name: row.dataset_version_name,
                label_count: row.label_count,
            })
        })
        .collect()
}

pub async fn insert_base(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    base: ModelVersionId,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO experiment_bases (organization_id, experiment_id, model_version_id) VALUES ($1, $2, $3)")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(base.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn find_base(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Option<ModelVersionId>, sqlx::Error> {
    let base: Option<String> = sqlx::query_scalar(
        "SELECT model_version_id FROM experiment_bases WHERE organization_id = $1 AND experiment_id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    base.as_deref().map(stored).transpose()
}

/// Removes everything that hangs on an experiment, its artifacts excepted.
pub async fn delete_parts(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<(), sqlx::Error> {
    for text in [
        "DELETE FROM experiment_labels WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_parameters WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_dataset_versions WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_base_experiments WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_bases WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_logs WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM experiment_tags WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM console_files WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM console_lines WHERE organization_id = $1 AND experiment_id = $2",
        "DELETE FROM metric_series WHERE organization_id = $1 AND experiment_id = $2",
    ] {
        delete_all(connection, text, organization, id).await?;
    }
    Ok(())
}

async fn delete_all(
    connection: &mut Connection,
    text: &'static str,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<(), sqlx::Error> {
    sqlx::query(text).bind(organization.to_string()).bind(id.to_string()).execute(connection).await?;
    Ok(())
}
