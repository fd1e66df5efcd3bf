//! All datasets.

use crate::{
    dataset::{Dataset, operations},
    error::Failure,
    services::Services,
    ui::{
        listing::{NoMatch, Pager, SearchBar, shown},
        page::Page,
        parts::{CodeBlock, EmptyState, NewAction, TableBox, When},
        tags::TagList,
    },
    vocabulary::{Actor, Page as PageOf, paging::DEFAULT_LIMIT, quantity::grouped},
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

/// The datasets as a table.
pub async fn datasets(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let ListQuery { search, cursor } = query;
    let found = operations::list(&services.database, &actor, search.trim(), cursor.as_deref(), DEFAULT_LIMIT).await?;
    let public_url = services.settings.public_url.clone();
    Ok(Page::new("/datasets", "Datasets", move || {
        let is_first = cursor.is_none();
        let content = match found.items.is_empty() && is_first && search.is_empty() {
            true => view! { <NoDatasets public_url /> }.into_any(),
            false => view! { <Datasets found search is_first /> }.into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Datasets"</h1></div>
                <NewAction may_write=actor.may_write() href="/datasets/new" label="New dataset" />
                <p class="page-lead">"What experiments are trained on. The labels of a dataset version become the label map of its experiments."</p>
            </header>
            {content}
        }
    }))
}

#[component]
fn Datasets(found: PageOf<Dataset>, search: String, is_first: bool) -> impl IntoView {
    let shown = shown(found.items.len(), "dataset", is_first && found.next_cursor.is_none());
    let content = if found.items.is_empty() {
        view! { <NoMatch title="No dataset matches" search=search.clone() path="/datasets".to_owned() /> }.into_any()
    } else {
        let rows: Vec<_> = found.items.into_iter().map(|dataset| view! { <Row dataset /> }).collect();
        view! {
            <div class="card">
                <TableBox label="Datasets table".to_owned()>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Dataset"</th>
                                <th scope="col" class="num">"Versions"</th>
                                <th scope="col">"Created by"</th>
                                <th scope="col">"Created"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </TableBox>
            </div>
        }
        .into_any()
    };
    view! {
        <SearchBar action="/datasets".to_owned() label="Search datasets" search=search.clone() shown />
        {content}
        <Pager path="/datasets".to_owned() query=vec![("search", search)] is_first next_cursor=found.next_cursor />
    }
}

#[component]
fn Row(dataset: Dataset) -> impl IntoView {
    let first_line = dataset.description.lines().next().unwrap_or_default().to_owned();
    let sub = (!first_line.is_empty()).then(|| view! { <span class="sub" dir="auto">{first_line}</span> });
    view! {
        <tr>
            <th scope="row" class="name"><a href=format!("/datasets/{}", dataset.id)><bdi>{dataset.name}</bdi></a>{sub}<TagList tags=dataset.tags /></th>
            <td class="num">{grouped(dataset.version_count)}</td>
            <td class="nowrap"><bdi>{dataset.created_by}</bdi></td>
            <td class="nowrap"><When at=dataset.created_at /></td>
        </tr>
    }
}

#[component]
fn NoDatasets(public_url: String) -> impl IntoView {
    let command = format!(
        "curl -X POST {public_url}/api/v1/datasets \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  -d '{{\"name\": \"digits\"}}'"
    );
    view! {
        <EmptyState icon="dataset" title="No dataset yet">
            <p>"Heirloom keeps what a dataset is called, its versions and their labels; the pictures stay where they are. A script makes a dataset:"</p>
            <CodeBlock text=command label="command that creates a dataset".to_owned() />
            <div class="row"><a class="button" href="/api/docs">"API description"</a></div>
        </EmptyState>
    }
}
