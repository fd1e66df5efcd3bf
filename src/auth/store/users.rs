//! People and service accounts, whatever organizations they are in.

use crate::{
    auth::NewUser,
    database::{Connection, stored},
    vocabulary::{Digest, Timestamp, UserId},
};

pub async fn insert(connection: &mut Connection, user: &NewUser<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO users (id, email, email_key, name, is_service, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id.to_string())
    .bind(user.email)
    .bind(&user.email_key)
    .bind(user.name)
    .bind(i64::from(user.is_service))
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// The password hash of an active user, if there is one.
pub async fn find_password_hash(connection: &mut Connection, email_key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT passwords.hash FROM users JOIN passwords ON passwords.user_id = users.id
         WHERE users.email_key = $1 AND users.deactivated_at IS NULL",
    )
    .bind(email_key)
    .fetch_optional(connection)
    .await
}

pub async fn replace_password(
    connection: &mut Connection,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
    )
    .bind(user.to_string())
    .bind(hash)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// The id of a user who is not deactivated.
pub async fn find(connection: &mut Connection, email_key: &str) -> Result<Option<UserId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE email_key = $1 AND deactivated_at IS NULL")
        .bind(email_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

/// The id of a user, deactivated or not.
pub async fn find_even_deactivated(
    connection: &mut Connection,
    email_key: &str,
) -> Result<Option<UserId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE email_key = $1")
        .bind(email_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

/// E-mail address and display name.
pub async fn find_profile(connection: &mut Connection, user: UserId) -> Result<Option<(String, String)>, sqlx::Error> {
    sqlx::query_as("SELECT email, name FROM users WHERE id = $1")
        .bind(user.to_string())
        .fetch_optional(connection)
        .await
}

pub async fn update_profile(
    connection: &mut Connection,
    user: UserId,
    email: &str,
    email_key: &str,
    name: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET email = $1, email_key = $2, name = $3 WHERE id = $4")
        .bind(email)
        .bind(email_key)
        .bind(name)
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets whether nobody may be this user any more, in any organization.
pub async fn update_deactivated(
    connection: &mut Connection,
    user: UserId,
    at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET deactivated_at = $1 WHERE id = $2")
        .bind(at.map(Timestamp::as_micros))
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The user whom an identity provider knows under this name.
pub async fn find_by_identity(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<UserId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

pub async fn insert_identity(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
    user: UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)")
        .bind(issuer)
        .bind(subject)
        .bind(user.to_string())
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers a link with which the password may be set once.
pub async fn insert_reset(
    connection: &mut Connection,
    fingerprint: Digest,
    user: UserId,
    creator: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO password_resets (token_hash, user_id, created_by_id, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(fingerprint.to_string())
        .bind(user.to_string())
        .bind(creator.map(|creator| creator.to_string()))
        .bind(expires_at.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Who may set a new password with this link.
pub async fn find_reset(
    connection: &mut Connection,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<Option<UserId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT password_resets.user_id FROM password_resets JOIN users ON users.id = password_resets.user_id
         WHERE password_resets.token_hash = $1 AND password_resets.expires_at > $2 AND users.deactivated_at IS NULL",
    )
    .bind(fingerprint.to_string())
    .bind(now.as_micros())
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}

/// Makes every reset link of the user worthless; tells whether the one with this fingerprint was among them.
pub async fn take_resets(connection: &mut Connection, fingerprint: Digest, user: UserId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM password_resets WHERE token_hash = $1")
        .bind(fingerprint.to_string())
        .execute(&mut *connection)
        .await?;
    delete_resets(connection, user).await?;
    Ok(done.rows_affected() == 1)
}

/// Makes every reset link for the user, and every one that the user has handed out, worthless.
pub async fn delete_resets(connection: &mut Connection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1 OR created_by_id = $1")
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the password away: who has none signs in through the identity provider, or asks for a new one.
pub async fn delete_password(connection: &mut Connection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM passwords WHERE user_id = $1").bind(user.to_string()).execute(connection).await?;
    Ok(())
}
