//! Axes: round numbers between two ends, and how they are written.

/// A round range that holds all values, and its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The marks, rising.
    pub ticks: Vec<f64>,
    /// The distance of two marks.
    step: f64,
}

impl Axis {
    /// An axis whose ends are round, for values between `low` and `high` (both finite), with at most `intervals` + 1 marks.
    pub fn around(low: f64, high: f64, intervals: usize) -> Self {
        // Half of the greatest number is enough to keep every difference finite.
        let bound = f64::MAX / 4.0;
        let (low, high) = (low.clamp(-bound, bound), high.clamp(-bound, bound));
        let (low, high) = if high > low { (low, high) } else { widened(low) };
        let step = round_step(high - low, |step| last_mark(high / step) - first_mark(low / step) <= intervals as f64);
        let (first, last) = (first_mark(low / step), last_mark(high / step));
        let ticks: Vec<f64> = (0..=(last - first) as usize).map(|index| (first + index as f64) * step).collect();
        let (start, end) = (ticks.first().copied().unwrap_or(low), ticks.last().copied().unwrap_or(high));
        Self { low: start.min(low), high: end.max(high), ticks, step }
    }

    /// An axis from exactly `low` to `high` with round marks of whole numbers between them, at most `intervals` + 1.
    pub fn of_steps(low: i64, high: i64, intervals: usize) -> Self {
        let span = (high - low).max(1) as f64;
        let step = round_step(span, |step| span / step <= intervals as f64).max(1.0);
        let mut ticks: Vec<f64> = (0..)
            .map(|index| ((low as f64 / step).ceil() + f64::from(index)) * step)
            .take_while(|tick| *tick <= high as f64)
            .collect();
        // The first step is named as well, where there is room for it.
        if ticks.first().is_none_or(|first| first - low as f64 > 0.12 * span) {
            ticks.insert(0, low as f64);
        }
        Self { low: low as f64, high: high as f64, ticks, step }
    }

    /// Where a value lies between the ends: 0 to 1, and the middle of an axis that is a point.
    pub fn place(&self, value: f64) -> f64 {
        if self.high > self.low { (value.clamp(self.low, self.high) - self.low) / (self.high - self.low) } else { 0.5 }
    }

    /// The mark in as few characters as tell it from its neighbours.
    pub fn label(&self, tick: f64) -> String {
        // From which size a unit is used, the unit, and its letter.
        const UNITS: [(f64, f64, &str); 3] = [(1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")];
        if tick == 0.0 {
            return "0".to_owned();
        }
        let magnitude = |number: f64| (number.abs().log10() + 1e-9).floor();
        let digits = |step: f64| (-magnitude(step)).clamp(0.0, 12.0) as usize;
        let size = self.low.abs().max(self.high.abs());
        if !(1e-4..1e12).contains(&size) {
            let digits = (magnitude(tick) - magnitude(self.step)).clamp(0.0, 4.0) as usize;
            return format!("{tick:.digits$e}");
        }
        match UNITS.into_iter().find(|(from, _, _)| size >= *from) {
            Some((_, unit, letter)) => format!("{:.*}{letter}", digits(self.step / unit), tick / unit),
            None => format!("{tick:.*}", digits(self.step)),
        }
    }
}

/// The mark below, unless the space down to it would be nearly empty.
fn first_mark(low: f64) -> f64 {
    if low - low.floor() > 0.9 { low.ceil() } else { low.floor() }
}

fn last_mark(high: f64) -> f64 {
    if high.ceil() - high > 0.9 { high.floor() } else { high.ceil() }
}

fn widened(value: f64) -> (f64, f64) {
    let pad = if value == 0.0 { 1.0 } else { value.abs() * 0.1 };
    (value - pad, value + pad)
}

/// The smallest of 1, 2, 5, 10, 20, 50, ... (and their fractions) that `fits`, begun well below `span`.
fn round_step(span: f64, fits: impl Fn(f64) -> bool) -> f64 {
    let mut magnitude = 10_f64.powf((span / 100.0).log10().floor()).max(f64::MIN_POSITIVE);
    for _ in 0..8 {
        for factor in [1.0, 2.0, 5.0] {
            if fits(magnitude * factor) {
                return magnitude * factor;
            }
        }
        magnitude *= 10.0;
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.label(*tick)).collect()
    }

    #[test]
    fn marks_are_round() {
        for (low, high, expected) in [
            (0.0107, 1.9, vec!["0", "0.5", "1.0", "1.5", "2.0"]),
            (-0.03, 4.0, vec!["0", "1", "2", "3", "4"]),
            (0.3, 0.9986, vec!["0.2", "0.4", "0.6", "0.8", "1.0"]),
            (-3.0, 3.0, vec!["-4", "-2", "0", "2", "4"]),
            (5.0, 5.0, vec!["4.5", "5.0", "5.5"]),
            (0.0, 0.0, vec!["-1.0", "-0.5", "0", "0.5", "1.0"]),
            (0.0, 45_000.0, vec!["0", "10k", "20k", "30k", "40k", "50k"]),
            (0.0, 2e-6, vec!["0", "5e-7", "1.0e-6", "1.5e-6", "2.0e-6"]),
        ] {
            assert_eq!(labels(&Axis::around(low, high, 5)), expected, "{low} to {high}");
        }
    }

    #[test]
    fn steps_are_whole_numbers_and_the_first_is_named() {
        for (low, high, expected) in [
            (1, 30, vec!["1", "10", "20", "30"]),
            (0, 3, vec!["0", "1", "2", "3"]),
            (7, 7, vec!["7"]),
            (0, 1_000_000, vec!["0", "0.2M", "0.4M", "0.6M", "0.8M", "1.0M"]),
        ] {
            assert_eq!(labels(&Axis::of_steps(low, high, 5)), expected, "{low} to {high}");
        }
    }

    proptest! {
        #[test]
        fn every_pair_of_numbers_has_an_axis(one in any::<f64>(), other in any::<f64>()) {
            prop_assume!(one.is_finite() && other.is_finite());
            let axis = Axis::around(one.min(other), one.max(other), 5);
            prop_assert!(axis.low <= axis.high && axis.high.is_finite() && axis.low.is_finite());
            prop_assert!(axis.ticks.len() <= 12, "{} marks", axis.ticks.len());
            for value in axis.ticks.iter().copied() {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&axis.place(value)));
                prop_assert!(axis.label(value).len() <= 24);
            }
        }

        #[test]
        fn every_pair_of_steps_has_an_axis(one in 0..1_i64 << 53, other in 0..1_i64 << 53) {
            let axis = Axis::of_steps(one.min(other), one.max(other), 5);
            prop_assert!((1..=7).contains(&axis.ticks.len()), "{:?}", axis.ticks);
        }
    }
}
