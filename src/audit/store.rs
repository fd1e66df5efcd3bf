//! SQL for the trail. Entries are written and read here, and changed or deleted nowhere.

use super::{
    AuditFilter, Change, Entry, Facets, ToId, TrailEntry,
    chain::{Head, Link, StoredLink, genesis},
};
use crate::{
    database::{Connection, contains_pattern, stored, stored_json, stored_time},
    vocabulary::{Actor, AuditEntryId, Digest, OrganizationId, Timestamp},
};
use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;

/// Writes the entry; call it in the transaction of the change, after everything in it that may wait for another transaction.
pub async fn record(
    connection: &mut Connection,
    actor: &Actor,
    at: Timestamp,
    change: Change<'_>,
) -> Result<(), sqlx::Error> {
    let organization_id = actor.organization_id.to_string();
    let (seq, previous) = take_place(connection, &organization_id).await?;
    let link = Link {
        organization_id,
        seq,
        id: AuditEntryId::generate().to_string(),
        at: at.as_micros(),
        user_id: actor.user_id.to_string(),
        user_email: actor.email.clone(),
        token_id: actor.token_id.map(|id| id.to_string()),
        address: actor.address.map(|address| address.to_string()),
        action: change.action.to_owned(),
        object_kind: change.object_kind.to_owned(),
        object_id: change.object_id.to_id(),
        details: change.details.to_string(),
    };
    let hash = link.hash_after(previous);
    insert(connection, &link, previous, hash).await?;
    sqlx::query("UPDATE audit_heads SET hash = $2 WHERE organization_id = $1")
        .bind(link.organization_id)
        .bind(hash.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the end of the chain for this transaction: the next place, and the hash of the entry before it.
async fn take_place(connection: &mut Connection, organization_id: &str) -> Result<(i64, Digest), sqlx::Error> {
    let (seq, hash, unchained): (i64, String, i64) = sqlx::query_as(
        "INSERT INTO audit_heads (organization_id, seq, hash, unchained) VALUES ($1, 1, '', 0)
         ON CONFLICT (organization_id) DO UPDATE SET seq = audit_heads.seq + 1
         RETURNING seq, hash, unchained",
    )
    .bind(organization_id)
    .fetch_one(connection)
    .await?;
    let previous = if hash.is_empty() { genesis(organization_id, unchained) } else { stored(&hash)? };
    Ok((seq, previous))
}

async fn insert(connection: &mut Connection, link: &Link, previous: Digest, hash: Digest) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_entries
         (id, organization_id, at, user_id, user_email, token_id, action, object_kind, object_id, details, seq, previous_hash, hash, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&link.id)
    .bind(&link.organization_id)
    .bind(link.at)
    .bind(&link.user_id)
    .bind(&link.user_email)
    .bind(&link.token_id)
    .bind(&link.action)
    .bind(&link.object_kind)
    .bind(&link.object_id)
    .bind(&link.details)
    .bind(link.seq)
    .bind(previous.to_string())
    .bind(hash.to_string())
    .bind(&link.address)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: String,
    at: i64,
    user_email: String,
    token_id: Option<String>,
    action: String,
    object_kind: String,
    object_id: String,
    details: String,
}

impl TryFrom<EntryRow> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: EntryRow) -> Result<Self, sqlx::Error> {
        let mut details: Map<String, Value> = stored_json(&row.details)?;
        Ok(Self {
            id: stored(&row.id)?,
            at: stored_time(row.at)?,
            by: row.user_email,
            by_token: row.token_id.is_some(),
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            before: details.shift_remove("before"),
            after: details.shift_remove("after"),
            details,
        })
    }
}

/// The history of one object, newest first; `cursor` is the id of the last entry of the page before.
pub async fn history(
    connection: &mut Connection,
    organization: OrganizationId,
    object: &dyn ToId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT id, at, user_email, token_id, action, object_kind, object_id, details
         FROM audit_entries
         WHERE organization_id = $1 AND object_id = $2 AND id < $3
         ORDER BY id DESC
         LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(object.to_id())
    .bind(cursor.unwrap_or("g"))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct TrailRow {
    #[sqlx(flatten)]
    entry: EntryRow,
    seq: Option<i64>,
    user_id: String,
    token_name: Option<String>,
    address: Option<String>,
    hash: Option<String>,
}

impl TryFrom<TrailRow> for TrailEntry {
    type Error = sqlx::Error;

    fn try_from(row: TrailRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.seq,
            user_id: stored(&row.user_id)?,
            token_id: row.entry.token_id.as_deref().map(stored).transpose()?,
            token_name: row.token_name,
            address: row.address,
            hash: row.hash,
            entry: row.entry.try_into()?,
        })
    }
}

