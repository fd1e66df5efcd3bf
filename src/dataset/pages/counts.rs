//! How many objects of each label a dataset version has, and in which groups the labels are.

use super::{
    above_version,
    counts_form::{CountsForm, Row},
    read_id, version_address,
};
use crate::{
    dataset::{DatasetLabel, DatasetVersion, LabelGroup, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, FieldError, FormError, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, TableBox},
    },
    vocabulary::Actor,
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

async fn open(
    services: &Services,
    actor: &Actor,
    (dataset, name): &(String, String),
) -> Result<(DatasetVersion, Vec<DatasetLabel>, Vec<LabelGroup>), Failure> {
    let version = operations::find_version_by_name(&services.database, actor, read_id(dataset)?, name).await?;
    let labels = operations::list_labels(&services.database, actor, version.id).await?;
    let groups = operations::list_label_groups(&services.database, actor, version.id).await?;
    Ok((version, labels, groups))
}

/// The form, with the labels as they are.
pub async fn edit_counts(
    State(services): State<Services>,
    actor: Actor,
    Path(path): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("changing a dataset version")?;
    let (version, labels, groups) = open(&services, &actor, &path).await?;
    let form = CountsForm::of(&labels, &groups, version.updated_at);
    Ok(form_page(version, groups, form, None))
}

/// Saves; what is wrong is said beside the fields.
pub async fn save_counts(
    State(services): State<Services>,
    actor: Actor,
    Path(path): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    actor.require_write("changing a dataset version")?;
    let (version, _, groups) = open(&services, &actor, &path).await?;
    let form = CountsForm::read(fields);
    let saved = match form.checked(&groups) {
        Ok(change) => operations::change_version(&services.database, &actor, version.id, change).await,
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(saved) => {
            let location = format!("{}#labels", version_address(saved.dataset_id, &saved.name));
            Ok(Done::at(location, "Saved.").into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let (version, _, groups) = open(&services, &actor, &path).await?;
            Ok(form_page(version, groups, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(version: DatasetVersion, groups: Vec<LabelGroup>, mut form: CountsForm, error: Option<AppError>) -> Page {
    form.based_on = version.updated_at.to_string();
    Page::new("/datasets", format!("Counts of {} › {}", version.dataset_name, version.name), move || {
        let address = version_address(version.dataset_id, &version.name);
        let options: Vec<_> = groups.into_iter().map(|group| view! { <option value=group.name></option> }).collect();
        let fields = match form.table {
            Some(table) => {
                let message = error.as_ref().and_then(|error| error.message_for("table")).map(str::to_owned);
                view! { <Field name="table" label="Labels" value=table error=message lines=20 hint="One line per label: label, count and group with tabs between them, as a spreadsheet copies them." /> }.into_any()
            }
            None => view! { <Rows rows=form.rows error=error.clone() /> }.into_any(),
        };
        view! {
            <header class="page-header">
                <Breadcrumb above=above_version(&version) here="Counts".to_owned() />
                <div class="page-title"><h1>"Counts and groups of labels"</h1></div>
                <p class="page-lead">"How many objects or items of each label the version has. An export keeps the counts as they are then."</p>
            </header>
            <form class="card form" method="post" action=format!("{address}/counts")>
                <FormError error=error.clone() />
                <input type="hidden" name="based_on" value=form.based_on />
                {fields}
                <datalist id="groups">{options}</datalist>
                <div class="row">
                    <button class="button primary" type="submit">"Save"</button>
                    <a class="button" href=address.clone()>"Cancel"</a>
                    <a href=format!("{address}/groups")>"Make and rename groups"</a>
                </div>
            </form>
        }
    })
}

#[component]
fn Rows(rows: Vec<Row>, error: Option<AppError>) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            let Row { label, count, group } = row;
            view! {
                <tr>
                    <td class="num">{index}</td>
                    <th scope="row"><bdi>{label.clone()}</bdi><input type="hidden" name="label" value=label.clone() /></th>
                    <td><Cell name="count" index value=count label=format!("Objects of {label}") error=error.clone() /></td>
                    <td><Cell name="group" index value=group label=format!("Group of {label}") error=error.clone() /></td>
                </tr>
            }
        })
        .collect();
    view! {
        <TableBox label="Counts table".to_owned()>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" class="num">"Class"</th>
                        <th scope="col">"Label"</th>
                        <th scope="col">"Objects"</th>
                        <th scope="col">"Group"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
}

#[component]
fn Cell(
    /// `count` or `group`.
    name: &'static str,
    index: usize,
    value: String,
    label: String,
    error: Option<AppError>,
) -> impl IntoView {
    let id = format!("{name}-{index}");
    let message = error.as_ref().and_then(|error| error.message_for(&id)).map(str::to_owned);
    let error_id = format!("{id}-error");
    let is_count = name == "count";
    view! {
        <input
            class="input"
            id=id
            name=name
            value=value
            aria-label=label
            autocomplete="off"
            inputmode=is_count.then_some("numeric")
            list=(!is_count).then_some("groups")
            aria-invalid=message.as_ref().map(|_| "true")
            aria-describedby=message.as_ref().map(|_| error_id.clone())
        />
        {message.map(|message| view! { <FieldError id=error_id message /> })}
    }
}
