//! What a chart carries to be read: the drawn points of its lines, in the order of their places on the horizontal axis.

use crate::vocabulary::quantity::grouped;

/// The width of a drawing.
pub const WIDTH: f64 = 480.0;
/// Where its plot ends on the right.
pub const RIGHT: f64 = 470.0;

/// A drawn point.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    place: i64,
    step: i64,
    value: String,
}

impl Mark {
    /// `step value`, or `step value place` if the axis is not that of the steps.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let step = parts.next()?.parse().ok()?;
        let value = parts.next()?.to_owned();
        let place = parts.next().map_or(Some(step), |place| place.parse().ok())?;
        Some(Self { place, step, value })
    }
}

/// The points as text, read back by `Curves::of`. Each is a place on the axis, a step and the value in words.
#[cfg(feature = "ssr")]
pub fn encoded(points: impl Iterator<Item = (i64, i64, String)>) -> String {
    let written = points.map(
        |(place, step, value)| {
            if place == step { format!("{step} {value}") } else { format!("{step} {value} {place}") }
        },
    );
    written.collect::<Vec<_>>().join(",")
}

/// All lines of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curves {
    curves: Vec<(String, Vec<Mark>)>,
    /// Every place at which a line has a point, rising, each once.
    places: Vec<i64>,
}

impl Curves {
    /// Reads lines, given as names and encoded points; none if there is no point.
    pub fn of(lines: impl Iterator<Item = (String, String)>) -> Option<Self> {
        let curves: Vec<(String, Vec<Mark>)> =
            lines.map(|(name, points)| (name, points.split(',').filter_map(Mark::read).collect())).collect();
        let mut places: Vec<i64> = curves.iter().flat_map(|(_, marks)| marks).map(|mark| mark.place).collect();
        places.sort_unstable();
        places.dedup();
        (!places.is_empty()).then_some(Self { curves, places })
    }

    /// The index of the last place.
    pub fn last(&self) -> usize {
        self.places.len() - 1
    }

    /// How far along the axis a place is: 0 to 1, and the middle of an axis that is a point.
    pub fn share(&self, index: usize) -> f64 {
        let (first, last) = (self.places[0], self.places[self.last()]);
        let along = self.places[index.min(self.last())] - first;
        if last > first { along as f64 / (last - first) as f64 } else { 0.5 }
    }

    /// The index of the place that is nearest to a share of the axis.
    pub fn nearest(&self, share: f64) -> usize {
        let (first, last) = (self.places[0], self.places[self.last()]);
        nearest(&self.places, first + (share.clamp(0.0, 1.0) * (last - first) as f64).round() as i64, |place| *place)
    }

    /// The place itself, in words.
    pub fn place(&self, index: usize, unit: &str) -> String {
        format!("{unit} {}", grouped(self.places[index.min(self.last())]))
    }

    /// The value of every line at a place. A line without a point there says where its nearest one is.
    pub fn values(&self, index: usize) -> Vec<String> {
        let place = self.places[index.min(self.last())];
        let value = |(_, marks): &(String, Vec<Mark>)| match marks.get(nearest(marks, place, |mark| mark.place)) {
            Some(mark) if mark.place == place => mark.value.clone(),
            Some(mark) => format!("{} at {}", mark.value, grouped(mark.place)),
            None => "–".to_owned(),
        };
        self.curves.iter().map(value).collect()
    }

    /// All that [`Self::place`] and [`Self::values`] say, as a sentence.
    pub fn sentence(&self, index: usize, unit: &str) -> String {
        let named = self.curves.iter().zip(self.values(index)).map(|((name, _), value)| format!("{name} {value}"));
        format!("{}: {}", self.place(index, unit), named.collect::<Vec<_>>().join(", "))
    }

    /// The lowest and the highest step between two places.
    pub fn steps(&self, one: usize, other: usize) -> Option<(i64, i64)> {
        let range = self.places[one.min(other)]..=self.places[one.max(other).min(self.last())];
        let marks = || self.curves.iter().flat_map(|(_, marks)| marks).filter(|mark| range.contains(&mark.place));
        Some((marks().map(|mark| mark.step).min()?, marks().map(|mark| mark.step).max()?))
    }
}

/// The index of the item whose place is nearest; of items at the same place, the last.
fn nearest<T>(items: &[T], place: i64, place_of: impl Fn(&T) -> i64) -> usize {
    let behind = items.partition_point(|item| place_of(item) <= place);
    let is_nearer = |next: &T| behind == 0 || place_of(next) - place < place - place_of(&items[behind - 1]);
    if items.get(behind).is_some_and(is_nearer) { behind } else { behind.saturating_sub(1) }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A name; place, step and value of each point.
    type Line<'a> = (&'a str, &'a [(i64, i64, &'a str)]);

    fn curves(lines: &[Line<'_>]) -> Option<Curves> {
        let lines = lines.iter().map(|(name, points)| {
            let points = points.iter().map(|(place, step, value)| (*place, *step, (*value).to_owned()));
            ((*name).to_owned(), encoded(points))
        });
        Curves::of(lines)
    }

    #[test]
    fn every_line_is_read_at_the_nearest_place() {
        let curves = curves(&[
            ("train", &[(0, 0, "1.5"), (5, 5, "NaN"), (10, 10, "0.5")]),
            ("val", &[(4, 4, "2")]),
            ("none", &[]),
        ])
        .unwrap();
        assert_eq!(curves.places, [0, 4, 5, 10]);
        assert_eq!(curves.nearest(0.3), 1);
        assert_eq!(curves.nearest(0.81), 3);
        assert_eq!(curves.sentence(2, "Step"), "Step 5: train NaN, val 2 at 4, none –");
        assert_eq!(curves.values(1), ["NaN at 5", "2", "–"]);
        assert_eq!(curves.place(3, "Step"), "Step 10");
    }

    #[test]
    fn a_range_of_seconds_is_one_of_steps() {
        let curves = curves(&[("loss", &[(0, 100, "1"), (7, 200, "2"), (9, 150, "3"), (20, 300, "4")])]).unwrap();
        assert_eq!(curves.steps(2, 1), Some((150, 200)));
        assert_eq!(curves.steps(0, 99), Some((100, 300)));
    }

    #[test]
    fn a_single_place_is_in_the_middle_and_nothing_is_nothing() {
        let single = curves(&[("loss", &[(7, 7, "1"), (7, 7, "2")])]).unwrap();
        assert_eq!((single.share(0), single.nearest(0.1), single.last()), (0.5, 0, 0));
        assert_eq!(single.values(0), ["2"], "the later value counts");
        assert_eq!(curves(&[("loss", &[])]), None);
    }

    proptest! {
        #[test]
        fn a_place_is_the_nearest_to_its_own_share(mut steps in prop::collection::btree_set(0..1_000_000_i64, 1..200)) {
            let first = steps.first().copied().unwrap();
            steps.insert(first + 1);
            let points: Vec<_> = steps.iter().map(|step| (*step, *step, "1")).collect();
            let curves = curves(&[("loss", &points)]).unwrap();
            for index in 0..=curves.last() {
                let near = curves.nearest(curves.share(index));
                // Rounding may lead to a neighbour that is one step away.
                prop_assert!((curves.places[near] - curves.places[index]).abs() <= 1);
            }
        }
    }
}
