//! The export as a page of its own: a deep link, and the way without JavaScript. And the help page on what is exported.

use super::{
    ExportForm, ExportFormContext, ExportPreview, ExportTarget,
    islands::{ExportDialog, ExportPageForm},
    operations,
};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    experiment::{self, Experiment},
    model::ModelVersion,
    services::Services,
    ui::{
        icon::Icon,
        page::Page,
        parts::{Breadcrumb, Crumb, Notice},
    },
    vocabulary::{Actor, ExperimentId, name::name_key},
};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new()
        .get("/experiments/{id}/export", Need::Export, export_form)
        .post("/experiments/{id}/export", Need::Export, export)
        .get("/help/export", Need::Read, help)
}

/// The address of a version's page, right after its export.
pub fn address_after_export(version: &ModelVersion) -> String {
    format!("/registry/{}/{}?exported", version.model_id, version.number)
}

/// The fields of the form as a browser without our code sends them.
#[derive(Debug, Deserialize)]
pub struct SentForm {
    #[serde(flatten)]
    form: ExportForm,
    /// Which button was pressed, if it was not *Export*.
    #[serde(default)]
    switch_to: Option<SwitchTo>,
}

/// The buttons that send the form only to get it back with the other tab open.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SwitchTo {
    NewModel,
    ExistingModel,
    /// The tab for an existing model, with the one whose name is taken.
    ModelOfThatName,
}

/// The form with what is suggested.
pub async fn export_form(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let id = experiment_id(&id)?;
    actor.require_export("exporting a model")?;
    let opened = open(&services, &actor, id).await?;
    let form = opened.preview.form.clone();
    Ok(form_page(opened, form, None))
}

/// Exports and goes to the new version; an error shows the form again, with everything that was typed.
pub async fn export(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(sent): Form<SentForm>,
) -> Result<Response, Failure> {
    let id = experiment_id(&id)?;
    actor.require_export("exporting a model")?;
    if let Some(switch_to) = sent.switch_to {
        let opened = open(&services, &actor, id).await?;
        let form = switched(sent.form, switch_to, &opened.context);
        return Ok(form_page(opened, form, None).into_response());
    }
    match operations::export_form(&services.database, &actor, id, &sent.form).await {
        Ok(exported) => Ok(Redirect::to(&address_after_export(&exported.version)).into_response()),
        Err(failure) => {
            let error = failure.into_shown();
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let opened = open(&services, &actor, id).await?;
            Ok(form_page(opened, sent.form, Some(error)).with_status(status).into_response())
        }
    }
}

fn experiment_id(text: &str) -> Result<ExperimentId, AppError> {
    text.parse().map_err(|_| AppError::not_found("experiment"))
}

fn switched(mut form: ExportForm, switch_to: SwitchTo, context: &ExportFormContext) -> ExportForm {
    form.target = match switch_to {
        SwitchTo::NewModel => ExportTarget::NewModel,
        SwitchTo::ExistingModel | SwitchTo::ModelOfThatName => ExportTarget::ExistingModel,
    };
    if matches!(switch_to, SwitchTo::ModelOfThatName) {
        form.existing_model = form.model_name.clone();
    }
    if form.existing_version_name.trim().is_empty() {
        let key = name_key(&form.existing_model);
        let chosen = context.models.iter().find(|model| name_key(&model.name) == key);
        form.existing_version_name = chosen.map(|model| model.next_version_name.clone()).unwrap_or_default();
    }
    form
}

struct Opened {
    experiment: Experiment,
    preview: ExportPreview,
    context: ExportFormContext,
}

async fn open(services: &Services, actor: &Actor, id: ExperimentId) -> Result<Opened, Failure> {
    let experiment = experiment::operations::find(&services.database, actor, id).await?;
    let preview = operations::preview_of(services, actor, &experiment).await?;
    let context = operations::form_context(&services.database, actor, &experiment).await?;
    Ok(Opened { experiment, preview, context })
}

fn form_page(opened: Opened, form: ExportForm, error: Option<AppError>) -> Page {
    let Opened { experiment, preview, context } = opened;
    let summary = experiment.summary;
    Page::new("/", format!("Export {}", summary.name), move || {
        let above = vec![
            Crumb::new("Projects", "/"),
            Crumb::new(summary.project_name, format!("/projects/{}", summary.project_id)),
            Crumb::new(summary.name.clone(), format!("/experiments/{}", summary.id)),
        ];
        view! {
            <header class="page-header">
                <Breadcrumb above here="Export".to_owned() />
                <div class="page-title"><h1>"Export as a Model"</h1></div>
                <p class="page-lead">"From the experiment " <strong><bdi>{summary.name.clone()}</bdi></strong> " into the Private Registry."</p>
            </header>
            <ExportPageForm experiment_id=context.experiment_id project_id=context.project_id form models=context.models error>
                <WillBeExported preview is_on_page=true />
            </ExportPageForm>
        }
    })
}

