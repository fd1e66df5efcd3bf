//! A version that does not come from an experiment (R24): what is known about it; its files are added on its page.

use super::{typed, version_address};
use crate::{
    error::{AppError, Failure},
    model::{NewImportedVersion, NewModelWithVersion, operations},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, NameAndDescription, NamedForm, shown_on_form},
        label_rows::lines,
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{Actor, Description, LabelMap, Name},
};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The form as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ImportForm {
    model: String,
    name: String,
    description: String,
    inference_type: String,
    framework: String,
    labels: String,
    parameters: String,
    image: String,
    notebook_url: String,
}

impl ImportForm {
    fn checked(&self) -> Result<(Name, NewImportedVersion), AppError> {
        let mut errors = FieldErrors::default();
        let model = errors.take("model", Name::parse(&self.model));
        let name = errors.take("name", Name::parse(&self.name));
        let description = errors.take("description", Description::parse(&self.description));
        let labels = LabelMap::parse_with_gaps(lines(&self.labels))
            .map_err(|error| errors.add("labels", format!("The labels cannot be used: {error}.")))
            .ok();
        let parameters = typed::parameters(&self.parameters).map_err(|error| errors.add("parameters", error)).ok();
        let image = typed::image(&self.image, None).map_err(|error| errors.add("image", error)).ok();
        match (model, name, description, labels, parameters, image) {
            (Some(model), Some(name), Some(description), Some(labels), Some(parameters), Some(docker_image)) => {
                let version = NewImportedVersion {
                    name,
                    description,
                    inference_type: self.inference_type.clone(),
                    framework: self.framework.clone(),
                    labels: labels.labels().to_vec(),
                    parameters,
                    docker_image,
                    notebook_url: Some(self.notebook_url.clone()),
                };
                Ok((model, version))
            }
            _ => Err(errors.into_error()),
        }
    }
}

/// Where the form begins.
#[derive(Debug, Default, Deserialize)]
pub struct ImportQuery {
    /// The name of the model that gets another version.
    #[serde(default)]
    model: String,
}

/// The form.
pub async fn new_version(actor: Actor, Query(query): Query<ImportQuery>) -> Result<Page, Failure> {
    actor.require_write("creating a model version")?;
    Ok(form_page(ImportForm { model: query.model, ..ImportForm::default() }, None))
}

/// Creates the version, in the model of that name or in a new one; what is wrong is said beside the fields.
pub async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<ImportForm>,
) -> Result<Response, Failure> {
    actor.require_write("creating a model version")?;
    let created = match form.checked() {
        Ok((model, version)) => create(&services, &actor, model, version).await,
        Err(error) => Err(error.into()),
    };
    match created {
        Ok(location) => Ok(Done::at(location, "The version is created. Add its files below.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn create(
    services: &Services,
    actor: &Actor,
    model: Name,
    version: NewImportedVersion,
) -> Result<String, Failure> {
    let database = &services.database;
    let created = match operations::find_by_name(database, actor, &model).await? {
        Some(id) => operations::create::version(database, actor, id, version).await?,
        None => {
            let new = NewModelWithVersion { name: model, description: Description::default(), version };
            operations::create::model(database, actor, new).await?
        }
    };
    Ok(format!("{}#files", version_address(created.model_id, created.number)))
}

fn form_page(form: ImportForm, error: Option<AppError>) -> Page {
    Page::new("/registry", "New model version", move || {
        let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
        let named =
            NamedForm { name: form.name.clone(), description: form.description.clone(), ..NamedForm::default() };
        view! {
            <header class="page-header">
                <Breadcrumb above=vec![Crumb::new("Private registry", "/registry")] here="New version".to_owned() />
                <div class="page-title"><h1>"New model version"</h1></div>
                <p class="page-lead">"For a model that was trained elsewhere: it will have no source experiment. To keep the link to a training, export its experiment instead."</p>
            </header>
            <form class="card form" method="post" action="/registry/new">
                <FormError error=error.clone() />
                <Field name="model" label="Model" value=form.model.clone() error=message("model") hint="The name of a model of the registry, or of a new one." is_required=true />
                <NameAndDescription form=named error=error.clone() />
                <div class="columns even">
                    <Field name="inference_type" label="Type" value=form.inference_type.clone() error=message("inference_type") hint="Such as classification or object detection." />
                    <Field name="framework" label="Framework" value=form.framework.clone() error=message("framework") hint="Such as ONNX or PyTorch." />
                </div>
                <Field name="labels" label="Label map" value=form.labels.clone() error=message("labels") lines=4 hint="One label per line. The first line is class 0." />
                <Field name="parameters" label="Parameters" value=form.parameters.clone() error=message("parameters") lines=4 hint="As JSON, such as {\"lr\": 0.001, \"epochs\": 30}." />
                <Field name="image" label="Docker image" value=form.image.clone() error=message("image") hint="Such as ghcr.io/team/serve:1.4." />
                <Field name="notebook_url" label="Notebook" value=form.notebook_url.clone() error=message("notebook_url") hint="The address of a notebook about it, beginning with https://." />
                <div class="row">
                    <button class="button primary" type="submit">"Create version"</button>
                    <a class="button" href="/registry">"Cancel"</a>
                </div>
            </form>
        }
    })
}
