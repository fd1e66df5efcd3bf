//! Logged images and tables.

use super::read_id;
use crate::{
    error::Failure,
    experiment::{Log, LogContent, Table, operations},
    services::Services,
    storage::{self, Download},
    ui::{
        address::encoded_segment,
        parts::{TableBox, When},
    },
    vocabulary::{
        Actor, ExperimentId,
        quantity::{bytes_for_people, counted},
    },
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use leptos::prelude::*;
use serde_json::Value;

const MAX_ROWS: usize = 100;

/// The bytes of a logged image, to be shown in place.
pub async fn image(
    State(services): State<Services>,
    actor: Actor,
    Path((id, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (blob, content_type) = operations::find_image(&services.database, &actor, read_id(&id)?, &key).await?;
    let download = Download { file_name: &key, content_type: &content_type, is_inline: true };
    storage::serve(&services.blobs, &blob, &download, &headers).await
}

/// All images, then all tables.
#[component]
pub fn Logs(
    /// Whose they are.
    experiment: ExperimentId,
    /// By key.
    logs: Vec<Log>,
) -> impl IntoView {
    let mut images = Vec::new();
    let mut tables = Vec::new();
    for log in logs {
        match log.content {
            LogContent::Image { ref content_type, size_bytes, .. } => {
                let kind = content_type.trim_start_matches("image/").to_uppercase();
                let remark = format!("{kind}, {}", bytes_for_people(size_bytes));
                images.push(view! { <Picture experiment log remark /> });
            }
            LogContent::Table { table } => {
                tables.push(view! { <LoggedTable id=log.id.to_string() key=log.key table /> });
            }
        }
    }
    let images = (!images.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby="images">
                <h2 id="images">"Images"</h2>
                <div class="gallery">{images}</div>
            </section>
        }
    });
    view! { {images} {tables} }
}

#[component]
fn Picture(experiment: ExperimentId, log: Log, remark: String) -> impl IntoView {
    // The key is free text, so it is one segment: its slashes and dots must not be read as a path.
    let address = format!("{}/images/{}", super::address(experiment), encoded_segment(&log.key));
    let (source, name) = (address.clone(), log.key.clone());
    let box_id = format!("picture-{}", log.id);
    let opened = (address.clone(), box_id.clone(), log.key.clone());
    view! {
        <figure class="picture">
            <a href=address><img src=source alt=name loading="lazy" decoding="async" /></a>
            <figcaption>
                <bdi>{log.key.clone()}</bdi>
                <small>{remark}", "<When at=log.logged_at /></small>
                <button class="button small" type="button" popovertarget=box_id>"Enlarge"<span class="visually-hidden">" "{log.key}</span></button>
            </figcaption>
            <Lightbox opened />
        </figure>
    }
}

/// A picture as large as the window; browsers open and close it by themselves.
#[component]
fn Lightbox(
    /// The picture's address, the id of the box, and the picture's name.
    opened: (String, String, String),
) -> impl IntoView {
    let (source, id, name) = opened;
    let (target, label) = (id.clone(), name.clone());
    view! {
        <div class="lightbox" popover="auto" id=id role="dialog" aria-label=label>
            <img src=source alt=name loading="lazy" decoding="async" />
            <button class="button" type="button" popovertarget=target popovertargetaction="hide">"Close"</button>
        </div>
    }
}

#[component]
fn LoggedTable(id: String, key: String, table: Table) -> impl IntoView {
    let total = table.rows.len();
    let count = match total {
        total if total > MAX_ROWS => format!("first {MAX_ROWS} of {}", counted(total, "row")),
        total => counted(total, "row"),
    };
    let is_number: Vec<bool> = (0..table.columns.len())
        .map(|column| table.rows.iter().all(|row| row[column].is_number() || row[column].is_null()))
        .collect();
    let class = |column: usize| is_number[column].then_some("num");
    let head: Vec<_> = table
        .columns
        .into_iter()
        .enumerate()
        .map(|(column, name)| view! { <th scope="col" class=class(column)><bdi>{name}</bdi></th> })
        .collect();
    let rows: Vec<_> = table
        .rows
        .into_iter()
        .take(MAX_ROWS)
        .map(|row| {
            let cells = row.into_iter().enumerate();
            let cells: Vec<_> = cells
                .map(|(column, cell)| view! { <td class=class(column)><bdi>{cell_text(cell)}</bdi></td> })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    let heading = format!("table-{id}");
    let labelled_by = heading.clone();
    let label = format!("{key} table");
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head"><h2 id=heading><bdi>{key}</bdi>" "<span class="count">{count}</span></h2></div>
            <TableBox label>
                <table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
            </TableBox>
        </section>
    }
}

fn cell_text(cell: Value) -> String {
    match cell {
        Value::Null => "–".to_owned(),
        Value::String(text) => text,
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |value| crate::vocabulary::MetricValue(value).to_string())
        }
        cell => cell.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_shown_as_people_write_them() {
        for (cell, shown) in [
            (json!(null), "–"),
            (json!("<b>"), "<b>"),
            (json!(0.987_654_321), "0.98765"),
            (json!(36), "36"),
            (json!([1, true]), "[1,true]"),
        ] {
            assert_eq!(cell_text(cell), shown);
        }
    }
}
