//! A new version of a dataset.

use super::{
    read_id, version_address,
    version_form::{VersionFields, VersionForm},
};
use crate::{
    dataset::{Dataset, DatasetVersion, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        address::with_query,
        form::{DefaultAction, shown_on_form},
        label_comparison::LabelComparison,
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
        sections::Card,
    },
    vocabulary::{Actor, LabelMap, label_map::comparison::compare},
};
use axum::{
    extract::{Multipart, Path, Query, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// Where the form begins.
#[derive(Debug, Default, Deserialize)]
pub struct NewVersionQuery {
    /// The name of the version whose labels, type and description are taken.
    #[serde(default)]
    from: String,
}

/// The form; filled from another version, if one is named.
pub async fn new_version(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<NewVersionQuery>,
) -> Result<Page, Failure> {
    actor.require_write("creating a dataset version")?;
    let (dataset, from) = open(&services, &actor, &id, &query).await?;
    let form = from.as_ref().map(VersionForm::next_after).unwrap_or_default();
    Ok(form_page(dataset, from, form, None))
}

async fn open(
    services: &Services,
    actor: &Actor,
    id: &str,
    query: &NewVersionQuery,
) -> Result<(Dataset, Option<DatasetVersion>), Failure> {
    let found = operations::find(&services.database, actor, read_id(id)?).await?;
    let from = found.versions.into_iter().find(|version| !query.from.is_empty() && version.name == query.from);
    Ok((found.dataset, from))
}

/// Creates the version, or does what a button of the form asks for; what is wrong is said beside the fields.
pub async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<NewVersionQuery>,
    fields: Multipart,
) -> Result<Response, Failure> {
    actor.require_write("creating a dataset version")?;
    let (dataset, from) = open(&services, &actor, &id, &query).await?;
    let mut form = VersionForm::read(fields).await?;
    let outcome = match form.edit() {
        Ok(true) => return Ok(form_page(dataset, from, form, None).into_response()),
        Ok(false) => match form.checked() {
            Ok(new) => operations::create_version(&services.database, &actor, dataset.id, new).await,
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(version) => {
            let location = version_address(dataset.id, &version.name);
            Ok(Done::at(location, "The dataset version is created.").into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(dataset, from, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(dataset: Dataset, from: Option<DatasetVersion>, form: VersionForm, error: Option<AppError>) -> Page {
    Page::new("/datasets", format!("New version · {}", dataset.name), move || {
        let address = format!("/datasets/{}", dataset.id);
        let above = vec![Crumb::new("Datasets", "/datasets"), Crumb::new(dataset.name.clone(), address.clone())];
        let action = match &from {
            Some(version) => with_query(&format!("{address}/new-version"), &[("from", &version.name)]),
            None => format!("{address}/new-version"),
        };
        let difference = from.as_ref().map(|from| view! { <Difference from=from.clone() form=form.clone() /> });
        let compare = from.map(|from| {
            view! { <button class="button" type="submit" name="action" value="read">"Compare with "<bdi>{from.name}</bdi></button> }
        });
        view! {
            <header class="page-header">
                <Breadcrumb above here="New version".to_owned() />
                <div class="page-title"><h1>"New dataset version"</h1></div>
                <p class="page-lead">"The labels become the label map of every experiment on this version. Once an experiment uses it they stay as they are."</p>
            </header>
            <form class="card form" method="post" action=action enctype="multipart/form-data">
                <DefaultAction value="create" />
                <VersionFields form error has_fixed_labels=false />
                <div class="row">
                    <button class="button primary" type="submit" name="action" value="create">"Create version"</button>
                    {compare}
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
            {difference}
        }
    })
}

/// What is different from the version that the form began with.
#[component]
fn Difference(from: DatasetVersion, form: VersionForm) -> impl IntoView {
    let labels = LabelMap::parse(&form.labels).ok()?;
    let comparison = compare(&from.labels, &labels);
    Some(view! {
        <Card id="difference" title="Labels compared">
            <LabelComparison comparison before=from.name after="New version".to_owned() />
        </Card>
    })
}
