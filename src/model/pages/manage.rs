//! Sealing, archiving and deleting a version, each with its consequences.

use super::{find_version, version_address};
use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{ModelVersion, VersionDependents, operations},
    services::Services,
    ui::{
        form::{FormError, shown_on_form},
        life::{ArchiveCard, DeleteCard, LifeForm},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
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

/// The page with what can be done.
pub async fn manage(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("managing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let dependents = operations::life::dependents(&services.database, &actor, version.id).await?;
    Ok(page(version, dependents, actor.is_owner(), LifeForm::default(), None))
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Form(form): Form<LifeForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    match done(&services, &actor, &version, &form).await {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let dependents = operations::life::dependents(&services.database, &actor, version.id).await?;
            Ok(page(version, dependents, actor.is_owner(), form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(
    services: &Services,
    actor: &Actor,
    version: &ModelVersion,
    form: &LifeForm,
) -> Result<(String, &'static str), Failure> {
    let database = &services.database;
    let address = version_address(version.model_id, version.number);
    match form.action.as_str() {
        "seal" => {
            operations::life::seal(database, actor, version.id).await?;
            Ok((address, "The version is sealed."))
        }
        "archive" => {
            operations::life::set_archived(database, actor, version.id, true).await?;
            Ok((address, "The version is archived."))
        }
        "restore" => {
            operations::life::set_archived(database, actor, version.id, false).await?;
            Ok((address, "The version is back."))
        }
        "delete" => {
            form.require_confirmed(&version.name)?;
            operations::life::delete(database, actor, version.id).await?;
            Ok((format!("/registry/{}", version.model_id), "The version is deleted."))
        }
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    }
}

fn page(
    version: ModelVersion,
    dependents: VersionDependents,
    is_owner: bool,
    typed: LifeForm,
    error: Option<AppError>,
) -> Page {
    Page::new("/registry", format!("Manage {} › {}", version.model_name, version.name), move || {
        let address = version_address(version.model_id, version.number);
        let above = vec![
            Crumb::new("Private registry", "/registry"),
            Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
            Crumb::new(version.name.clone(), address.clone()),
        ];
        let action = format!("{address}/manage");
        let name = version.name.clone();
        let consequences = format!(
            "The version, its {} and its history of label maps are gone for good; the source experiment keeps its artifacts. Number {} is never given again.",
            counted(version.files.len(), "file"),
            version.number
        );
        view! {
            <header class="page-header">
                <Breadcrumb above here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage model version"</h1></div>
            </header>
            <FormError error=error.clone() />
            <Seal version=version.clone() action=action.clone() />
            <ArchiveCard
                is_archived=version.archived_at.is_some()
                effect="It disappears from lists and from the choice of base architectures. Its page, its files and its place in the lineage stay, and it can be restored."
                way_back="It appears again in lists and when a base architecture is chosen."
                action=action.clone()
            />
            <DeleteCard name obstacles=obstacles(&dependents, is_owner) consequences typed error action />
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

/// What stands against deleting it.
fn obstacles(dependents: &VersionDependents, is_owner: bool) -> Vec<String> {
    let count = |count: i64, noun: &str| counted(usize::try_from(count).unwrap_or_default(), noun);
    let mut obstacles = Vec::new();
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
    obstacles
}
