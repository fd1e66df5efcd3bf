//! Name and description of a dataset.

use super::read_id;
use crate::{
    dataset::{Dataset, DatasetChange, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{NamedEditor, NamedForm, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::Actor,
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// The form, with the dataset as it is.
pub async fn edit_dataset(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("changing a dataset")?;
    let dataset = operations::find(&services.database, &actor, read_id(&id)?).await?.dataset;
    let form = NamedForm {
        name: dataset.name.clone(),
        description: dataset.description.clone(),
        based_on: dataset.updated_at.to_string(),
    };
    Ok(form_page(dataset, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_dataset(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<NamedForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing a dataset")?;
    let id = read_id(&id)?;
    let saved = match form.checked() {
        Ok((name, description)) => {
            let change = DatasetChange {
                name: Some(name),
                description: Some(description),
                tags: None,
                based_on: form.based_on(),
            };
            operations::change(&services.database, &actor, id, change).await
        }
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(dataset) => Ok(Done::at(format!("/datasets/{}", dataset.id), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let now = operations::find(&services.database, &actor, id).await?.dataset;
            Ok(form_page(now, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(dataset: Dataset, form: NamedForm, error: Option<AppError>) -> Page {
    let updated_at = dataset.updated_at.to_string();
    let meanwhile = (form.based_on != updated_at).then(|| (dataset.name.clone(), dataset.description.clone()));
    let form = NamedForm { based_on: updated_at, ..form };
    Page::new("/datasets", format!("Edit {}", dataset.name), move || {
        let address = format!("/datasets/{}", dataset.id);
        let above = vec![Crumb::new("Datasets", "/datasets"), Crumb::new(dataset.name, address.clone())];
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit dataset"</h1></div>
            </header>
            <NamedEditor form error meanwhile action=format!("{address}/edit") cancel=address />
        }
    })
}
