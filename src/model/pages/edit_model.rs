//! Name, description, tags and notes of a model; and what ends its life.

use super::read_model_id;
use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{Model, ModelChange, operations},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, Meanwhile, NameAndDescription, NamedForm, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
        sections::Card,
    },
    vocabulary::{Actor, Description, quantity::counted, tags::Tags},
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
#[derive(Debug, Deserialize)]
pub struct ManageForm {
    action: String,
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
    let done = match form.action.as_str() {
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
        "delete" => operations::models::delete(database, &actor, id)
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

fn manage_page(model: Model, is_owner: bool, refused: Option<(AppError, ManageForm)>) -> Page {
    Page::new("/registry", format!("Manage {}", model.name), move || {
        let action = format!("/registry/{}/manage", model.id);
        let (error, typed) = match refused {
            Some((error, form)) => (Some(error), (form.alias, form.number)),
            None => (None, Default::default()),
        };
        view! {
            <header class="page-header">
                <Breadcrumb above=above(&model) here="Manage".to_owned() />
                <div class="page-title"><h1>"Manage model"</h1></div>
            </header>
            <FormError error />
            <Aliases model=model.clone() typed action=action.clone() />
            <Archive model=model.clone() action=action.clone() />
            <Delete model is_owner action />
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

#[component]
fn Archive(model: Model, action: String) -> impl IntoView {
    let (title, words, value) = match model.archived_at {
        Some(_) => ("Restore", "It appears again in lists and in the picker of the export.", "restore"),
        None => (
            "Archive",
            "It disappears from lists and from the picker of the export. Its page and its versions stay, and it can be restored.",
            "archive",
        ),
    };
    view! {
        <Card id="archive" title=title>
            <div class="stack">
                <p>{words}</p>
                <form method="post" action=action><button class="button" type="submit" name="action" value=value>{title}</button></form>
            </div>
        </Card>
    }
}

#[component]
fn Delete(model: Model, is_owner: bool, action: String) -> impl IntoView {
    let content = match (model.version_count, is_owner) {
        (0, true) => view! {
            <p>"The model has no versions. Its name becomes free."</p>
            <form method="post" action=action><button class="button danger" type="submit" name="action" value="delete">"Delete for good"</button></form>
        }
        .into_any(),
        (0, false) => view! { <p>"Only owners may delete a model."</p> }.into_any(),
        (count, _) => {
            let versions = counted(usize::try_from(count).unwrap_or_default(), "version");
            view! { <p>{format!("It cannot be deleted: it has {versions}. Delete these first, or archive the model.")}</p> }.into_any()
        }
    };
    view! { <Card id="delete" title="Delete"><div class="stack">{content}</div></Card> }
}
