//! All models.

use crate::{
    error::Failure,
    model::{Model, operations},
    services::Services,
    ui::{
        listing::{NoMatch, Pager, SearchBar, shown},
        page::Page,
        parts::{CodeBlock, EmptyState, NewAction, When},
        sections::Fact,
    },
    vocabulary::{Actor, Page as PageOf, paging::DEFAULT_LIMIT, quantity::counted},
};
use axum::extract::{Query, State};
use leptos::prelude::*;
use serde::Deserialize;

/// The state of the list, as the address holds it.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    search: String,
    #[serde(default)]
    cursor: Option<String>,
}

/// The models as cards.
pub async fn registry(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let ListQuery { search, cursor } = query;
    let found = operations::list(&services.database, &actor, search.trim(), cursor.as_deref(), DEFAULT_LIMIT).await?;
    let public_url = services.settings.public_url.clone();
    Ok(Page::new("/registry", "Private registry", move || {
        let is_first = cursor.is_none();
        let content = match found.items.is_empty() && is_first && search.is_empty() {
            true => view! { <NoModels public_url /> }.into_any(),
            false => view! { <Models found search is_first /> }.into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Private registry"</h1></div>
                <NewAction may_write=actor.may_write() href="/registry/new" label="New model version" />
                <p class="page-lead">"The models of "<bdi>{actor.organization_name}</bdi>". Only its members can see them."</p>
            </header>
            {content}
        }
    }))
}

#[component]
fn Models(found: PageOf<Model>, search: String, is_first: bool) -> impl IntoView {
    let shown = shown(found.items.len(), "model", is_first && found.next_cursor.is_none());
    let searched = search.clone();
    let none = found
        .items
        .is_empty()
        .then(move || view! { <NoMatch title="No model matches" search=searched path="/registry".to_owned() /> });
    let cards: Vec<_> = found.items.into_iter().map(|model| view! { <ModelCard model /> }).collect();
    view! {
        <SearchBar action="/registry".to_owned() label="Search models" search=search.clone() shown />
        {none}
        <ul class="card-grid">{cards}</ul>
        <Pager path="/registry".to_owned() query=vec![("search", search)] is_first next_cursor=found.next_cursor />
    }
}

#[component]
fn ModelCard(model: Model) -> impl IntoView {
    let description = (!model.description.is_empty()).then(|| view! { <p dir="auto">{model.description}</p> });
    let versions = counted(usize::try_from(model.version_count).unwrap_or_default(), "version");
    let last = (model.last_version > 0).then(|| format!(", last number {}", model.last_version));
    view! {
        <li class="link-card">
            <h2><a href=format!("/registry/{}", model.id)><bdi>{model.name}</bdi></a></h2>
            {description}
            <ul class="meta">
                <Fact icon="version">{versions}{last}</Fact>
                <Fact icon="person"><bdi>{model.created_by}</bdi></Fact>
                <li>"Updated "<When at=model.updated_at /></li>
            </ul>
        </li>
    }
}

#[component]
fn NoModels(public_url: String) -> impl IntoView {
    let command = format!(
        "curl -X POST {public_url}/api/v1/experiments/$ID/export \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  \
         -d '{{\"new_model\": {{\"name\": \"digits-classifier\"}}, \"version\": {{\"name\": \"v1\"}}}}'"
    );
    view! {
        <EmptyState icon="registry" title="No model yet">
            <p>
                "A model is born when an experiment is exported. Open an experiment that you consider a success and choose "
                <strong>"Export as a Model"</strong>", or export from a script:"
            </p>
            <CodeBlock text=command label="command that exports an experiment".to_owned() />
            <div class="row">
                <a class="button primary" href="/">"Choose an experiment"</a>
                <a class="button" href="/api/docs">"API description"</a>
            </div>
        </EmptyState>
    }
}
