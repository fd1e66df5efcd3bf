//! One dataset version: its labels, and what was trained on it.

use super::{VersionFacts, read_id, version_address};
use crate::{
    dataset::{DatasetVersion, UsedBy, UsedByExperiment, UsedByModelVersion, operations},
    error::Failure,
    lineage::{NodeId, pages::LineageLink},
    services::Services,
    ui::{
        address::with_query,
        labels::LabelList,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, NewAction, TableBox, When},
        sections::{Card, Fact, Nothing, Path as NamePath},
    },
    vocabulary::{Actor, quantity::grouped},
};
use axum::extract::{Path, State};
use leptos::prelude::*;

const MAX_USES: usize = 200;

/// A version, found by its name inside its dataset.
pub async fn version(
    State(services): State<Services>,
    actor: Actor,
    Path((id, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let version = operations::find_version_by_name(&services.database, &actor, read_id(&id)?, &name).await?;
    let used_by = operations::used_by(&services.database, &actor, version.id).await?;
    let may_write = actor.may_write();
    let title = format!("{} › {}", version.dataset_name, version.name);
    Ok(Page::new("/datasets", title, move || {
        view! {
            <Header version=version.clone() may_write />
            <LineageLink of=NodeId::DatasetVersion(version.id) />
            <Labels version />
            <Uses used_by />
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

#[component]
fn Uses(used_by: UsedBy) -> impl IntoView {
    view! {
        <div class="columns even">
            <Experiments used=used_by.experiments />
            <ModelVersions used=used_by.model_versions />
        </div>
    }
}

fn count_of<T>(used: &[T]) -> String {
    if used.len() >= MAX_USES { format!("first {MAX_USES}") } else { used.len().to_string() }
}

#[component]
fn Experiments(used: Vec<UsedByExperiment>) -> impl IntoView {
    let count = count_of(&used);
    let rows: Vec<_> = used
        .into_iter()
        .map(|used| {
            let href = format!("/experiments/{}", used.experiment_id);
            view! { <UseRow href alias=used.alias><bdi>{used.name}</bdi></UseRow> }
        })
        .collect();
    view! {
        <Card id="experiments" title="Used by experiments" count>
            <UseTable label="Used by experiments table" head="Experiment" rows>
                <p>"An experiment appears here when it is created with this dataset version attached."</p>
            </UseTable>
        </Card>
    }
}

#[component]
fn ModelVersions(used: Vec<UsedByModelVersion>) -> impl IntoView {
    let count = count_of(&used);
    let rows: Vec<_> = used
        .into_iter()
        .map(|used| {
            let href = format!("/registry/{}/{}", used.model_id, used.number);
            view! { <UseRow href alias=used.alias><NamePath whole=used.model_name part=used.name /></UseRow> }
        })
        .collect();
    view! {
        <Card id="model-versions" title="Used by model versions" count>
            <UseTable label="Used by model versions table" head="Model version" rows>
                <p>"A model version appears here when an experiment on this dataset version is exported."</p>
            </UseTable>
        </Card>
    }
}

#[component]
fn UseRow(href: String, alias: String, children: Children) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><a href=href>{children()}</a></th>
            <td><span class="chip outline"><bdi>{alias}</bdi></span></td>
        </tr>
    }
}

#[component]
fn UseTable<V: IntoView + 'static>(
    label: &'static str,
    head: &'static str,
    rows: Vec<V>,
    children: Children,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <Nothing title="Nothing yet">{children()}</Nothing> }.into_any();
    }
    view! {
        <TableBox label=label.to_owned()>
            <table class="table">
                <thead><tr><th scope="col">{head}</th><th scope="col">"As"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
    .into_any()
}
