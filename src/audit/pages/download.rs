//! The trail as a file: written while it is read, so that its length does not matter.

use crate::{
    audit::{AuditQuery, TrailEntry, operations, pages::words::sentence},
    error::Failure,
    services::Services,
    ui::{attachment::attachment, csv::lines},
    vocabulary::Actor,
};
use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, TryStreamExt, stream};

const HEAD: [&str; 16] = [
    "seq",
    "id",
    "at",
    "by",
    "user_id",
    "token",
    "token_id",
    "address",
    "action",
    "object_kind",
    "object_id",
    "what",
    "before",
    "after",
    "details",
    "hash",
];

/// Everything that the filter lets through, as CSV (RFC 4180).
pub async fn csv(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    let batches = operations::list_all(&services.database, &actor, query.checked()?)?;
    let head = stream::once(async { lines([HEAD]) });
    let rows = batches.map(|batch| lines(batch?.iter().map(row)));
    Ok(file("csv", "text/csv; charset=utf-8", head.chain(rows)))
}

/// Everything that the filter lets through, as a JSON array.
pub async fn json(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    let batches = operations::list_all(&services.database, &actor, query.checked()?)?;
    let mut is_first = true;
    let entries = batches.map(move |batch| {
        let mut text = Vec::new();
        for entry in batch? {
            text.extend_from_slice(if std::mem::take(&mut is_first) { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut text, &entry).map_err(|error| Failure::Broken(error.to_string()))?;
        }
        Ok(text)
    });
    let part = |text: &'static [u8]| stream::once(async move { Ok(text.to_vec()) });
    Ok(file("json", "application/json", part(b"[").chain(entries).chain(part(b"\n]\n"))))
}

/// The answer that a browser saves. When something fails on the way, the connection breaks: a file that ends is whole.
fn file(
    extension: &str,
    content_type: &'static str,
    parts: impl Stream<Item = Result<Vec<u8>, Failure>> + Send + 'static,
) -> Response {
    let parts = parts.map_ok(Bytes::from).inspect_err(|error| tracing::error!(%error, "the trail could not be saved"));
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, attachment("audit", extension)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, Body::from_stream(parts)).into_response()
}

fn row(entry: &TrailEntry) -> [String; HEAD.len()] {
    let said = sentence(&entry.entry);
    let what = format!("{} {}{}", said.lead, said.name.unwrap_or_default(), said.tail);
    let json = |state: &Option<serde_json::Value>| state.as_ref().map(ToString::to_string).unwrap_or_default();
    let change = &entry.entry;
    [
        entry.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        change.id.to_string(),
        change.at.to_string(),
        change.by.clone(),
        entry.user_id.to_string(),
        entry.token_name.clone().unwrap_or_default(),
        entry.token_id.map(|id| id.to_string()).unwrap_or_default(),
        entry.address.clone().unwrap_or_default(),
        change.action.clone(),
        change.object_kind.clone(),
        change.object_id.clone(),
        what,
        json(&change.before),
        json(&change.after),
        serde_json::Value::Object(change.details.clone()).to_string(),
        entry.hash.clone().unwrap_or_default(),
    ]
}
