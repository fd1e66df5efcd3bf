//! Finds keys that a JSON text gives twice in one object. Which of the two would count depends on the reader (RFC 8259, section 4), so
//! such a text is refused.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::{collections::HashSet, fmt};

/// A sentence about a repeated key, if there is one. Text that is no JSON has none: reading it says what is wrong.
pub fn find(json: &[u8]) -> Option<String> {
    match serde_json::from_slice::<OnceEach>(json) {
        Err(error) if error.is_data() => Some(error.to_string()),
        _ => None,
    }
}

/// Any value in which every key is given once.
struct OnceEach;

impl<'de> Deserialize<'de> for OnceEach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = OnceEach;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OnceEach, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                let shown: String = key.chars().take(60).collect();
                return Err(A::Error::custom(format_args!("the key {shown:?} is given twice")));
            }
            seen.insert(key);
            map.next_value::<OnceEach>()?;
        }
        Ok(OnceEach)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OnceEach, A::Error> {
        while items.next_element::<OnceEach>()?.is_some() {}
        Ok(OnceEach)
    }

    fn visit_bool<E>(self, _: bool) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }

    fn visit_i64<E>(self, _: i64) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }

    fn visit_u64<E>(self, _: u64) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }

    fn visit_f64<E>(self, _: f64) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }

    fn visit_str<E>(self, _: &str) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }

    fn visit_unit<E>(self) -> Result<OnceEach, E> {
        Ok(OnceEach)
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_key_may_be_given_once_in_each_object() {
        for json in [r#"{"a":1,"b":{"a":2}}"#, r#"[{"a":1},{"a":2}]"#, r#"{"a":null,"A":true,"":1.5}"#, "{", "[1,"] {
            assert_eq!(find(json.as_bytes()), None, "{json}");
        }
        for json in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"b":2,"\u0061":3}]}"#, r#"{"":1,"":2}"#] {
            assert!(find(json.as_bytes()).is_some(), "{json}");
        }
    }
}
