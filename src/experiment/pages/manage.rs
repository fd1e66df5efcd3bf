//! Archiving and deleting an experiment, each with its consequences.

use super::{address, read_id};
use crate::{
    error::{AppError, ErrorKind, Failure},
    experiment::{Experiment, operations},
    services::Services,
    ui::{
        form::{FormError, shown_on_form},
        life::{ArchiveCard, DeleteCard, LifeForm},
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

/// What can be done with an experiment.
pub async fn manage(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    actor.require_write("managing an experiment")?;
    let experiment = operations::find(&services.database, &actor, read_id(&id)?).await?;
    Ok(page(experiment, actor.is_owner(), LifeForm::default(), None))
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<LifeForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing an experiment")?;
    let experiment = operations::find(&services.database, &actor, read_id(&id)?).await?;
    match done(&services, &actor, &experiment, &form).await {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(experiment, actor.is_owner(), form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(
    services: &Services,
    actor: &Actor,
    experiment: &Experiment,
    form: &LifeForm,
) -> Result<(String, &'static str), Failure> {
    let (database, id) = (&services.database, experiment.summary.id);
    match form.action.as_str() {
        "archive" => {
            operations::set_archived(database, actor, id, true).await?;
            Ok((address(id), "The experiment is archived."))
        }
        "restore" => {
            operations::set_archived(database, actor, id, false).await?;
            Ok((address(id), "The experiment is back."))
        }
        "delete" => {
            form.require_confirmed(&experiment.summary.name)?;
            operations::delete(database, actor, id).await?;
            Ok((format!("/projects/{}", experiment.summary.project_id), "The experiment is deleted."))
        }
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    }
}

fn page(experiment: Experiment, is_owner: bool, typed: LifeForm, error: Option<AppError>) -> Page {
    let name = experiment.summary.name.clone();
    Page::new("/", format!("Manage {name}"), move || {
        let summary = experiment.summary.clone();
        let above = vec![
            Crumb::new("Projects", "/"),
            Crumb::new(summary.project_name, format!("/projects/{}", summary.project_id)),
            Crumb::new(summary.name, address(summary.id)),
        ];
        let action = format!("{}/manage", address(summary.id));
        let obstacles = (!is_owner).then(|| "Only owners may delete an experiment.".to_owned()).into_iter().collect();
        let consequences = consequences(&experiment);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage experiment"</h1></div>
            </header>
            <FormError error=error.clone() />
            <ArchiveCard
                is_archived=summary.archived_at.is_some()
                effect="It disappears from the list of its project. Its page, its artifacts and its place in the lineage stay, and it can be restored."
                way_back="It appears in the list of its project again."
                action=action.clone()
            />
            <DeleteCard name obstacles consequences typed error action />
        }
    })
}

/// What is gone, and what stays (R26, R38).
fn consequences(experiment: &Experiment) -> String {
    let artifacts = counted(usize::try_from(experiment.artifact_count).unwrap_or_default(), "artifact");
    let metrics = counted(experiment.metrics.len(), "metric");
    let gone =
        format!("The experiment, its {artifacts}, its {metrics}, its images, tables and console are gone for good.");
    match experiment.exported_as.len() {
        0 => format!("{gone} No model version came from it."),
        count => format!(
            "{gone} {} that came from it {} everything inherited, and still {} its name.",
            counted(count, "model version"),
            if count == 1 { "keeps" } else { "keep" },
            if count == 1 { "tells" } else { "tell" }
        ),
    }
}
