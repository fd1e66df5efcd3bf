//! Line charts, drawn on the server as SVG; no script, no style of their own.

mod downloads;
mod drawing;
mod file;
mod geometry;
mod group;
mod options;
mod palette;
mod readout;
mod scale;
mod special;
mod values;
mod words;

pub use downloads::Downloads;
pub use file::ChartFile;
pub use group::grouped_by_last_part;
pub use options::{ChartForm, ChartOptions};
pub use readout::ChartHelp;

use crate::vocabulary::direction::direction_of;
use downloads::DownloadMenu;
use drawing::{Drawing, legend_entry};
use geometry::Geometry;
use leptos::prelude::*;
use readout::Readout;
use values::ValueTable;

/// The most series in one chart: as many colours can be told apart.
pub const MAX_SERIES: usize = 6;

/// What the horizontal axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Steps of the training.
    #[default]
    Steps,
    /// Seconds since the first point.
    Seconds,
}

impl Unit {
    /// At the beginning of a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Steps => "Step",
            Self::Seconds => "Second",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Steps => "step",
            Self::Seconds => "second",
        }
    }
}

/// A point of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Where it stands on the horizontal axis.
    pub place: i64,
    /// The step at which it was measured.
    pub step: i64,
    /// What was measured; what is not a number, or infinite, leaves a gap.
    pub value: f64,
}

impl Point {
    /// A point of a chart over steps.
    pub fn at(step: i64, value: f64) -> Self {
        Self { place: step, step, value }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, for the legend.
    pub name: String,
    /// Its last value, for the legend.
    pub last: String,
    /// How many points cannot be drawn; not all of them are among the points.
    pub gaps: i64,
    /// What is drawn.
    pub points: Vec<Point>,
}

/// A chart of up to [`MAX_SERIES`] lines over the same axes.
#[component]
pub fn LineChart(
    /// What the chart is called in addresses.
    id: String,
    /// What is measured.
    title: String,
    /// The lines.
    series: Vec<Series>,
    /// What the horizontal axis counts.
    #[prop(optional)]
    unit: Unit,
    /// Whether equal distances are equal ratios; values that are not positive leave gaps then.
    #[prop(optional)]
    is_logarithmic: bool,
    /// Where it is saved.
    downloads: Downloads,
) -> impl IntoView {
    let note = direction_of(&title).map(|direction| view! { <small>{direction.for_people()}</small> });
    let gaps: Vec<_> = series
        .iter()
        .filter_map(|series| words::gaps(series, is_logarithmic))
        .map(|text| view! { <p class="muted small">{text}</p> })
        .collect();
    let legend: Vec<_> = series.iter().enumerate().map(|(index, series)| legend_entry(index, series)).collect();
    let drawing = match Geometry::of(&series, is_logarithmic) {
        Some(geometry) => view! {
            <div class="plot" data-unit=unit.word()>
                <Drawing label=words::spoken(&title, &series, unit) geometry unit />
                <Readout title=title.clone() series=series.clone() />
            </div>
        }
        .into_any(),
        None => view! { <p class="muted">{words::nothing_to_draw(is_logarithmic)}</p> }.into_any(),
    };
    view! {
        <figure class="chart" id=id>
            <figcaption><bdi>{title.clone()}</bdi>{note}<DownloadMenu title=title.clone() downloads /></figcaption>
            {drawing}
            <ul class="legend">{legend}</ul>
            {gaps}
            <ValueTable title series unit />
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn downloads() -> Downloads {
        Downloads { svg: "/chart.svg?key=x".to_owned(), csv: None }
    }

    #[test]
    fn a_chart_draws_gaps_and_tells_of_them() {
        let values = [1.0, f64::NAN, 0.5, f64::INFINITY];
        let points = (0..).zip(values).map(|(step, value)| Point::at(step, value)).collect();
        let series = vec![Series { name: "val/<loss>".to_owned(), last: "Infinity".to_owned(), gaps: 2, points }];
        let html = view! { <LineChart id="chart-1".to_owned() title="loss".to_owned() series downloads=downloads() /> }
            .to_html();
        assert_eq!(html.matches("<polyline").count(), 2, "{html}");
        assert!(html.contains("<title>NaN at step 1<") && html.contains("<title>Infinity at step 3<"), "{html}");
        assert!(html.contains("2 points that are NaN or infinite leave gaps."), "{html}");
        assert!(html.contains("val/&lt;loss&gt;") && !html.contains("<loss>"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn a_chart_without_a_finite_value_says_so() {
        let series = vec![Series {
            name: "x".to_owned(),
            last: "NaN".to_owned(),
            gaps: 1,
            points: vec![Point::at(0, f64::NAN)],
        }];
        let html =
            view! { <LineChart id="chart-1".to_owned() title="x".to_owned() series downloads=downloads() /> }.to_html();
        assert!(
            html.contains("no finite value") && html.contains("1 point that is NaN or infinite leaves a gap"),
            "{html}"
        );
    }
}
