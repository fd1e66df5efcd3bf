//! Training parameters: typed JSON values under names, in the order in which they were given.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Type, schema::AdditionalProperties},
};

/// Values under names; integers, decimals, text, truth values, lists and nested objects keep their type and order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Map<String, Value>);

/// Which stated limit the parameters break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameters {
    /// More than [`Parameters::MAX_COUNT`].
    #[error("at most {} parameters are kept", Parameters::MAX_COUNT)]
    TooMany,
    /// An empty, over-long or unprintable key.
    #[error("the key {0:?} must have 1 to {max} printable characters", max = Parameters::MAX_KEY_CHARS)]
    Key(String),
    /// Lists and objects inside each other too deeply.
    #[error("the value of {0:?} is nested more than {max} deep", max = Parameters::MAX_DEPTH)]
    Depth(String),
    /// A value with too much text in it.
    #[error("the value of {0:?} is longer than {max} bytes", max = Parameters::MAX_VALUE_BYTES)]
    Size(String),
    /// Text with NUL, which PostgreSQL cannot keep.
    #[error("the value of {0:?} contains a NUL character")]
    Nul(String),
}

impl Parameters {
    /// The highest number of parameters.
    pub const MAX_COUNT: usize = 2_000;
    /// The highest number of characters in a key.
    pub const MAX_KEY_CHARS: usize = 200;
    /// How deep lists and objects may be nested.
    pub const MAX_DEPTH: usize = 32;
    /// The highest size of one value, in bytes of JSON.
    pub const MAX_VALUE_BYTES: usize = 64 * 1024;

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The pairs of `other` replace or follow the ones that are here.
    pub fn merge(&mut self, other: Self) {
        for (key, value) in other.0 {
            self.0.insert(key, value);
        }
    }

    /// Checks the stated limits.
    pub fn validate(&self) -> Result<(), InvalidParameters> {
        if self.len() > Self::MAX_COUNT {
            return Err(InvalidParameters::TooMany);
        }
        for (key, value) in &self.0 {
            let shown = || key.chars().take(60).collect::<String>();
            if key.trim().is_empty() || key.chars().count() > Self::MAX_KEY_CHARS || key.chars().any(char::is_control) {
                return Err(InvalidParameters::Key(shown()));
            }
            if depth(value) > Self::MAX_DEPTH {
                return Err(InvalidParameters::Depth(shown()));
            }
            let json = value.to_string();
            if json.len() > Self::MAX_VALUE_BYTES {
                return Err(InvalidParameters::Size(shown()));
            }
            if has_nul(value) {
                return Err(InvalidParameters::Nul(shown()));
            }
        }
        Ok(())
    }
}

impl FromIterator<(String, Value)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// How deep lists and objects are nested in it; 0 for a plain value.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether any text in it, keys included, holds NUL, which PostgreSQL cannot store.
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The type of a value, in the words that the pages show.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true/false",
        Value::Number(number) if number.is_f64() => "decimal",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "nested",
    }
}

impl PartialSchema for Parameters {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(Some(
                "At most 2,000 values under keys of at most 200 characters; nested at most 32 deep, 64 KiB each",
            ))
            .into()
    }
}

impl ToSchema for Parameters {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameters(value: Value) -> Parameters {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn types_and_order_survive() {
        let text = r#"{"z":1,"a":1.0,"m":[true,{"y":null,"b":"x"}],"big":9223372036854775807}"#;
        let read: Parameters = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }

    #[test]
    fn merging_keeps_the_place_of_known_keys() {
        let mut first = parameters(json!({"lr": 0.1, "epochs": 3}));
        first.merge(parameters(json!({"lr": 0.2, "seed": 7})));
        assert_eq!(serde_json::to_string(&first).unwrap(), r#"{"lr":0.2,"epochs":3,"seed":7}"#);
    }

    #[test]
    fn each_limit_is_checked() {
        let nested = (0..64).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(parameters(json!({"deep": nested})).validate(), Err(InvalidParameters::Depth("deep".into())));
        assert_eq!(parameters(json!({"": 1})).validate(), Err(InvalidParameters::Key(String::new())));
        assert_eq!(
            parameters(json!({"long": "x".repeat(70_000)})).validate(),
            Err(InvalidParameters::Size("long".into()))
        );
        assert_eq!(parameters(json!({"nul": "a\u{0}b"})).validate(), Err(InvalidParameters::Nul("nul".into())));
        assert_eq!(parameters(json!({"text": "\\u0000"})).validate(), Ok(()), "the six characters are no NUL");
        let many: Parameters = (0..2_001).map(|index| (index.to_string(), json!(index))).collect();
        assert_eq!(many.validate(), Err(InvalidParameters::TooMany));
    }
}
