//! Text, type, framework, tags and notebook of a version; while it is open, parameters and docker image, too.

use super::{find_version, typed, version_address};
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
    notebook_url: String,
    /// Not there when the version is sealed.
    image: Option<String>,
    /// JSON; not there when the version is sealed.
    parameters: Option<String>,
}

impl VersionForm {
    fn of(version: &ModelVersion) -> Self {
        let is_open = version.sealed_at.is_none();
        let image = version.docker_image.as_ref();
        Self {
            name: version.name.clone(),
            description: version.description.clone(),
            based_on: version.updated_at.to_string(),
            inference_type: version.inference_type.clone().unwrap_or_default(),
            framework: version.framework.clone().unwrap_or_default(),
            tags: version.tags.as_list(),
            notes: version.notes.clone(),
            notebook_url: version.notebook_url.clone().unwrap_or_default(),
            image: is_open.then(|| image.map(|image| image.reference.clone()).unwrap_or_default()),
            parameters: is_open.then(|| serde_json::to_string_pretty(&version.parameters).unwrap_or_default()),
        }
    }

    fn named(&self) -> NamedForm {
        NamedForm { name: self.name.clone(), description: self.description.clone(), based_on: self.based_on.clone() }
    }

    fn checked(&self, version: &ModelVersion) -> Result<ModelVersionChange, AppError> {
        let mut errors = FieldErrors::default();
        let named = self.named();
        let texts = named.checked().map_err(|error| errors.extend(error)).ok();
        let notes = errors.take("notes", Description::parse(&self.notes));
        let tags =
            Tags::parse_list(&self.tags).map_err(|error| errors.add("tags", format!("Check the tags: {error}."))).ok();
        let parameters = self.parameters.as_deref().map(typed::parameters).transpose();
        let parameters = parameters.map_err(|error| errors.add("parameters", error)).ok();
        let image = typed::image(self.image.as_deref().unwrap_or_default(), version.docker_image.as_ref());
        let image = image.map_err(|error| errors.add("image", error)).ok();
        match (texts, notes, tags, parameters, image) {
            (Some((name, description)), Some(notes), Some(tags), Some(parameters), Some(image)) => {
                Ok(ModelVersionChange {
                    name: Some(name),
                    description: Some(description),
                    notes: Some(notes),
                    inference_type: Some(self.inference_type.clone()),
                    framework: Some(self.framework.clone()),
                    tags: Some(tags),
                    parameters: parameters.filter(|parameters| *parameters != version.parameters),
                    docker_image: image.filter(|image| Some(image) != version.docker_image.as_ref()),
                    notebook_url: Some(self.notebook_url.clone()),
                    based_on: named.based_on(),
                })
            }
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
    let saved = match form.checked(&version) {
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
            ("Notebook", now.notebook_url),
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
        let image = form.image.clone().map(|value| {
            let error = message("image").or_else(|| message("docker_image"));
            view! { <Field name="image" label="Docker image" value error hint="Such as ghcr.io/team/serve:1.4. Another one is run with the same flags." /> }
        });
        let parameters = form.parameters.clone().map(|value| {
            view! { <Field name="parameters" label="Parameters" value error=message("parameters") lines=6 hint="As JSON. Fixed, like the docker image, once the version is sealed." /> }
        });
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
                <Field name="notebook_url" label="Notebook" value=form.notebook_url.clone() error=message("notebook_url") hint="The address of a notebook about it, beginning with https://." />
                {image}
                {parameters}
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
        }
    })
}
