//! Line charts, drawn on the server as SVG; no script, no style of their own.

mod geometry;
mod group;
mod options;
mod scale;
mod values;

pub use group::grouped_by_last_part;
pub use options::{ChartForm, ChartOptions};

use crate::vocabulary::{direction::direction_of, quantity::counted};
use geometry::{Geometry, HEIGHT, RIGHT, WIDTH, X_AXIS};
use leptos::prelude::*;
use values::ValueTable;

/// The most series in one chart: as many colours can be told apart.
pub const MAX_SERIES: usize = 6;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, for the legend.
    pub name: String,
    /// Its last value, for the legend.
    pub last: String,
    /// Steps and values; a value that is not a number, or infinite, leaves a gap.
    pub points: Vec<(i64, f64)>,
}

/// A chart of up to [`MAX_SERIES`] lines over the same axes.
#[component]
pub fn LineChart(
    /// What is measured.
    title: String,
    /// The lines.
    series: Vec<Series>,
    /// Whether equal distances are equal ratios; values that are not positive leave gaps then.
    #[prop(optional)]
    is_logarithmic: bool,
) -> impl IntoView {
    let note = direction_of(&title).map(|direction| view! { <small>{direction.for_people()}</small> });
    let gaps: Vec<_> = series
        .iter()
        .filter_map(|series| gap_text(series, is_logarithmic))
        .map(|text| view! { <p class="muted small">{text}</p> })
        .collect();
    let legend: Vec<_> = series.iter().enumerate().map(|(index, series)| legend_entry(index, series)).collect();
    let drawing = match Geometry::of(&series, is_logarithmic) {
        Some(geometry) => drawing(&title, &series, geometry).into_any(),
        None => view! { <p class="muted">{if is_logarithmic { "There is no positive value to draw." } else { "There is no finite value to draw." }}</p> }.into_any(),
    };
    view! {
        <figure class="chart">
            <figcaption><bdi>{title.clone()}</bdi>{note}</figcaption>
            {drawing}
            <ul class="legend">{legend}</ul>
            {gaps}
            <ValueTable title series />
        </figure>
    }
}

fn drawing(title: &str, series: &[Series], geometry: Geometry) -> impl IntoView + use<> {
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
            let dot = line.end.map(|(x, y)| view! { <circle class="dot" cx=place(x) cy=place(y) r="4"></circle> });
            view! { <g data-series=index + 1>{runs}{dot}</g> }
        })
        .collect();
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=spoken(title, series)>
            {rows}
            <line class="axis" x1=left.to_string() x2=RIGHT.to_string() y1=X_AXIS.to_string() y2=X_AXIS.to_string()></line>
            {columns}
            {lines}
        </svg>
    }
}

fn legend_entry(index: usize, series: &Series) -> impl IntoView + use<> {
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

fn gap_text(series: &Series, is_logarithmic: bool) -> Option<String> {
    let is_drawn = |value: f64| value.is_finite() && !(is_logarithmic && value <= 0.0);
    let count = series.points.iter().filter(|(_, value)| !is_drawn(*value)).count();
    let what = if is_logarithmic { "not positive, NaN or infinite" } else { "NaN or infinite" };
    (count > 0).then(|| {
        let (points, verb) = (counted(count, "point"), if count == 1 { "leaves a gap" } else { "leave gaps" });
        format!("{}: {points} that are {what} {verb}.", series.name).replace("1 point that are", "1 point that is")
    })
}

/// What the drawing shows, in a sentence.
fn spoken(title: &str, series: &[Series]) -> String {
    let steps = || series.iter().flat_map(|series| series.points.iter().map(|(step, _)| *step));
    let range = match (steps().min(), steps().max()) {
        (Some(first), Some(last)) => format!("{title} over the steps {first} to {last}"),
        _ => title.to_owned(),
    };
    let lines: Vec<String> = series
        .iter()
        .map(|series| {
            let first = series.points.first().map(|(_, value)| crate::vocabulary::MetricValue(*value).to_string());
            format!("{} from {} to {}", series.name, first.unwrap_or_default(), series.last)
        })
        .collect();
    format!("{range}: {}", lines.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_draws_gaps_and_tells_of_them() {
        let points = vec![(0, 1.0), (1, f64::NAN), (2, 0.5), (3, f64::INFINITY)];
        let series = vec![Series { name: "val/<loss>".to_owned(), last: "Infinity".to_owned(), points }];
        let html = view! { <LineChart title="loss".to_owned() series /> }.to_html();
        assert_eq!(html.matches("<polyline").count(), 2, "{html}");
        assert!(html.contains("2 points that are NaN or infinite leave gaps."), "{html}");
        assert!(html.contains("val/&lt;loss&gt;") && !html.contains("<loss>"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn a_chart_without_a_finite_value_says_so() {
        let series = vec![Series { name: "x".to_owned(), last: "NaN".to_owned(), points: vec![(0, f64::NAN)] }];
        let html = view! { <LineChart title="x".to_owned() series /> }.to_html();
        assert!(
            html.contains("no finite value") && html.contains("1 point that is NaN or infinite leaves a gap"),
            "{html}"
        );
    }
}
