//! Metric values: every 64-bit floating-point number, the three special ones included.

use super::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
};

/// A measured value. JSON has no NaN and no infinities, so these are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`.
#[derive(Clone, Copy, Debug)]
pub struct MetricValue(pub f64);

/// How a [`MetricValue`] is stored: databases differ on NaN and on negative zero, but not on these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// The number itself.
    Finite = 0,
    /// Not a number.
    NotANumber = 1,
    /// Above every number.
    Infinity = 2,
    /// Below every number.
    NegativeInfinity = 3,
    /// Zero with a sign, which SQLite would lose.
    NegativeZero = 4,
}

impl MetricValue {
    /// The stored pair: the number (0 for special values) and the kind.
    pub fn to_stored(self) -> (f64, i64) {
        let kind = match self.0 {
            value if value.is_nan() => ValueKind::NotANumber,
            f64::INFINITY => ValueKind::Infinity,
            f64::NEG_INFINITY => ValueKind::NegativeInfinity,
            value if value == 0.0 && value.is_sign_negative() => ValueKind::NegativeZero,
            value => return (value, ValueKind::Finite as i64),
        };
        (0.0, kind as i64)
    }

    /// The value of a stored pair.
    pub fn from_stored(value: f64, kind: i64) -> Self {
        Self(match kind {
            1 => f64::NAN,
            2 => f64::INFINITY,
            3 => f64::NEG_INFINITY,
            4 => -0.0,
            _ => value,
        })
    }

    /// The shortest text that is this number and no other.
    pub fn exact(self) -> String {
        let text = if self.0.is_finite() { self.0.to_string() } else { format!("{self}") };
        // Numbers such as 1e300 would have a zero for each power of ten.
        if text.len() > 24 { format!("{:e}", self.0) } else { text }
    }

    /// The exact number, if the text for people is another.
    pub fn title(self) -> Option<String> {
        Some(self.exact()).filter(|exact| *exact != self.to_string())
    }

    /// Whether it can be drawn.
    pub fn is_finite(self) -> bool {
        self.0.is_finite()
    }
}

impl PartialEq for MetricValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits() || (self.0.is_nan() && other.0.is_nan())
    }
}

/// Six significant digits, as people read them; [`MetricValue::exact`] has all of them.
impl fmt::Display for MetricValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            value if value.is_nan() => formatter.write_str("NaN"),
            f64::INFINITY => formatter.write_str("Infinity"),
            f64::NEG_INFINITY => formatter.write_str("-Infinity"),
            value if value != 0.0 && !(1e-5..1e9).contains(&value.abs()) => {
                let text = format!("{value:.5e}");
                let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                write!(formatter, "{}e{exponent}", without_zeros(digits))
            }
            value => {
                let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
                let decimals = usize::try_from(5 - magnitude).unwrap_or(0);
                formatter.write_str(without_zeros(&format!("{value:.decimals$}")))
            }
        }
    }
}

/// Zeros at the end of a fraction say nothing.
fn without_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

impl Serialize for MetricValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() { serializer.serialize_f64(self.0) } else { serializer.collect_str(self) }
    }
}

impl<'de> Deserialize<'de> for MetricValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = MetricValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number, or one of the texts \"NaN\", \"Infinity\", \"-Infinity\"")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<MetricValue, E> {
                Ok(MetricValue(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<MetricValue, E> {
                Ok(MetricValue(value as f64))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<MetricValue, E> {
                Ok(MetricValue(value as f64))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<MetricValue, E> {
                match text {
                    "NaN" => Ok(MetricValue(f64::NAN)),
                    "Infinity" => Ok(MetricValue(f64::INFINITY)),
                    "-Infinity" => Ok(MetricValue(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl PartialSchema for MetricValue {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["NaN", "Infinity", "-Infinity"])))
            .into()
    }
}

impl ToSchema for MetricValue {}

/// One point of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesPoint {
    /// The training step (or epoch), 0 to 2^53 - 1.
    pub step: i64,
    /// When it was measured.
    pub time: Timestamp,
    /// What was measured.
    pub value: MetricValue,
}

/// What remains of a whole series in one line. Minimum and maximum are of the numbers; they are absent if there was none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MetricSummary {
    /// The name of the series, such as `val/accuracy`.
    pub key: String,
    /// How many points it has.
    pub count: i64,
    /// The point that was logged last.
    pub last: SeriesPoint,
    /// The lowest finite value.
    pub min: Option<f64>,
    /// The highest finite value.
    pub max: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_survives_storage_and_json(bits: u64) {
            let value = MetricValue(f64::from_bits(bits));
            let (stored, kind) = value.to_stored();
            prop_assert!(stored.is_finite());
            prop_assert_eq!(MetricValue::from_stored(stored, kind), value);
            let json = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<MetricValue>(&json).unwrap(), value);
        }

        #[test]
        fn what_is_shown_is_near_and_what_is_exact_is_the_same(bits: u64) {
            let value = MetricValue(f64::from_bits(bits));
            prop_assume!(value.is_finite());
            let exact: f64 = value.exact().parse().unwrap();
            prop_assert_eq!(exact.to_bits(), bits);
            prop_assert!(value.exact().len() <= 25, "{}", value.exact());
            let shown: f64 = value.to_string().parse().unwrap();
            // The greatest numbers are rounded to what is no number any more.
            prop_assert!(shown.is_infinite() || (shown - value.0).abs() <= value.0.abs() * 5.1e-6, "{} for {}", shown, value.0);
        }
    }

    #[test]
    fn values_are_shown_short_and_true() {
        for (value, shown) in [
            (0.0, "0"),
            (0.97222, "0.97222"),
            (0.000012345, "0.000012345"),
            (0.1 + 0.2, "0.3"),
            (2.0 / 3.0, "0.666667"),
            (-1234.56789, "-1234.57"),
            (0.9999996, "1"),
            (1e-9, "1e-9"),
            (-1.23456789e-7, "-1.23457e-7"),
            (6.02214076e23, "6.02214e23"),
            (100.0, "100"),
            (-0.0, "-0"),
            (f64::NAN, "NaN"),
            (1234567.0, "1234567"),
        ] {
            assert_eq!(MetricValue(value).to_string(), shown);
        }
    }
}
