//! What was there before and after a change, as a small table.

use super::words::{fields, value_text};
use crate::audit::Entry;
use leptos::prelude::*;
use serde_json::Value;

/// How many fields are shown; the downloads have all of them.
const MAX_FIELDS: usize = 50;

/// The fields of a change with their values before and after, folded away; nothing if it has none.
#[component]
pub fn Difference(
    /// The change.
    entry: Entry,
) -> impl IntoView {
    let fields = fields(&entry);
    if fields.is_empty() {
        return ().into_any();
    }
    let cell = |state: &Option<Value>, field: &str| {
        let value = state.as_ref()?.get(field).map_or_else(|| "–".to_owned(), value_text);
        Some(view! { <td dir="auto">{value}</td> })
    };
    let rest = fields.len().saturating_sub(MAX_FIELDS);
    let rows: Vec<_> = fields
        .iter()
        .take(MAX_FIELDS)
        .map(|field| {
            let (before, after) = (cell(&entry.before, field), cell(&entry.after, field));
            view! { <tr><th scope="row">{field.replace('_', " ")}</th>{before}{after}</tr> }
        })
        .collect();
    let head =
        |state: &Option<Value>, word: &'static str| state.as_ref().map(|_| view! { <th scope="col">{word}</th> });
    let heads = (head(&entry.before, "Before"), head(&entry.after, "After"));
    let summary = match (&entry.before, &entry.after) {
        (None, _) => "What it was made with",
        (_, None) => "What it was",
        _ => "What changed",
    };
    let more =
        (rest > 0).then(|| view! { <p class="muted">{format!("and {rest} more, which the downloads have")}</p> });
    view! {
        <details class="difference">
            <summary>{summary}</summary>
            <table>
                <thead><tr><th scope="col">"Field"</th>{heads.0}{heads.1}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </details>
    }
    .into_any()
}
