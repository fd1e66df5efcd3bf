//! One model: its versions, newest first.

use super::{read_model_id, version_address};
use crate::{
    error::Failure,
    experiment,
    model::{Model, VersionSummary, operations},
    services::Services,
    ui::{
        icon::Icon,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, EmptyState, When},
        sections::Fact,
    },
    vocabulary::{
        Actor,
        quantity::{bytes_for_people, counted},
    },
};
use axum::extract::{Path, State};
use leptos::prelude::*;

/// A model with the line of its versions.
pub async fn model(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    let id = read_model_id(&id)?;
    let model = operations::find(&services.database, &actor, id).await?;
    let versions = operations::list_versions(&services.database, &actor, id).await?;
    Ok(Page::new("/registry", model.name.clone(), move || {
        view! {
            <Header model />
            <Versions versions />
        }
    }))
}

#[component]
fn Header(model: Model) -> impl IntoView {
    let description =
        (!model.description.is_empty()).then(|| view! { <p class="page-lead" dir="auto">{model.description}</p> });
    view! {
        <header class="page-header">
            <Breadcrumb above=vec![Crumb::new("Private registry", "/registry")] here=model.name.clone() />
            <div class="page-title"><h1><bdi>{model.name}</bdi></h1></div>
            {description}
            <ul class="meta">
                <Fact icon="version">{counted(usize::try_from(model.version_count).unwrap_or_default(), "version")}</Fact>
                <Fact icon="person">"Created by "<bdi>{model.created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=model.created_at /></Fact>
                <li>"Id "<Copyable text=model.id.to_string() what="id of the model".to_owned() /></li>
            </ul>
        </header>
    }
}

#[component]
fn Versions(versions: Vec<VersionSummary>) -> impl IntoView {
    if versions.is_empty() {
        return view! {
            <EmptyState icon="version" title="No version">
                <p>"All versions of this model were deleted. Export an experiment into it to make the next one."</p>
                <div class="row"><a class="button primary" href="/">"Choose an experiment"</a></div>
            </EmptyState>
        }
        .into_any();
    }
    let last = versions.iter().map(|version| version.number).max();
    let items: Vec<_> = versions
        .into_iter()
        .rev()
        .map(|version| {
            let is_latest = Some(version.number) == last;
            view! { <li><VersionItem version is_latest /></li> }
        })
        .collect();
    view! {
        <section class="stack" aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            <ol class="versions" reversed>{items}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn VersionItem(version: VersionSummary, is_latest: bool) -> impl IntoView {
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
                <When at=version.created_at />
            </div>
            {description}
            <p class="version-source"><Icon name="experiment" />{source}</p>
            <ul class="meta">
                <Fact icon="file">{files}</Fact>
                <Fact icon="person">"Exported by "<bdi>{version.created_by}</bdi></Fact>
                {chips}
            </ul>
        </article>
    }
}
