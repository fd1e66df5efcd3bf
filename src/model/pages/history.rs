//! Every change of a version, with who and when (R13).

use super::{find_version, version_address};
use crate::{
    audit::Entry,
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
            view! {
                <tr>
                    <td class="nowrap"><When at=entry.at /></td>
                    <td><bdi>{entry.by}</bdi>{through}</td>
                    <td dir="auto">{what}</td>
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

/// A change in one sentence.
fn told(entry: &Entry) -> String {
    let text = |key: &str| entry.details.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match entry.action.as_str() {
        "export" => format!("Exported as {}", text("name")),
        "create" => format!("Created as {}, without an experiment", text("name")),
        "change" => changed_fields(entry.before.as_ref(), entry.after.as_ref()),
        "edit_label_map" => format!("Edited the label map: {}", text("reason")),
        "add_file" if entry.details.get("replaced") == Some(&Value::Bool(true)) => {
            format!("Replaced the file {}", text("name"))
        }
        "add_file" => format!("Added the file {}", text("name")),
        "remove_file" => format!("Removed the file {}", text("name")),
        "seal" => "Sealed".to_owned(),
        "archive" => "Archived".to_owned(),
        "restore" => "Restored".to_owned(),
        "set_alias" => format!("Became {}", text("alias")),
        "remove_alias" => format!("Is no longer {}", text("alias")),
        other => other.replace('_', " "),
    }
}

/// Names what is different between the states before and after.
fn changed_fields(before: Option<&Value>, after: Option<&Value>) -> String {
    let before = before.unwrap_or(&Value::Null);
    let Some(after) = after.and_then(Value::as_object) else { return "Changed".to_owned() };
    let short = |value: &Value| match value {
        Value::String(text) if text.chars().count() <= 60 => format!("“{text}”"),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Null => "nothing".to_owned(),
        _ => "…".to_owned(),
    };
    let changes: Vec<String> = after
        .iter()
        .filter(|(key, value)| before.get(key.as_str()) != Some(*value))
        .map(|(key, value)| {
            format!("{}: {} → {}", key.replace('_', " "), short(before.get(key).unwrap_or(&Value::Null)), short(value))
        })
        .collect();
    if changes.is_empty() { "Saved without a change".to_owned() } else { format!("Changed {}", changes.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_names_the_fields_that_differ() {
        let before = json!({ "name": "v1", "framework": null, "tags": [] });
        let after = json!({ "name": "v1", "framework": "ONNX", "tags": ["night", "yard"] });
        assert_eq!(
            changed_fields(Some(&before), Some(&after)),
            "Changed framework: nothing → “ONNX”; tags:  → night, yard"
        );
        assert_eq!(changed_fields(Some(&json!({ "a": 1 })), Some(&json!({ "a": 1 }))), "Saved without a change");
    }
}
