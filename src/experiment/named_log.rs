//! The logs of an experiment by their names, each of one type.
//!
//! Numbers become metric series, so that charts, comparisons and exported versions know them however they were logged. The logs
//! `parameters` and `labelmap` are the parameters and the label map. Everything else is kept as it came.

use super::ExperimentError;
use crate::vocabulary::{
    ExperimentId, LogId, MetricValue, Name, Timestamp,
    parameters::{depth, has_nul},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The log that is the experiment's parameters.
pub const PARAMETERS_LOG: &str = "parameters";
/// The log that is the experiment's label map.
pub const LABEL_MAP_LOG: &str = "labelmap";
/// The largest log that is kept as it came, in bytes of JSON.
pub const MAX_LOG_BYTES: usize = 4 << 20;
/// How deep lists and objects may be nested in it.
pub const MAX_LOG_DEPTH: usize = 32;
/// The highest number of values of one line.
pub const MAX_LINE_VALUES: i64 = 1_000_000;
/// The highest number of values in one call.
pub const MAX_LOG_VALUES: usize = 200_000;

/// What a log shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// A number or a text.
    Value,
    /// Numbers over time, in one series or several.
    Line,
    /// A number for each of some names.
    Bar,
    /// Rows and columns, or keys and values.
    Table,
    /// A matrix of numbers.
    Heatmap,
    /// The labels of class indices.
    LabelMap,
    /// A picture.
    Image,
    /// Whatever an evaluation found.
    Evaluation,
}

impl LogKind {
    const ALL: [Self; 8] =
        [Self::Value, Self::Line, Self::Bar, Self::Table, Self::Heatmap, Self::LabelMap, Self::Image, Self::Evaluation];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Line => "line",
            Self::Bar => "bar",
            Self::Table => "table",
            Self::Heatmap => "heatmap",
            Self::LabelMap => "label_map",
            Self::Image => "image",
            Self::Evaluation => "evaluation",
        }
    }
}

impl std::str::FromStr for LogKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("unknown type of log {text:?}"))
    }
}

/// A log with everything that it holds.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NamedLog {
    pub id: LogId,
    pub experiment_id: ExperimentId,
    pub name: String,
    pub kind: LogKind,
    /// Null for an image, whose bytes have their own address. NaN and the infinities are null, too.
    #[schema(value_type = Object)]
    pub data: Value,
    pub image: Option<LoggedImage>,
    pub logged_at: Timestamp,
}

/// A logged picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoggedImage {
    pub content_type: String,
    pub size_bytes: i64,
    /// The name that it had where it came from.
    pub file_name: Option<String>,
}

/// A log to keep.
#[derive(Clone, Debug)]
pub struct NewNamedLog {
    pub name: Name,
    pub kind: LogKind,
    pub data: Value,
}

/// What becomes of a log that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfThere {
    /// It stays, and the new one is refused.
    Refuse,
    /// A line grows; everything else is replaced.
    ReplaceOrAppend,
}

/// A change of a log, whose type stays; what is left out stays, too.
#[derive(Clone, Debug, Default)]
pub struct LogChange {
    pub name: Option<Name>,
    pub data: Option<Value>,
}

/// The values of a metric series.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    pub values: Vec<MetricValue>,
    /// Whether all were written as integers: they come back as such, because programs count with them.
    pub are_integers: bool,
}

impl Numbers {
    /// The numbers, if 64-bit floats hold them exactly; null is NaN.
    fn of(items: &[Value]) -> Option<Self> {
        let values = items.iter().map(exact_or_nan).collect::<Option<_>>()?;
        Some(Self { values, are_integers: items.iter().all(|item| item.is_i64()) })
    }
}

/// How a log is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// As a metric series.
    Series(Numbers),
    /// As a metric series that is one value.
    Single(Numbers),
    /// As it came.
    Data(Value),
}

