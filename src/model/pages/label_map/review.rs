//! What an edit means, before it is saved (R31); and both sides, when somebody else was faster.

use super::{Opened, address, form::Draft};
use crate::{
    error::AppError,
    model::Reason,
    ui::{form::Field, label_comparison::LabelComparison, parts::Notice, sections::Card},
    vocabulary::{LabelMap, label_map::comparison::compare},
};
use leptos::prelude::*;

/// The differences, the reason, and the button that saves.
#[component]
pub fn Review(opened: Opened, draft: Draft, labels: LabelMap, error: Option<AppError>) -> impl IntoView {
    let inherited = opened.label_map.inherited.clone();
    let current = opened.label_map.current.clone();
    let is_behind = draft.expected_revision != current.revision;
    let differences = match is_behind {
        true => view! { <Conflict opened=opened.clone() draft=draft.clone() labels=labels.clone() /> }.into_any(),
        false => {
            view! { <Differences inherited=inherited.clone() current=current.labels.clone() labels=labels.clone() /> }
                .into_any()
        }
    };
    let reason_error = error.as_ref().and_then(|error| error.message_for("reason")).map(str::to_owned);
    let target = address(&opened.version);
    let fresh = target.clone();
    let save = match (is_behind, labels == current.labels) {
        (true, _) => view! {
            <a class="button" href=fresh>"Drop mine and take theirs"</a>
            <button class="button primary" type="submit" name="action" value=format!("continue:{}", current.revision)>"Go on from mine"</button>
        }
        .into_any(),
        (false, true) => view! { <p class="muted">"These are the labels that the version has already: there is nothing to save."</p> }.into_any(),
        (false, false) => view! { <button class="button danger" type="submit" name="action" value="save">"Save anyway"</button> }.into_any(),
    };
    let reason = (!is_behind).then(|| {
        let hint = format!("Others will want to know. At most {} characters.", Reason::MAX_CHARS);
        view! { <Field name="reason" label="Why do you change it?" value=draft.reason.clone() error=reason_error lines=3 hint is_required=true /> }
    });
    let kept_reason = is_behind.then(|| view! { <input type="hidden" name="reason" value=draft.reason.clone() /> });
    let reviewed = Draft::review_mark(&inherited, &labels);
    view! {
        {differences}
        <form class="card form" method="post" action=target>
            <input type="hidden" name="expected_revision" value=draft.expected_revision />
            <input type="hidden" name="labels" value=draft.text() />
            <input type="hidden" name="layout" value=if draft.is_text { "text" } else { "rows" } />
            <input type="hidden" name="reviewed" value=reviewed />
            {reason}
            {kept_reason}
            <div class="row">
                <button class="button" type="submit" name="action" value="edit">"Back to the editor"</button>
                {save}
            </div>
        </form>
    }
}

#[component]
fn Differences(inherited: LabelMap, current: LabelMap, labels: LabelMap) -> impl IntoView {
    let to_current = (current != inherited && current != labels).then(|| {
        let comparison = compare(&current, &labels);
        view! {
            <Card id="to-current" title="Compared with the label map as it is now">
                <LabelComparison comparison before="Now".to_owned() after="After saving".to_owned() />
            </Card>
        }
    });
    let comparison = compare(&inherited, &labels);
    view! {
        <Card id="to-inherited" title="Compared with the inherited label map">
            <LabelComparison comparison before="Inherited".to_owned() after="After saving".to_owned() />
        </Card>
        {to_current}
    }
}

#[component]
fn Conflict(opened: Opened, draft: Draft, labels: LabelMap) -> impl IntoView {
    let current = opened.label_map.current.clone();
    let base = opened.revisions.iter().find(|revision| revision.revision == draft.expected_revision);
    let base = base.map_or(opened.label_map.inherited.clone(), |revision| revision.labels.clone());
    let theirs = compare(&base, &current.labels);
    let mine = compare(&base, &labels);
    let between = compare(&current.labels, &labels);
    view! {
        <Notice kind="error">
            <p>
                <bdi>{current.created_by.clone()}</bdi>
                " has edited this label map while you were editing it. Nothing of yours is saved, and nothing is lost: look at both, then decide."
            </p>
        </Notice>
        <div class="columns even">
            <Card id="theirs" title="What they changed">
                <p dir="auto">{current.reason}</p>
                <LabelComparison comparison=theirs before="Before".to_owned() after="Theirs".to_owned() />
            </Card>
            <Card id="mine" title="What you changed">
                <LabelComparison comparison=mine before="Before".to_owned() after="Yours".to_owned() />
            </Card>
        </div>
        <Card id="between" title="From theirs to yours">
            <LabelComparison comparison=between before="Theirs".to_owned() after="Yours".to_owned() />
        </Card>
    }
}
