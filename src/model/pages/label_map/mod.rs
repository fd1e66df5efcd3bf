//! The editor of a version's label map: edit, review what it means, then save (R30, R31).
//!
//! Every step is a form that the server reads and draws again, so nothing that was typed is lost on the way.

mod editor;
mod form;
mod review;
mod revisions;
mod section;

pub use section::Labels;

use super::{read_model_id, version_address};
use crate::{
    error::{AppError, ErrorKind, Failure},
    model::{LabelMapEdit, ModelVersion, VersionLabelMap, operations},
    services::Services,
    ui::{
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{
        Actor, LabelMap,
        label_map::formats::{LabelFormat, MAX_FILE_BYTES, read_labels, write_labels},
    },
};
use axum::{
    Form,
    extract::{Multipart, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use form::{Action, Draft};
use leptos::prelude::*;
use serde::Deserialize;

/// The largest form, in bytes: 10,000 labels of 200 characters, percent-encoded.
pub const MAX_FORM_BYTES: usize = 32 << 20;

const REVISIONS_SHOWN: u32 = 20;

/// A version, its label map, and its newest revisions.
#[derive(Clone)]
struct Opened {
    version: ModelVersion,
    label_map: VersionLabelMap,
    revisions: Vec<crate::model::LabelMapRevision>,
    may_write: bool,
}

async fn open(services: &Services, actor: &Actor, model: &str, number: &str) -> Result<Opened, Failure> {
    let database = &services.database;
    let number = number.parse().map_err(|_| AppError::not_found("model version"))?;
    let version = operations::find_version_by_number(database, actor, read_model_id(model)?, number).await?;
    let label_map = operations::label_map::find(database, actor, version.id).await?;
    let revisions = operations::label_map::list_revisions(database, actor, version.id, None, REVISIONS_SHOWN).await?;
    Ok(Opened { version, label_map, revisions: revisions.items, may_write: actor.may_write() })
}

fn address(version: &ModelVersion) -> String {
    format!("{}/label-map", version_address(version.model_id, version.number))
}

/// How the editor begins.
#[derive(Debug, Default, Deserialize)]
pub struct EditorQuery {
    /// `text` for one field with a label in each line.
    #[serde(default, rename = "as")]
    layout: String,
}

/// The editor, with the label map as it is.
pub async fn editor(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Query(query): Query<EditorQuery>,
) -> Result<Page, Failure> {
    let opened = open(&services, &actor, &model, &number).await?;
    let draft = Draft::of(&opened.label_map.current, query.layout == "text");
    Ok(editor_page(opened, draft, None))
}

/// What the editor was asked to do.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    actor.require_write("editing a label map")?;
    let opened = open(&services, &actor, &model, &number).await?;
    let (mut draft, action) = form::read(pairs);
    match action {
        Action::Save => save(&services, &actor, opened, draft).await,
        Action::Restore => {
            operations::label_map::restore_inherited(&services.database, &actor, opened.version.id).await?;
            Ok(Done::at(address(&opened.version), "Returned to the inherited label map.").into_response())
        }
        Action::Review => Ok(reviewed(opened, draft).into_response()),
        change => {
            draft.apply(change);
            Ok(editor_page(opened, draft, None).into_response())
        }
    }
}

/// The review, or the editor with what is wrong.
fn reviewed(opened: Opened, draft: Draft) -> Page {
    match LabelMap::parse_with_gaps(&draft.labels) {
        Ok(labels) => review_page(opened, draft, labels, None),
        Err(error) => editor_page(opened, draft, Some(error)).with_status(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

async fn save(services: &Services, actor: &Actor, opened: Opened, draft: Draft) -> Result<Response, Failure> {
    let labels = match LabelMap::parse_with_gaps(&draft.labels) {
        Ok(labels) => labels,
        Err(_) => return Ok(reviewed(opened, draft).into_response()),
    };
    // What was reviewed must be what is saved: otherwise the review comes first.
    if !draft.was_reviewed(&opened.label_map.inherited, &labels) {
        return Ok(review_page(opened, draft, labels, None).into_response());
    }
    let edit = LabelMapEdit {
        labels: draft.labels.clone(),
        reason: draft.reason.clone(),
        expected_revision: draft.expected_revision,
    };
    match operations::label_map::edit(&services.database, actor, opened.version.id, &edit).await {
        Ok(_) => Ok(Done::at(address(&opened.version), "The label map is saved.").into_response()),
        Err(Failure::App(error)) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid) => {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::CONFLICT);
            // Somebody was faster: what they made must be looked at, too.
            let opened = match error.kind {
                ErrorKind::Conflict => {
                    let (model, number) = (opened.version.model_id.to_string(), opened.version.number.to_string());
                    open(services, actor, &model, &number).await?
                }
                _ => opened,
            };
            Ok(review_page(opened, draft, labels, Some(error)).with_status(status).into_response())
        }
        Err(failure) => Err(failure),
    }
}

/// Fills the editor from a file of labels.
pub async fn import(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    mut form: Multipart,
) -> Result<Page, Failure> {
    actor.require_write("editing a label map")?;
    let opened = open(&services, &actor, &model, &number).await?;
    let unreadable = |detail: String| AppError::new(ErrorKind::Malformed, "malformed", detail);
    let mut draft = Draft::of(&opened.label_map.current, false);
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(error.body_text()))? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| unreadable(error.body_text()))?;
        match read_labels(&bytes, Some(&name)) {
            Ok(labels) => draft.replace(labels.labels().to_vec()),
            Err(error) => {
                draft.import_error = Some(format!("{name}: {error}."));
                return Ok(editor_page(opened, draft, None).with_status(StatusCode::UNPROCESSABLE_ENTITY));
            }
        }
    }
    Ok(editor_page(opened, draft, None))
}

