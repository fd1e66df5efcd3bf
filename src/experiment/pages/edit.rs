//! Name, description, type, framework, tags and notes of an experiment.

use super::{address, read_id};
use crate::{
    error::{AppError, Failure},
    experiment::{Experiment, ExperimentChange, operations},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, Meanwhile, NameAndDescription, NamedForm, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{Actor, Description, tags::Tags},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The form as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExperimentForm {
    name: String,
    description: String,
    based_on: String,
    inference_type: String,
    framework: String,
    tags: String,
    notes: String,
}

impl ExperimentForm {
    fn of(experiment: &Experiment) -> Self {
        let summary = &experiment.summary;
        Self {
            name: summary.name.clone(),
            description: summary.description.clone(),
            based_on: experiment.edited_at.to_string(),
            inference_type: summary.inference_type.clone().unwrap_or_default(),
            framework: summary.framework.clone().unwrap_or_default(),
            tags: experiment.tags.as_list(),
            notes: experiment.notes.clone(),
        }
    }

    fn named(&self) -> NamedForm {
        NamedForm { name: self.name.clone(), description: self.description.clone(), based_on: self.based_on.clone() }
    }

    fn checked(&self) -> Result<ExperimentChange, AppError> {
        let mut errors = FieldErrors::default();
        let named = self.named();
        let texts = named.checked().map_err(|error| errors.extend(error)).ok();
        let notes = errors.take("notes", Description::parse(&self.notes));
        let tags =
            Tags::parse_list(&self.tags).map_err(|error| errors.add("tags", format!("Check the tags: {error}."))).ok();
        match (texts, notes, tags) {
            (Some((name, description)), Some(notes), Some(tags)) => Ok(ExperimentChange {
                name: Some(name),
                description: Some(description),
                notes: Some(notes),
                tags: Some(tags),
                inference_type: Some(self.inference_type.clone()),
                framework: Some(self.framework.clone()),
                based_on: named.based_on(),
                ..ExperimentChange::default()
            }),
            _ => Err(errors.into_error()),
        }
    }
}

/// The form, with the experiment as it is.
pub async fn edit_experiment(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("changing an experiment")?;
    let experiment = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let form = ExperimentForm::of(&experiment);
    Ok(form_page(experiment, form, None))
}

/// Saves; what is wrong is said beside the fields, and so is what somebody else saved meanwhile.
pub async fn save_experiment(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ExperimentForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing an experiment")?;
    let id = read_id(&id)?;
    let saved = match form.checked() {
        Ok(change) => operations::change(&services.database, &actor, id, change).await,
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(_) => Ok(Done::at(address(id), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let now = operations::find(&services.database, &actor, id).await?;
            Ok(form_page(now, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(experiment: Experiment, mut form: ExperimentForm, error: Option<AppError>) -> Page {
    let now = ExperimentForm::of(&experiment);
    let meanwhile = (form.based_on != now.based_on).then(|| {
        let facts = vec![
            ("Name", now.name),
            ("Description", now.description),
            ("Type", now.inference_type),
            ("Framework", now.framework),
            ("Tags", now.tags),
            ("Notes", now.notes),
        ];
        view! { <Meanwhile facts /> }.into_any()
    });
    form.based_on = now.based_on;
    let summary = experiment.summary;
    Page::new("/", format!("Edit {}", summary.name), move || {
        let here = address(summary.id);
        let action = format!("{here}/edit");
        let above = vec![
            Crumb::new("Projects", "/"),
            Crumb::new(summary.project_name, format!("/projects/{}", summary.project_id)),
            Crumb::new(summary.name, here.clone()),
        ];
        let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit experiment"</h1></div>
                <p class="page-lead">"Model versions that were exported already keep the name under which they saw it."</p>
            </header>
            <form class="card form" method="post" action=action>
                <FormError error=error.clone() />
                {meanwhile}
                <NameAndDescription form=form.named() error=error.clone() />
                <div class="columns even">
                    <Field name="inference_type" label="Type" value=form.inference_type.clone() error=message("inference_type") hint="Such as classification or object detection." />
                    <Field name="framework" label="Framework" value=form.framework.clone() error=message("framework") hint="Such as ONNX or PyTorch." />
                </div>
                <Field name="tags" label="Tags" value=form.tags.clone() error=message("tags") hint="With commas between them." />
                <Field name="notes" label="Notes" value=form.notes.clone() error=message("notes") lines=8 hint="Markdown: what was tried, and what was learned." />
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=here>"Cancel"</a>
                </div>
            </form>
        }
    })
}
