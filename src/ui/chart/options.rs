//! How curves are drawn: scale, smoothing, axis and part, as the address says.

use super::{Point, Unit};
use crate::{
    ui::address::with_query,
    vocabulary::{SeriesPoint, Timestamp},
};
use leptos::prelude::*;

/// What a visitor chose.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChartOptions {
    /// Values on a logarithmic scale; those that are not positive leave gaps.
    pub is_logarithmic: bool,
    /// 0 for none, below 1: the weight of what came before in a moving average.
    pub smoothing: f64,
    /// What the horizontal axis counts.
    pub unit: Unit,
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
                "axis" => options.unit = if value == "time" { Unit::Seconds } else { Unit::Steps },
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

    /// Whether a step is drawn.
    pub fn has_step(&self, step: i64) -> bool {
        self.from.is_none_or(|from| from <= step) && self.to.is_none_or(|to| step <= to)
    }

    /// `path` with these choices as its query.
    pub fn address(&self, path: &str) -> String {
        self.address_with(path, &[])
    }

    /// `path` with these choices and some other pairs as its query.
    pub fn address_with(&self, path: &str, others: &[(&str, &str)]) -> String {
        let text = |step: Option<i64>| step.map(|step| step.to_string()).unwrap_or_default();
        let smoothing = if self.smoothing > 0.0 { self.smoothing.to_string() } else { String::new() };
        let pairs = [
            ("scale", if self.is_logarithmic { "log" } else { "" }),
            ("smoothing", &smoothing),
            ("axis", if self.unit == Unit::Seconds { "time" } else { "" }),
            ("from", &text(self.from)),
            ("to", &text(self.to)),
        ];
        with_query(path, &[others, &pairs].concat())
    }

    /// Points as they are drawn. `began` is the time of the first point of all series.
    pub fn points(&self, points: &[SeriesPoint], began: Option<Timestamp>) -> Vec<Point> {
        let place = |point: &SeriesPoint| match (self.unit, began) {
            (Unit::Seconds, Some(began)) => point.time.seconds_since(began).round() as i64,
            _ => point.step,
        };
        let drawn = |point: &SeriesPoint| Point { place: place(point), step: point.step, value: point.value.0 };
        let mut points: Vec<Point> = points.iter().map(drawn).collect();
        points.sort_by_key(|point| point.place);
        smoothed(points, self.smoothing)
    }
}

/// A moving average with exponentially falling weights, corrected for its beginning (Kingma and Ba, "Adam", 2014, section 3).
fn smoothed(points: Vec<Point>, factor: f64) -> Vec<Point> {
    if factor <= 0.0 {
        return points;
    }
    let (mut average, mut weight) = (0.0, 0.0);
    let smooth = |point: Point| {
        // A gap stays a gap, and the average goes on behind it.
        if !point.value.is_finite() {
            return point;
        }
        average = factor * average + (1.0 - factor) * point.value;
        weight = factor * weight + (1.0 - factor);
        Point { value: average / weight, ..point }
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
    let all = options.steps().map(|_| {
        let all = ChartOptions { from: None, to: None, ..options }.address(&action);
        view! { <a class="button" href=all>"All steps"</a> }
    });
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
                <option value="time" selected=options.unit == Unit::Seconds>"Over seconds"</option>
            </select>
            <input class="input" name="from" inputmode="numeric" aria-label="From step" placeholder="From step" value=step(options.from) />
            <input class="input" name="to" inputmode="numeric" aria-label="To step" placeholder="To step" value=step(options.to) />
            <button class="button" type="submit">"Draw"</button>
            {all}
            <a class="button end" href=csv download>"CSV"</a>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_constants_gaps_and_the_range() {
        let points =
            |values: &[f64]| (0..).zip(values).map(|(step, value)| Point::at(step, *value)).collect::<Vec<_>>();
        assert_eq!(smoothed(points(&[2.0, 2.0]), 0.9), points(&[2.0, 2.0]));
        let rough = points(&[0.0, 10.0, f64::NAN, 0.0, 10.0]);
        let same = |one: &Point, other: &Point| one.value.to_bits() == other.value.to_bits();
        assert!(smoothed(rough.clone(), 0.0).iter().zip(&rough).all(|(one, other)| same(one, other)));
        let smooth = smoothed(rough, 0.6);
        assert!(smooth[2].value.is_nan());
        for point in smooth.iter().filter(|point| point.place != 2) {
            assert!((0.0..=10.0).contains(&point.value), "{point:?}");
        }
        assert!(smooth[1].value > smooth[0].value && smooth[3].value < smooth[1].value);
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let options =
            ChartOptions { is_logarithmic: true, smoothing: 0.6, unit: Unit::Seconds, from: Some(1), to: Some(20) };
        assert_eq!(options.address("/x"), "/x?scale=log&smoothing=0.6&axis=time&from=1&to=20");
        assert_eq!(ChartOptions::default().address("/x"), "/x");
        assert_eq!(ChartOptions::default().address_with("/x", &[("key", "a b")]), "/x?key=a%20b");
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
