//! The private registry: all models, searched, filtered, as cards or as a table.

use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{Model, ModelFacets, ModelFilter, ModelSort, operations},
    services::Services,
    ui::{
        address::with_query,
        csv::CsvFile,
        icon::Icon,
        listing::{Pager, SearchBar, shown},
        page::Page,
        parts::{CodeBlock, EmptyState, NewAction, TableBox, When},
        sections::Fact,
        tags::TagList,
    },
    vocabulary::{
        Actor,
        paging::DEFAULT_LIMIT,
        quantity::{counted, grouped},
    },
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

/// The most rows of a file.
const MAX_ROWS: u32 = 20_000;

/// The state of the list, as the address holds it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RegistryQuery {
    search: String,
    inference_type: String,
    framework: String,
    label: String,
    dataset: String,
    tag: String,
    creator: String,
    archived: String,
    sort: String,
    view: String,
    cursor: Option<String>,
}

impl RegistryQuery {
    fn filter(&self) -> ModelFilter {
        let text = |text: &str| text.trim().to_owned();
        ModelFilter {
            search: text(&self.search),
            inference_type: text(&self.inference_type),
            framework: text(&self.framework),
            label: text(&self.label),
            dataset: text(&self.dataset),
            tag: text(&self.tag),
            creator: text(&self.creator),
            is_archived: self.archived == "yes",
            sort: self.sort.parse().unwrap_or_default(),
            cursor: self.cursor.clone(),
            limit: DEFAULT_LIMIT,
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            ("search", self.search.clone()),
            ("inference_type", self.inference_type.clone()),
            ("framework", self.framework.clone()),
            ("label", self.label.clone()),
            ("dataset", self.dataset.clone()),
            ("tag", self.tag.clone()),
            ("creator", self.creator.clone()),
            ("archived", self.archived.clone()),
            ("sort", self.sort.clone()),
            ("view", self.view.clone()),
        ]
    }

    fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        with_query(path, &pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    }

    /// Whether models may be left out.
    fn is_filtered(&self) -> bool {
        let narrowing = ["sort", "view"];
        self.pairs().iter().any(|(name, value)| !narrowing.contains(name) && !value.is_empty())
    }

    /// Whether a filter is set that is not seen at once.
    fn has_hidden_filters(&self) -> bool {
        self.pairs().iter().any(|(name, value)| !["search", "sort", "view"].contains(name) && !value.is_empty())
    }
}

/// The models as cards or as a table.
pub async fn registry(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<RegistryQuery>,
) -> Result<Page, Failure> {
    let found = operations::list(&services.database, &actor, &query.filter()).await?;
    let facets = operations::list_facets(&services.database, &actor).await?;
    let public_url = services.settings.public_url.clone();
    Ok(Page::new("/registry", "Private registry", move || {
        let is_first = query.cursor.is_none();
        let is_bare = found.items.is_empty() && is_first && !query.is_filtered();
        let shown = shown(found.items.len(), "model", is_first && found.next_cursor.is_none());
        let content = match (found.items.is_empty(), query.view.as_str()) {
            (true, _) => view! { <NoMatch /> }.into_any(),
            (false, "table") => view! { <Table models=found.items /> }.into_any(),
            (false, _) => view! { <Cards models=found.items /> }.into_any(),
        };
        let pairs = query.pairs();
        let list = match is_bare {
            true => view! { <NoModels public_url /> }.into_any(),
            false => view! {
                <Toolbar query facets shown />
                {content}
                <Pager path="/registry".to_owned() query=pairs is_first next_cursor=found.next_cursor />
            }
            .into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Private registry"</h1></div>
                <NewAction may_write=actor.may_write() href="/registry/new" label="New model version" />
                <p class="page-lead">"The models of "<bdi>{actor.organization_name}</bdi>". Only its members can see them."</p>
            </header>
            {list}
        }
    }))
}

/// The whole list as a file.
pub async fn registry_csv(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<RegistryQuery>,
) -> Result<Response, Failure> {
    let filter = ModelFilter { limit: MAX_ROWS, cursor: None, ..query.filter() };
    let found = operations::list(&services.database, &actor, &filter).await?;
    if found.next_cursor.is_some() {
        let detail = format!("A file holds at most {MAX_ROWS} models. Search or filter first.");
        return Err(AppError::new(ErrorKind::Invalid, "too_many", detail).into());
    }
    let head =
        ["id", "name", "description", "tags", "versions", "last_number", "created_at", "created_by", "updated_at"];
    let rows = found.items.into_iter().map(|model| {
        vec![
            model.id.to_string(),
            model.name,
            model.description,
            model.tags.as_list(),
            model.version_count.to_string(),
            model.last_version.to_string(),
            model.created_at.to_string(),
            model.created_by,
            model.updated_at.to_string(),
        ]
    });
    CsvFile { name: "models".to_owned(), head: head.map(str::to_owned).to_vec(), rows: rows.collect() }.into_answer()
}

