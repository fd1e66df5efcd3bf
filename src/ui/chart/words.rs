//! What a chart says in words.

use super::{Series, Unit};
use crate::vocabulary::{MetricValue, quantity::grouped};

/// How many points of a line are not drawn.
pub fn gaps(series: &Series, is_logarithmic: bool) -> Option<String> {
    let what = if is_logarithmic { "not positive, NaN or infinite" } else { "NaN or infinite" };
    match series.gaps {
        ..=0 => None,
        1 => Some(format!("{}: 1 point that is {what} leaves a gap.", series.name)),
        count => Some(format!("{}: {} points that are {what} leave gaps.", series.name, grouped(count))),
    }
}

/// Instead of a drawing.
pub fn nothing_to_draw(is_logarithmic: bool) -> &'static str {
    if is_logarithmic { "There is no positive value to draw." } else { "There is no finite value to draw." }
}

/// What the drawing shows, in a sentence.
pub fn spoken(title: &str, series: &[Series], unit: Unit) -> String {
    let places = || series.iter().flat_map(|series| series.points.iter().map(|point| point.place));
    let range = match (places().min(), places().max()) {
        (Some(first), Some(last)) => format!("{title} over the {}s {first} to {last}", unit.noun()),
        _ => title.to_owned(),
    };
    let lines: Vec<String> = series
        .iter()
        .map(|series| {
            let first = series.points.first().map(|point| MetricValue(point.value).to_string());
            format!("{} from {} to {}", series.name, first.unwrap_or_default(), series.last)
        })
        .collect();
    format!("{range}: {}", lines.join(", "))
}
