//! The labels on the page of a dataset version: a list, or a table as soon as there is more to tell than names.

use super::version_address;
use crate::{
    dataset::{DatasetLabel, DatasetVersion, LabelGroup, groups::paths},
    ui::{
        labels::LabelList,
        parts::TableBox,
        sections::{Card, Nothing},
    },
    vocabulary::quantity::grouped,
};
use leptos::prelude::*;

/// All labels in class order.
#[component]
pub fn Labels(
    /// The version.
    version: DatasetVersion,
    /// Its labels.
    labels: Vec<DatasetLabel>,
    /// Their groups.
    groups: Vec<LabelGroup>,
    /// Whether the visitor may write.
    may_write: bool,
) -> impl IntoView {
    let count = grouped(labels.len() as i64);
    if labels.is_empty() {
        return view! {
            <Card id="labels" title="Labels" count>
                <Nothing title="No labels">
                    <p>"This version was created without labels, so an experiment on it alone begins with an empty label map. Labels are stated when a dataset version is created."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    let address = version_address(version.dataset_id, &version.name);
    let note = match may_write && version.locked_at.is_none() {
        true => view! {
            <p><a href=format!("{address}/counts")>"Edit counts"</a>" · "<a href=format!("{address}/groups")>"Edit groups"</a></p>
        }
        .into_any(),
        false => view! { <p>"The label map of every new experiment on this version"</p> }.into_any(),
    };
    let content = match labels.iter().any(|label| label.object_count.is_some() || label.group_id.is_some()) {
        true => view! { <LabelTable version labels groups /> }.into_any(),
        false => view! { <LabelList labels=version.labels.labels().to_vec() /> }.into_any(),
    };
    view! { <Card id="labels" title="Labels" count note>{content}</Card> }.into_any()
}

#[component]
fn LabelTable(version: DatasetVersion, labels: Vec<DatasetLabel>, groups: Vec<LabelGroup>) -> impl IntoView {
    let paths = paths(&groups);
    let rows: Vec<_> = (0..)
        .zip(labels)
        .map(|(index, label)| {
            let group = label.group_id.and_then(|id| paths.get(&id)).map(|path| path.join(" › "));
            view! {
                <tr>
                    <td class="num">{index}</td>
                    <th scope="row"><bdi>{label.name}</bdi></th>
                    <td class="num">{label.object_count.map_or_else(|| "–".to_owned(), grouped)}</td>
                    <td><bdi>{group.unwrap_or_else(|| "–".to_owned())}</bdi></td>
                </tr>
            }
        })
        .collect();
    let total = (!version.label_counts.is_empty()).then(|| {
        view! { <tfoot><tr><td></td><th scope="row">"All"</th><td class="num">{grouped(version.label_counts.total())}</td><td></td></tr></tfoot> }
    });
    view! {
        <TableBox label="Labels table".to_owned()>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" class="num">"Class"</th>
                        <th scope="col">"Label"</th>
                        <th scope="col" class="num">"Objects"</th>
                        <th scope="col">"Group"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                {total}
            </table>
        </TableBox>
    }
}
