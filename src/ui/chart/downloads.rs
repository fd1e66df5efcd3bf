//! How a chart is saved.

use crate::ui::{attachment::plain, icon::Icon};
use leptos::prelude::*;

/// Where the files of a chart come from.
#[derive(Clone, Debug)]
pub struct Downloads {
    /// The address of the SVG, which has a query.
    pub svg: String,
    /// The address of the points, if they come as a file.
    pub csv: Option<String>,
}

/// A menu of files. PNG is drawn by the browser, from the SVG.
#[component]
pub fn DownloadMenu(
    /// What is measured.
    title: String,
    /// The files.
    downloads: Downloads,
) -> impl IntoView {
    let Downloads { svg, csv } = downloads;
    let dark = format!("{svg}&theme=dark");
    let png = format!("{}.png", plain(&title));
    let csv = csv.map(|csv| view! { <a class="menu-item" href=csv download>"CSV"</a> });
    view! {
        <details class="menu chart-menu">
            <summary>"Save"<span class="visually-hidden">" "{title}</span><Icon name="down" /></summary>
            <div class="menu-panel">
                <a class="menu-item" href=svg.clone() download>"SVG"</a>
                <a class="menu-item" href=dark.clone() download>"SVG, dark"</a>
                <a class="menu-item needs-script" href=svg data-png=png.clone()>"PNG"</a>
                <a class="menu-item needs-script" href=dark data-png=png>"PNG, dark"</a>
                {csv}
            </div>
        </details>
    }
}
