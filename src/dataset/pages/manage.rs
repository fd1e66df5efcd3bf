//! Deleting a dataset, with its consequences.

use super::read_id;
use crate::{
    dataset::{DatasetUses, DatasetWithVersions, operations},
    error::{AppError, ErrorKind, Failure},
    services::Services,
    ui::{
        form::{FormError, shown_on_form},
        life::{DeleteCard, LifeForm},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// What can be done with a dataset.
pub async fn manage(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    actor.require_write("managing a dataset")?;
    let found = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let uses = operations::uses(&services.database, &actor, found.dataset.id).await?;
    Ok(page(found, uses, actor.is_owner(), LifeForm::default(), None))
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<LifeForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a dataset")?;
    let found = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let outcome = match form.action.as_str() {
        "delete" => match form.require_confirmed(&found.dataset.name) {
            Ok(()) => operations::delete(&services.database, &actor, found.dataset.id).await,
            Err(error) => Err(error.into()),
        },
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    };
    match outcome {
        Ok(()) => Ok(Done::at("/datasets".to_owned(), "The dataset is deleted.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let uses = operations::uses(&services.database, &actor, found.dataset.id).await?;
            Ok(page(found, uses, actor.is_owner(), form, Some(error)).with_status(status).into_response())
        }
    }
}

fn page(
    found: DatasetWithVersions,
    uses: DatasetUses,
    is_owner: bool,
    typed: LifeForm,
    error: Option<AppError>,
) -> Page {
    Page::new("/datasets", format!("Manage {}", found.dataset.name), move || {
        let DatasetWithVersions { dataset, versions } = found;
        let address = format!("/datasets/{}", dataset.id);
        let above = vec![Crumb::new("Datasets", "/datasets"), Crumb::new(dataset.name.clone(), address.clone())];
        let locked = versions.iter().find(|version| version.locked_at.is_some());
        let obstacles = [
            (!is_owner).then(|| "Only owners may delete a dataset.".to_owned()),
            (!uses.is_empty()).then(|| format!("Its versions are in use by {uses}.")),
            locked.map(|version| format!("The version {} is locked.", version.name)),
        ];
        let consequences = format!(
            "The dataset and its {} with their labels are gone for good. The pictures, which are not kept here, stay where they are.",
            counted(versions.len(), "version")
        );
        view! {
            <header class="page-header">
                <Breadcrumb above here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage dataset"</h1></div>
            </header>
            <FormError error=error.clone() />
            <DeleteCard
                name=dataset.name
                obstacles=obstacles.into_iter().flatten().collect()
                consequences
                typed
                error
                action=format!("{address}/manage")
            />
        }
    })
}
