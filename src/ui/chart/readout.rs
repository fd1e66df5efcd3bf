//! What the browser needs to read a chart: the values at the cursor, and the slider that moves it by keys.

use super::Series;
use crate::{ui::chart_reader::encoded, vocabulary::MetricValue};
use leptos::prelude::*;

const HELP: &str = "chart-help";

/// How charts are read; once on a page with charts.
#[component]
pub fn ChartHelp() -> impl IntoView {
    view! {
        <p class="needs-script muted small" id=HELP>
            "Point at a chart to read it, drag to zoom. With the keyboard: arrow keys read, Shift and arrow keys mark, Enter zooms, Escape leaves."
        </p>
    }
}

/// The read-out is empty until somebody reads. The slider says aloud what the read-out shows, so that is no live region.
#[component]
pub fn Readout(
    /// What is measured.
    title: String,
    /// The lines.
    series: Vec<Series>,
) -> impl IntoView {
    let lines: Vec<_> = series.iter().enumerate().map(|(index, series)| line(index, series)).collect();
    let mut places: Vec<i64> = series.iter().flat_map(|series| &series.points).map(|point| point.place).collect();
    places.sort_unstable();
    places.dedup();
    let last = places.len().saturating_sub(1);
    view! {
        <input type="range" class="needs-script" min="0" max=last value=last aria-label=format!("Read {title}") aria-describedby=HELP />
        <div class="readout" hidden>
            <strong></strong>
            <ul class="legend">{lines}</ul>
        </div>
    }
}

fn line(index: usize, series: &Series) -> impl IntoView + use<> {
    let mut points = series.points.clone();
    points.sort_by_key(|point| point.place);
    let points = encoded(points.iter().map(|point| (point.place, point.step, MetricValue(point.value).to_string())));
    view! {
        <li data-series=index + 1 data-points=points>
            <svg viewBox="0 0 24 8" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4"></line></svg>
            <bdi>{series.name.clone()}</bdi>
            <span class="value"></span>
        </li>
    }
}
