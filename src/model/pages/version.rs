//! One model version: what it inherited, and from what.

use super::{
    files::Files,
    find_version,
    history::{History, NEWEST},
    inherited::Inherited,
    label_map::Labels,
    lineage::Lineage,
    parts::{Docker, Metrics, Origin, Params},
    read_model_id,
    readiness::Readiness,
    use_it::UseIt,
    version_address,
};
use crate::{
    error::Failure,
    model::{ModelVersion, operations},
    services::Services,
    ui::{
        icon::Icon,
        life::ArchivedNotice,
        markdown::Markdown,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, Notice, When},
        sections::{Card, Fact, Path as NamePath},
        tags::TagList,
    },
    vocabulary::{Actor, quantity::counted, web_address},
};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// Where the visitor comes from.
#[derive(Debug, Deserialize)]
pub struct VersionQuery {
    /// There when the version was exported just now.
    exported: Option<String>,
}

/// A version with everything that it holds.
pub async fn version(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Query(query): Query<VersionQuery>,
) -> Result<Response, Failure> {
    if number.parse::<i64>().is_err() {
        let model = read_model_id(&model)?;
        let number = operations::aliases::find_number(&services.database, &actor, model, &number).await?;
        return Ok(Redirect::to(&version_address(model, number)).into_response());
    }
    let version = find_version(&services, &actor, &model, &number).await?;
    let newest = operations::life::history(&services.database, &actor, version.id, None, NEWEST).await?;
    let news = operations::news_of_source(&services.database, &actor, &version).await?;
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    let title = format!("{} › {}", version.model_name, version.name);
    let page = Page::new("/registry", title, move || {
        let exported = query.exported.map(|_| view! { <JustExported version=version.clone() /> });
        let export_again = (news > 0).then(|| view! { <ExportAgain version=version.clone() count=news /> });
        let notes = (!version.notes.is_empty()).then(|| view! { <Notes text=version.notes.clone() /> });
        view! {
            <Header version=version.clone() may_write />
            {exported}
            <ArchivedNotice since=version.archived_at hidden_from="lists and pickers do" />
            {export_again}
            {notes}
            <Lineage version=version.clone() />
            <Inherited version=version.clone() />
            <Metrics metrics=version.metrics.clone() />
            <Files version=version.clone() may_write />
            <UseIt version=version.clone() public_url />
            <div class="columns even">
                <Labels version=version.clone() />
                <Docker image=version.docker_image.clone() />
            </div>
            <Params parameters=version.parameters.clone() />
            <Origin version=version.clone() />
            <History version newest />
        }
    });
    Ok(page.into_response())
}

#[component]
fn Notes(text: String) -> impl IntoView {
    view! { <Card id="notes" title="Notes"><Markdown text /></Card> }
}

#[component]
fn JustExported(version: ModelVersion) -> impl IntoView {
    view! {
        <Notice kind="success">
            <p>"Exported as "<strong><NamePath whole=version.model_name part=version.name /></strong>". It is in the private registry now."</p>
        </Notice>
    }
}

#[component]
fn ExportAgain(version: ModelVersion, count: usize) -> impl IntoView {
    let source = version.source_experiment?;
    let href = format!("/experiments/{}/export", source.id);
    let words = format!(
        "The source experiment has {} that this version does not have: added or replaced after the export. ",
        counted(count, "artifact")
    );
    Some(view! { <Notice kind="info"><p>{words}<a href=href>"Export again"</a></p></Notice> })
}

#[component]
fn Header(version: ModelVersion, may_write: bool) -> impl IntoView {
    let above = vec![
        Crumb::new("Private registry", "/registry"),
        Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
    ];
    let description = (!version.description.is_empty())
        .then(|| view! { <p class="page-lead" dir="auto">{version.description.clone()}</p> });
    let chips = [version.inference_type.clone(), version.framework.clone()].into_iter().flatten();
    let chips: Vec<_> = chips.map(|text| view! { <li><span class="chip"><bdi>{text}</bdi></span></li> }).collect();
    let notebook = version.notebook_url.clone().filter(|address| web_address::checked(address).is_ok());
    let notebook = notebook.map(|href| view! { <li><a href=href rel="noreferrer">"Notebook"</a></li> });
    let created_by = version.created_by.clone();
    let by = if version.source_experiment.is_some() { "Exported by " } else { "Created by " };
    view! {
        <header class="page-header">
            <Breadcrumb above here=version.name.clone() />
            <div class="page-title"><h1><NamePath whole=version.model_name.clone() part=version.name.clone() /></h1></div>
            <Actions version=version.clone() may_write />
            {description}
            <ul class="meta">
                <Fact icon="version">{format!("Number {}", version.number)}</Fact>
                <Fact icon="person">{by}<bdi>{created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=version.created_at /></Fact>
                {chips}
                {notebook}
                <li>"Id "<Copyable text=version.id.to_string() what="id of the model version".to_owned() /></li>
            </ul>
            <Aliases aliases=version.aliases.clone() />
            <TagList tags=version.tags.clone() />
            <Readiness version />
        </header>
    }
}

#[component]
fn Aliases(aliases: Vec<String>) -> impl IntoView {
    let chips: Vec<_> = aliases
        .into_iter()
        .map(|alias| view! { <li><span class="chip accent"><bdi>{alias}</bdi></span></li> })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips" aria-label="Aliases">{chips}</ul> })
}

#[component]
fn Actions(version: ModelVersion, may_write: bool) -> impl IntoView {
    let address = version_address(version.model_id, version.number);
    let base = format!("/experiments/new?base={}", version.id);
    let bundle = format!("{address}/bundle");
    let writing = may_write.then(|| {
        view! {
            <a class="button primary" href=base>"Use as base architecture"</a>
            <a class="button" href=format!("{address}/edit")><Icon name="edit" />"Edit"</a>
            <a class="button" href=format!("{address}/manage")><Icon name="settings" />"Manage"</a>
        }
    });
    view! {
        <div class="page-actions">
            {writing}
            <a class="button" href=bundle download><Icon name="download" />"Download all"</a>
        </div>
    }
}
