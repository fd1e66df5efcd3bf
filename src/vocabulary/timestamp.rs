//! Points in time: UTC, counted in microseconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

/// Microseconds since 1970-01-01T00:00:00Z; written as RFC 3339 in UTC. Years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text is not an RFC 3339 time between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is written as RFC 3339, such as 2026-11-23T12:00:00Z, between the years 1 and 9999")]
pub struct InvalidTimestamp;

const YEAR_1: i64 = -62_135_596_800_000_000;
/// The last moment that can be told as a date: 9999-12-30T22:00:00Z, which leaves room for every offset.
const LAST: i64 = 253_402_207_200_000_000;

impl Timestamp {
    /// Now, by the server's clock.
    #[cfg(feature = "ssr")]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }

    /// From microseconds since the epoch, if within the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (YEAR_1..=LAST).contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since the epoch.
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// This moment and some seconds more (or less), held within the allowed years.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)).clamp(YEAR_1, LAST))
    }

    /// Seconds from `earlier` to this moment.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 1e6
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let time: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        Self::from_micros(time.as_microsecond()).ok_or(InvalidTimestamp)
    }

    fn civil(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// For people: `2026-11-23 12:00 UTC`.
    pub fn for_people(self) -> String {
        self.civil().strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// For people, relative to `now`: `3 minutes ago`, `in 2 hours`; beyond 30 days the date.
    pub fn relative_to(self, now: Self) -> String {
        let seconds = now.seconds_since(self) as i64;
        let plural = |count: i64, unit: &str| {
            let count = format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
            if seconds < 0 { format!("in {count}") } else { format!("{count} ago") }
        };
        match seconds.abs() {
            0..60 if seconds < 0 => "in a moment".to_owned(),
            0..60 => "just now".to_owned(),
            60..3_600 => plural(seconds.abs() / 60, "minute"),
            3_600..86_400 => plural(seconds.abs() / 3_600, "hour"),
            86_400..2_592_000 => plural(seconds.abs() / 86_400, "day"),
            _ => self.civil().strftime("%Y-%m-%d").to_string(),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.6}", self.civil())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339 in UTC, to the microsecond"))
            .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_time_reads_back_what_it_writes(micros in YEAR_1..=LAST) {
            let time = Timestamp::from_micros(micros).unwrap();
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        }
    }

    #[test]
    fn what_comes_is_told_as_what_has_been() {
        let now = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
        for (seconds, told) in [
            (0, "just now"),
            (-59, "just now"),
            (-60, "1 minute ago"),
            (-7_200, "2 hours ago"),
            (1, "in a moment"),
            (3_599, "in 59 minutes"),
            (86_400, "in 1 day"),
            (-3_000_000, "2025-11-27"),
            (3_000_000, "2026-02-05"),
        ] {
            assert_eq!(now.plus_seconds(seconds).relative_to(now), told);
        }
    }

    #[test]
    fn times_outside_the_stated_years_are_refused() {
        assert_eq!(Timestamp::from_micros(LAST).unwrap().to_string(), "9999-12-30T22:00:00.000000Z");
        assert_eq!(Timestamp::from_micros(LAST + 1), None);
        for text in ["0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "yesterday", "", "2026-11-23"] {
            assert_eq!(Timestamp::parse(text), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn an_offset_is_turned_into_utc() {
        assert_eq!(Timestamp::parse("2026-11-23T12:00:00+02:00").unwrap().to_string(), "2026-11-23T10:00:00.000000Z");
    }
}
