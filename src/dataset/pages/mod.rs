//! The pages of datasets and their versions.

mod counts;
mod counts_form;
mod edit;
mod edit_version;
mod groups;
mod list;
mod manage;
mod manage_version;
mod new;
mod new_version;
mod version;
mod version_form;
mod version_labels;

use super::{DatasetVersion, operations};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    services::Services,
    ui::{
        address::encoded_segment,
        form::FieldErrors,
        page::Page,
        parts::{Breadcrumb, CodeBlock, Copyable, Crumb, EmptyState, NewAction, When},
        sections::{Fact, Path as NamePath},
        tags::TagList,
    },
    vocabulary::{
        Actor, DatasetId, Tags,
        quantity::{bytes_for_people, counted},
    },
};
use axum::{
    extract::{Path, State},
    response::Redirect,
};
use leptos::prelude::*;

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new()
        .get("/datasets", Need::Read, list::datasets)
        .get("/datasets/new", Need::Write, new::new_dataset)
        .post("/datasets/new", Need::Write, new::create_dataset)
        .get("/datasets/{id}", Need::Read, dataset)
        .get("/datasets/{id}/edit", Need::Write, edit::edit_dataset)
        .post("/datasets/{id}/edit", Need::Write, edit::save_dataset)
        .get("/datasets/{id}/manage", Need::Write, manage::manage)
        .post("/datasets/{id}/manage", Need::Write, manage::act)
        .get("/datasets/{id}/new-version", Need::Write, new_version::new_version)
        .post_at_most(
            "/datasets/{id}/new-version",
            Need::Write,
            version_form::MAX_FORM_BYTES,
            new_version::create_version,
        )
        .get("/datasets/{id}/versions/{name}", Need::Read, version::version)
        .get("/datasets/{id}/versions/{name}/edit", Need::Write, edit_version::edit_version)
        .post_at_most(
            "/datasets/{id}/versions/{name}/edit",
            Need::Write,
            version_form::MAX_FORM_BYTES,
            edit_version::save_version,
        )
        .get("/datasets/{id}/versions/{name}/counts", Need::Write, counts::edit_counts)
        .post_at_most(
            "/datasets/{id}/versions/{name}/counts",
            Need::Write,
            version_form::MAX_FORM_BYTES,
            counts::save_counts,
        )
        .get("/datasets/{id}/versions/{name}/groups", Need::Write, groups::groups)
        .post("/datasets/{id}/versions/{name}/groups", Need::Write, groups::act)
        .get("/datasets/{id}/versions/{name}/manage", Need::Write, manage_version::manage)
        .post("/datasets/{id}/versions/{name}/manage", Need::Write, manage_version::act)
        .get("/dataset-versions/{id}", Need::Read, version_by_id)
}

/// From the id alone to the page.
async fn version_by_id(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    let id = id.parse().map_err(|_| AppError::not_found("dataset version"))?;
    let version = operations::find_version(&services.database, &actor, id).await?;
    Ok(Redirect::to(&version_address(version.dataset_id, &version.name)))
}

/// The address of a dataset version's page.
pub fn version_address(dataset: DatasetId, version_name: &str) -> String {
    format!("/datasets/{dataset}/versions/{}", encoded_segment(version_name))
}

/// What stands above a page about a version.
fn above_version(version: &DatasetVersion) -> Vec<Crumb> {
    vec![
        Crumb::new("Datasets", "/datasets"),
        Crumb::new(version.dataset_name.clone(), format!("/datasets/{}", version.dataset_id)),
        Crumb::new(version.name.clone(), version_address(version.dataset_id, &version.name)),
    ]
}

/// Tags as they were typed into one field.
fn checked_tags(errors: &mut FieldErrors, text: &str) -> Option<Tags> {
    Tags::parse_list(text).map_err(|error| errors.add("tags", format!("Check the tags: {error}."))).ok()
}

fn read_id(text: &str) -> Result<DatasetId, AppError> {
    text.parse().map_err(|_| AppError::not_found("dataset"))
}

