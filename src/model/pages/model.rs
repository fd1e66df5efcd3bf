//! One model: its versions as a timeline, each with what changed from the one before.

use super::{read_model_id, version_address};
use crate::{
    error::Failure,
    experiment,
    model::{Model, ModelAlias, VersionDifference, VersionSummary, operations},
    services::Services,
    ui::{
        icon::Icon,
        life::ArchivedNotice,
        listing::Pager,
        markdown::Markdown,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, EmptyState, When},
        sections::{Card, Fact},
        tags::TagList,
    },
    vocabulary::{
        Actor, MetricSummary, Page as Items,
        direction::{direction_of, importance},
        quantity::{bytes_for_people, counted},
    },
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;
use serde::Deserialize;

/// How many versions one page tells of.
const SHOWN: u32 = 10;
/// How many metrics of each.
const MAX_METRICS: usize = 3;

/// Which part of the timeline.
#[derive(Debug, Deserialize)]
pub struct ModelQuery {
    cursor: Option<String>,
}

/// A version with what is worth telling of it beside others.
struct Told {
    summary: VersionSummary,
    metrics: Vec<MetricSummary>,
    /// From the version before; none for the first.
    difference: Option<VersionDifference>,
}

/// A model with the line of its versions.
pub async fn model(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ModelQuery>,
) -> Result<Page, Failure> {
    let id = read_model_id(&id)?;
    let model = operations::find(&services.database, &actor, id).await?;
    let versions = operations::list_versions(&services.database, &actor, id, query.cursor.as_deref(), SHOWN).await?;
    let told = told(&services, &actor, &versions).await?;
    let may_write = actor.may_write();
    Ok(Page::new("/registry", model.name.clone(), move || {
        let notes = (!model.notes.is_empty()).then(|| view! { <Notes text=model.notes.clone() /> });
        view! {
            <Header model=model.clone() may_write />
            <ArchivedNotice since=model.archived_at hidden_from="lists and pickers do" />
            {notes}
            <Versions model told is_first=query.cursor.is_none() next_cursor=versions.next_cursor />
        }
    }))
}

/// What each version has, and what changed from the one before it.
async fn told(services: &Services, actor: &Actor, versions: &Items<VersionSummary>) -> Result<Vec<Told>, Failure> {
    let database = &services.database;
    let mut whole = Vec::with_capacity(versions.items.len() + 1);
    for summary in &versions.items {
        whole.push(operations::find_version(database, actor, summary.id).await?);
    }
    if let Some(last) = versions.items.last() {
        whole.extend(operations::find_previous(database, actor, last.model_id, last.number).await?);
    }
    let told = versions.items.iter().zip(&whole).enumerate().map(|(place, (summary, version))| {
        let mut metrics = version.metrics.clone();
        metrics.sort_by_key(|metric| importance(&metric.key));
        metrics.retain(|metric| direction_of(&metric.key).is_some());
        metrics.truncate(MAX_METRICS);
        let difference = whole.get(place + 1).map(|before| VersionDifference::between(before, version));
        Told { summary: summary.clone(), metrics, difference }
    });
    Ok(told.collect())
}

#[component]
fn Notes(text: String) -> impl IntoView {
    view! { <Card id="notes" title="Notes"><Markdown text /></Card> }
}

