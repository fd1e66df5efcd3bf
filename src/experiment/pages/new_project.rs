//! A new project.

use crate::{
    error::{AppError, Failure},
    experiment::{NewProject, operations},
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
pub async fn new_project(actor: Actor) -> Result<Page, Failure> {
    actor.require_write("creating a project")?;
    Ok(form_page(NamedForm::default(), None))
}

/// Creates the project and opens it; what is wrong is said beside the fields.
pub async fn create_project(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<NamedForm>,
) -> Result<Response, Failure> {
    actor.require_write("creating a project")?;
    let created = match form.checked() {
        Ok((name, description)) => {
            operations::create_project(&services.database, &actor, NewProject { name, description }).await
        }
        Err(error) => Err(error.into()),
    };
    match created {
        Ok(project) => Ok(Done::at(format!("/projects/{}", project.id), "The project is created.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(form: NamedForm, error: Option<AppError>) -> Page {
    Page::new("/", "New project", move || {
        view! {
            <header class="page-header">
                <Breadcrumb above=vec![Crumb::new("Projects", "/")] here="New project".to_owned() />
                <div class="page-title"><h1>"New project"</h1></div>
                <p class="page-lead">"A project groups the experiments that chase the same goal."</p>
            </header>
            <form class="card form" method="post" action="/projects/new">
                <FormError error=error.clone() />
                <NameAndDescription form error />
                <div class="row">
                    <button class="button primary" type="submit">"Create project"</button>
                    <a class="button" href="/">"Cancel"</a>
                </div>
            </form>
        }
    })
}
