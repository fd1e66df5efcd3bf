//! A new version of a dataset, with its labels typed, pasted or read from a file.

use super::{read_id, version_address};
use crate::{
    dataset::{Dataset, DatasetKind, NewDatasetVersion, operations},
    error::{AppError, ErrorKind, Failure},
    services::Services,
    ui::{
        form::{Field, FieldError, FieldErrors, FormError, NameAndDescription, NamedForm, Select, shown_on_form},
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{
        Actor, Description, Name,
        label_map::formats::{MAX_FILE_BYTES, read_labels},
    },
};
use axum::{
    extract::{Multipart, Path, Query, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The largest form, in bytes: the fields and a file of labels.
pub const MAX_FORM_BYTES: usize = (16 << 20) + MAX_FILE_BYTES;

/// The form as it was typed.
#[derive(Clone, Debug, Default)]
struct VersionForm {
    named: NamedForm,
    kind: String,
    item_count: String,
    size_bytes: String,
    /// A label in each line.
    labels: String,
    /// The name and the bytes of a file with labels.
    file: Option<(String, Vec<u8>)>,
    /// Which button was pressed: `read` puts the labels of the file into the form.
    action: String,
}

impl VersionForm {
    async fn read(mut fields: Multipart) -> Result<Self, AppError> {
        let unreadable = |detail: String| AppError::new(ErrorKind::Malformed, "malformed", detail);
        let mut form = Self::default();
        while let Some(field) = fields.next_field().await.map_err(|error| unreadable(error.body_text()))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|error| unreadable(error.body_text()))?;
            if name == "file" {
                form.file = file_name.filter(|_| !bytes.is_empty()).map(|name| (name, bytes.to_vec()));
                continue;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "name" => form.named.name = text,
                "description" => form.named.description = text,
                "kind" => form.kind = text,
                "item_count" => form.item_count = text,
                "size_bytes" => form.size_bytes = text,
                "labels" => form.labels = text,
                "action" => form.action = text,
                _ => {}
            }
        }
        Ok(form)
    }

    fn of(version: &crate::dataset::DatasetVersion) -> Self {
        Self {
            named: NamedForm { description: version.description.clone(), ..NamedForm::default() },
            kind: version.kind.as_str().to_owned(),
            labels: version.labels.labels().join("\n"),
            ..Self::default()
        }
    }

    /// Puts the labels of the file into the form, or says why that does not work.
    fn take_file(&mut self) -> Result<(), AppError> {
        let Some((name, bytes)) = self.file.take() else {
            return Ok(());
        };
        match read_labels(&bytes, Some(&name)) {
            Ok(labels) => {
                self.labels = labels.labels().join("\n");
                Ok(())
            }
            Err(error) => {
                let mut errors = FieldErrors::default();
                errors.add("file", format!("{name}: {error}."));
                Err(errors.into_error())
            }
        }
    }

    fn checked(&self) -> Result<NewDatasetVersion, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::parse(&self.named.name));
        let description = errors.take("description", Description::parse(&self.named.description));
        let item_count = checked_count(&mut errors, "item_count", &self.item_count);
        let size_bytes = checked_count(&mut errors, "size_bytes", &self.size_bytes);
        let labels = match read_labels(self.labels.as_bytes(), Some("labels.txt")) {
            Ok(labels) => Some(labels),
            Err(error) => {
                errors.add("labels", format!("The labels cannot be used: {error}."));
                None
            }
        };
        let kind = self.kind.parse().unwrap_or_default();
        match (name, description, item_count, size_bytes, labels) {
            (Some(name), Some(description), Some(item_count), Some(size_bytes), Some(labels)) => {
                let labels = labels.labels().to_vec();
                Ok(NewDatasetVersion { name, description, kind, item_count, size_bytes, labels })
            }
            _ => Err(errors.into_error()),
        }
    }
}

/// A whole number that is not negative, or nothing; spaces between digits do not matter.
fn checked_count(errors: &mut FieldErrors, field: &str, text: &str) -> Option<Option<i64>> {
    let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if digits.is_empty() {
        return Some(None);
    }
    match digits.parse::<i64>() {
        Ok(count) if count >= 0 => Some(Some(count)),
        _ => {
            errors.add(field, "This must be a whole number, 0 or more.");
            None
        }
    }
}

/// Where the form begins.
#[derive(Debug, Default, Deserialize)]
pub struct NewVersionQuery {
    /// The name of the version whose labels, type and description are taken.
    #[serde(default)]
    from: String,
}

