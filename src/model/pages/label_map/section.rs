//! The label map on the page of its version.

use super::address;
use crate::{
    model::ModelVersion,
    ui::{
        label_comparison::VerdictChip,
        labels::LabelList,
        parts::{Notice, When},
        sections::{Card, Nothing},
    },
    vocabulary::{label_map::formats::LabelFormat, quantity::counted},
};
use leptos::prelude::*;

/// More labels than this are shown on the page of the label map only.
const MAX_SHOWN: usize = 100;

/// The labels (R28), whether they were edited (R31), and the way to the editor.
#[component]
pub fn Labels(
    /// The version.
    version: ModelVersion,
) -> impl IntoView {
    let target = address(&version);
    let edit = view! { <p><a href=target.clone()>"Edit or export"</a></p> }.into_any();
    let edited = version.label_map_edited.clone().map(|edited| {
        view! {
            <Notice kind="warning">
                <p>
                    <strong>"Label map edited after export"</strong>" "<VerdictChip verdict=edited.verdict />" by "
                    <bdi>{edited.by}</bdi>", "<When at=edited.at />". "<a href=format!("{target}#revisions")>"What changed"</a>
                </p>
            </Notice>
        }
    });
    if version.labels.is_empty() {
        return view! {
            <Card id="labels" title="Label map" note=edit>
                {edited}
                <Nothing title="No label map">
                    <p>"The version inherited none: its experiment had no labels. Give a dataset version its labels before creating an experiment on it, or edit the label map here."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    let count = counted(version.labels.len(), "label");
    let labels: Vec<String> = version.labels.labels().iter().take(MAX_SHOWN).cloned().collect();
    let shown = labels.iter().filter(|label| !label.is_empty()).count();
    let more = version.labels.len() - shown;
    let more = (more > 0).then(|| {
        view! { <p><a href=address(&version)>{format!("and {} more", counted(more, "label"))}</a></p> }
    });
    view! { <Card id="labels" title="Label map" count note=edit>{edited}<LabelList labels />{more}</Card> }.into_any()
}

/// The label map in the formats of other tools.
#[component]
pub fn ExportLinks(version: ModelVersion) -> impl IntoView {
    let folder = address(&version);
    let links = LabelFormat::ALL.map(|format| {
        let href = format!("{folder}/file?format={}", format.as_str());
        view! { <li><a href=href download=format.file_name()>{format.for_people()}</a></li> }
    });
    view! { <Card id="export-formats" title="Use it elsewhere"><ul class="meta">{links}</ul></Card> }
}
