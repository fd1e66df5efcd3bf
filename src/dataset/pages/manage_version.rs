//! Locking and deleting a dataset version, each with its consequences.

use super::{above_version, read_id, version_address};
use crate::{
    dataset::{DatasetUses, DatasetVersion, operations},
    error::{AppError, ErrorKind, Failure},
    services::Services,
    ui::{
        form::{FormError, shown_on_form},
        life::{DeleteCard, LifeForm},
        page::{Done, Page},
        parts::Breadcrumb,
        sections::Card,
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// What can be done with a version.
pub async fn manage(
    State(services): State<Services>,
    actor: Actor,
    Path((dataset, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("managing a dataset version")?;
    let version = operations::find_version_by_name(&services.database, &actor, read_id(&dataset)?, &name).await?;
    let uses = operations::version_uses(&services.database, &actor, version.id).await?;
    Ok(page(version, uses, actor.is_owner(), LifeForm::default(), None))
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path((dataset, name)): Path<(String, String)>,
    Form(form): Form<LifeForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a dataset version")?;
    let version = operations::find_version_by_name(&services.database, &actor, read_id(&dataset)?, &name).await?;
    match done(&services, &actor, &version, &form).await {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let uses = operations::version_uses(&services.database, &actor, version.id).await?;
            Ok(page(version, uses, actor.is_owner(), form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(
    services: &Services,
    actor: &Actor,
    version: &DatasetVersion,
    form: &LifeForm,
) -> Result<(String, &'static str), Failure> {
    let database = &services.database;
    let address = version_address(version.dataset_id, &version.name);
    match form.action.as_str() {
        "lock" => {
            operations::lock_version(database, actor, version.id).await?;
            Ok((address, "The version is locked."))
        }
        "unlock" => {
            operations::unlock_version(database, actor, version.id).await?;
            Ok((address, "The version is open again."))
        }
        "delete" => {
            form.require_confirmed(&version.name)?;
            operations::delete_version(database, actor, version.id).await?;
            Ok((format!("/datasets/{}", version.dataset_id), "The version is deleted."))
        }
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    }
}

fn page(version: DatasetVersion, uses: DatasetUses, is_owner: bool, typed: LifeForm, error: Option<AppError>) -> Page {
    Page::new("/datasets", format!("Manage {} › {}", version.dataset_name, version.name), move || {
        let action = format!("{}/manage", version_address(version.dataset_id, &version.name));
        let obstacles = [
            (!is_owner).then(|| "Only owners may delete a dataset version.".to_owned()),
            (!uses.is_empty()).then(|| format!("It is in use by {uses}.")),
            version.locked_at.map(|_| "It is locked.".to_owned()),
        ];
        let consequences = format!(
            "The version and its {} are gone for good; projects that it is attached to lose it. The pictures, which are not kept here, stay where they are.",
            counted(version.labels.len(), "label")
        );
        view! {
            <header class="page-header">
                <Breadcrumb above=above_version(&version) here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage dataset version"</h1></div>
            </header>
            <FormError error=error.clone() />
            <LockCard is_locked=version.locked_at.is_some() action=action.clone() />
            <DeleteCard
                name=version.name
                obstacles=obstacles.into_iter().flatten().collect()
                consequences
                typed
                error
                action
            />
        }
    })
}

#[component]
fn LockCard(is_locked: bool, action: String) -> impl IntoView {
    let (title, words, value) = match is_locked {
        true => {
            ("Unlock", "Its facts, labels, counts and groups can be changed again, and it can be deleted.", "unlock")
        }
        false => (
            "Lock",
            "Nobody changes its facts, labels, counts and groups, and nobody deletes it, until it is unlocked. Experiments can still be trained on it, and tags can still be given to it.",
            "lock",
        ),
    };
    view! {
        <Card id="lock" title=title>
            <div class="stack">
                <p>{words}</p>
                <form method="post" action=action><button class="button" type="submit" name="action" value=value>{title}</button></form>
            </div>
        </Card>
    }
}