/// The form; filled from another version, if one is named.
pub async fn new_version(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<NewVersionQuery>,
) -> Result<Page, Failure> {
    actor.require_write("creating a dataset version")?;
    let found = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let from = found.versions.iter().find(|version| !query.from.is_empty() && version.name == query.from);
    Ok(form_page(found.dataset, from.map(VersionForm::of).unwrap_or_default(), None))
}

/// Creates the version, or reads the file of labels into the form; what is wrong is said beside the fields.
pub async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Multipart,
) -> Result<Response, Failure> {
    actor.require_write("creating a dataset version")?;
    let dataset = operations::find(&services.database, &actor, read_id(&id)?).await?.dataset;
    let mut form = VersionForm::read(fields).await?;
    // A file that is sent along is read whichever button was pressed, so that none is overlooked.
    let has_file = form.file.is_some();
    let outcome = match form.take_file() {
        Ok(()) if has_file || form.action == "read" => return Ok(form_page(dataset, form, None).into_response()),
        Ok(()) => match form.checked() {
            Ok(new) => operations::create_version(&services.database, &actor, dataset.id, new).await,
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(version) => {
            let location = version_address(dataset.id, &version.name);
            Ok(Done::at(location, "The dataset version is created.").into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(dataset, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(dataset: Dataset, form: VersionForm, error: Option<AppError>) -> Page {
    Page::new("/datasets", format!("New version · {}", dataset.name), move || {
        let above = vec![
            Crumb::new("Datasets", "/datasets"),
            Crumb::new(dataset.name.clone(), format!("/datasets/{}", dataset.id)),
        ];
        let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
        let file_error = message("file");
        let kinds = DatasetKind::ALL.map(|kind| (kind.as_str().to_owned(), kind.for_people().to_owned()));
        let kind = if form.kind.is_empty() { DatasetKind::default().as_str().to_owned() } else { form.kind.clone() };
        view! {
            <header class="page-header">
                <Breadcrumb above here="New version".to_owned() />
                <div class="page-title"><h1>"New dataset version"</h1></div>
                <p class="page-lead">"The labels become the label map of every experiment on this version. Once an experiment uses it they stay as they are."</p>
            </header>
            <form class="card form" method="post" action=format!("/datasets/{}/new-version", dataset.id) enctype="multipart/form-data">
                <FormError error=error.clone() />
                <NameAndDescription form=form.named.clone() error=error.clone() />
                <Select name="kind" label="Type" options=kinds.to_vec() value=kind />
                <div class="columns even">
                    <Field name="item_count" label="Items" value=form.item_count.clone() error=message("item_count") hint="How many pictures, rows or other items it has." />
                    <Field name="size_bytes" label="Size in bytes" value=form.size_bytes.clone() error=message("size_bytes") />
                </div>
                <Field name="labels" label="Labels" value=form.labels.clone() error=message("labels") lines=8 hint="One label per line. The first line is class 0." />
                <div class="field">
                    <div class="field-head"><label for="file">"Take the labels from a file "<span class="optional">"optional"</span></label></div>
                    <div class="row">
                        <input
                            class="input"
                            id="file"
                            type="file"
                            name="file"
                            aria-describedby=if file_error.is_some() { "file-hint file-error" } else { "file-hint" }
                            aria-invalid=file_error.as_ref().map(|_| "true")
                        />
                        <button class="button" type="submit" name="action" value="read">"Read the file"</button>
                    </div>
                    <p class="hint" id="file-hint">"A plain list, YOLO data.yaml, COCO categories, id2label JSON or TensorFlow pbtxt. Its labels are shown above before anything is created."</p>
                    {file_error.map(|message| view! { <FieldError id="file-error" message /> })}
                </div>
                <div class="row">
                    <button class="button primary" type="submit" name="action" value="create">"Create version"</button>
                    <a class="button" href=format!("/datasets/{}", dataset.id)>"Cancel"</a>
                </div>
            </form>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_whole_number_or_nothing() {
        let check = |text: &str| checked_count(&mut FieldErrors::default(), "item_count", text);
        assert_eq!(check(""), Some(None));
        assert_eq!(check(" 1 437 "), Some(Some(1_437)));
        for wrong in ["-1", "1.5", "many", "9223372036854775808"] {
            assert_eq!(check(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let form = VersionForm { labels: "a\nb\na".into(), item_count: "x".into(), ..VersionForm::default() };
        let error = form.checked().unwrap_err();
        for field in ["name", "item_count", "labels"] {
            assert!(error.message_for(field).is_some(), "{field}");
        }
    }
}
