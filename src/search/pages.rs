//! The page of the search, and the list of what was looked at last.

use super::{Hit, Kind, MAX_HITS, Recent, operations};
use crate::{
    error::Failure,
    services::Services,
    ui::{
        icon::Icon,
        page::Page,
        parts::EmptyState,
        sections::{Card, Path as NamePath},
    },
    vocabulary::Actor,
};
use axum::extract::{Query, State};
use leptos::prelude::*;
use serde::Deserialize;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// What was found, by kind; without a word, what was looked at last.
pub async fn search(
    State(services): State<Services>,
    actor: Actor,
    recent: Recent,
    Query(query): Query<SearchQuery>,
) -> Result<Page, Failure> {
    let text = query.q.trim().to_owned();
    let hits = match text.is_empty() {
        true => operations::recent(&services.database, &actor, &recent).await?,
        false => operations::search(&services.database, &actor, &text).await?,
    };
    let title = if text.is_empty() { "Search".to_owned() } else { format!("Search: {text}") };
    Ok(Page::new("/search", title, move || {
        let content = match (text.is_empty(), hits.is_empty()) {
            (true, true) => view! { <NothingYet /> }.into_any(),
            (true, false) => view! { <RecentItems hits /> }.into_any(),
            (false, true) => view! { <NothingFound text=text.clone() /> }.into_any(),
            (false, false) => Kind::ALL.map(|kind| view! { <Group kind hits=of_kind(&hits, kind) /> }).into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Search"</h1></div>
                <form class="toolbar" role="search" method="get" action="/search">
                    <div class="search">
                        <Icon name="search" />
                        <input class="input" type="search" name="q" aria-label="Search everything" placeholder="Name, tag, alias, label or id" value=text />
                    </div>
                    <button class="button" type="submit">"Search"</button>
                </form>
            </header>
            {content}
        }
    }))
}

fn of_kind(hits: &[Hit], kind: Kind) -> Vec<Hit> {
    hits.iter().filter(|hit| hit.kind == kind).cloned().collect()
}

/// What somebody looked at last.
pub async fn recent(services: &Services, actor: &Actor, recent: &Recent) -> Result<Vec<Hit>, Failure> {
    operations::recent(&services.database, actor, recent).await
}

/// A card with what was looked at last; nothing if that is nothing.
#[component]
pub fn RecentItems(
    /// Newest first.
    hits: Vec<Hit>,
) -> impl IntoView {
    (!hits.is_empty()).then(|| {
        view! { <Card id="recent" title="Recently opened"><HitList hits /></Card> }
    })
}

#[component]
fn Group(kind: Kind, hits: Vec<Hit>) -> impl IntoView {
    let (id, title) = match kind {
        Kind::Project => ("projects", "Projects"),
        Kind::Experiment => ("experiments", "Experiments"),
        Kind::Dataset => ("datasets", "Datasets"),
        Kind::DatasetVersion => ("dataset-versions", "Dataset versions"),
        Kind::Model => ("models", "Models"),
        Kind::ModelVersion => ("model-versions", "Model versions"),
    };
    let count = if hits.len() >= MAX_HITS as usize { format!("newest {MAX_HITS}") } else { hits.len().to_string() };
    (!hits.is_empty()).then(|| view! { <Card id title count><HitList hits /></Card> })
}

#[component]
fn HitList(hits: Vec<Hit>) -> impl IntoView {
    let items: Vec<_> = hits.into_iter().map(|hit| view! { <HitItem hit /> }).collect();
    view! { <ul class="hits flush">{items}</ul> }
}

#[component]
fn HitItem(hit: Hit) -> impl IntoView {
    let (icon, kind) = match hit.kind {
        Kind::Project => ("projects", "Project"),
        Kind::Experiment => ("experiment", "Experiment"),
        Kind::Dataset => ("dataset", "Dataset"),
        Kind::DatasetVersion => ("dataset", "Dataset version"),
        Kind::Model => ("model", "Model"),
        Kind::ModelVersion => ("version", "Model version"),
    };
    let name = match hit.within {
        Some(within) => view! { <NamePath whole=within part=hit.name /> }.into_any(),
        None => view! { <bdi>{hit.name}</bdi> }.into_any(),
    };
    let because = hit.because.map(|because| view! { <span class="chip outline"><bdi>{because}</bdi></span> });
    let archived = hit.is_archived.then(|| view! { <span class="chip">"Archived"</span> });
    view! {
        <li>
            <Icon name=icon />
            <a href=hit.address>{name}</a>
            {because}
            {archived}
            <span class="muted">{kind}</span>
        </li>
    }
}

#[component]
fn NothingYet() -> impl IntoView {
    view! {
        <EmptyState icon="search" title="Find anything">
            <p>"Projects, experiments, datasets, models and versions by name, tag, alias, label or id. What you open is remembered here."</p>
        </EmptyState>
    }
}

#[component]
fn NothingFound(text: String) -> impl IntoView {
    view! {
        <EmptyState icon="search" title="Nothing found">
            <p>"Nothing in this organization has "<strong><bdi>{text}</bdi></strong>" in its name, tags, aliases or labels."</p>
            <div class="row"><a class="button" href="/registry">"Open the registry"</a></div>
        </EmptyState>
    }
}
