//! Logged images, and where logged tables stand.

use super::{data_log::DataLog, logged_table::LoggedTable, read_id};
use crate::{
    error::Failure,
    experiment::{Log, LogContent, operations},
    services::Services,
    storage::{self, Download},
    ui::{address::encoded_segment, parts::When},
    vocabulary::{Actor, ExperimentId, quantity::bytes_for_people},
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use leptos::prelude::*;

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
    /// The state of the page, as its address holds it.
    pairs: Vec<(String, String)>,
) -> impl IntoView {
    let mut images = Vec::new();
    let mut tables = Vec::new();
    let mut data_logs = Vec::new();
    for log in logs {
        match log.content {
            LogContent::Image { ref content_type, size_bytes, .. } => {
                let kind = content_type.trim_start_matches("image/").to_uppercase();
                let remark = format!("{kind}, {}", bytes_for_people(size_bytes));
                images.push(view! { <Picture experiment log remark /> });
            }
            LogContent::Data { data_type, data } => {
                data_logs.push(view! { <DataLog key=log.key id=log.id.to_string() data_type data at=log.logged_at /> });
            }
            LogContent::Table { table } => {
                let page = format!("{}/metrics", super::address(experiment));
                tables.push(view! { <LoggedTable page id=log.id key=log.key table pairs=pairs.clone() /> });
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
    view! { {images} {tables} {data_logs} }
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
