//! Name, description, tags and notes of a model; and what ends its life.

use super::read_model_id;
use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{Model, ModelChange, operations},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, Meanwhile, NameAndDescription, NamedForm, shown_on_form},
        life::{ArchiveCard, DeleteCard, LifeForm},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
        sections::Card,
    },
    vocabulary::{Actor, Description, ModelId, quantity::counted, tags::Tags},
};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The form as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ModelForm {
    name: String,
    description: String,
    based_on: String,
    tags: String,
    notes: String,
}

impl ModelForm {
    fn of(model: &Model) -> Self {
        Self {
            name: model.name.clone(),
            description: model.description.clone(),
            based_on: model.updated_at.to_string(),
            tags: model.tags.as_list(),
            notes: model.notes.clone(),
        }
    }

    fn named(&self) -> NamedForm {
        NamedForm { name: self.name.clone(), description: self.description.clone(), based_on: self.based_on.clone() }
    }

    fn checked(&self) -> Result<ModelChange, AppError> {
        let mut errors = FieldErrors::default();
        let named = self.named();
        let texts = named.checked().map_err(|error| errors.extend(error)).ok();
        let notes = errors.take("notes", Description::parse(&self.notes));
        let tags =
            Tags::parse_list(&self.tags).map_err(|error| errors.add("tags", format!("Check the tags: {error}."))).ok();
        match (texts, notes, tags) {
            (Some((name, description)), Some(notes), Some(tags)) => Ok(ModelChange {
                name: Some(name),
                description: Some(description),
                notes: Some(notes),
                tags: Some(tags),
                based_on: named.based_on(),
            }),
            _ => Err(errors.into_error()),
        }
    }
}

