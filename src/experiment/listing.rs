//! Which experiments a list shows, and by what it is sorted.

use super::{Status, condition::Condition};
use crate::vocabulary::{ProjectId, name::name_key};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::{cmp::Ordering, fmt, str::FromStr};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// What a column of a list shows of each experiment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The last value of this metric; written `metric:val/loss`.
    Metric(String),
    /// This parameter; written `parameter:lr`.
    Parameter(String),
}

impl Column {
    /// The name of the metric or parameter.
    pub fn key(&self) -> &str {
        match self {
            Self::Metric(key) | Self::Parameter(key) => key,
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(key) => write!(formatter, "metric:{key}"),
            Self::Parameter(key) => write!(formatter, "parameter:{key}"),
        }
    }
}

impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("metric", key)) if !key.is_empty() => Ok(Self::Metric(key.to_owned())),
            Some(("parameter", key)) if !key.is_empty() => Ok(Self::Parameter(key.to_owned())),
            _ => Err("a column is written metric:NAME or parameter:NAME".to_owned()),
        }
    }
}

/// By what a list of experiments is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The time of creation; written `created_at`.
    #[default]
    CreatedAt,
    /// The name, without regard to case; written `name`.
    Name,
    /// The status word; written `status`.
    Status,
    /// A metric or a parameter. Experiments without it come last in either order.
    Column(Column),
}

impl fmt::Display for Sort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreatedAt => formatter.write_str("created_at"),
            Self::Name => formatter.write_str("name"),
            Self::Status => formatter.write_str("status"),
            Self::Column(column) => column.fmt(formatter),
        }
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "created_at" => Ok(Self::CreatedAt),
            "name" => Ok(Self::Name),
            "status" => Ok(Self::Status),
            _ => text
                .parse()
                .map(Self::Column)
                .map_err(|_| "sort by created_at, name, status, metric:NAME or parameter:NAME".to_owned()),
        }
    }
}

impl Serialize for Sort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Sort {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(created_at|name|status|metric:.+|parameter:.+)$"))
            .into()
    }
}

impl ToSchema for Sort {}

/// Which end comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Lowest or oldest first.
    Asc,
    /// Highest or newest first.
    #[default]
    Desc,
}

/// Which experiments to list, and how.
#[derive(Clone, Debug, Default)]
pub struct ExperimentFilter {
    pub project: Option<ProjectId>,
    pub status: Option<Status>,
    /// Part of the name.
    pub search: String,
    /// All of these.
    pub tags: Vec<String>,
    /// All of these.
    pub conditions: Vec<Condition>,
    /// Whether archived experiments are listed instead.
    pub is_archived: bool,
    pub sort: Sort,
    pub order: Order,
    /// From the page before.
    pub cursor: Option<String>,
    /// How many items.
    pub limit: u32,
}

/// What a list is sorted by when that is not a column of the table of experiments.
#[derive(Clone, Debug, PartialEq)]
pub enum SortValue {
    Number(f64),
    Text(String),
    /// Not there, or not a number.
    Missing,
}

impl SortValue {
    /// A parameter: numbers come before text, and text before everything else.
    pub fn of_parameter(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::of_number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Self::Text(name_key(text)),
            Value::Null => Self::Missing,
            other => Self::Text(other.to_string()),
        }
    }

    /// What somebody typed: a number if it can be read as one.
    pub fn of_text(text: &str) -> Self {
        match text.trim().parse() {
            Ok(number) => Self::of_number(number),
            Err(_) => Self::Text(name_key(text.trim())),
        }
    }

    /// A metric.
    pub fn of_number(number: f64) -> Self {
        if number.is_nan() { Self::Missing } else { Self::Number(number) }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Missing => 2,
        }
    }

    /// The order in a list; what is missing stays at the end in either order.
    pub fn compare(&self, other: &Self, order: Order) -> Ordering {
        if *self == Self::Missing || *other == Self::Missing {
            return self.rank().cmp(&other.rank());
        }
        let ascending = match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        };
        if order == Order::Asc { ascending } else { ascending.reverse() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["created_at", "name", "status", "metric:val/loss", "parameter:a:b", "metric:größe"] {
            assert_eq!(text.parse::<Sort>().unwrap().to_string(), text);
        }
        for wrong in ["", "metric", "metric:", "parameter:", "other:x", "password_hash"] {
            assert!(wrong.parse::<Sort>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_missing_is_last_in_either_order() {
        let sorted = |order: Order| {
            let mut values = [json!("b"), json!(null), json!(2), json!("A"), json!(-1.5), json!(10)]
                .map(|value| SortValue::of_parameter(&value));
            values.sort_by(|one, other| one.compare(other, order));
            values.map(|value| match value {
                SortValue::Number(number) => number.to_string(),
                SortValue::Text(text) => text,
                SortValue::Missing => "-".to_owned(),
            })
        };
        assert_eq!(sorted(Order::Asc), ["-1.5", "2", "10", "a", "b", "-"]);
        assert_eq!(sorted(Order::Desc), ["b", "a", "10", "2", "-1.5", "-"]);
        assert_eq!(SortValue::of_number(f64::NAN), SortValue::Missing);
    }
}
