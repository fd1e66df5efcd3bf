//! The page of the trail, for owners.

mod difference;
mod download;
mod filters;
mod item;
pub mod words;

pub use difference::Difference;

use super::{AuditQuery, Facets, TrailEntry, chain::Head, operations};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::FormError,
        listing::Pager,
        page::Page,
        parts::{Copyable, EmptyState},
        settings::SettingsTabs,
    },
    vocabulary::{Actor, Page as Items},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
};
use filters::Filters;
use item::Item;
use leptos::prelude::*;

/// Where the trail is.
pub const PATH: &str = "/settings/audit";
const SHOWN: u32 = 50;

/// Every page of this slice.
pub fn routes() -> Pages {
    Pages::new().get(PATH, Need::Manage, trail).get("/settings/audit.csv", Need::Manage, download::csv).get(
        "/settings/audit.json",
        Need::Manage,
        download::json,
    )
}

/// The trail, newest first.
async fn trail(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<AuditQuery>,
) -> Result<Page, Failure> {
    let database = &services.database;
    let facets = operations::list_facets(database, &actor).await?;
    let head = operations::find_head(database, &actor).await?;
    let filter = match query.checked() {
        Ok(filter) => filter,
        Err(error) => {
            let nothing = Items::whole(Vec::new());
            let page = page(query, facets, nothing, head, Some(error));
            return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let cursor = Some(query.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let entries = operations::list(database, &actor, &filter, cursor, SHOWN).await?;
    Ok(page(query, facets, entries, head, None))
}

fn page(
    query: AuditQuery,
    facets: Facets,
    entries: Items<TrailEntry>,
    head: Option<Head>,
    error: Option<AppError>,
) -> Page {
    Page::new(PATH, "Audit trail", move || {
        let pairs = query.pairs().to_vec();
        let is_first = query.cursor.is_empty();
        let is_everything = query.is_empty();
        let next_cursor = entries.next_cursor;
        let is_empty = entries.items.is_empty() && error.is_none();
        let items: Vec<_> = entries.items.into_iter().map(|entry| view! { <Item entry /> }).collect();
        let list = match is_empty {
            true => view! { <NoEntry is_everything /> }.into_any(),
            false => view! { <ol class="trail">{items}</ol> }.into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Audit trail"</h1></div>
                <p class="page-lead">"Every change in this organization: who made it, when, from where, and what it was before and after."</p>
            </header>
            <SettingsTabs is_owner=true open=PATH />
            <FormError error=error.clone() />
            <Filters query facets error />
            {list}
            <Pager path=PATH.to_owned() query=pairs is_first next_cursor />
            {head.filter(|head| head.seq > 0).map(|head| view! { <Seal head /> })}
        }
    })
}

#[component]
fn NoEntry(is_everything: bool) -> impl IntoView {
    let (title, text) = match is_everything {
        true => ("Nothing further", "There are no older entries."),
        false => ("No entry matches", "No change fits these filters. Ids must be given whole; days are days in UTC."),
    };
    view! {
        <EmptyState icon="search" title>
            <p>{text}</p>
            <div class="row"><a class="button" href=PATH>"Show all"</a></div>
        </EmptyState>
    }
}

/// The end of the chain, to be noted elsewhere.
#[component]
fn Seal(head: Head) -> impl IntoView {
    let short = head.hash.chars().take(16).collect::<String>();
    let unchained = (head.unchained > 0)
        .then(|| format!(" {} older entries are from before the chain and cannot be checked.", head.unchained));
    view! {
        <section class="card" aria-labelledby="chain-heading">
            <div class="card-head"><h2 id="chain-heading">"Is this list complete?"</h2></div>
            <div class="stack">
                <p>
                    "Each entry carries the hash of the one before it. On the server, "<code>"heirloom audit verify"</code>
                    " walks the chain and names the first entry that somebody changed, removed or added in the database."
                    {unchained}
                </p>
                <p>
                    {format!("The newest entry is number {}. Note its hash outside of this server, and give it to ", head.seq)}
                    <code>"--expect-head"</code>" later: "
                    <Copyable text=head.hash shown=short what="hash of the newest entry".to_owned() />
                </p>
            </div>
        </section>
    }
}
