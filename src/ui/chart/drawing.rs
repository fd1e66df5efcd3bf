//! The drawing itself.

use super::{
    Series, Unit,
    geometry::{Geometry, HEIGHT, TOP, X_AXIS},
};
use crate::ui::chart_reader::{RIGHT, WIDTH};
use leptos::prelude::*;

/// Axes, lines, and the cursor, which the browser moves.
#[component]
pub fn Drawing(
    /// What it shows, in a sentence.
    label: String,
    /// Where everything stands.
    geometry: Geometry,
    /// What the horizontal axis counts.
    unit: Unit,
) -> impl IntoView {
    let left = geometry.left;
    let rows: Vec<_> = geometry
        .y_ticks
        .into_iter()
        .map(|(y, label)| {
            view! {
                <line class="grid" x1=left.to_string() x2=RIGHT.to_string() y1=place(y) y2=place(y)></line>
                <text x=(left - 8.0).to_string() y=place(y + 4.0) text-anchor="end">{label}</text>
            }
        })
        .collect();
    let columns: Vec<_> = geometry
        .x_ticks
        .into_iter()
        .map(|(x, label)| view! { <text x=place(x) y="226" text-anchor="middle">{label}</text> })
        .collect();
    let lines: Vec<_> = geometry
        .lines
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let runs: Vec<_> = line
                .runs
                .into_iter()
                .map(|points| view! { <polyline class="line" points=points></polyline> })
                .collect();
            let special: Vec<_> = line.special.iter().map(|mark| mark.draw(unit)).collect();
            let dot = line.end.map(|(x, y)| view! { <circle class="dot" cx=place(x) cy=place(y) r="4"></circle> });
            view! { <g data-series=index + 1>{runs}{special}{dot}</g> }
        })
        .collect();
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label data-left=left.to_string()>
            {rows}
            <line class="axis" x1=left.to_string() x2=RIGHT.to_string() y1=X_AXIS.to_string() y2=X_AXIS.to_string()></line>
            {columns}
            {lines}
            <rect class="marked" visibility="hidden" y=TOP.to_string() height=(X_AXIS - TOP).to_string()></rect>
            <line class="cursor" visibility="hidden" y1=TOP.to_string() y2=X_AXIS.to_string()></line>
        </svg>
    }
}

/// A line's key, its name and its last value.
pub fn legend_entry(index: usize, series: &Series) -> impl IntoView + use<> {
    view! {
        <li data-series=index + 1>
            <svg viewBox="0 0 24 8" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4"></line></svg>
            <bdi>{series.name.clone()}</bdi>
            <span class="value">{series.last.clone()}</span>
        </li>
    }
}

fn place(coordinate: f64) -> String {
    format!("{coordinate:.1}")
}
