//! The groups of labels of a dataset version.

use super::{above_version, read_id, version_address};
use crate::{
    dataset::{DatasetVersion, LabelGroup, LabelGroupChange, NewLabelGroup, operations},
    error::{AppError, ErrorKind, Failure},
    services::Services,
    ui::{
        form::{Field, FieldErrors, FormError, shown_on_form},
        page::{Done, Page},
        parts::Breadcrumb,
        sections::{Card, Nothing},
    },
    vocabulary::{Actor, LabelGroupId, Name, name::name_key},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The form of one group as it was typed; without an id, of a new one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GroupForm {
    id: String,
    name: String,
    /// The name of the group that it is in.
    parent: String,
    action: String,
}

async fn open(
    services: &Services,
    actor: &Actor,
    (dataset, name): &(String, String),
) -> Result<(DatasetVersion, Vec<LabelGroup>), Failure> {
    let version = operations::find_version_by_name(&services.database, actor, read_id(dataset)?, name).await?;
    let groups = operations::list_label_groups(&services.database, actor, version.id).await?;
    Ok((version, groups))
}

/// All groups, and a form for a new one.
pub async fn groups(
    State(services): State<Services>,
    actor: Actor,
    Path(path): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("changing groups of labels")?;
    let (version, groups) = open(&services, &actor, &path).await?;
    Ok(page(version, groups, GroupForm::default(), None))
}

/// Does what the button says; what is wrong is said beside the fields.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(path): Path<(String, String)>,
    Form(form): Form<GroupForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing groups of labels")?;
    let (version, groups) = open(&services, &actor, &path).await?;
    match done(&services, &actor, &version, &groups, &form).await {
        Ok(message) => {
            let location = format!("{}/groups", version_address(version.dataset_id, &version.name));
            Ok(Done::at(location, message).into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let (version, groups) = open(&services, &actor, &path).await?;
            Ok(page(version, groups, form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(
    services: &Services,
    actor: &Actor,
    version: &DatasetVersion,
    groups: &[LabelGroup],
    form: &GroupForm,
) -> Result<&'static str, Failure> {
    let database = &services.database;
    match form.action.as_str() {
        "add" => {
            let (name, parent_id) = form.checked(groups)?;
            operations::add_label_group(database, actor, version.id, NewLabelGroup { name, parent_id }).await?;
            Ok("The group is made.")
        }
        "save" => {
            let (name, parent_id) = form.checked(groups)?;
            let change = LabelGroupChange { name: Some(name), parent_id: Some(parent_id) };
            operations::change_label_group(database, actor, form.group()?, change).await?;
            Ok("Saved.")
        }
        "delete" => {
            operations::delete_label_group(database, actor, form.group()?).await?;
            Ok("The group is deleted.")
        }
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    }
}

impl GroupForm {
    fn of(group: &LabelGroup, groups: &[LabelGroup]) -> Self {
        let parent = groups.iter().find(|other| Some(other.id) == group.parent_id);
        Self {
            id: group.id.to_string(),
            name: group.name.clone(),
            parent: parent.map(|parent| parent.name.clone()).unwrap_or_default(),
            action: String::new(),
        }
    }

    fn group(&self) -> Result<LabelGroupId, AppError> {
        self.id.parse().map_err(|_| AppError::not_found("group of labels"))
    }

    fn checked(&self, groups: &[LabelGroup]) -> Result<(Name, Option<LabelGroupId>), AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::parse(&self.name));
        let key = name_key(&self.parent);
        let parent = groups.iter().find(|group| name_key(&group.name) == key).map(|group| group.id);
        if parent.is_none() && !key.is_empty() {
            errors.add("parent_id", "There is no such group.");
        }
        name.filter(|_| errors.is_empty()).map(|name| (name, parent)).ok_or_else(|| errors.into_error())
    }
}

fn page(version: DatasetVersion, groups: Vec<LabelGroup>, typed: GroupForm, error: Option<AppError>) -> Page {
    Page::new("/datasets", format!("Groups of {} › {}", version.dataset_name, version.name), move || {
        let address = version_address(version.dataset_id, &version.name);
        let action = format!("{address}/groups");
        let form_of = |form: GroupForm| {
            let is_typed = error.is_some() && form.id == typed.id;
            let (form, error) = if is_typed { (typed.clone(), error.clone()) } else { (form, None) };
            view! { <GroupFields form error action=action.clone() /> }
        };
        let existing: Vec<_> =
            groups.iter().map(|group| view! { <li>{form_of(GroupForm::of(group, &groups))}</li> }).collect();
        let list = match existing.is_empty() {
            true => view! { <Nothing title="No groups"><p>"Groups sort the labels, such as animals and vehicles; a group may be in another one."</p></Nothing> }.into_any(),
            false => view! { <ul class="stack">{existing}</ul> }.into_any(),
        };
        let new = form_of(GroupForm::default());
        let options: Vec<_> = groups.iter().map(|group| view! { <option value=group.name.clone()></option> }).collect();
        view! {
            <header class="page-header">
                <Breadcrumb above=above_version(&version) here="Groups".to_owned() />
                <div class="page-title"><h1>"Groups of labels"</h1></div>
                <p class="page-lead">"Which label is in which group is said "<a href=format!("{address}/counts")>"beside its count"</a>"."</p>
            </header>
            <Card id="all-groups" title="Groups">{list}</Card>
            <Card id="new-group" title="New group">{new}</Card>
            <datalist id="groups">{options}</datalist>
        }
    })
}

#[component]
fn GroupFields(form: GroupForm, error: Option<AppError>, action: String) -> impl IntoView {
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let whole = error.clone().filter(|error| error.errors.is_empty());
    let is_new = form.id.is_empty();
    let of = if is_new { "new group".to_owned() } else { form.name.clone() };
    let prefix = if is_new { "new".to_owned() } else { form.id.clone() };
    let buttons = match is_new {
        true => view! { <button class="button primary" type="submit" name="action" value="add">"Make group"</button> }.into_any(),
        false => view! {
            <button class="button" type="submit" name="action" value="save">"Save"</button>
            <button class="button danger" type="submit" name="action" value="delete" aria-label=format!("Delete the group {of}")>"Delete"</button>
        }
        .into_any(),
    };
    view! {
        <form class="stack" method="post" action=action aria-label=format!("Group {of}")>
            <FormError error=whole />
            <input type="hidden" name="id" value=form.id />
            <div class="columns even">
                <Field id=format!("{prefix}-name") name="name" label="Name" value=form.name error=message("name") is_required=true />
                <Field id=format!("{prefix}-parent") name="parent" label="Inside of" value=form.parent error=message("parent_id") list="groups" />
            </div>
            <div class="row">{buttons}</div>
        </form>
    }
}
