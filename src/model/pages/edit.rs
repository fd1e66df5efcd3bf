//! Text, type, framework and tags of a version.

use super::{find_version, version_address};
use crate::{
    error::{AppError, Failure},
    model::{ModelVersion, ModelVersionChange, operations},
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
pub struct VersionForm {
    name: String,
    description: String,
    based_on: String,
    inference_type: String,
    framework: String,
    tags: String,
    notes: String,
}

impl VersionForm {
    fn of(version: &ModelVersion) -> Self {
        Self {
            name: version.name.clone(),
            description: version.description.clone(),
            based_on: version.updated_at.to_string(),
            inference_type: version.inference_type.clone().unwrap_or_default(),
            framework: version.framework.clone().unwrap_or_default(),
            tags: version.tags.as_list(),
            notes: version.notes.clone(),
        }
    }

    fn named(&self) -> NamedForm {
        NamedForm { name: self.name.clone(), description: self.description.clone(), based_on: self.based_on.clone() }
    }

    fn checked(&self) -> Result<ModelVersionChange, AppError> {
        let mut errors = FieldErrors::default();
        let named = self.named();
        let texts = named.checked().map_err(|error| errors.extend(error)).ok();
        let notes = errors.take("notes", Description::parse(&self.notes));
        let tags =
            Tags::parse_list(&self.tags).map_err(|error| errors.add("tags", format!("Check the tags: {error}."))).ok();
        match (texts, notes, tags) {
            (Some((name, description)), Some(notes), Some(tags)) => Ok(ModelVersionChange {
                name: Some(name),
                description: Some(description),
                notes: Some(notes),
                inference_type: Some(self.inference_type.clone()),
                framework: Some(self.framework.clone()),
                tags: Some(tags),
                based_on: named.based_on(),
                ..ModelVersionChange::default()
            }),
            _ => Err(errors.into_error()),
        }
    }
}

/// The form, with the version as it is.
pub async fn edit_version(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("changing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let form = VersionForm::of(&version);
    Ok(form_page(version, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_version(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Form(form): Form<VersionForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing a model version")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let saved = match form.checked() {
        Ok(change) => operations::life::change(&services.database, &actor, version.id, change).await,
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(saved) => Ok(Done::at(version_address(saved.model_id, saved.number), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let version = operations::find_version(&services.database, &actor, version.id).await?;
            Ok(form_page(version, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(version: ModelVersion, mut form: VersionForm, error: Option<AppError>) -> Page {
    let now = VersionForm::of(&version);
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
    Page::new("/registry", format!("Edit {} › {}", version.model_name, version.name), move || {
        let address = version_address(version.model_id, version.number);
        let action = format!("{address}/edit");
        let above = vec![
            Crumb::new("Private registry", "/registry"),
            Crumb::new(version.model_name, format!("/registry/{}", version.model_id)),
            Crumb::new(version.name, address.clone()),
        ];
        let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit model version"</h1></div>
                <p class="page-lead">"Number, source experiment and dataset versions never change; the label map has an editor of its own."</p>
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
                <Field name="notes" label="Notes" value=form.notes.clone() error=message("notes") lines=8 hint="Markdown: what one should know before using this version." />
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
        }
    })
}