#[component]
fn Toolbar(query: RegistryQuery, facets: ModelFacets, shown: String) -> impl IntoView {
    let csv = query.address("/registry.csv");
    let (other, words, icon) = match query.view.as_str() {
        "table" => ("", "Cards", "registry"),
        _ => ("table", "Table", "table"),
    };
    let other = RegistryQuery { view: other.to_owned(), cursor: None, ..query.clone() }.address("/registry");
    let sorts: Vec<_> = ModelSort::ALL
        .into_iter()
        .map(|(sort, word, words)| {
            let is_chosen = query.sort.parse() == Ok(sort) || (query.sort.is_empty() && sort == ModelSort::default());
            let value = if sort == ModelSort::default() { "" } else { word };
            view! { <option value=value selected=is_chosen>{words}</option> }
        })
        .collect();
    view! {
        <SearchBar action="/registry".to_owned() label="Search models" search=query.search.clone() shown>
            <select class="input" name="sort" aria-label="Order">{sorts}</select>
            <Filters query=query.clone() facets />
            {(!query.view.is_empty()).then(|| view! { <input type="hidden" name="view" value=query.view.clone() /> })}
        </SearchBar>
        <p class="row end">
            <a class="button small" href=other><Icon name=icon />{words}</a>
            <a class="button small" href=csv download><Icon name="table" />"CSV"</a>
        </p>
    }
}

#[component]
fn Filters(query: RegistryQuery, facets: ModelFacets) -> impl IntoView {
    let is_open = query.has_hidden_filters();
    let choice = |name: &'static str, label: &'static str, chosen: &str, options: Vec<String>| {
        let options: Vec<_> = options
            .into_iter()
            .map(|option| view! { <option value=option.clone() selected=option == chosen>{option.clone()}</option> })
            .collect();
        view! {
            <label class="field">
                <span class="field-title">{label}</span>
                <select class="input" name=name><option value="">"Any"</option>{options}</select>
            </label>
        }
    };
    let text = |name: &'static str, label: &'static str, value: &str| {
        view! {
            <label class="field">
                <span class="field-title">{label}</span>
                <input class="input" name=name value=value.to_owned() autocomplete="off" />
            </label>
        }
    };
    let words = if is_open { "Filters (set)" } else { "Filters" };
    view! {
        <details class="toolbar-choice">
            <summary class="button">{words}</summary>
            <div class="toolbar-panel">
                {choice("inference_type", "Type", &query.inference_type, facets.inference_types)}
                {choice("framework", "Framework", &query.framework, facets.frameworks)}
                {text("label", "Knows the label", &query.label)}
                {text("dataset", "Trained on the dataset", &query.dataset)}
                {text("tag", "Tag", &query.tag)}
                {choice("creator", "Made by", &query.creator, facets.creators)}
                <label class="choice">
                    <input type="checkbox" name="archived" value="yes" checked=query.archived == "yes" />
                    "Archived models"
                </label>
                <div class="row">
                    <button class="button primary small" type="submit">"Filter"</button>
                    <a class="button small" href="/registry">"Show all"</a>
                </div>
            </div>
        </details>
    }
}

fn versions_of(model: &Model) -> String {
    let versions = counted(usize::try_from(model.version_count).unwrap_or_default(), "version");
    if model.last_version > 0 { format!("{versions}, last number {}", model.last_version) } else { versions }
}

#[component]
fn Cards(models: Vec<Model>) -> impl IntoView {
    let cards: Vec<_> = models.into_iter().map(|model| view! { <ModelCard model /> }).collect();
    view! { <ul class="card-grid">{cards}</ul> }
}

#[component]
fn ModelCard(model: Model) -> impl IntoView {
    let versions = versions_of(&model);
    let description = (!model.description.is_empty()).then(|| view! { <p dir="auto">{model.description}</p> });
    view! {
        <li class="link-card">
            <h2><a href=format!("/registry/{}", model.id)><bdi>{model.name}</bdi></a></h2>
            {description}
            <TagList tags=model.tags />
            <ul class="meta">
                <Fact icon="version">{versions}</Fact>
                <Fact icon="person"><bdi>{model.created_by}</bdi></Fact>
                <li>"Updated "<When at=model.updated_at /></li>
            </ul>
        </li>
    }
}

#[component]
fn Table(models: Vec<Model>) -> impl IntoView {
    let rows: Vec<_> = models
        .into_iter()
        .map(|model| {
            view! {
                <tr>
                    <th scope="row" class="name"><a href=format!("/registry/{}", model.id)><bdi>{model.name}</bdi></a></th>
                    <td><TagList tags=model.tags /></td>
                    <td class="num">{grouped(model.version_count)}</td>
                    <td><bdi>{model.created_by}</bdi></td>
                    <td class="nowrap"><When at=model.updated_at /></td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="card">
            <TableBox label="Models table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Model"</th>
                            <th scope="col">"Tags"</th>
                            <th scope="col" class="num">"Versions"</th>
                            <th scope="col">"Made by"</th>
                            <th scope="col">"Updated"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </div>
    }
}

#[component]
fn NoMatch() -> impl IntoView {
    view! {
        <EmptyState icon="search" title="No model matches">
            <p>"Names and descriptions are searched for a part; tags, aliases, labels and datasets must be given whole."</p>
            <div class="row"><a class="button" href="/registry">"Show all"</a></div>
        </EmptyState>
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