/// A link that says `digits › v1`.
#[component]
pub fn DatasetVersionLink(
    /// The dataset.
    dataset: DatasetId,
    /// Its name.
    dataset_name: String,
    /// The version's name.
    version_name: String,
) -> impl IntoView {
    let href = version_address(dataset, &version_name);
    view! { <a href=href><NamePath whole=dataset_name part=version_name /></a> }
}

/// One dataset with its versions, newest first.
pub async fn dataset(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    let found = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    Ok(Page::new("/datasets", found.dataset.name.clone(), move || {
        let dataset = found.dataset;
        let versions = counted(found.versions.len(), "version");
        let description = (!dataset.description.is_empty())
            .then(|| view! { <p class="page-lead" dir="auto">{dataset.description}</p> });
        view! {
            <header class="page-header">
                <Breadcrumb above=vec![Crumb::new("Datasets", "/datasets")] here=dataset.name.clone() />
                <div class="page-title"><h1><bdi>{dataset.name}</bdi></h1></div>
                <NewAction may_write href=format!("/datasets/{}/new-version", dataset.id) label="New version" edit=format!("/datasets/{}/edit", dataset.id) manage=format!("/datasets/{}/manage", dataset.id) />
                <TagList tags=dataset.tags />
                {description}
                <ul class="meta">
                    <Fact icon="version">{versions}</Fact>
                    <Fact icon="person">"Created by "<bdi>{dataset.created_by}</bdi></Fact>
                    <Fact icon="calendar"><When at=dataset.created_at /></Fact>
                    <li>"Id "<Copyable text=dataset.id.to_string() what="id of the dataset".to_owned() /></li>
                </ul>
            </header>
            <Versions dataset=dataset.id versions=found.versions public_url />
        }
    }))
}

#[component]
fn Versions(dataset: DatasetId, versions: Vec<DatasetVersion>, public_url: String) -> impl IntoView {
    if versions.is_empty() {
        let command = format!(
            "curl -X POST {public_url}/api/v1/datasets/{dataset}/versions \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
             -H \"Content-Type: application/json\" \\\n  -d '{{\"name\": \"v1\", \"labels\": [\"helmet\", \"vest\"]}}'"
        );
        return view! {
            <EmptyState icon="dataset" title="No version yet">
                <p>"Labels, type and size are on the versions of a dataset; experiments attach versions. A script makes the first one:"</p>
                <CodeBlock text=command label="command that creates a dataset version".to_owned() />
            </EmptyState>
        }
        .into_any();
    }
    let items: Vec<_> = versions.into_iter().rev().map(|version| view! { <li><VersionItem version /></li> }).collect();
    view! {
        <section class="stack" aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            <ol class="versions" reversed>{items}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn VersionItem(version: DatasetVersion) -> impl IntoView {
    let description =
        (!version.description.is_empty()).then(|| view! { <p dir="auto">{version.description.clone()}</p> });
    view! {
        <article class="version">
            <div class="version-head">
                <h3><a href=version_address(version.dataset_id, &version.name)><bdi>{version.name.clone()}</bdi></a></h3>
                <span class="chip">{version.kind.for_people()}</span>
                <When at=version.created_at />
            </div>
            {description}
            <TagList tags=version.tags.clone() />
            <ul class="meta"><VersionFacts version /></ul>
        </article>
    }
}

#[component]
fn VersionFacts(version: DatasetVersion) -> impl IntoView {
    let items = version
        .item_count
        .map(|count| view! { <Fact icon="image">{counted(usize::try_from(count).unwrap_or_default(), "item")}</Fact> });
    let size = version.size_bytes.map(|bytes| view! { <Fact icon="file">{bytes_for_people(bytes)}</Fact> });
    let lock = version.locked_at.map(|_| view! { <Fact icon="lock">"Locked"</Fact> });
    view! {
        {lock}
        {items}
        {size}
        <Fact icon="label">{counted(version.labels.len(), "label")}</Fact>
        <Fact icon="person">"Created by "<bdi>{version.created_by}</bdi></Fact>
    }
}
