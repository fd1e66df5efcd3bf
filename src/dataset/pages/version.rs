//! One dataset version: its labels, and what was trained on it.

use super::{VersionFacts, read_id, version_address};
use crate::{
    dataset::{DatasetVersion, operations},
    error::Failure,
    lineage::{
        NodeId,
        pages::{LineageLink, Uses, UsesQuery, uses_of},
    },
    services::Services,
    ui::{
        address::with_query,
        labels::LabelList,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, NewAction, When},
        sections::{Card, Fact, Nothing, Path as NamePath},
    },
    vocabulary::{Actor, quantity::grouped},
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;

/// A version, found by its name inside its dataset.
pub async fn version(
    State(services): State<Services>,
    actor: Actor,
    Path((id, name)): Path<(String, String)>,
    Query(query): Query<UsesQuery>,
) -> Result<Page, Failure> {
    let version = operations::find_version_by_name(&services.database, &actor, read_id(&id)?, &name).await?;
    let uses = uses_of(&services, &actor, version.id, &query).await?;
    let path = version_address(version.dataset_id, &version.name);
    let may_write = actor.may_write();
    let title = format!("{} › {}", version.dataset_name, version.name);
    Ok(Page::new("/datasets", title, move || {
        view! {
            <Header version=version.clone() may_write />
            <LineageLink of=NodeId::DatasetVersion(version.id) />
            <Labels version />
            <Uses uses path />
        }
    }))
}

#[component]
fn Header(version: DatasetVersion, may_write: bool) -> impl IntoView {
    let above = vec![
        Crumb::new("Datasets", "/datasets"),
        Crumb::new(version.dataset_name.clone(), format!("/datasets/{}", version.dataset_id)),
    ];
    let description = (!version.description.is_empty())
        .then(|| view! { <p class="page-lead" dir="auto">{version.description.clone()}</p> });
    let next = with_query(&format!("/datasets/{}/new-version", version.dataset_id), &[("from", &version.name)]);
    view! {
        <header class="page-header">
            <Breadcrumb above here=version.name.clone() />
            <div class="page-title"><h1><NamePath whole=version.dataset_name.clone() part=version.name.clone() /></h1></div>
            <NewAction may_write href=next label="New version from this one" edit=format!("{}/edit", version_address(version.dataset_id, &version.name)) />
            {description}
            <ul class="meta">
                <li><span class="chip">{version.kind.for_people()}</span></li>
                <VersionFacts version=version.clone() />
                <Fact icon="calendar"><When at=version.created_at /></Fact>
                <li>"Id "<Copyable text=version.id.to_string() what="id of the dataset version".to_owned() /></li>
            </ul>
        </header>
    }
}

#[component]
fn Labels(version: DatasetVersion) -> impl IntoView {
    let count = grouped(version.labels.len() as i64);
    if version.labels.is_empty() {
        return view! {
            <Card id="labels" title="Labels" count>
                <Nothing title="No labels">
                    <p>"This version was created without labels, so an experiment on it alone begins with an empty label map. Labels are stated when a dataset version is created."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    let note = view! { <p>"The label map of every new experiment on this version"</p> }.into_any();
    let labels = version.labels.labels().to_vec();
    view! { <Card id="labels" title="Labels" count note><LabelList labels /></Card> }.into_any()
}
