//! One dataset version: its labels, and what was trained on it.

use super::{VersionFacts, read_id, version_address, version_labels::Labels};
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
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, NewAction, Notice, When},
        sections::{Fact, Path as NamePath},
        tags::TagList,
    },
    vocabulary::Actor,
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
    let labels = operations::list_labels(&services.database, &actor, version.id).await?;
    let groups = operations::list_label_groups(&services.database, &actor, version.id).await?;
    let uses = uses_of(&services, &actor, version.id, &query).await?;
    let path = version_address(version.dataset_id, &version.name);
    let may_write = actor.may_write();
    let title = format!("{} › {}", version.dataset_name, version.name);
    Ok(Page::new("/datasets", title, move || {
        view! {
            <Header version=version.clone() may_write />
            <LineageLink of=NodeId::DatasetVersion(version.id) />
            <Labels version labels groups may_write />
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
    let address = version_address(version.dataset_id, &version.name);
    let edit = if version.locked_at.is_none() { format!("{address}/edit") } else { String::new() };
    let locked = version.locked_at.map(|since| {
        let words = format!("Locked since {}: nobody changes or deletes it until it is unlocked.", since.for_people());
        view! { <Notice kind="info"><p>{words}</p></Notice> }
    });
    let next = with_query(&format!("/datasets/{}/new-version", version.dataset_id), &[("from", &version.name)]);
    view! {
        <header class="page-header">
            <Breadcrumb above here=version.name.clone() />
            <div class="page-title"><h1><NamePath whole=version.dataset_name.clone() part=version.name.clone() /></h1></div>
            <NewAction may_write href=next label="New version from this one" edit manage=format!("{address}/manage") />
            {description}
            <TagList tags=version.tags.clone() />
            <ul class="meta">
                <li><span class="chip">{version.kind.for_people()}</span></li>
                <VersionFacts version=version.clone() />
                <Fact icon="calendar"><When at=version.created_at /></Fact>
                <li>"Id "<Copyable text=version.id.to_string() what="id of the dataset version".to_owned() /></li>
            </ul>
            {locked}
        </header>
    }
}
