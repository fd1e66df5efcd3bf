//! The dataset versions of a project, and its end.

use super::read_project_id;
use crate::{
    dataset::{self, DatasetVersion, VersionChoice, pages::DatasetVersionLink},
    error::{AppError, ErrorKind, Failure},
    experiment::{Project, operations},
    services::Services,
    ui::{
        form::{Field, FormError, shown_on_form},
        life::{DeleteCard, LifeForm},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
        sections::Card,
    },
    vocabulary::{Actor, ProjectId, quantity::counted},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What was typed, and which button was pressed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ManageForm {
    /// `attach`, `delete`, or the id of a dataset version to detach.
    action: String,
    /// A dataset version, by its whole name or its id.
    dataset: String,
    confirmation: String,
}

struct Opened {
    project: Project,
    versions: Vec<DatasetVersion>,
    choices: Vec<VersionChoice>,
}

async fn open(services: &Services, actor: &Actor, id: ProjectId) -> Result<Opened, Failure> {
    let database = &services.database;
    Ok(Opened {
        project: operations::find_project(database, actor, id).await?,
        versions: operations::list_project_dataset_versions(database, actor, id).await?,
        choices: dataset::operations::choices(database, actor).await?,
    })
}

/// What can be done with a project.
pub async fn manage_project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("managing a project")?;
    let opened = open(&services, &actor, read_project_id(&id)?).await?;
    Ok(page(opened, actor.is_owner(), ManageForm::default(), None))
}

/// Does what the button says.
pub async fn act_on_project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ManageForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a project")?;
    let opened = open(&services, &actor, read_project_id(&id)?).await?;
    match done(&services, &actor, &opened.project, &form).await {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(opened, actor.is_owner(), form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(
    services: &Services,
    actor: &Actor,
    project: &Project,
    form: &ManageForm,
) -> Result<(String, &'static str), Failure> {
    let (database, id) = (&services.database, project.id);
    let here = format!("/projects/{id}/manage");
    match form.action.as_str() {
        "attach" => {
            let found = dataset::operations::find_by_whole_name(database, actor, &form.dataset).await?;
            let nothing = "There is no such dataset version. Choose one of the list.";
            let found = found.ok_or_else(|| AppError::invalid_field("dataset", nothing))?;
            operations::attach_to_project(database, actor, id, found.id).await?;
            Ok((here, "The dataset version is added."))
        }
        "delete" => {
            let typed = LifeForm { action: form.action.clone(), confirmation: form.confirmation.clone() };
            typed.require_confirmed(&project.name)?;
            operations::delete_project(database, actor, id).await?;
            Ok(("/".to_owned(), "The project is deleted."))
        }
        version => {
            let unknown = || AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.");
            let version = version.parse().map_err(|_| unknown())?;
            operations::detach_from_project(database, actor, id, &[version]).await?;
            Ok((here, "The dataset version is removed. Experiments that use it keep it."))
        }
    }
}

fn page(opened: Opened, is_owner: bool, form: ManageForm, error: Option<AppError>) -> Page {
    let name = opened.project.name.clone();
    Page::new("/", format!("Manage {name}"), move || {
        let Opened { project, versions, choices } = opened;
        let address = format!("/projects/{}", project.id);
        let action = format!("{address}/manage");
        let typed = LifeForm { action: form.action.clone(), confirmation: form.confirmation.clone() };
        let message = error.as_ref().and_then(|error| error.message_for("dataset")).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above=vec![Crumb::new("Projects", "/"), Crumb::new(name.clone(), address)] here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage project"</h1></div>
            </header>
            <FormError error=error.clone() />
            <DatasetVersions versions choices action=action.clone() typed=form.dataset message />
            <DeleteCard
                name
                obstacles=obstacles(&project, is_owner)
                consequences="The project disappears, and its name becomes free. Model versions that came from its experiments still tell its name.".to_owned()
                typed
                error
                action
            />
        }
    })
}

fn obstacles(project: &Project, is_owner: bool) -> Vec<String> {
    let owners = (!is_owner).then(|| "Only owners may delete a project.".to_owned());
    let count = usize::try_from(project.experiment_count).unwrap_or_default();
    let experiments = (count > 0).then(|| format!("It has {}. Delete these first.", counted(count, "experiment")));
    [owners, experiments].into_iter().flatten().collect()
}

#[component]
fn DatasetVersions(
    versions: Vec<DatasetVersion>,
    choices: Vec<VersionChoice>,
    action: String,
    typed: String,
    message: Option<String>,
) -> impl IntoView {
    let count = versions.len().to_string();
    let rows: Vec<_> = versions
        .into_iter()
        .map(|version| {
            let label = format!("Remove {} › {}", version.dataset_name, version.name);
            view! {
                <li class="row">
                    <DatasetVersionLink dataset=version.dataset_id dataset_name=version.dataset_name version_name=version.name />
                    <button class="button small" type="submit" name="action" value=version.id.to_string() aria-label=label>"Remove"</button>
                </li>
            }
        })
        .collect();
    let options: Vec<_> =
        choices.into_iter().map(|choice| view! { <option value=choice.whole_name></option> }).collect();
    let target = action.clone();
    view! {
        <Card id="dataset-versions" title="Dataset versions" count>
            <div class="stack">
                <p>"They are offered first when an experiment of this project is created."</p>
                <form method="post" action=target><ul class="stack">{rows}</ul></form>
                <form class="stack" method="post" action=action>
                    <datalist id="dataset-choices">{options}</datalist>
                    <Field name="dataset" label="Another dataset version" value=typed error=message list="dataset-choices" hint="Such as digits › v1." is_required=true />
                    <div class="row"><button class="button" type="submit" name="action" value="attach">"Add"</button></div>
                </form>
            </div>
        </Card>
    }
}
