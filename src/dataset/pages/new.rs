//! A new dataset.

use crate::{
    dataset::{NewDataset, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{FormError, NameAndDescription, NamedForm, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::Actor,
};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// The empty form.
pub async fn new_dataset(actor: Actor) -> Result<Page, Failure> {
    actor.require_write("creating a dataset")?;
    Ok(form_page(NamedForm::default(), None))
}

/// Creates the dataset, and goes on to its first version; what is wrong is said beside the fields.
pub async fn create_dataset(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<NamedForm>,
) -> Result<Response, Failure> {
    actor.require_write("creating a dataset")?;
    let created = match form.checked() {
        Ok((name, description)) => {
            operations::create(&services.database, &actor, NewDataset { name, description }).await
        }
        Err(error) => Err(error.into()),
    };
    match created {
        Ok(dataset) => {
            let next = format!("/datasets/{}/new-version", dataset.id);
            Ok(Done::at(next, "The dataset is created. Now its first version.").into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(form: NamedForm, error: Option<AppError>) -> Page {
    Page::new("/datasets", "New dataset", move || {
        view! {
            <header class="page-header">
                <Breadcrumb above=vec![Crumb::new("Datasets", "/datasets")] here="New dataset".to_owned() />
                <div class="page-title"><h1>"New dataset"</h1></div>
                <p class="page-lead">"Labels, type and size are on the versions of a dataset; the first one comes next."</p>
            </header>
            <form class="card form" method="post" action="/datasets/new">
                <FormError error=error.clone() />
                <NameAndDescription form error />
                <div class="row">
                    <button class="button primary" type="submit">"Create dataset"</button>
                    <a class="button" href="/datasets">"Cancel"</a>
                </div>
            </form>
        }
    })
}
