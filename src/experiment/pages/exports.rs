//! The way from an experiment into the registry: what it was exported as, and the button.

use crate::{
    experiment::Experiment,
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
            view! { <li><a class="chip accent" href=href><Icon name="version" />"Exported as "<VersionName version /></a></li> }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips" aria-label="Exports">{chips}</ul> })
}

/// The button that exports; for viewers it is disabled, with the reason (R6, D10).
#[component]
pub fn ExportPlace(
    /// The experiment.
    experiment: Experiment,
    /// Whether the person may export.
    may_export: bool,
) -> impl IntoView {
    if may_export {
        let href = format!("{}/export", super::address(experiment.summary.id));
        return view! { <a class="button primary" href=href><Icon name="export" />"Export as a Model"</a> }.into_any();
    }
    view! {
        <div class="action">
            <button class="button primary" type="button" aria-disabled="true" aria-describedby="why-not-export">
                <Icon name="export" />
                "Export as a Model"
            </button>
            <p class="action-reason" id="why-not-export">"You are a viewer. Ask an owner for the editor role to export."</p>
        </div>
    }
    .into_any()
}
