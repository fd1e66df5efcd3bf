//! The editor itself: a row for each label, or one field with a label in each line.

use super::{
    Opened, address,
    form::{Draft, MAX_ROWS},
    revisions::Revisions,
    section::ExportLinks,
};
use crate::{
    model::LabelMapRevision,
    ui::{
        form::{Field, FieldError},
        icon::Icon,
        label_comparison::LabelComparison,
        labels::LabelList,
        sections::Card,
    },
    vocabulary::{label_map::InvalidLabelMap, quantity::counted},
};
use leptos::prelude::*;

/// What can be done with the label map, what it is compared with the inherited one, and how it came to be.
#[component]
pub fn Editor(opened: Opened, draft: Draft, error: Option<InvalidLabelMap>) -> impl IntoView {
    let target = address(&opened.version);
    let is_edited = opened.label_map.is_edited();
    let comparison = opened.label_map.comparison.clone();
    let difference = is_edited.then(|| {
        view! {
            <Card id="difference" title="Difference to the inherited map">
                <LabelComparison comparison before="Inherited".to_owned() after="Now".to_owned() />
            </Card>
        }
    });
    let content = match opened.may_write {
        true => view! { <Form target=target.clone() draft error current=opened.label_map.current.clone() is_edited /> }
            .into_any(),
        false => {
            let labels = opened.label_map.current.labels.labels().to_vec();
            view! {
                <Card id="labels" title="Label map" count=counted(labels.len(), "label")>
                    <p class="muted">"You are a viewer. Ask an owner for the editor role to edit it."</p>
                    <LabelList labels />
                </Card>
            }
            .into_any()
        }
    };
    view! {
        {content}
        <ExportLinks version=opened.version.clone() />
        {difference}
        <Revisions revisions=opened.revisions inherited=opened.label_map.inherited />
    }
}

#[component]
fn Form(
    target: String,
    draft: Draft,
    error: Option<InvalidLabelMap>,
    current: LabelMapRevision,
    is_edited: bool,
) -> impl IntoView {
    let import = format!("{target}/import");
    let import_error = draft.import_error.clone();
    let count = counted(draft.labels.len(), "label");
    let restore = is_edited.then(|| {
        view! { <button class="button" type="submit" name="action" value="restore">"Return to the inherited map"</button> }
    });
    let expected = draft.expected_revision;
    let is_behind = expected != current.revision;
    let whole_error = error.clone().filter(|error| row_of(error).is_none() || draft.is_text);
    let fields = match draft.is_text {
        true => view! { <TextField draft=draft.clone() error=whole_error.clone() /> }.into_any(),
        false => view! { <Rows labels=draft.labels.clone() error=error.clone() /> }.into_any(),
    };
    let can_switch = !draft.is_text || draft.labels.len() <= MAX_ROWS;
    let (switch, switch_label) = if draft.is_text { ("rows", "Edit as rows") } else { ("text", "Edit as text") };
    let whole_error = (!draft.is_text).then_some(whole_error).flatten();
    view! {
        <Card id="editor" title="Labels" count>
            <form class="form" method="post" action=target>
                // The first button is the one that Enter presses.
                <button class="visually-hidden" type="submit" name="action" value="review" tabindex="-1" aria-hidden="true">"Review"</button>
                <input type="hidden" name="expected_revision" value=expected />
                {is_behind.then(|| view! { <p class="hint">"Somebody has edited the label map meanwhile. The review shows both."</p> })}
                {fields}
                {whole_error.map(|error| view! { <FieldError id="labels-error" message=sentence(&error) /> })}
                <Field name="added" label="Add labels" value="" lines=2 hint="One label per line; they come at the end." />
                <div class="row">
                    <button class="button" type="submit" name="action" value="add"><Icon name="plus" />"Add"</button>
                    {can_switch.then(|| view! { <button class="button" type="submit" name="action" value=switch>{switch_label}</button> })}
                    {restore}
                    <button class="button primary" type="submit" name="action" value="review">"Review…"</button>
                </div>
            </form>
            <form class="form import" method="post" action=import enctype="multipart/form-data">
                <div class="field">
                    <div class="field-head"><label for="file">"Take the labels from a file"</label></div>
                    <div class="row">
                        <input class="input" id="file" type="file" name="file" required aria-describedby="file-hint" />
                        <button class="button" type="submit">"Read the file"</button>
                    </div>
                    <p class="hint" id="file-hint">"A plain list, YOLO data.yaml, COCO categories, id2label JSON or TensorFlow pbtxt. Nothing is saved before you have reviewed it."</p>
                    {import_error.map(|message| view! { <FieldError id="file-error" message /> })}
                </div>
            </form>
        </Card>
    }
}

fn sentence(error: &InvalidLabelMap) -> String {
    format!("The labels cannot be used: {error}.")
}

/// The row that an error is about.
fn row_of(error: &InvalidLabelMap) -> Option<usize> {
    match error {
        InvalidLabelMap::TooMany => None,
        InvalidLabelMap::Label { index, .. } => Some(*index),
        InvalidLabelMap::Duplicate { second, .. } => Some(*second),
    }
}

#[component]
fn TextField(draft: Draft, error: Option<InvalidLabelMap>) -> impl IntoView {
    let error = error.map(|error| sentence(&error));
    view! {
        <Field name="labels" label="Labels" value=draft.text() error lines=16 hint="One label per line. The first line is class 0." is_required=true />
    }
}

#[component]
fn Rows(labels: Vec<String>, error: Option<InvalidLabelMap>) -> impl IntoView {
    let last = labels.len().saturating_sub(1);
    let rows: Vec<_> = labels
        .into_iter()
        .enumerate()
        .map(|(index, label)| {
            let message = error.as_ref().filter(|error| row_of(error) == Some(index)).map(sentence);
            view! { <Row index label message is_last=index == last /> }
        })
        .collect();
    if rows.is_empty() {
        return view! { <p class="muted">"No labels. Add some below, or take them from a file."</p> }.into_any();
    }
    view! { <ol class="label-rows" start="0">{rows}</ol> }.into_any()
}

#[component]
fn Row(index: usize, label: String, message: Option<String>, is_last: bool) -> impl IntoView {
    let error_id = message.as_ref().map(|_| format!("label-{index}-error"));
    let button = move |action: &'static str, icon: &'static str, words: &'static str, is_off: bool| {
        view! {
            <button
                class="button small icon-only"
                type="submit"
                name="action"
                value=format!("{action}:{index}")
                aria-label=format!("{words} class {index}")
                title=words
                disabled=is_off
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <li>
            <span class="label-index">{index}</span>
            <input
                class="input"
                name="label"
                value=label
                autocomplete="off"
                aria-label=format!("Label of class {index}")
                aria-invalid=message.as_ref().map(|_| "true")
                aria-describedby=error_id.clone()
            />
            {button("up", "up", "Move up", index == 0)}
            {button("down", "down", "Move down", is_last)}
            {button("remove", "close", "Remove", false)}
            {message.zip(error_id).map(|(message, id)| view! { <FieldError id message /> })}
        </li>
    }
}