/// The largest request with a file of labels, in bytes.
pub const MAX_IMPORT_BYTES: usize = MAX_FILE_BYTES + (64 << 10);

/// Which format to save.
#[derive(Debug, Deserialize)]
pub struct FileQuery {
    format: String,
}

/// The label map as a file in the format of another tool.
pub async fn file(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<Response, Failure> {
    let format: LabelFormat = query.format.parse().map_err(|_| AppError::not_found("format"))?;
    let number = number.parse().map_err(|_| AppError::not_found("model version"))?;
    let version =
        operations::find_version_by_number(&services.database, &actor, read_model_id(&model)?, number).await?;
    let disposition = format!("attachment; filename=\"{}\"", format.file_name());
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, &disposition)];
    Ok((headers, write_labels(&version.labels, format)).into_response())
}

fn page<V: IntoView + 'static>(
    version: &ModelVersion,
    title: &'static str,
    lead: &'static str,
    body: impl FnOnce() -> V + Send + 'static,
) -> Page {
    let above = vec![
        Crumb::new("Private registry", "/registry"),
        Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
        Crumb::new(version.name.clone(), version_address(version.model_id, version.number)),
    ];
    Page::new("/registry", format!("{title} · {} › {}", version.model_name, version.name), move || {
        view! {
            <header class="page-header">
                <Breadcrumb above here="Label map".to_owned() />
                <div class="page-title"><h1>{title}</h1></div>
                <p class="page-lead">{lead}</p>
            </header>
            {body()}
        }
    })
}

fn editor_page(opened: Opened, draft: Draft, error: Option<crate::vocabulary::label_map::InvalidLabelMap>) -> Page {
    let lead = "From class index to label. The model was trained with the inherited map: another one names its predictions differently.";
    let version = opened.version.clone();
    page(&version, "Label map", lead, move || view! { <editor::Editor opened draft error /> })
}

fn review_page(opened: Opened, draft: Draft, labels: LabelMap, error: Option<AppError>) -> Page {
    let lead = "Nothing is saved yet. Look at what changes, and at what that means.";
    let version = opened.version.clone();
    page(&version, "Review the label map", lead, move || view! { <review::Review opened draft labels error /> })
}