#[component]
fn Header(model: Model, may_write: bool) -> impl IntoView {
    let description =
        (!model.description.is_empty()).then(|| view! { <p class="page-lead" dir="auto">{model.description}</p> });
    let address = format!("/registry/{}", model.id);
    let actions = may_write.then(|| {
        view! {
            <div class="page-actions">
                <a class="button" href=format!("{address}/edit")><Icon name="edit" />"Edit"</a>
                <a class="button" href=format!("{address}/manage")><Icon name="settings" />"Manage"</a>
            </div>
        }
    });
    view! {
        <header class="page-header">
            <Breadcrumb above=vec![Crumb::new("Private registry", "/registry")] here=model.name.clone() />
            <div class="page-title"><h1><bdi>{model.name}</bdi></h1></div>
            {actions}
            {description}
            <ul class="meta">
                <Fact icon="version">{counted(usize::try_from(model.version_count).unwrap_or_default(), "version")}</Fact>
                <Fact icon="person">"Created by "<bdi>{model.created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=model.created_at /></Fact>
                <li>"Id "<Copyable text=model.id.to_string() what="id of the model".to_owned() /></li>
            </ul>
            <TagList tags=model.tags />
        </header>
    }
}

#[component]
fn Versions(model: Model, told: Vec<Told>, is_first: bool, next_cursor: Option<String>) -> impl IntoView {
    if told.is_empty() {
        let had_some = model.last_version > 0;
        let why = if had_some { "All versions of this model were deleted." } else { "This model has no version yet." };
        return view! {
            <EmptyState icon="version" title="No version">
                <p>{why}" Export an experiment into it, or add a version that was trained elsewhere."</p>
                <div class="row"><a class="button primary" href="/">"Choose an experiment"</a></div>
            </EmptyState>
        }
        .into_any();
    }
    let last = model.last_version;
    let items: Vec<_> = told
        .into_iter()
        .map(|told| {
            let is_latest = told.summary.number == last;
            let aliases = model.aliases.iter().filter(|alias| alias.number == told.summary.number).cloned().collect();
            view! { <li><VersionItem told is_latest aliases /></li> }
        })
        .collect();
    view! {
        <section class="stack" aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            <ol class="versions" reversed>{items}</ol>
        </section>
        <Pager path=format!("/registry/{}", model.id) query=Vec::new() is_first next_cursor />
    }
    .into_any()
}

#[component]
fn Changes(summary: VersionSummary, difference: VersionDifference) -> impl IntoView {
    let href = format!("/registry/{}/compare?to={}", summary.model_id, summary.number);
    let words = difference.summary();
    let words = match words.is_empty() {
        true => "Files, parameters, labels, datasets and image are those of the version before.".to_owned(),
        false => words.join(" · "),
    };
    view! {
        <p class="version-changes">
            <Icon name="compare" />
            <span dir="auto">{words}</span>
            <a href=href>"Compare"<span class="visually-hidden">" "{summary.name}" with the version before"</span></a>
        </p>
    }
}

#[component]
fn VersionItem(told: Told, is_latest: bool, aliases: Vec<ModelAlias>) -> impl IntoView {
    let Told { summary: version, metrics, difference } = told;
    let changes = difference.map(|difference| view! { <Changes summary=version.clone() difference /> });
    let aliases: Vec<_> =
        aliases.into_iter().map(|alias| view! { <span class="chip accent"><bdi>{alias.alias}</bdi></span> }).collect();
    let archived = version.is_archived.then(|| view! { <span class="chip outline">"archived"</span> });
    let metrics: Vec<_> = metrics
        .into_iter()
        .map(|metric| view! { <li><bdi>{metric.key}</bdi>" "<strong>{metric.last.value.to_string()}</strong></li> })
        .collect();
    let metrics = (!metrics.is_empty()).then(|| view! { <ul class="meta" aria-label="Summary metrics">{metrics}</ul> });
    let href = version_address(version.model_id, version.number);
    let latest = is_latest.then(|| view! { <span class="chip accent">"latest"</span> });
    let description = (!version.description.is_empty()).then(|| view! { <p dir="auto">{version.description}</p> });
    let source = match version.source_experiment_id.zip(version.source_experiment_name) {
        Some((_, name)) if version.source_is_deleted => view! {
            <span class="muted">"from"</span>
            <bdi>{name}</bdi>
            <span class="muted">"(deleted)"</span>
        }
        .into_any(),
        Some((id, name)) => view! {
            <span class="muted">"from"</span>
            <a href=experiment::pages::address(id)><bdi>{name}</bdi></a>
        }
        .into_any(),
        None => view! { <span class="muted">"no source experiment"</span> }.into_any(),
    };
    let files = usize::try_from(version.file_count).unwrap_or_default();
    let files = match files {
        0 => "no files".to_owned(),
        files => format!("{}, {}", counted(files, "file"), bytes_for_people(version.size_bytes)),
    };
    let chips = [version.inference_type, version.framework].into_iter().flatten();
    let chips: Vec<_> = chips.map(|text| view! { <li><span class="chip"><bdi>{text}</bdi></span></li> }).collect();
    view! {
        <article class="version">
            <div class="version-head">
                <h3><a href=href><bdi>{version.name}</bdi></a></h3>
                <span class="chip outline">{format!("number {}", version.number)}</span>
                {latest}
                {aliases}
                {archived}
                <When at=version.created_at />
            </div>
            {description}
            {metrics}
            {changes}
            <p class="version-source"><Icon name="experiment" />{source}</p>
            <ul class="meta">
                <Fact icon="file">{files}</Fact>
                <Fact icon="person">{if version.source_experiment_id.is_some() { "Exported by " } else { "Created by " }}<bdi>{version.created_by}</bdi></Fact>
                {chips}
            </ul>
        </article>
    }
}
