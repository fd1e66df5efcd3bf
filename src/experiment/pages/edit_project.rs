//! Name and description of a project.

use super::read_project_id;
use crate::{
    error::{AppError, Failure},
    experiment::{Project, ProjectChange, operations},
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

/// The form, with the project as it is.
pub async fn edit_project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("changing a project")?;
    let project = operations::find_project(&services.database, &actor, read_project_id(&id)?).await?;
    let form = NamedForm {
        name: project.name.clone(),
        description: project.description.clone(),
        based_on: project.updated_at.to_string(),
    };
    Ok(form_page(project, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<NamedForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing a project")?;
    let id = read_project_id(&id)?;
    let saved = match form.checked() {
        Ok((name, description)) => {
            let change = ProjectChange { name: Some(name), description: Some(description), based_on: form.based_on() };
            operations::change_project(&services.database, &actor, id, change).await
        }
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(project) => Ok(Done::at(format!("/projects/{}", project.id), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let now = operations::find_project(&services.database, &actor, id).await?;
            Ok(form_page(now, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(project: Project, form: NamedForm, error: Option<AppError>) -> Page {
    let updated_at = project.updated_at.to_string();
    let meanwhile = (form.based_on != updated_at).then(|| (project.name.clone(), project.description.clone()));
    let form = NamedForm { based_on: updated_at, ..form };
    Page::new("/", format!("Edit {}", project.name), move || {
        let address = format!("/projects/{}", project.id);
        let above = vec![Crumb::new("Projects", "/"), Crumb::new(project.name, address.clone())];
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit project"</h1></div>
            </header>
            <NamedEditor form error meanwhile action=format!("{address}/edit") cancel=address />
        }
    })
}
