//! Tags as chips.

use crate::vocabulary::tags::Tags;
use leptos::prelude::*;

/// The tags of a thing; nothing if it has none.
#[component]
pub fn TagList(
    /// What to show.
    tags: Tags,
) -> impl IntoView {
    let chips: Vec<_> = tags
        .iter()
        .map(|tag| view! { <li><span class="chip outline"><bdi>{tag.to_owned()}</bdi></span></li> })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips" aria-label="Tags">{chips}</ul> })
}
