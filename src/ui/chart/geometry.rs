//! From points to places in the drawing.

use super::{
    Point, Series,
    scale::Axis,
    special::{self, SpecialMark},
};
use crate::ui::chart_reader::RIGHT;

/// The height of the drawing.
pub const HEIGHT: f64 = 240.0;
/// Where the horizontal axis runs.
pub const X_AXIS: f64 = 206.0;
/// Where the plot begins at the top.
pub const TOP: f64 = 12.0;
const CHARACTER_WIDTH: f64 = 7.5;

/// Where everything goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// Where the plot begins: far enough from the edge for the labels.
    pub left: f64,
    /// The marks of the horizontal axis.
    pub x_ticks: Vec<(f64, String)>,
    /// The marks of the values.
    pub y_ticks: Vec<(f64, String)>,
    /// One for each series.
    pub lines: Vec<Line>,
}

/// One series, cut where values are missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The attribute `points` of each uninterrupted run.
    pub runs: Vec<String>,
    /// The place of the last point, if it can be drawn.
    pub end: Option<(f64, f64)>,
    /// The values that the line cannot reach.
    pub special: Vec<SpecialMark>,
}

impl Geometry {
    /// Places all points; none if no value can be drawn.
    pub fn of(series: &[Series], is_logarithmic: bool) -> Option<Self> {
        if is_logarithmic {
            // What is not positive leaves a gap.
            let logarithm = |value: f64| if value > 0.0 { value.log10() } else { f64::NAN };
            return Self::with_heights(series, logarithm, |_, tick| logarithm_label(tick));
        }
        Self::with_heights(series, |value| value, Axis::label)
    }

    /// `height` is what is drawn of a value; what is not finite is not drawn.
    fn with_heights(
        series: &[Series],
        height: impl Fn(f64) -> f64 + Copy,
        label: impl Fn(&Axis, f64) -> String,
    ) -> Option<Self> {
        let points = || series.iter().flat_map(|series| &series.points);
        let values = || points().map(|point| height(point.value)).filter(|value| value.is_finite());
        let values = Axis::around(values().reduce(f64::min)?, values().reduce(f64::max)?, 5);
        let places = || points().map(|point| point.place);
        let places = Axis::of_steps(places().min()?, places().max()?, 5);
        let y_labels: Vec<String> = values.ticks.iter().map(|tick| label(&values, *tick)).collect();
        let longest = y_labels.iter().map(String::len).max().unwrap_or(0) as f64;
        let left = (longest * CHARACTER_WIDTH + 14.0).round().clamp(44.0, 120.0);
        let x = |place: f64| left + places.place(place) * (RIGHT - left);
        let y = |value: f64| X_AXIS - values.place(value) * (X_AXIS - TOP);
        Some(Self {
            left,
            x_ticks: places.ticks.iter().map(|tick| (x(*tick), places.label(*tick))).collect(),
            y_ticks: values.ticks.iter().map(|tick| y(*tick)).zip(y_labels).collect(),
            lines: series.iter().map(|series| line(series, height, |place| x(place as f64), y)).collect(),
        })
    }
}

fn line(series: &Series, height: impl Fn(f64) -> f64, x: impl Fn(i64) -> f64, y: impl Fn(f64) -> f64) -> Line {
    let mut points = series.points.clone();
    // A resumed training may log steps again, or out of order.
    points.sort_by_key(|point| point.place);
    let is_drawn = |point: &Point| height(point.value).is_finite();
    let place = |point: &Point| (x(point.place), y(height(point.value)));
    let runs = points.split(|point| !is_drawn(point)).filter(|run| !run.is_empty()).map(|run| {
        let places: Vec<String> = run.iter().map(place).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        // A run of one point is drawn as a dot: a line without length, with round ends.
        if let [only] = places.as_slice() { format!("{only} {only}") } else { places.join(" ") }
    });
    let end = points.last().filter(|point| is_drawn(point)).map(place);
    Line { runs: runs.collect(), end, special: special::marks(&points, &x, &height) }
}

fn logarithm_label(tick: f64) -> String {
    let number = 10_f64.powf(tick);
    if (1e-3..1e4).contains(&number) {
        format!("{number:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{number:.0e}")
    }
}

