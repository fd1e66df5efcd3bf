//! What is different between two label maps, as a table.

use super::parts::{Notice, TableBox};
use crate::vocabulary::{
    label_map::comparison::{Comparison, LabelChange, Verdict},
    quantity::counted,
};
use leptos::prelude::*;

/// More changes than this are counted, not listed.
const MAX_LISTED: usize = 200;

/// The verdict, what it means for predictions, and every change.
#[component]
pub fn LabelComparison(
    /// What to show.
    comparison: Comparison,
    /// What the first map is, such as `inherited`.
    before: String,
    /// What the second map is, such as `now`.
    after: String,
) -> impl IntoView {
    let meaning = comparison.meaning();
    let kind = match (comparison.verdict, comparison.has_moves()) {
        (Verdict::Identical, _) => "success",
        (Verdict::Superset, false) => "info",
        _ => "warning",
    };
    let more = comparison.changes.len().saturating_sub(MAX_LISTED);
    let more = (more > 0).then(|| view! { <p class="muted">{format!("and {} more", counted(more, "change"))}</p> });
    let rows: Vec<_> =
        comparison.changes.into_iter().take(MAX_LISTED).map(|change| view! { <Change change /> }).collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <TableBox label="Changes of the label map table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col" class="num">"Class"</th>
                            <th scope="col">"Change"</th>
                            <th scope="col"><bdi>{before}</bdi></th>
                            <th scope="col"><bdi>{after}</bdi></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        }
    });
    view! {
        <Notice kind><p><VerdictChip verdict=comparison.verdict />" "{meaning}</p></Notice>
        {table}
        {more}
    }
}

/// The verdict as a word.
#[component]
pub fn VerdictChip(
    /// The verdict.
    verdict: Verdict,
) -> impl IntoView {
    view! { <span class="chip outline">{verdict.as_str()}</span> }
}

#[component]
fn Change(change: LabelChange) -> impl IntoView {
    let (index, word, before, after) = match change {
        LabelChange::Renamed { index, before, after } => (index, "renamed".to_owned(), before, after),
        LabelChange::Moved { label, before, after } => {
            (after, format!("moved from class {before}"), label.clone(), label)
        }
        LabelChange::Added { index, label } => (index, "added".to_owned(), String::new(), label),
        LabelChange::Removed { index, label } => (index, "removed".to_owned(), label, String::new()),
    };
    let shown = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    view! {
        <tr>
            <td class="num">{index}</td>
            <td>{word}</td>
            <td><bdi>{shown(before)}</bdi></td>
            <td><bdi>{shown(after)}</bdi></td>
        </tr>
    }
}
