//! The way from an experiment into the registry: what it was exported as.

use crate::{
    model::{
        VersionLink,
        pages::{VersionName, address_of},
    },
    ui::icon::Icon,
};
use leptos::prelude::*;

/// Chips that lead to the versions an experiment gave birth to (R39).
#[component]
pub fn ExportChips(
    /// Newest first.
    versions: Vec<VersionLink>,
) -> impl IntoView {
    let chips: Vec<_> = versions
        .into_iter()
        .map(|version| {
            let href = address_of(&version);
            view! { <li><a class="chip accent" href=href><Icon name="version" /><span>"Exported as "<VersionName version /></span></a></li> }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips" aria-label="Exports">{chips}</ul> })
}
