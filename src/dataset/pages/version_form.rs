//! The form of a dataset version: its facts, and its labels typed, pasted, moved or read from a file.

use crate::{
    dataset::{DatasetKind, DatasetVersion, NewDatasetVersion},
    error::{AppError, ErrorKind},
    ui::{
        form::{Field, FieldError, FieldErrors, FormError, NameAndDescription, NamedForm, Select},
        label_rows::{LabelRows, MAX_ROWS, RowAction, lines, row_of, sentence},
        labels::LabelList,
    },
    vocabulary::{
        Description, LabelMap, Name,
        label_map::formats::{MAX_FILE_BYTES, read_labels},
    },
};
use axum::extract::Multipart;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The largest form, in bytes: the fields and a file of labels.
pub const MAX_FORM_BYTES: usize = (16 << 20) + MAX_FILE_BYTES;

/// The form as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct VersionForm {
    pub named: NamedForm,
    pub kind: String,
    pub item_count: String,
    pub size_bytes: String,
    /// With commas between them; only when a version is edited.
    pub tags: String,
    /// As they were typed, in class order.
    pub labels: Vec<String>,
    /// Whether each label has a row of its own.
    pub has_rows: bool,
    /// The name and the bytes of a file with labels.
    file: Option<(String, Vec<u8>)>,
    /// Which button was pressed.
    action: String,
}

