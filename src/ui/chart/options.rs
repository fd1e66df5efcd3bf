//! How curves are drawn: scale, smoothing, axis and part, as the address says.

use super::Series;
use crate::vocabulary::{SeriesPoint, Timestamp};
use leptos::prelude::*;

/// What a visitor chose.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChartOptions {
    /// Values on a logarithmic scale; those that are not positive leave gaps.
    pub is_logarithmic: bool,
    /// 0 for none, below 1: the weight of what came before in a moving average.
    pub smoothing: f64,
    /// Seconds since the first point instead of steps.
    pub has_time_axis: bool,
    /// Only steps from here on.
    pub from: Option<i64>,
    /// Only steps up to here.
    pub to: Option<i64>,
}

impl ChartOptions {
    /// Reads the pairs of an address; what cannot be read counts as absent.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let mut options = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "scale" => options.is_logarithmic = value == "log",
                "smoothing" => {
                    let factor = value.parse::<f64>().ok().filter(|factor| factor.is_finite());
                    options.smoothing = factor.unwrap_or(0.0).clamp(0.0, 0.99);
                }
                "axis" => options.has_time_axis = value == "time",
                "from" => options.from = value.trim().parse().ok(),
                "to" => options.to = value.trim().parse().ok(),
                _ => {}
            }
        }
        options
    }

    /// The steps that are drawn, if not all.
    pub fn steps(&self) -> Option<(i64, i64)> {
        let is_part = self.from.is_some() || self.to.is_some();
        is_part.then(|| (self.from.unwrap_or(0), self.to.unwrap_or(i64::MAX)))
    }

    /// A series as it is drawn. `began` is the time of the first point of all series.
    pub fn series(&self, name: String, last: String, points: &[SeriesPoint], began: Option<Timestamp>) -> Series {
        let place = |point: &SeriesPoint| match (self.has_time_axis, began) {
            (true, Some(began)) => point.time.seconds_since(began).round() as i64,
            _ => point.step,
        };
        let mut points: Vec<(i64, f64)> = points.iter().map(|point| (place(point), point.value.0)).collect();
        points.sort_by_key(|(place, _)| *place);
        Series { name, last, points: smoothed(points, self.smoothing) }
    }
}

/// A moving average with exponentially falling weights, corrected for its beginning (Kingma and Ba, "Adam", 2014, section 3).
fn smoothed(points: Vec<(i64, f64)>, factor: f64) -> Vec<(i64, f64)> {
    if factor <= 0.0 {
        return points;
    }
    let (mut average, mut weight) = (0.0, 0.0);
    let smooth = |(place, value): (i64, f64)| {
        // A gap stays a gap, and the average goes on behind it.
        if !value.is_finite() {
            return (place, value);
        }
        average = factor * average + (1.0 - factor) * value;
        weight = factor * weight + (1.0 - factor);
        (place, average / weight)
    };
    points.into_iter().map(smooth).collect()
}

/// The choices above the charts, as a GET form.
#[component]
pub fn ChartForm(
    /// What is chosen.
    options: ChartOptions,
    /// The address of the page.
    action: String,
    /// Where all points come as a file.
    csv: String,
) -> impl IntoView {
    let smoothings: Vec<_> = [
        ("0", "No smoothing"),
        ("0.6", "Some smoothing"),
        ("0.9", "Much smoothing"),
        ("0.98", "Most smoothing"),
    ]
    .into_iter()
    .map(
        |(value, words)| view! { <option value=value selected=value.parse() == Ok(options.smoothing)>{words}</option> },
    )
    .collect();
    let step = |step: Option<i64>| step.map(|step| step.to_string()).unwrap_or_default();
    view! {
        <form class="toolbar" method="get" action=action aria-label="How curves are drawn">
            <select class="input" name="scale" aria-label="Scale">
                <option value="">"Linear scale"</option>
                <option value="log" selected=options.is_logarithmic>"Logarithmic scale"</option>
            </select>
            <select class="input" name="smoothing" aria-label="Smoothing">{smoothings}</select>
            <select class="input" name="axis" aria-label="Axis">
                <option value="">"Over steps"</option>
                <option value="time" selected=options.has_time_axis>"Over seconds"</option>
            </select>
            <input class="input" name="from" inputmode="numeric" aria-label="From step" placeholder="From step" value=step(options.from) />
            <input class="input" name="to" inputmode="numeric" aria-label="To step" placeholder="To step" value=step(options.to) />
            <button class="button" type="submit">"Draw"</button>
            <a class="button end" href=csv download>"CSV"</a>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_constants_gaps_and_the_range() {
        assert_eq!(smoothed(vec![(0, 2.0), (1, 2.0)], 0.9), [(0, 2.0), (1, 2.0)]);
        let rough = vec![(0, 0.0), (1, 10.0), (2, f64::NAN), (3, 0.0), (4, 10.0)];
        assert!(
            smoothed(rough.clone(), 0.0).iter().zip(&rough).all(|(one, other)| one.1.to_bits() == other.1.to_bits())
        );
        let smooth = smoothed(rough, 0.6);
        assert!(smooth[2].1.is_nan());
        for (place, value) in smooth.iter().filter(|(place, _)| *place != 2) {
            assert!((0.0..=10.0).contains(value), "{place}: {value}");
        }
        assert!(smooth[1].1 > smooth[0].1 && smooth[3].1 < smooth[1].1);
    }

    #[test]
    fn what_cannot_be_read_is_not_chosen() {
        let read = |name: &str, value: &str| ChartOptions::of(&[(name.to_owned(), value.to_owned())]);
        for (name, value) in [("scale", "linear"), ("smoothing", "x"), ("axis", "x"), ("from", "x"), ("other", "1")] {
            assert_eq!(read(name, value), ChartOptions::default(), "{name}");
        }
        assert_eq!(read("smoothing", "7").smoothing, 0.99);
        assert_eq!(read("smoothing", "NaN").smoothing, 0.0);
    }
}
