//! Offers to join an organization.

use crate::{
    auth::Invitation,
    database::{Connection, stored, stored_time},
    vocabulary::{Digest, InvitationId, OrganizationId, Role, Timestamp, UserId},
};

pub struct NewInvitationRow<'a> {
    pub id: InvitationId,
    pub organization: OrganizationId,
    pub email: &'a str,
    pub email_key: &'a str,
    pub role: Role,
    pub fingerprint: Digest,
    pub created_by: (&'a str, UserId),
    pub expires_at: Timestamp,
}

pub async fn insert(
    connection: &mut Connection,
    invitation: &NewInvitationRow<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO invitations (id, organization_id, email, email_key, role, token_hash, created_at, created_by, created_by_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(invitation.id.to_string())
    .bind(invitation.organization.to_string())
    .bind(invitation.email)
    .bind(invitation.email_key)
    .bind(invitation.role.as_str())
    .bind(invitation.fingerprint.to_string())
    .bind(now.as_micros())
    .bind(invitation.created_by.0)
    .bind(invitation.created_by.1.to_string())
    .bind(invitation.expires_at.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: String,
    organization_id: String,
    organization_name: String,
    email: String,
    role: String,
    created_by: String,
    expires_at: i64,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = sqlx::Error;

    fn try_from(row: InvitationRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            organization_id: stored(&row.organization_id)?,
            organization_name: row.organization_name,
            email: row.email,
            role: stored(&row.role)?,
            invited_by: row.created_by,
            expires_at: stored_time(row.expires_at)?,
        })
    }
}

/// The open invitations of an organization, newest first.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Invitation>, sqlx::Error> {
    let rows: Vec<InvitationRow> = sqlx::query_as(
        "SELECT invitations.id, invitations.organization_id, organizations.name AS organization_name, invitations.email, invitations.role,
                invitations.created_by, invitations.expires_at
         FROM invitations JOIN organizations ON organizations.id = invitations.organization_id
         WHERE invitations.organization_id = $1 AND invitations.expires_at > $2
         ORDER BY invitations.id DESC LIMIT 500",
    )
    .bind(organization.to_string())
    .bind(now.as_micros())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// The open invitation that a link leads to. Whoever has the link is not a member yet, so no organization is asked for.
pub async fn find(
    connection: &mut Connection,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<Option<Invitation>, sqlx::Error> {
    let row: Option<InvitationRow> = sqlx::query_as(
        "SELECT invitations.id, invitations.organization_id, organizations.name AS organization_name, invitations.email, invitations.role,
                invitations.created_by, invitations.expires_at
         FROM invitations JOIN organizations ON organizations.id = invitations.organization_id
         WHERE invitations.token_hash = $1 AND invitations.expires_at > $2",
    )
    .bind(fingerprint.to_string())
    .bind(now.as_micros())
    .fetch_optional(connection)
    .await?;
    row.map(Invitation::try_from).transpose()
}

/// Takes an invitation away; of two at once, only one is told that it was there.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM invitations WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away what was offered to this address before.
pub async fn delete_for(
    connection: &mut Connection,
    organization: OrganizationId,
    email_key: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM invitations WHERE organization_id = $1 AND email_key = $2")
        .bind(organization.to_string())
        .bind(email_key)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes away what a member has offered.
pub async fn delete_by(
    connection: &mut Connection,
    organization: OrganizationId,
    creator: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM invitations WHERE organization_id = $1 AND created_by_id = $2")
        .bind(organization.to_string())
        .bind(creator.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