/// What the modal shows; none for those who may not export.
pub type ExportModal = Option<(ExportPreview, ExportFormContext)>;

/// What [`ExportAction`] needs to know.
pub async fn export_modal(services: &Services, actor: &Actor, experiment: &Experiment) -> Result<ExportModal, Failure> {
    if !actor.may_write() {
        return Ok(None);
    }
    let preview = operations::preview_of(services, actor, experiment).await?;
    Ok(Some((preview, operations::form_context(&services.database, actor, experiment).await?)))
}

/// The button and its modal, for the experiment page; those who may not export see why (R6, D10).
#[component]
pub fn ExportAction(
    /// The experiment's name.
    experiment_name: String,
    /// What the modal shows.
    modal: ExportModal,
) -> impl IntoView {
    match modal {
        Some((preview, context)) => {
            let ExportFormContext { experiment_id, project_id, models } = context;
            view! {
                <ExportDialog experiment_id experiment_name project_id form=preview.form.clone() models>
                    <WillBeExported preview is_on_page=false />
                </ExportDialog>
            }
            .into_any()
        }
        None => view! {
            <div class="action">
                <button class="button primary" type="button" aria-disabled="true" aria-describedby="why-not-export">
                    <Icon name="export" />
                    "Export as a Model"
                </button>
                <p class="action-reason" id="why-not-export">"You are a viewer. Ask an owner for the editor role to export."</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn WillBeExported(preview: ExportPreview, is_on_page: bool) -> impl IntoView {
    let items = preview.items.into_iter().map(|item| {
        view! {
            <li class=item.is_empty.then_some("absent")>
                <Icon name=if item.is_empty { "absent" } else { "check" } />
                <span>{item.label}</span>
                <span>{item.summary}</span>
            </li>
        }
    });
    let heading = if is_on_page {
        view! { <h2 id="will-be-exported">"Will be exported"</h2> }.into_any()
    } else {
        view! { <h3 id="will-be-exported">"Will be exported"</h3> }.into_any()
    };
    let warnings =
        preview.warnings.into_iter().map(|warning| view! { <Notice kind="warning"><p>{warning}</p></Notice> });
    let before = (!preview.exported_as.is_empty()).then(|| {
        view! { <Notice kind="info"><p>"Exported before as " {preview.exported_as.join(", ")} "."</p></Notice> }
    });
    view! {
        <section class="manifest" aria-labelledby="will-be-exported">
            {heading}
            <ul>{items.collect_view()}</ul>
        </section>
        {before}
        {warnings.collect_view()}
    }
}

/// What each item of a version is, and what it is for (R22).
pub async fn help() -> Page {
    const ITEMS: [(&str, &str); 8] = [
        (
            "Model files",
            "Every artifact of the experiment, under the same name and with the same bytes. They are copies: deleting or replacing an \
             artifact afterwards, or the whole experiment, leaves the version's files as they are. Nothing is sent again, so size does not matter.",
        ),
        (
            "Label map",
            "From class index to label, in order. It begins with the labels of the dataset versions when the experiment is created. \
             It can be edited on the version later; a model whose labels no longer match what it learned gives wrong answers.",
        ),
        (
            "Parameters",
            "The values that the training ran with. They stay on the version, and prefill an experiment that takes the version as its base.",
        ),
        (
            "Docker image",
            "The image that the training ran in, with its flags and the names of its variables, so that it can be run again.",
        ),
        (
            "Source experiment",
            "The way back. It cannot be removed or changed by anybody; if the experiment is deleted, what it was at the export stays readable.",
        ),
        (
            "Dataset versions",
            "What the training used, each under its alias. Detaching one from the experiment later does not change the version.",
        ),
        ("Summary metrics", "Last, lowest and highest value of every metric at the moment of the export."),
        ("Base architecture", "The model version that the experiment started from, if there was one."),
    ];
    Page::new("", "What is exported", || {
        let items = ITEMS.map(|(name, about)| view! { <div><dt>{name}</dt><dd>{about}</dd></div> });
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"What is exported"</h1></div>
                <p class="page-lead">
                    "An export turns an experiment into a version of a model in the Private Registry. The version inherits what is listed here; \
                     what the experiment lacks is simply empty."
                </p>
            </header>
            <section class="card"><dl class="details">{items}</dl></section>
        }
    })
}
