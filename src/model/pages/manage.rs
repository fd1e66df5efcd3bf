//! Sealing, archiving and deleting a version, each with its consequences.

use super::{find_version, version_address};
use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{ModelVersion, VersionDependents, operations},
    services::Services,
    ui::{
        form::FormError,
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
        sections::Card,
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The page with what can be done.
pub async fn manage(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("managing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let dependents = operations::life::dependents(&services.database, &actor, version.id).await?;
    Ok(page(version, dependents, actor.is_owner(), None))
}

/// Which button was pressed.
#[derive(Debug, Deserialize)]
pub struct ManageForm {
    action: String,
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Form(form): Form<ManageForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let database = &services.database;
    let address = version_address(version.model_id, version.number);
    let done = match form.action.as_str() {
        "seal" => {
            operations::life::seal(database, &actor, version.id).await.map(|_| (address, "The version is sealed."))
        }
        "archive" => operations::life::set_archived(database, &actor, version.id, true)
            .await
            .map(|_| (address, "The version is archived.")),
        "restore" => operations::life::set_archived(database, &actor, version.id, false)
            .await
            .map(|_| (address, "The version is back.")),
        "delete" => operations::life::delete(database, &actor, version.id)
            .await
            .map(|()| (format!("/registry/{}", version.model_id), "The version is deleted.")),
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    };
    match done {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(Failure::App(error)) if error.kind == ErrorKind::Conflict => {
            let dependents = operations::life::dependents(database, &actor, version.id).await?;
            Ok(page(version, dependents, actor.is_owner(), Some(error))
                .with_status(StatusCode::CONFLICT)
                .into_response())
        }
        Err(failure) => Err(failure),
    }
}

fn page(version: ModelVersion, dependents: VersionDependents, is_owner: bool, error: Option<AppError>) -> Page {
    Page::new("/registry", format!("Manage {} › {}", version.model_name, version.name), move || {
        let address = version_address(version.model_id, version.number);
        let above = vec![
            Crumb::new("Private registry", "/registry"),
            Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
            Crumb::new(version.name.clone(), address.clone()),
        ];
        let action = format!("{address}/manage");
        view! {
            <header class="page-header">
                <Breadcrumb above here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage model version"</h1></div>
            </header>
            <FormError error />
            <Seal version=version.clone() action=action.clone() />
            <Archive version=version.clone() action=action.clone() />
            <Delete version dependents is_owner action />
        }
    })
}

#[component]
fn Seal(version: ModelVersion, action: String) -> impl IntoView {
    let content = match version.sealed_at {
        Some(at) => view! { <p>{format!("Sealed since {}. It stays so.", at.for_people())}</p> }.into_any(),
        None => view! {
            <p>"From then on no file can be added, replaced or removed, and parameters, docker image and lineage stay as they are. Text, tags and label map can still be edited. This cannot be undone."</p>
            <form method="post" action=action><button class="button" type="submit" name="action" value="seal">"Seal"</button></form>
        }
        .into_any(),
    };
    view! { <Card id="seal" title="Seal"><div class="stack">{content}</div></Card> }
}

#[component]
fn Archive(version: ModelVersion, action: String) -> impl IntoView {
    let (title, words, button, value) = match version.archived_at {
        Some(_) => {
            ("Restore", "It appears again in lists and when a base architecture is chosen.", "Restore", "restore")
        }
        None => (
            "Archive",
            "It disappears from lists and from the choice of base architectures. Its page, its files and its place in the lineage stay, and it can be restored.",
            "Archive",
            "archive",
        ),
    };
    view! {
        <Card id="archive" title=title>
            <div class="stack">
                <p>{words}</p>
                <form method="post" action=action><button class="button" type="submit" name="action" value=value>{button}</button></form>
            </div>
        </Card>
    }
}

#[component]
fn Delete(version: ModelVersion, dependents: VersionDependents, is_owner: bool, action: String) -> impl IntoView {
    let mut obstacles = Vec::new();
    let count = |count: i64, noun: &str| counted(usize::try_from(count).unwrap_or_default(), noun);
    if dependents.experiments > 0 {
        obstacles.push(format!("{} began with it as base architecture.", count(dependents.experiments, "experiment")));
    }
    if dependents.model_versions > 0 {
        obstacles.push(format!("{} descended from it.", count(dependents.model_versions, "model version")));
    }
    if !dependents.aliases.is_empty() {
        obstacles.push(format!("The alias {} points to it.", dependents.aliases.join(", ")));
    }
    if !is_owner {
        obstacles.push("Only owners may delete a version.".to_owned());
    }
    let content = match obstacles.is_empty() {
        true => view! {
            <p>
                {format!("The version, its {} and its history of label maps are gone for good; the source experiment keeps its artifacts. Number {} is never given again.",
                    counted(version.files.len(), "file"), version.number)}
            </p>
            <form method="post" action=action><button class="button danger" type="submit" name="action" value="delete">"Delete for good"</button></form>
        }
        .into_any(),
        false => {
            let obstacles: Vec<_> = obstacles.into_iter().map(|obstacle| view! { <li>{obstacle}</li> }).collect();
            view! { <p>"It cannot be deleted:"</p><ul>{obstacles}</ul> }.into_any()
        }
    };
    view! { <Card id="delete" title="Delete"><div class="stack">{content}</div></Card> }
}
