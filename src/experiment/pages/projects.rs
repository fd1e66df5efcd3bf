//! All projects.

use crate::{
    error::Failure,
    experiment::{Project, operations},
    search::{Recent, pages as search_pages},
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

/// The projects as cards.
pub async fn projects(
    State(services): State<Services>,
    actor: Actor,
    recent: Recent,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let recent = search_pages::recent(&services, &actor, &recent).await?;
    let ListQuery { search, cursor } = query;
    let database = &services.database;
    let projects = operations::list_projects(database, &actor, search.trim(), cursor.as_deref(), DEFAULT_LIMIT).await?;
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    Ok(Page::new("/", "Projects", move || {
        let is_first = cursor.is_none();
        let content = match projects.items.is_empty() && is_first && search.is_empty() {
            true => view! { <NoProjects public_url email=actor.email /> }.into_any(),
            false => view! { <Projects projects search is_first /> }.into_any(),
        };
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Projects"</h1></div>
                <NewAction may_write href="/projects/new" label="New project" />
                <p class="page-lead">"A project groups the experiments that chase the same goal."</p>
            </header>
            {content}
            <search_pages::RecentItems hits=recent />
        }
    }))
}

#[component]
fn Projects(projects: PageOf<Project>, search: String, is_first: bool) -> impl IntoView {
    let shown = shown(projects.items.len(), "project", is_first && projects.next_cursor.is_none());
    let searched = search.clone();
    let none = projects
        .items
        .is_empty()
        .then(move || view! { <NoMatch title="No project matches" search=searched path="/".to_owned() /> });
    let cards: Vec<_> = projects.items.into_iter().map(|project| view! { <ProjectCard project /> }).collect();
    view! {
        <SearchBar action="/".to_owned() label="Search projects" search=search.clone() shown />
        {none}
        <ul class="card-grid">{cards}</ul>
        <Pager path="/".to_owned() query=vec![("search", search)] is_first next_cursor=projects.next_cursor />
    }
}

#[component]
fn ProjectCard(project: Project) -> impl IntoView {
    let description = (!project.description.is_empty()).then(|| view! { <p dir="auto">{project.description}</p> });
    view! {
        <li class="link-card">
            <h2><a href=format!("/projects/{}", project.id)><bdi>{project.name}</bdi></a></h2>
            {description}
            <ul class="meta">
                <Fact icon="experiment">{counted(project.experiment_count as usize, "experiment")}</Fact>
                <Fact icon="person"><bdi>{project.created_by}</bdi></Fact>
                <li>"Created "<When at=project.created_at /></li>
            </ul>
        </li>
    }
}

#[component]
fn NoProjects(public_url: String, email: String) -> impl IntoView {
    let commands = format!(
        "export HEIRLOOM_URL={public_url}\nexport HEIRLOOM_TOKEN=$(heirloom token create --email {})\npython examples/train_digits.py",
        crate::vocabulary::docker_image::shell_quoted(&email)
    );
    view! {
        <EmptyState icon="projects" title="No project yet">
            <p>"Projects and experiments are made by training scripts. With a token, any script can log to Heirloom; this one trains small classifiers of digits:"</p>
            <CodeBlock text=commands label="commands that run the training example".to_owned() />
            <div class="row"><a class="button" href="/api/docs">"API description"</a></div>
        </EmptyState>
    }
}