/// The form, with the model as it is.
pub async fn edit_model(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("changing a model")?;
    let model = operations::find(&services.database, &actor, read_model_id(&id)?).await?;
    let form = ModelForm::of(&model);
    Ok(form_page(model, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_model(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ModelForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing a model")?;
    let id = read_model_id(&id)?;
    let saved = match form.checked() {
        Ok(change) => operations::models::change(&services.database, &actor, id, change).await,
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(model) => Ok(Done::at(format!("/registry/{}", model.id), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let model = operations::find(&services.database, &actor, id).await?;
            Ok(form_page(model, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn above(model: &Model) -> Vec<Crumb> {
    vec![Crumb::new("Private registry", "/registry"), Crumb::new(model.name.clone(), format!("/registry/{}", model.id))]
}

fn form_page(model: Model, mut form: ModelForm, error: Option<AppError>) -> Page {
    let now = ModelForm::of(&model);
    let meanwhile = (form.based_on != now.based_on).then(|| {
        let facts =
            vec![("Name", now.name), ("Description", now.description), ("Tags", now.tags), ("Notes", now.notes)];
        view! { <Meanwhile facts /> }.into_any()
    });
    form.based_on = now.based_on;
    Page::new("/registry", format!("Edit {}", model.name), move || {
        let address = format!("/registry/{}", model.id);
        let action = format!("{address}/edit");
        let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above=above(&model) here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit model"</h1></div>
            </header>
            <form class="card form" method="post" action=action>
                <FormError error=error.clone() />
                {meanwhile}
                <NameAndDescription form=form.named() error=error.clone() />
                <Field name="tags" label="Tags" value=form.tags.clone() error=message("tags") hint="With commas between them." />
                <Field name="notes" label="Notes" value=form.notes.clone() error=message("notes") lines=8 hint="Markdown: what one should know about this model." />
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
        }
    })
}

/// What deleting a model means: it has no versions then.
const CONSEQUENCES: &str = "The model has no versions. Its name becomes free.";

/// What can be done with a model.
pub async fn manage_model(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    actor.require_write("managing a model")?;
    let model = operations::find(&services.database, &actor, read_model_id(&id)?).await?;
    Ok(manage_page(model, actor.is_owner(), None))
}

/// Which button was pressed.
#[derive(Debug, Default, Deserialize)]
pub struct ManageForm {
    #[serde(flatten)]
    life: LifeForm,
    #[serde(default)]
    alias: String,
    #[serde(default)]
    number: String,
}

/// Does what the button says.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ManageForm>,
) -> Result<Response, Failure> {
    actor.require_write("managing a model")?;
    let id = read_model_id(&id)?;
    let database = &services.database;
    let address = format!("/registry/{id}");
    let manage = format!("{address}/manage");
    let number = form.number.trim().parse::<i64>().unwrap_or_default();
    let done = match form.life.action.as_str() {
        "set_alias" => operations::aliases::set(database, &actor, id, &form.alias, number)
            .await
            .map(|_| (manage, format!("{} points to number {number}.", form.alias))),
        "remove_alias" => operations::aliases::remove(database, &actor, id, &form.alias)
            .await
            .map(|_| (manage, format!("{} is removed.", form.alias))),
        "archive" => operations::models::set_archived(database, &actor, id, true)
            .await
            .map(|_| (address, "The model is archived.".to_owned())),
        "restore" => operations::models::set_archived(database, &actor, id, false)
            .await
            .map(|_| (address, "The model is back.".to_owned())),
        "delete" => delete(&services, &actor, id, &form.life)
            .await
            .map(|()| ("/registry".to_owned(), "The model is deleted.".to_owned())),
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    };
    match done {
        Ok((location, message)) => Ok(Done::at(location, message).into_response()),
        Err(Failure::App(error))
            if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid | ErrorKind::NotFound) =>
        {
            let model = operations::find(database, &actor, id).await?;
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::CONFLICT);
            Ok(manage_page(model, actor.is_owner(), Some((error, form))).with_status(status).into_response())
        }
        Err(failure) => Err(failure),
    }
}

async fn delete(services: &Services, actor: &Actor, id: ModelId, form: &LifeForm) -> Result<(), Failure> {
    form.require_confirmed(&operations::find(&services.database, actor, id).await?.name)?;
    operations::models::delete(&services.database, actor, id).await
}

fn manage_page(model: Model, is_owner: bool, refused: Option<(AppError, ManageForm)>) -> Page {
    Page::new("/registry", format!("Manage {}", model.name), move || {
        let action = format!("/registry/{}/manage", model.id);
        let (error, form) = match refused {
            Some((error, form)) => (Some(error), form),
            None => (None, ManageForm::default()),
        };
        let (alias, typed) = ((form.alias, form.number), form.life);
        view! {
            <header class="page-header">
                <Breadcrumb above=above(&model) here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage model"</h1></div>
            </header>
            <FormError error=error.clone() />
            <Aliases model=model.clone() typed=alias action=action.clone() />
            <ArchiveCard
                is_archived=model.archived_at.is_some()
                effect="It disappears from lists and from the picker of the export. Its page and its versions stay, and it can be restored."
                way_back="It appears again in lists and in the picker of the export."
                action=action.clone()
            />
            <DeleteCard name=model.name.clone() obstacles=obstacles(&model, is_owner) consequences=CONSEQUENCES.to_owned() typed error action />
        }
    })
}

#[component]
fn Aliases(model: Model, typed: (String, String), action: String) -> impl IntoView {
    let rows: Vec<_> = model
        .aliases
        .into_iter()
        .map(|alias| {
            view! {
                <li>
                    <form class="row" method="post" action=action.clone()>
                        <span class="chip accent"><bdi>{alias.alias.clone()}</bdi></span>
                        <span>{format!("points to number {}", alias.number)}</span>
                        <input type="hidden" name="alias" value=alias.alias.clone() />
                        <button class="button small" type="submit" name="action" value="remove_alias">"Remove"<span class="visually-hidden">" "{alias.alias}</span></button>
                    </form>
                </li>
            }
        })
        .collect();
    let (alias, number) = typed;
    view! {
        <Card id="aliases" title="Aliases">
            <div class="stack">
                <p>"A name that always means one version, such as production. Scripts and addresses can use it instead of a number; setting it again moves it."</p>
                <ul class="stack plain">{rows}</ul>
                <form class="row" method="post" action=action>
                    <label for="alias">"Alias"</label>
                    <input class="input number" id="alias" name="alias" value=alias autocomplete="off" required />
                    <label for="number">"for number"</label>
                    <input class="input number" id="number" name="number" inputmode="numeric" value=number required />
                    <button class="button" type="submit" name="action" value="set_alias">"Set"</button>
                </form>
            </div>
        </Card>
    }
}

/// What stands against deleting it.
fn obstacles(model: &Model, is_owner: bool) -> Vec<String> {
    let mut obstacles = Vec::new();
    if model.version_count > 0 {
        let versions = counted(usize::try_from(model.version_count).unwrap_or_default(), "version");
        obstacles.push(format!("It has {versions}. Delete these first, or archive the model."));
    }
    if !is_owner {
        obstacles.push("Only owners may delete a model.".to_owned());
    }
    obstacles
}
