//! A label map as a list.

use leptos::prelude::*;

const COLORS: usize = 12;

/// Class indexes, colours and names.
#[component]
pub fn LabelList(
    /// In class order; an empty text is an index that no class has.
    labels: Vec<String>,
) -> impl IntoView {
    let labels = labels.into_iter().enumerate().filter(|(_, label)| !label.is_empty()).map(|(index, label)| {
        view! {
            <li>
                <span class="label-index">{index}</span>
                <span class="swatch" data-color=index % COLORS></span>
                <bdi>{label}</bdi>
            </li>
        }
    });
    view! { <ol class="label-list" start="0">{labels.collect_view()}</ol> }
}