#[cfg(test)]
mod tests {
    use super::{special::Kind, *};

    fn series(points: &[(i64, f64)]) -> Vec<Series> {
        let points = points.iter().map(|(step, value)| Point::at(*step, *value)).collect();
        vec![Series { name: String::new(), last: String::new(), gaps: 0, points }]
    }

    #[test]
    fn missing_values_cut_the_line_and_every_point_stays_inside() {
        let nan = f64::NAN;
        let points = [(5, nan), (0, 1.0), (1, 2.0), (2, nan), (3, 1.5), (4, f64::NEG_INFINITY)];
        let geometry = Geometry::of(&series(&points), false).unwrap();
        let line = &geometry.lines[0];
        assert_eq!(line.runs.len(), 2);
        assert_eq!(line.runs[0].split(' ').count(), 2);
        let (first, second) = line.runs[1].split_once(' ').unwrap();
        assert_eq!(first, second);
        assert_eq!(line.end, None);
        for place in line.runs.iter().flat_map(|run| run.split(' ')) {
            let (x, y) = place.split_once(',').unwrap();
            assert!((geometry.left..=RIGHT).contains(&x.parse::<f64>().unwrap()), "{place}");
            assert!((TOP..=X_AXIS).contains(&y.parse::<f64>().unwrap()), "{place}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_marked_once_at_a_place() {
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, 0.0];
        let points: Vec<(i64, f64)> = (0..10_000).map(|step| (step, values[step as usize % 5])).collect();
        let kinds = |is_logarithmic| {
            let marks = Geometry::of(&series(&points), is_logarithmic).unwrap().lines.remove(0).special;
            assert!(marks.len() <= 3 * 108, "{}", marks.len());
            marks.iter().take(4).map(|mark| (mark.kind, mark.point.place)).collect::<Vec<_>>()
        };
        assert_eq!(kinds(false)[..3], [(Kind::Nowhere, 0), (Kind::Above, 1), (Kind::Below, 2)]);
        let zero = Geometry::of(&series(&[(0, 1.0), (1, 0.0)]), true).unwrap().lines.remove(0).special;
        assert_eq!((zero.len(), zero[0].kind), (1, Kind::Below), "too low for the scale");
        assert_eq!(kinds(true)[..3], [(Kind::Nowhere, 0), (Kind::Above, 1), (Kind::Below, 2)]);
    }

    #[test]
    fn a_single_point_stands_in_the_middle_of_its_axis() {
        let geometry = Geometry::of(&series(&[(7, 0.5)]), false).unwrap();
        assert_eq!(geometry.lines[0].end.map(|(x, _)| x), Some((geometry.left + RIGHT) / 2.0));
        assert_eq!(Geometry::of(&series(&[(7, f64::NAN)]), false), None);
        assert_eq!(Geometry::of(&[], false), None);
    }

    #[test]
    fn the_greatest_numbers_are_drawn() {
        let geometry = Geometry::of(&series(&[(0, -f64::MAX), (1, f64::MAX), (1 << 53, 5e-324)]), false).unwrap();
        assert!(geometry.lines[0].runs[0].split([' ', ',']).all(|number| number.parse::<f64>().unwrap().is_finite()));
    }

    #[test]
    fn equal_ratios_are_equal_distances_on_a_logarithmic_scale() {
        let geometry = Geometry::of(&series(&[(0, 0.001), (1, 0.1), (2, 10.0), (3, 0.0), (4, -1.0)]), true).unwrap();
        assert_eq!(geometry.lines[0].runs.len(), 1, "what is not positive is a gap");
        let heights: Vec<f64> = geometry.lines[0].runs[0]
            .split(' ')
            .map(|place| place.split_once(',').unwrap().1.parse().unwrap())
            .collect();
        assert!((heights[0] - heights[1] - (heights[1] - heights[2])).abs() < 0.2, "{heights:?}");
        assert!(geometry.y_ticks.iter().any(|(_, label)| label == "0.001"), "{:?}", geometry.y_ticks);
        assert_eq!(Geometry::of(&series(&[(0, 0.0), (1, -1.0)]), true), None);
    }
}
