//! Every change of a version, with who and when (R13).

use super::{find_version, version_address};
use crate::{
    audit::{
        Entry,
        pages::{
            Difference,
            words::{fact, fields, value_text},
        },
    },
    error::Failure,
    model::{ModelVersion, operations},
    services::Services,
    ui::{
        address::with_query,
        page::Page,
        parts::{Breadcrumb, Crumb, TableBox, When},
        sections::Card,
    },
    vocabulary::{Actor, Page as Items},
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// How many changes the page of the version shows.
pub const NEWEST: u32 = 5;
const SHOWN: u32 = 50;

/// Which part of the history.
#[derive(Debug, Deserialize)]
pub struct HistoryQuery {
    cursor: Option<String>,
}

/// The whole history, page by page.
pub async fn history(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Query(query): Query<HistoryQuery>,
) -> Result<Page, Failure> {
    let version = find_version(&services, &actor, &model, &number).await?;
    let cursor = query.cursor.as_deref();
    let entries = operations::life::history(&services.database, &actor, version.id, cursor, SHOWN).await?;
    let title = format!("History · {} › {}", version.model_name, version.name);
    Ok(Page::new("/registry", title, move || {
        let address = version_address(version.model_id, version.number);
        let above = vec![
            Crumb::new("Private registry", "/registry"),
            Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
            Crumb::new(version.name.clone(), address.clone()),
        ];
        let older = entries.next_cursor.as_ref().map(|cursor| {
            let href = with_query(&format!("{address}/history"), &[("cursor", cursor)]);
            view! { <p><a href=href>"Older changes"</a></p> }
        });
        view! {
            <header class="page-header">
                <Breadcrumb above here="History".to_owned() />
                <div class="page-title"><h1>"History"</h1></div>
                <p class="page-lead">"Everything that was done to this version, newest first."</p>
            </header>
            <div class="card"><Changes entries=entries.items /></div>
            {older}
        }
    }))
}

/// The newest changes on the page of the version.
#[component]
pub fn History(
    /// The version.
    version: ModelVersion,
    /// Its newest changes.
    newest: Items<Entry>,
) -> impl IntoView {
    let href = format!("{}/history", version_address(version.model_id, version.number));
    let more = newest.next_cursor.is_some().then(|| view! { <a href=href>"All changes"</a> }.into_any());
    let entries = newest.items;
    match more {
        Some(note) => view! { <Card id="history" title="History" note><Changes entries /></Card> }.into_any(),
        None => view! { <Card id="history" title="History"><Changes entries /></Card> }.into_any(),
    }
}

#[component]
fn Changes(entries: Vec<Entry>) -> impl IntoView {
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let through = entry.by_token.then(|| view! { <span class="sub">"by a script"</span> });
            let what = told(&entry);
            let (at, by) = (entry.at, entry.by.clone());
            view! {
                <tr>
                    <td class="nowrap"><When at /></td>
                    <td><bdi>{by}</bdi>{through}</td>
                    <td dir="auto">{what}<Difference entry /></td>
                </tr>
            }
        })
        .collect();
    view! {
        <TableBox label="Changes table".to_owned()>
            <table class="table">
                <thead><tr><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"What"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
}

/// A change of the version whose page it stands on, in one sentence.
fn told(entry: &Entry) -> String {
    match entry.action.as_str() {
        "export" => format!("Exported as {}", fact(entry, "name")),
        "create" => format!("Created as {}, without an experiment", fact(entry, "name")),
        "change" => changed_fields(entry),
        "edit_label_map" => format!("Edited the label map: {}", fact(entry, "reason")),
        "add_file" if entry.before.is_some() => format!("Replaced the file {}", file(entry)),
        "add_file" => format!("Added the file {}", file(entry)),
        "remove_file" => format!("Removed the file {}", file(entry)),
        "seal" => "Sealed".to_owned(),
        "archive" => "Archived".to_owned(),
        "restore" => "Restored".to_owned(),
        "set_alias" => format!("Became {}", fact(entry, "alias")),
        "remove_alias" => format!("Is no longer {}", fact(entry, "alias")),
        other => other.replace('_', " "),
    }
}

/// The file that an entry is about; entries from before the chain say it as the name.
fn file(entry: &Entry) -> String {
    fact(entry, if entry.details.contains_key("file") { "file" } else { "name" })
}

/// Names what is different between the states before and after.
fn changed_fields(entry: &Entry) -> String {
    let value = |state: &Option<Value>, field: &str| {
        let value = state.as_ref().and_then(|state| state.get(field)).unwrap_or(&Value::Null);
        let text = value_text(value);
        match value {
            _ if text.chars().count() > 60 => "…".to_owned(),
            Value::String(_) => format!("“{text}”"),
            _ => text,
        }
    };
    let is_different = |field: &&str| {
        let of = |state: &Option<Value>| state.as_ref().and_then(|state| state.get(*field)).cloned();
        of(&entry.before) != of(&entry.after)
    };
    let changes: Vec<String> = fields(entry)
        .into_iter()
        .filter(is_different)
        .map(|field| {
            format!("{}: {} → {}", field.replace('_', " "), value(&entry.before, field), value(&entry.after, field))
        })
        .collect();
    if changes.is_empty() { "Saved without a change".to_owned() } else { format!("Changed {}", changes.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{AuditEntryId, Timestamp};
    use serde_json::{Map, json};

    fn change(before: Value, after: Value) -> Entry {
        Entry {
            id: AuditEntryId::generate(),
            at: Timestamp::now(),
            by: String::new(),
            by_token: false,
            action: "change".to_owned(),
            object_kind: "model_version".to_owned(),
            object_id: String::new(),
            before: Some(before),
            after: Some(after),
            details: Map::new(),
        }
    }

    #[test]
    fn a_change_names_the_fields_that_differ() {
        let before = json!({ "name": "v1", "framework": null, "tags": [] });
        let after = json!({ "name": "v1", "framework": "ONNX", "tags": ["night", "yard"] });
        let expected = "Changed framework: nothing → “ONNX”; tags: none → night, yard";
        assert_eq!(told(&change(before, after)), expected);
        assert_eq!(told(&change(json!({ "a": 1 }), json!({ "a": 1 }))), "Saved without a change");
        assert_eq!(
            told(&change(json!({ "notes": null }), json!({ "notes": "x".repeat(61) }))),
            "Changed notes: nothing → …"
        );
    }
}