/// The entries that the filter lets through, newest first; `cursor` is the id of the last entry of the page before.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<TrailEntry>, sqlx::Error> {
    let mut conditions = String::new();
    let mut values: Vec<&str> = Vec::new();
    let pattern = contains_pattern(&filter.who);
    if !filter.who.is_empty() {
        values.extend([pattern.as_str(), filter.who.as_str()]);
        conditions.push_str(
            r" AND (LOWER(audit_entries.user_email) LIKE $6 ESCAPE '\' OR LOWER(tokens.name) LIKE $6 ESCAPE '\'
                    OR audit_entries.user_id = $7 OR audit_entries.token_id = $7)",
        );
    }
    for (column, value) in [("action", &filter.action), ("object_kind", &filter.kind), ("object_id", &filter.object)] {
        if !value.is_empty() {
            values.push(value);
            conditions.push_str(&format!(" AND audit_entries.{column} = ${}", values.len() + 5));
        }
    }
    let text = format!(
        "SELECT audit_entries.id, audit_entries.seq, audit_entries.at, audit_entries.user_id, audit_entries.user_email, audit_entries.token_id,
                tokens.name AS token_name, audit_entries.address, audit_entries.action, audit_entries.object_kind, audit_entries.object_id,
                audit_entries.details, audit_entries.hash
         FROM audit_entries
         LEFT JOIN tokens ON tokens.id = audit_entries.token_id AND tokens.organization_id = audit_entries.organization_id
         WHERE audit_entries.organization_id = $1 AND audit_entries.at >= $2 AND audit_entries.at < $3 AND audit_entries.id < $4{conditions}
         ORDER BY audit_entries.id DESC
         LIMIT $5"
    );
    let statement = sqlx::query_as::<_, TrailRow>(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(filter.from.map_or(i64::MIN, Timestamp::as_micros))
        .bind(filter.before.map_or(i64::MAX, Timestamp::as_micros))
        .bind(cursor.unwrap_or("g").to_owned())
        .bind(i64::from(limit));
    let statement = values.into_iter().fold(statement, |statement, value| statement.bind(value.to_owned()));
    statement.fetch_all(connection).await?.into_iter().map(TrailEntry::try_from).collect()
}

/// The actions and kinds that occur, found by as many look-ups in an index as there are of them.
pub async fn list_facets(connection: &mut Connection, organization: OrganizationId) -> Result<Facets, sqlx::Error> {
    let mut found = [Vec::new(), Vec::new()];
    for (values, column) in found.iter_mut().zip(["action", "object_kind"]) {
        let text = format!(
            "WITH RECURSIVE found (value) AS (
                 SELECT MIN({column}) FROM audit_entries WHERE organization_id = $1
                 UNION ALL
                 SELECT (SELECT MIN({column}) FROM audit_entries WHERE organization_id = $1 AND {column} > found.value)
                 FROM found WHERE found.value IS NOT NULL
             )
             SELECT value FROM found WHERE value IS NOT NULL ORDER BY value"
        );
        *values =
            sqlx::query_scalar(AssertSqlSafe(text)).bind(organization.to_string()).fetch_all(&mut *connection).await?;
    }
    let [actions, kinds] = found;
    Ok(Facets { actions, kinds })
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    seq: i64,
    at: i64,
    user_id: String,
    user_email: String,
    token_id: Option<String>,
    address: Option<String>,
    action: String,
    object_kind: String,
    object_id: String,
    details: String,
    previous_hash: Option<String>,
    hash: Option<String>,
}

/// Entries that have a place in the chain behind `after`, in the order of places, as they are stored.
pub async fn list_links(
    connection: &mut Connection,
    organization_id: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<StoredLink>, sqlx::Error> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT id, seq, at, user_id, user_email, token_id, address, action, object_kind, object_id, details, previous_hash, hash
         FROM audit_entries
         WHERE organization_id = $1 AND seq > $2
         ORDER BY seq
         LIMIT $3",
    )
    .bind(organization_id)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let links = rows.into_iter().map(|row| StoredLink {
        link: Link {
            organization_id: organization_id.to_owned(),
            seq: row.seq,
            id: row.id,
            at: row.at,
            user_id: row.user_id,
            user_email: row.user_email,
            token_id: row.token_id,
            address: row.address,
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            details: row.details,
        },
        previous_hash: row.previous_hash.unwrap_or_default(),
        hash: row.hash.unwrap_or_default(),
    });
    Ok(links.collect())
}

/// The ids and names of all organizations, in the order of their creation.
pub async fn list_organizations(connection: &mut Connection) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as("SELECT id, name FROM organizations ORDER BY id").fetch_all(connection).await
}

/// The stored end of a chain.
pub async fn find_head(connection: &mut Connection, organization_id: &str) -> Result<Option<Head>, sqlx::Error> {
    let row: Option<(i64, String, i64)> =
        sqlx::query_as("SELECT seq, hash, unchained FROM audit_heads WHERE organization_id = $1")
            .bind(organization_id)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(seq, hash, unchained)| Head { organization_id: organization_id.to_owned(), seq, hash, unchained }))
}

/// How many entries of an organization have no place in the chain.
pub async fn count_unchained(connection: &mut Connection, organization_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM audit_entries WHERE organization_id = $1 AND seq IS NULL")
        .bind(organization_id)
        .fetch_one(connection)
        .await
}
