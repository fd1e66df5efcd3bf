//! SQL for groups of labels.

use crate::dataset::LabelGroup;
use crate::{
    database::{Connection, insert_rows, stored},
    vocabulary::{DatasetVersionId, LabelGroupId, OrganizationId, name::name_key},
};

/// The groups of a version, by name.
pub async fn list_groups(
    connection: &mut Connection,
    organization: OrganizationId,
    version: DatasetVersionId,
) -> Result<Vec<LabelGroup>, sqlx::Error> {
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT id, name, parent_id
         FROM dataset_version_label_groups
         WHERE organization_id = $1 AND dataset_version_id = $2
         ORDER BY name_key",
    )
    .bind(organization.to_string())
    .bind(version.to_string())
    .fetch_all(connection)
    .await?;
    let group = |(id, name, parent_id): (String, String, Option<String>)| {
        Ok(LabelGroup { id: stored(&id)?, name, parent_id: parent_id.as_deref().map(stored).transpose()? })
    };
    rows.into_iter().map(group).collect()
}

/// A group and the version that it belongs to.
pub async fn find_group(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LabelGroupId,
) -> Result<Option<(DatasetVersionId, LabelGroup)>, sqlx::Error> {
    let version: Option<String> = sqlx::query_scalar(
        "SELECT dataset_version_id FROM dataset_version_label_groups WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(version) = version.as_deref().map(stored).transpose()? else {
        return Ok(None);
    };
    let groups = list_groups(connection, organization, version).await?;
    Ok(groups.into_iter().find(|group| group.id == id).map(|group| (version, group)))
}

/// Adds groups; each stands after the one that it is in.
pub async fn insert_groups(
    connection: &mut Connection,
    organization: OrganizationId,
    version: DatasetVersionId,
    groups: &[LabelGroup],
) -> Result<(), sqlx::Error> {
    insert_rows(
        connection,
        "INSERT INTO dataset_version_label_groups (id, organization_id, dataset_version_id, name, name_key, parent_id) VALUES",
        6,
        groups,
        |statement, group| {
            statement
                .bind(group.id.to_string())
                .bind(organization.to_string())
                .bind(version.to_string())
                .bind(&group.name)
                .bind(name_key(&group.name))
                .bind(group.parent_id.map(|parent| parent.to_string()))
        },
    )
    .await
}

/// Writes name and place of a group.
pub async fn update_group(
    connection: &mut Connection,
    organization: OrganizationId,
    group: &LabelGroup,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dataset_version_label_groups
         SET name = $3, name_key = $4, parent_id = $5
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(group.id.to_string())
    .bind(&group.name)
    .bind(name_key(&group.name))
    .bind(group.parent_id.map(|parent| parent.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// What happens to what was in a group before it is deleted, and that it is.
const DELETE: [&str; 3] = [
    "UPDATE dataset_version_labels SET group_id = NULL WHERE organization_id = $1 AND group_id = $2",
    "UPDATE dataset_version_label_groups
     SET parent_id = (SELECT gone.parent_id FROM dataset_version_label_groups AS gone WHERE gone.organization_id = $1 AND gone.id = $2)
     WHERE organization_id = $1 AND parent_id = $2",
    "DELETE FROM dataset_version_label_groups WHERE organization_id = $1 AND id = $2",
];

/// Deletes a group: its labels have none then, and its groups are in the one above.
pub async fn delete_group(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LabelGroupId,
) -> Result<(), sqlx::Error> {
    for statement in DELETE {
        sqlx::query(statement).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}
