//! Name, description and tags of a dataset.

use super::{checked_tags, read_id};
use crate::{
    dataset::{Dataset, DatasetChange, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, Meanwhile, NameAndDescription, NamedForm, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::Actor,
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
pub struct DatasetForm {
    name: String,
    description: String,
    based_on: String,
    tags: String,
}

impl DatasetForm {
    fn named(&self) -> NamedForm {
        NamedForm { name: self.name.clone(), description: self.description.clone(), based_on: self.based_on.clone() }
    }

    fn checked(&self) -> Result<DatasetChange, AppError> {
        let mut errors = FieldErrors::default();
        let named = self.named();
        let texts = named.checked().map_err(|error| errors.extend(error)).ok();
        match (texts, checked_tags(&mut errors, &self.tags)) {
            (Some((name, description)), Some(tags)) => Ok(DatasetChange {
                name: Some(name),
                description: Some(description),
                tags: Some(tags),
                based_on: named.based_on(),
            }),
            _ => Err(errors.into_error()),
        }
    }
}

/// The form, with the dataset as it is.
pub async fn edit_dataset(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("changing a dataset")?;
    let dataset = operations::find(&services.database, &actor, read_id(&id)?).await?.dataset;
    let form = DatasetForm {
        name: dataset.name.clone(),
        description: dataset.description.clone(),
        based_on: dataset.updated_at.to_string(),
        tags: dataset.tags.as_list(),
    };
    Ok(form_page(dataset, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_dataset(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<DatasetForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing a dataset")?;
    let id = read_id(&id)?;
    let saved = match form.checked() {
        Ok(change) => operations::change(&services.database, &actor, id, change).await,
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(dataset) => Ok(Done::at(format!("/datasets/{}", dataset.id), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let now = operations::find(&services.database, &actor, id).await?.dataset;
            Ok(form_page(now, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(dataset: Dataset, mut form: DatasetForm, error: Option<AppError>) -> Page {
    let updated_at = dataset.updated_at.to_string();
    let meanwhile = (form.based_on != updated_at).then(|| {
        let facts = vec![
            ("Name", dataset.name.clone()),
            ("Description", dataset.description.clone()),
            ("Tags", dataset.tags.as_list()),
        ];
        view! { <Meanwhile facts /> }.into_any()
    });
    form.based_on = updated_at;
    Page::new("/datasets", format!("Edit {}", dataset.name), move || {
        let address = format!("/datasets/{}", dataset.id);
        let action = format!("{address}/edit");
        let above = vec![Crumb::new("Datasets", "/datasets"), Crumb::new(dataset.name, address.clone())];
        let wrong_tags = error.as_ref().and_then(|error| error.message_for("tags")).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit dataset"</h1></div>
            </header>
            <form class="card form" method="post" action=action>
                <FormError error=error.clone() />
                {meanwhile}
                <NameAndDescription form=form.named() error />
                <Field name="tags" label="Tags" value=form.tags error=wrong_tags hint="With commas between them." />
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
        }
    })
}
