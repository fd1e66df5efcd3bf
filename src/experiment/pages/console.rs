//! What the training printed: its end, or the lines that were searched.

use super::{
    address,
    header::{ExperimentTab, tab_page},
    open,
};
use crate::{
    error::Failure,
    experiment::{ConsoleLine, ConsoleQuery, operations},
    services::Services,
    ui::{
        icon::Icon,
        page::Page,
        parts::{CodeBlock, EmptyState},
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;
use serde::Deserialize;

const MAX_SHOWN: usize = 500;

#[derive(Deserialize)]
pub struct Searched {
    #[serde(default)]
    search: String,
}

/// The tail of the console.
pub async fn console(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(Searched { search }): Query<Searched>,
) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    let id = experiment.summary.id;
    let query = ConsoleQuery { search: search.trim().to_owned(), after: None, limit: MAX_SHOWN };
    let lines = operations::console(&services.database, &actor, id, &query).await?;
    let public_url = services.settings.public_url.clone();
    Ok(tab_page(experiment, modal, ExperimentTab::Console, move |_| {
        let path = format!("{}/console", address(id));
        let is_searched = !query.search.is_empty();
        let content = match (lines.is_empty(), is_searched) {
            (true, false) => view! { <NoLine command=command(&format!("{public_url}/api/v1{path}")) /> }.into_any(),
            (true, true) => view! { <p class="muted">"No line has this text."</p> }.into_any(),
            (false, _) => view! { <Lines lines is_searched /> }.into_any(),
        };
        view! {
            <form class="toolbar" role="search" method="get" action=path>
                <div class="search">
                    <Icon name="search" />
                    <input class="input" type="search" name="search" aria-label="Search the console" placeholder="Part of a line" value=query.search />
                </div>
                <button class="button" type="submit">"Search"</button>
            </form>
            <div class="live-part" data-live="console">{content}</div>
        }
    }))
}

#[component]
fn Lines(lines: Vec<ConsoleLine>, is_searched: bool) -> impl IntoView {
    let count = lines.len();
    let what = if is_searched { "line with this text" } else { "line" };
    let remark = match count {
        MAX_SHOWN => format!("The last {MAX_SHOWN} {what}s, the newest at the end."),
        _ => format!("{}, the newest at the end.", counted(count, "line")),
    };
    let chapters: Vec<_> = lines
        .chunk_by(|line, next| line.chapter == next.chapter)
        .map(|lines| {
            let heading =
                lines[0].chapter.clone().map(|chapter| view! { <h3 class="chapter"><bdi>{chapter}</bdi></h3> });
            view! { {heading} <ol>{lines.iter().map(printed).collect_view()}</ol> }
        })
        .collect();
    view! {
        <section class="stack" aria-labelledby="printed">
            <h2 class="visually-hidden" id="printed">"Printed lines"</h2>
            <p class="muted small">{remark}</p>
            <div class="console" role="region" aria-label="Console" tabindex="0">{chapters}</div>
        </section>
    }
}

fn printed(line: &ConsoleLine) -> impl IntoView + use<> {
    let title = format!("{}, {}", line.time.for_people(), line.stream.as_str());
    view! { <li value=line.seq + 1 data-stream=line.stream.as_str() title=title>{line.text.clone()}</li> }
}

fn command(address: &str) -> String {
    format!(
        "curl -X POST {address} \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  -d '{{\"lines\": [{{\"text\": \"epoch 1 of 30\"}}]}}'"
    )
}

#[component]
fn NoLine(command: String) -> impl IntoView {
    view! {
        <EmptyState icon="file" title="Nothing was printed yet">
            <p>"A training sends what it prints, up to 1,000 lines in one call:"</p>
            <CodeBlock text=command label="command that logs a printed line".to_owned() />
        </EmptyState>
    }
}
