//! SQL for what happens to models after they exist, and for their aliases.

use crate::{
    database::{Connection, stored},
    model::ModelAlias,
    vocabulary::{ModelId, ModelVersionId, OrganizationId, Timestamp, name::name_key},
};

/// Takes the model for this transaction; says whether it exists.
pub async fn lock_model(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
) -> Result<bool, sqlx::Error> {
    let locked = sqlx::query("UPDATE models SET updated_at = updated_at WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(locked.rows_affected() == 1)
}

/// Writes name, description and notes of a model.
pub async fn update_model(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
    (name, description, notes): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE models
         SET name = $3, name_key = $4, description = $5, notes = $6, updated_at = $7
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(name)
    .bind(name_key(name))
    .bind(description)
    .bind(notes)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Archives a model, or brings it back.
pub async fn set_model_archived(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
    archived_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE models SET archived_at = $3, updated_at = $4 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(archived_at.map(Timestamp::as_micros))
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a model that has no versions.
pub async fn delete_model(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
) -> Result<(), sqlx::Error> {
    for deletion in [
        "DELETE FROM model_tags WHERE organization_id = $1 AND model_id = $2",
        "DELETE FROM models WHERE organization_id = $1 AND id = $2",
    ] {
        sqlx::query(deletion).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The aliases of a model, in alphabetical order.
pub async fn list_aliases(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
) -> Result<Vec<ModelAlias>, sqlx::Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT model_aliases.alias, model_aliases.model_version_id, model_versions.number
         FROM model_aliases
         JOIN model_versions ON model_versions.id = model_aliases.model_version_id
         WHERE model_aliases.organization_id = $1 AND model_aliases.model_id = $2
         ORDER BY model_aliases.alias_key",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(alias, id, number)| Ok(ModelAlias { alias, model_version_id: stored(&id)?, number }))
        .collect()
}

/// Lets an alias point to a version, whether or not it pointed to another one.
pub async fn set_alias(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    alias: &str,
    version: ModelVersionId,
) -> Result<(), sqlx::Error> {
    delete_alias(connection, organization, model, alias).await?;
    sqlx::query(
        "INSERT INTO model_aliases (organization_id, model_id, alias, alias_key, model_version_id) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .bind(alias)
    .bind(name_key(alias))
    .bind(version.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an alias; says whether there was one.
pub async fn delete_alias(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    alias: &str,
) -> Result<bool, sqlx::Error> {
    let deleted =
        sqlx::query("DELETE FROM model_aliases WHERE organization_id = $1 AND model_id = $2 AND alias_key = $3")
            .bind(organization.to_string())
            .bind(model.to_string())
            .bind(name_key(alias))
            .execute(connection)
            .await?;
    Ok(deleted.rows_affected() == 1)
}