impl Kept {
    /// Decides how data of a type is kept.
    ///
    /// # Errors
    /// [`ExperimentError::LogData`] when it cannot be of that type, or is too large.
    pub fn of(kind: LogKind, data: Value) -> Result<Self, ExperimentError> {
        let refuse = |reason: &str| Err(ExperimentError::LogData(reason.to_owned()));
        let is_nested = data.is_array() || data.is_object();
        match (kind, &data) {
            (_, Value::Null) => return refuse("null is no data; NaN alone cannot be logged"),
            (LogKind::Value, Value::Number(_)) => {
                if let Some(numbers) = Numbers::of(std::slice::from_ref(&data)) {
                    return Ok(Self::Single(numbers));
                }
            }
            (LogKind::Value, Value::String(_)) | (LogKind::Evaluation, _) => {}
            (LogKind::Value, _) => return refuse("a value is a number or a text"),
            (LogKind::Line, Value::Number(_)) => {
                let numbers = Numbers::of(std::slice::from_ref(&data));
                return Ok(numbers.map_or(Self::Data(json!([data])), Self::Series));
            }
            (LogKind::Line, Value::Array(items)) if !items.is_empty() => {
                if items.len() > MAX_LOG_VALUES {
                    return refuse(&format!("at most {MAX_LOG_VALUES} values are taken in one call"));
                }
                if let Some(numbers) = Numbers::of(items) {
                    return Ok(Self::Series(numbers));
                }
            }
            (LogKind::Line, _) if !is_nested => return refuse("a line is a number, a list, or an object of lists"),
            (LogKind::LabelMap, data) if !data.is_object() => return refuse("a label map is an object"),
            (LogKind::Bar | LogKind::Table | LogKind::Heatmap, _) if !is_nested => {
                return refuse("bars, tables and heatmaps are lists or objects");
            }
            _ => {}
        }
        accept_size(&data)?;
        Ok(Self::Data(data))
    }
}

fn accept_size(data: &Value) -> Result<(), ExperimentError> {
    let json = data.to_string();
    let reason = if json.len() > MAX_LOG_BYTES {
        format!("{} bytes are more than {MAX_LOG_BYTES}", json.len())
    } else if has_nul(data) {
        "it contains a NUL character".to_owned()
    } else if depth(data) > MAX_LOG_DEPTH {
        format!("it is nested deeper than {MAX_LOG_DEPTH}")
    } else {
        return Ok(());
    };
    Err(ExperimentError::LogData(reason))
}

/// The number, if a 64-bit float holds it exactly: integers beyond 2^53 are kept as they came.
fn exact(value: &Value) -> Option<MetricValue> {
    const EXACT: u64 = 1 << 53;
    let number = value.as_number()?;
    let is_exact = match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) => integer.unsigned_abs() <= EXACT,
        (None, Some(_)) => false,
        (None, None) => true,
    };
    number.as_f64().filter(|_| is_exact).map(MetricValue)
}

fn exact_or_nan(value: &Value) -> Option<MetricValue> {
    if value.is_null() { Some(MetricValue(f64::NAN)) } else { exact(value) }
}

/// A value of a series as JSON.
pub fn value_of(value: MetricValue, is_integer: bool) -> Value {
    match value.is_finite() {
        // Exactly: only integers that a float holds are in a series.
        true if is_integer => json!(value.0 as i64),
        true => json!(value.0),
        false => Value::Null,
    }
}

/// A line after more of it has come: a single value is added, a list extends it, an object extends each of its lists.
///
/// # Errors
/// [`ExperimentError::LogData`] when the two do not fit.
pub fn appended(line: Value, more: Value) -> Result<Value, ExperimentError> {
    match (line, more) {
        (Value::Array(mut items), Value::Array(more)) => {
            items.extend(more);
            Ok(Value::Array(items))
        }
        (Value::Object(lists), Value::Object(more)) => Ok(Value::Object(appended_each(lists, more)?)),
        (Value::Array(mut items), one) if !one.is_object() => {
            items.push(one);
            Ok(Value::Array(items))
        }
        _ => Err(ExperimentError::LogData("a list cannot be added to an object, nor an object to a list".to_owned())),
    }
}

