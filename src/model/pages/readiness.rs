//! What a version has for being deployed, at a glance (R42).

use crate::{model::ModelVersion, ui::icon::Icon};
use leptos::prelude::*;

/// One badge for each thing that a deployment needs.
#[component]
pub fn Readiness(
    /// The version.
    version: ModelVersion,
) -> impl IntoView {
    let badges = badges(&version).map(|badge| {
        let (icon, state) = if badge.is_there { ("check", "yes") } else { ("absent", "no") };
        let words = if badge.is_there { badge.there } else { badge.missing };
        view! { <li><span class="chip readiness" data-ready=state><Icon name=icon />{words}</span></li> }
    });
    view! { <ul class="chips" aria-label="Ready for deployment">{badges.collect_view()}</ul> }
}

struct Badge {
    is_there: bool,
    there: &'static str,
    missing: &'static str,
}

fn badges(version: &ModelVersion) -> [Badge; 4] {
    let badge = |is_there, there, missing| Badge { is_there, there, missing };
    [
        badge(!version.files.is_empty(), "Has files", "No files"),
        badge(!version.labels.is_empty(), "Has a label map", "No label map"),
        badge(version.docker_image.is_some(), "Has a docker image", "No docker image"),
        badge(version.sealed_at.is_some(), "Sealed", "Not sealed"),
    ]
}
