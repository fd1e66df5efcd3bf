//! Icons from one sprite, drawn in the colour of the text.

use leptos::prelude::*;

/// A decorative icon of `public/icons.svg`; the text beside it says what it means.
#[component]
pub fn Icon(
    /// The id of the symbol.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