fn appended_each(
    mut lists: Map<String, Value>,
    more: Map<String, Value>,
) -> Result<Map<String, Value>, ExperimentError> {
    for (key, more) in more {
        let list = lists.entry(key).or_insert_with(|| json!([]));
        let is_list = list.is_array() || list.is_object();
        *list = if is_list { appended(list.take(), more)? } else { more };
    }
    Ok(lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_become_series_and_everything_else_stays_as_it_came() {
        let numbers = |values: &[f64], are_integers| Numbers {
            values: values.iter().copied().map(MetricValue).collect(),
            are_integers,
        };
        for (kind, data, kept) in [
            (LogKind::Line, json!(1.5), Kept::Series(numbers(&[1.5], false))),
            (LogKind::Line, json!([1, null, 2.5]), Kept::Series(numbers(&[1.0, f64::NAN, 2.5], false))),
            (LogKind::Line, json!([1, -2]), Kept::Series(numbers(&[1.0, -2.0], true))),
            (LogKind::Value, json!(-7), Kept::Single(numbers(&[-7.0], true))),
            (LogKind::Value, json!(7.0), Kept::Single(numbers(&[7.0], false))),
            (LogKind::Value, json!("good"), Kept::Data(json!("good"))),
            (LogKind::Value, json!(9_007_199_254_740_993_i64), Kept::Data(json!(9_007_199_254_740_993_i64))),
            (LogKind::Line, json!([u64::MAX]), Kept::Data(json!([u64::MAX]))),
            (LogKind::Line, json!([]), Kept::Data(json!([]))),
            (LogKind::Line, json!({"x": [1], "y": [2]}), Kept::Data(json!({"x": [1], "y": [2]}))),
            (LogKind::Bar, json!([1, 2]), Kept::Data(json!([1, 2]))),
            (LogKind::Evaluation, json!(true), Kept::Data(json!(true))),
            (LogKind::Value, json!("\\u0000 is no NUL"), Kept::Data(json!("\\u0000 is no NUL"))),
        ] {
            assert_eq!(Kept::of(kind, data.clone()), Ok(kept), "{data}");
        }
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        for (kind, data) in [
            (LogKind::Value, json!(null)),
            (LogKind::Value, json!(true)),
            (LogKind::Line, json!("x")),
            (LogKind::Bar, json!(1)),
            (LogKind::LabelMap, json!(["cat"])),
            (LogKind::Table, deep),
            (LogKind::Table, json!({"a\u{0}": 1})),
            (LogKind::Evaluation, json!("x".repeat(MAX_LOG_BYTES))),
        ] {
            assert!(matches!(Kept::of(kind, data), Err(ExperimentError::LogData(_))));
        }
    }

    #[test]
    fn what_is_added_fits_what_is_there() {
        assert_eq!(appended(json!([1]), json!(2)), Ok(json!([1, 2])));
        assert_eq!(appended(json!([1]), json!([2, null])), Ok(json!([1, 2, null])));
        assert_eq!(
            appended(json!({"train": [1], "val": [2]}), json!({"val": [3], "test": 4, "train": 5})),
            Ok(json!({"train": [1, 5], "val": [2, 3], "test": [4]}))
        );
        let ordered = appended(json!({"z": [1], "a": [2], "m": [3]}), json!({"a": 4})).unwrap();
        assert_eq!(ordered.to_string(), r#"{"z":[1],"a":[2,4],"m":[3]}"#, "keys stay in their order");
        assert!(appended(json!([1]), json!({"x": [1]})).is_err());
        assert!(appended(json!({"x": [1]}), json!(1)).is_err());
    }

    proptest! {
        #[test]
        fn parts_make_the_whole(values in proptest::collection::vec(any::<i32>(), 0..50), cut in 0..50_usize) {
            let cut = cut.min(values.len());
            let whole = appended(json!(values[..cut]), json!(values[cut..])).unwrap();
            prop_assert_eq!(whole, json!(values));
        }
    }
}