impl VersionForm {
    /// Reads the fields of a request.
    pub async fn read(mut fields: Multipart) -> Result<Self, AppError> {
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
                "tags" => form.tags = text,
                "based_on" => form.named.based_on = text,
                "labels" => form.labels = lines(&text),
                "label" => {
                    form.has_rows = true;
                    form.labels.push(text);
                }
                "action" => form.action = text,
                _ => {}
            }
        }
        Ok(form)
    }

    /// What a new version has in common with one that is there.
    pub fn next_after(version: &DatasetVersion) -> Self {
        Self {
            named: NamedForm { description: version.description.clone(), ..NamedForm::default() },
            kind: version.kind.as_str().to_owned(),
            labels: version.labels.labels().to_vec(),
            ..Self::default()
        }
    }

    /// A version as it is.
    pub fn of(version: &DatasetVersion) -> Self {
        let text = |count: Option<i64>| count.map(|count| count.to_string()).unwrap_or_default();
        let named = NamedForm {
            name: version.name.clone(),
            description: version.description.clone(),
            based_on: version.updated_at.to_string(),
        };
        Self {
            named,
            item_count: text(version.item_count),
            size_bytes: text(version.size_bytes),
            tags: version.tags.as_list(),
            ..Self::next_after(version)
        }
    }

    /// Does what a button asks for that only changes the form. Returns whether there was one: then the form is shown again.
    pub fn edit(&mut self) -> Result<bool, AppError> {
        // A file that is sent along is read whichever button was pressed, so that none is overlooked.
        if self.file.is_some() {
            return self.take_file().map(|()| true);
        }
        if let Some(action) = RowAction::parse(&self.action) {
            action.apply(&mut self.labels);
            return Ok(true);
        }
        match self.action.as_str() {
            "rows" => self.has_rows = true,
            "text" => self.has_rows = false,
            "read" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts the labels of the file into the form, or says why that does not work.
    fn take_file(&mut self) -> Result<(), AppError> {
        let Some((name, bytes)) = self.file.take() else {
            return Ok(());
        };
        // Of a dataset every index is a class.
        let read = read_labels(&bytes, Some(&name)).and_then(|labels| Ok(LabelMap::parse(labels.labels())?));
        match read {
            Ok(labels) => {
                self.labels = labels.labels().to_vec();
                Ok(())
            }
            Err(error) => {
                let mut errors = FieldErrors::default();
                errors.add("file", format!("{name}: {error}."));
                Err(errors.into_error())
            }
        }
    }

    /// What the form says, or all that is wrong with it.
    pub fn checked(&self) -> Result<NewDatasetVersion, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::parse(&self.named.name));
        let description = errors.take("description", Description::parse(&self.named.description));
        let item_count = checked_count(&mut errors, "item_count", &self.item_count);
        let size_bytes = checked_count(&mut errors, "size_bytes", &self.size_bytes);
        let labels = LabelMap::parse(&self.labels).map_err(|error| errors.add("labels", sentence(&error))).ok();
        let kind = self.kind.parse().unwrap_or_default();
        match (name, description, item_count, size_bytes, labels) {
            (Some(name), Some(description), Some(item_count), Some(size_bytes), Some(labels)) => {
                let labels = labels.labels().to_vec();
                let label_counts = BTreeMap::new();
                Ok(NewDatasetVersion { name, description, kind, item_count, size_bytes, labels, label_counts })
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

/// The fields of a [`VersionForm`] with what is wrong above and beside them.
#[component]
pub(super) fn VersionFields(
    form: VersionForm,
    error: Option<AppError>,
    /// Whether something uses the labels already.
    has_fixed_labels: bool,
) -> impl IntoView {
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let kinds = DatasetKind::ALL.map(|kind| (kind.as_str().to_owned(), kind.for_people().to_owned()));
    let kind = if form.kind.is_empty() { DatasetKind::default().as_str().to_owned() } else { form.kind.clone() };
    let labels = match has_fixed_labels {
        true => view! { <FixedLabels labels=form.labels.clone() /> }.into_any(),
        false => view! { <Labels form=form.clone() error=message("labels") file_error=message("file") /> }.into_any(),
    };
    view! {
        <FormError error=error.clone() />
        <NameAndDescription form=form.named.clone() error=error.clone() />
        <Select name="kind" label="Type" options=kinds.to_vec() value=kind />
        <div class="columns even">
            <Field name="item_count" label="Items" value=form.item_count.clone() error=message("item_count") hint="How many pictures, rows or other items it has." />
            <Field name="size_bytes" label="Size in bytes" value=form.size_bytes.clone() error=message("size_bytes") />
        </div>
        {labels}
    }
}

#[component]
fn FixedLabels(labels: Vec<String>) -> impl IntoView {
    view! {
        <section class="field" aria-labelledby="fixed-labels">
            <h2 class="field-title" id="fixed-labels">"Labels"</h2>
            <p class="hint">"Fixed, because an experiment or a model version uses them. Make a new version from this one to have others."</p>
            <LabelList labels />
        </section>
    }
}

#[component]
fn Labels(form: VersionForm, error: Option<String>, file_error: Option<String>) -> impl IntoView {
    let has_rows = form.has_rows && form.labels.len() <= MAX_ROWS && !form.labels.is_empty();
    let fields = match has_rows {
        true => {
            let wrong = LabelMap::parse(&form.labels).err().filter(|_| error.is_some());
            let whole = error.filter(|_| wrong.as_ref().and_then(row_of).is_none());
            view! {
                <fieldset class="field">
                    <legend>"Labels"</legend>
                    <LabelRows labels=form.labels.clone() error=wrong />
                    {whole.map(|message| view! { <FieldError id="labels-error" message /> })}
                </fieldset>
            }
            .into_any()
        }
        false => view! {
            <Field name="labels" label="Labels" value=form.labels.join("\n") error lines=8 hint="One label per line. The first line is class 0." />
        }
        .into_any(),
    };
    let (switch, words) = if has_rows { ("text", "Edit as text") } else { ("rows", "Move labels") };
    let switch = (form.labels.len() <= MAX_ROWS)
        .then(|| view! { <button class="button small" type="submit" name="action" value=switch>{words}</button> });
    view! {
        {fields}
        <div class="row">{switch}</div>
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
            <p class="hint" id="file-hint">"A plain list, YOLO data.yaml, COCO categories, id2label JSON or TensorFlow pbtxt. Its labels are shown above before anything is saved."</p>
            {file_error.map(|message| view! { <FieldError id="file-error" message /> })}
        </div>
    }
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
        let form = VersionForm { labels: lines("a\nb\na"), item_count: "x".into(), ..VersionForm::default() };
        let error = form.checked().unwrap_err();
        for field in ["name", "item_count", "labels"] {
            assert!(error.message_for(field).is_some(), "{field}");
        }
    }
}
