//! Values that no line can reach: marks at the edges of the plot.

use super::{
    Point, Unit,
    geometry::{TOP, X_AXIS},
};
use crate::vocabulary::{MetricValue, quantity::grouped};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Marks of the same kind that are nearer to each other than this are one.
const WIDTH: f64 = 4.0;

/// Why a value is not on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Above every number.
    Above,
    /// Below every number, or too low for a logarithmic scale.
    Below,
    /// Not a number.
    Nowhere,
}

/// A mark of one value, or of several at nearly the same place.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecialMark {
    /// Where it stands.
    pub x: f64,
    /// Why.
    pub kind: Kind,
    /// The first value there.
    pub point: Point,
}

/// The marks of those points whose height `y` is not finite.
pub fn marks(points: &[Point], x: impl Fn(i64) -> f64, height: impl Fn(f64) -> f64) -> Vec<SpecialMark> {
    let mut taken = BTreeSet::new();
    let mark = |point: &Point| {
        let (x, value) = (x(point.place), point.value);
        let kind = match value {
            _ if height(value).is_finite() => return None,
            _ if value.is_nan() => Kind::Nowhere,
            f64::INFINITY => Kind::Above,
            _ => Kind::Below,
        };
        taken.insert(((x / WIDTH) as i64, kind)).then_some(SpecialMark { x, kind, point: *point })
    };
    points.iter().filter_map(mark).collect()
}

impl SpecialMark {
    /// Where it stands, and a triangle that points to where the value is, or a cross.
    pub fn shape(&self) -> (String, &'static str) {
        let (y, shape) = match self.kind {
            Kind::Above => (TOP, "M0-5l4 7h-8z"),
            Kind::Below => (X_AXIS, "M0 5l4-7h-8z"),
            Kind::Nowhere => (X_AXIS, "M-3-3l6 6m0-6l-6 6"),
        };
        (format!("translate({:.1} {y})", self.x), shape)
    }

    /// On the page, with its value as a title.
    pub fn draw(&self, unit: Unit) -> impl IntoView + use<> {
        let (place, shape) = self.shape();
        let words = format!("{} at {} {}", MetricValue(self.point.value), unit.noun(), grouped(self.point.place));
        view! { <path class="special" transform=place d=shape><title>{words}</title></path> }
    }
}
