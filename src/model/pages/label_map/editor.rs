//! The editor itself: a row for each label, or one field with a label in each line.

use super::{Opened, address, form::Draft, revisions::Revisions, section::ExportLinks};
use crate::{
    model::LabelMapRevision,
    ui::{
        form::{DefaultAction, Field, FieldError},
        icon::Icon,
        label_comparison::LabelComparison,
        label_rows::{LabelRows, MAX_ROWS, row_of, sentence},
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
                <Card id="labels" title="Label map" count=counted(opened.label_map.current.labels.len(), "label")>
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
    let count = counted(draft.labels.iter().filter(|label| !label.is_empty()).count(), "label");
    let restore = is_edited.then(|| {
        view! { <button class="button" type="submit" name="action" value="restore">"Return to the inherited map"</button> }
    });
    let expected = draft.expected_revision;
    let is_behind = expected != current.revision;
    let whole_error = error.clone().filter(|error| row_of(error).is_none() || draft.is_text);
    let fields = match draft.is_text {
        true => view! { <TextField draft=draft.clone() error=whole_error.clone() /> }.into_any(),
        false => view! { <LabelRows labels=draft.labels.clone() error=error.clone() /> }.into_any(),
    };
    let can_switch = !draft.is_text || draft.labels.len() <= MAX_ROWS;
    let (switch, switch_label) = if draft.is_text { ("rows", "Edit as rows") } else { ("text", "Edit as text") };
    let whole_error = (!draft.is_text).then_some(whole_error).flatten();
    view! {
        <Card id="editor" title="Labels" count>
            <form class="form" method="post" action=target>
                <DefaultAction value="review" />
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

#[component]
fn TextField(draft: Draft, error: Option<InvalidLabelMap>) -> impl IntoView {
    let error = error.map(|error| sentence(&error));
    view! {
        <Field name="labels" label="Labels" value=draft.text() error lines=16 hint="One label per line. The first line is class 0; an empty line is an index that no class has." is_required=true />
    }
}
