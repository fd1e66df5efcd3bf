//! How a label map came to be what it is.

use crate::{
    model::LabelMapRevision,
    ui::{
        label_comparison::{LabelComparison, VerdictChip},
        parts::When,
        sections::Card,
    },
    vocabulary::{LabelMap, label_map::comparison::compare},
};
use leptos::prelude::*;

/// Newest first; each with what it means against the inherited map, and what it changed.
#[component]
pub fn Revisions(revisions: Vec<LabelMapRevision>, inherited: LabelMap) -> impl IntoView {
    let count = revisions.first().map(|newest| (newest.revision + 1).to_string()).unwrap_or_default();
    let items: Vec<_> = revisions
        .iter()
        .enumerate()
        .map(|(place, revision)| {
            let previous = revisions.get(place + 1).map(|previous| previous.labels.clone());
            view! { <Revision revision=revision.clone() previous inherited=inherited.clone() /> }
        })
        .collect();
    view! { <Card id="revisions" title="Revisions" count><ol class="versions flush" reversed>{items}</ol></Card> }
}

#[component]
fn Revision(revision: LabelMapRevision, previous: Option<LabelMap>, inherited: LabelMap) -> impl IntoView {
    let title = match revision.revision {
        0 => "Inherited from the experiment".to_owned(),
        number => format!("Revision {number}"),
    };
    let verdict = (revision.revision > 0).then(|| {
        let verdict = compare(&inherited, &revision.labels).verdict;
        view! { <VerdictChip verdict /> }
    });
    let reason =
        (revision.revision > 0).then(|| view! { <p class="kept-lines" dir="auto">{revision.reason.clone()}</p> });
    let change = previous.map(|previous| {
        let comparison = compare(&previous, &revision.labels);
        view! {
            <details>
                <summary>"What it changed"</summary>
                <LabelComparison comparison before="Before".to_owned() after="After".to_owned() />
            </details>
        }
    });
    view! {
        <li>
            <article class="version">
                <div class="version-head">
                    <h3>{title}</h3>
                    {verdict}
                    <When at=revision.created_at />
                </div>
                <p class="muted">"by "<bdi>{revision.created_by}</bdi></p>
                {reason}
                {change}
            </article>
        </li>
    }
}
