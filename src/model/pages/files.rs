//! The files of a version, and the forms that add and remove some while it is open (R25, D12).

use super::{find_version, version_address};
use crate::{
    artifact,
    error::{AppError, ErrorKind, Failure},
    model::{ModelError, ModelVersion, operations},
    services::Services,
    storage::{self, Download, Expected, content_disposition},
    ui::{
        address::encoded_path,
        files::{FileRow, FileTable},
        page::Done,
        sections::{Card, Nothing},
    },
    vocabulary::{
        Actor,
        quantity::{bytes_for_people, counted},
    },
};
use axum::{
    Form,
    extract::{Multipart, Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The bytes of one model file, to be saved.
pub async fn download(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (model, number) = super::read_place(&model, &number)?;
    let version = operations::find_version_id(&services.database, &actor, model, number).await?;
    let (file, blob) = artifact::operations::find_model_file(&services.database, &actor, version, &name).await?;
    let file_name = file.name.rsplit('/').next().unwrap_or(&file.name);
    let download = Download { file_name, content_type: &file.content_type, is_inline: false };
    storage::serve(&services.blobs, &blob, &download, &headers).await
}

/// Everything of a version as one archive (R42).
pub async fn download_bundle(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (model, number) = super::read_place(&model, &number)?;
    let version = operations::find_version_id(&services.database, &actor, model, number).await?;
    let bundle = operations::bundle::bundle(&services, &actor, version).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_LENGTH, bundle.size_bytes.to_string()),
        (header::CONTENT_DISPOSITION, content_disposition(&format!("{}.tar", bundle.name))),
        (header::CACHE_CONTROL, "private, no-transform".to_owned()),
    ];
    Ok((headers, bundle.body).into_response())
}

/// Adds the files of the form, each under its own name.
pub async fn add(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    actor.require_write("adding a model file")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    let unreadable = |detail: String| AppError::new(ErrorKind::Malformed, "malformed", detail);
    let limit_bytes = services.settings.upload_limit_bytes;
    let mut count = 0;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(error.body_text()))? {
        let Some(name) = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else { continue };
        let name = operations::files::require_upload(&services.database, &actor, version.id, &name).await?;
        let expected = Expected { limit_bytes, ..Expected::default() };
        let blob = services.blobs.write(field, expected).await?;
        operations::files::put(&services, &actor, version.id, name, blob).await?;
        count += 1;
    }
    let location = format!("{}#files", version_address(version.model_id, version.number));
    let message =
        if count == 0 { "No file was chosen.".to_owned() } else { format!("{} added.", counted(count, "file")) };
    Ok(Done::at(location, message).into_response())
}

/// Which file to remove.
#[derive(Debug, Deserialize)]
pub struct RemoveForm {
    name: String,
}

/// Removes one file from an open version.
pub async fn remove(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Failure> {
    actor.require_write("removing a model file")?;
    let version = find_version(&services, &actor, &model, &number).await?;
    operations::files::remove(&services.database, &actor, version.id, &form.name).await?;
    let location = format!("{}#files", version_address(version.model_id, version.number));
    Ok(Done::at(location, format!("{} is removed.", form.name)).into_response())
}

/// The files, and how to add some.
#[component]
pub fn Files(
    /// The version.
    version: ModelVersion,
    /// Whether the visitor may write.
    may_write: bool,
) -> impl IntoView {
    let size_bytes = version.files.iter().map(|file| file.size_bytes).sum();
    let count = match version.files.len() {
        0 => String::new(),
        count => format!("{}, {}", counted(count, "file"), bytes_for_people(size_bytes)),
    };
    let address = version_address(version.model_id, version.number);
    let is_open = version.sealed_at.is_none();
    let forms = (may_write && is_open).then(|| view! { <Forms address=address.clone() version=version.clone() /> });
    let sealed = (!is_open).then(|| view! { <p class="muted small">{ModelError::Sealed.to_string()}</p> });
    let has_source = version.source_experiment.is_some();
    let files = version.files.into_iter().map(move |file| FileRow {
        href: format!("{address}/files/{}", encoded_path(&file.name)),
        name: file.name,
        size_bytes: file.size_bytes,
        sha256: file.sha256,
        content_type: file.content_type,
        note: (!file.is_inherited).then(|| format!("added by {}", file.created_by)),
    });
    let files: Vec<_> = files.collect();
    let table = match files.is_empty() {
        true => view! { <NoFiles has_source /> }.into_any(),
        false => view! { <FileTable files /> }.into_any(),
    };
    view! { <Card id="files" title="Files" count>{table}{sealed}{forms}</Card> }
}

#[component]
fn NoFiles(has_source: bool) -> impl IntoView {
    let why = match has_source {
        true => {
            "The source experiment had no artifacts at the export. Upload them to the experiment and export it again: that makes the next version. Or add files here."
        }
        false => "None was added yet.",
    };
    view! { <Nothing title="No files"><p>{why}</p></Nothing> }
}

#[component]
fn Forms(address: String, version: ModelVersion) -> impl IntoView {
    let options: Vec<_> = version
        .files
        .iter()
        .map(|file| view! { <option value=file.name.clone()>{file.name.clone()}</option> })
        .collect();
    let remove = (!options.is_empty()).then(|| {
        view! {
            <form class="row" method="post" action=format!("{address}/remove-file")>
                <label for="removed-file">"Remove a file"</label>
                <select class="input" id="removed-file" name="name">{options}</select>
                <button class="button danger" type="submit">"Remove"</button>
            </form>
        }
    });
    view! {
        <details class="more">
            <summary>"Add or remove files"</summary>
            <div class="stack">
                <form class="row" method="post" action=format!("{address}/files") enctype="multipart/form-data">
                    <label for="added-files">"Add files"</label>
                    <input class="input" id="added-files" type="file" name="file" multiple required />
                    <button class="button" type="submit">"Add"</button>
                </form>
                {remove}
                <p class="muted small">"A file with the same name is replaced. When the version is as it shall stay, seal it."</p>
            </div>
        </details>
    }
}
