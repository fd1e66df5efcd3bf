//! What is written down about a change: who did it is known from the request, this is the rest.

use crate::vocabulary::secrets::is_suspicious_parameter;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The longest value, as JSON, that an entry keeps whole; a longer one is kept as its length and SHA-256.
pub const MAX_VALUE_BYTES: usize = 64 << 10;
/// The longest state before or after a change, as JSON, that an entry keeps; a longer one is kept as its length and SHA-256.
pub const MAX_STATE_BYTES: usize = 256 << 10;
/// What stands in an entry for a value that looks like a secret.
pub const WITHHELD: &str = "(withheld: looks like a secret)";

/// What was done to which object.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The verb, such as `export`.
    pub action: &'static str,
    /// The noun, such as `model_version`.
    pub object_kind: &'static str,
    /// The object's id.
    pub object_id: &'a dyn ToId,
    /// What else one wants to know later; never a secret.
    pub details: Value,
}

/// Anything that can name an object in the trail.
pub trait ToId: std::fmt::Debug + Sync {
    /// The id as text.
    fn to_id(&self) -> String;
}

impl<T: std::fmt::Display + std::fmt::Debug + Sync> ToId for T {
    fn to_id(&self) -> String {
        self.to_string()
    }
}

impl<'a> Change<'a> {
    /// Something came to be; `after` are its facts.
    pub fn created(object_kind: &'static str, object_id: &'a dyn ToId, after: Value) -> Self {
        Self::of("create", object_kind, object_id, [("after", after)])
    }

    /// Something is different now. `before` and `after` are the same facts at both moments; those that stayed are left out.
    /// Nothing (null) before or after means that it was not there.
    pub fn updated(object_kind: &'static str, object_id: &'a dyn ToId, before: Value, after: Value) -> Self {
        let (before, after) = differing(before, after);
        Self::of("change", object_kind, object_id, [("before", before), ("after", after)])
    }

    /// Something is gone; `before` are the facts that it had.
    pub fn deleted(object_kind: &'static str, object_id: &'a dyn ToId, before: Value) -> Self {
        Self::of("delete", object_kind, object_id, [("before", before)])
    }

    /// Something happened that changed no fact of the object, such as a sign-in.
    pub fn act(action: &'static str, object_kind: &'static str, object_id: &'a dyn ToId) -> Self {
        Self::of(action, object_kind, object_id, [])
    }

    fn of<const N: usize>(
        action: &'static str,
        object_kind: &'static str,
        object_id: &'a dyn ToId,
        states: [(&str, Value); N],
    ) -> Self {
        let states = states
            .into_iter()
            .filter(|(_, state)| !state.is_null())
            .map(|(moment, state)| (moment.to_owned(), kept_state(state)));
        Self { action, object_kind, object_id, details: Value::Object(states.collect()) }
    }

    /// The same under a verb of its own, such as `seal`.
    pub fn named(self, action: &'static str) -> Self {
        Self { action, ..self }
    }

    /// Adds a fact that helps to understand the change but is not what changed, such as the object's name.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Value::Object(details) = &mut self.details {
            details.insert(key.to_owned(), kept(key, value.into()));
        }
        self
    }
}

/// The fields that are not the same in both; those that only one has are missing in the other.
fn differing(before: Value, after: Value) -> (Value, Value) {
    match (before, after) {
        (Value::Object(mut before), Value::Object(mut after)) => {
            let same: Vec<String> = before
                .iter()
                .filter(|(key, value)| after.get(*key) == Some(*value))
                .map(|(key, _)| key.clone())
                .collect();
            for key in same {
                before.shift_remove(&key);
                after.shift_remove(&key);
            }
            (Value::Object(before), Value::Object(after))
        }
        different => different,
    }
}

fn kept_state(state: Value) -> Value {
    let state = match state {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| {
                let value = kept(&key, value);
                (key, value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    };
    shortened(state, MAX_STATE_BYTES)
}

fn kept(key: &str, value: Value) -> Value {
    shortened(without_secrets(key, value), MAX_VALUE_BYTES)
}

/// Secrets that somebody logged by accident can be removed from an experiment, but never from the trail: so they do not get there.
fn without_secrets(key: &str, value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| {
                let value = without_secrets(&key, value);
                (key, value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(|item| without_secrets(key, item)).collect(),
        text if is_suspicious_parameter(key, &text) => WITHHELD.into(),
        other => other,
    }
}

fn shortened(value: Value, limit: usize) -> Value {
    let text = value.to_string();
    match text.len() <= limit {
        true => value,
        false => json!({ "bytes": text.len(), "sha256": format!("{:x}", Sha256::digest(&text)) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_keeps_only_what_differs() {
        let before = json!({ "name": "a", "notes": "", "framework": null, "tags": ["x"] });
        let after = json!({ "name": "a", "notes": "", "framework": "ONNX", "image": null });
        let change = Change::updated("model", &"id", before, after).with("name", "a");
        let expected = json!({
            "before": { "framework": null, "tags": ["x"] },
            "after": { "framework": "ONNX", "image": null },
            "name": "a",
        });
        assert_eq!(change.details, expected);
    }

    #[test]
    fn what_looks_like_a_secret_does_not_get_in_but_its_change_does() {
        let parameters = |key: &str| json!({ "lr": 0.1, "hub": { "api_key": key, "name": "x" } });
        let change = Change::updated("parameters", &"id", parameters("one"), parameters("two"));
        let hub = json!({ "hub": { "api_key": WITHHELD, "name": "x" } });
        assert_eq!(change.details, json!({ "before": hub, "after": hub }));
        let environment = json!({ "environment": ["TOKEN", "hf_abcdefghijklmnop"] });
        assert_eq!(
            Change::created("x", &"id", environment).details["after"]["environment"],
            json!(["TOKEN", WITHHELD])
        );
    }

    #[test]
    fn long_values_are_kept_whole_up_to_the_limit_and_then_by_digest() {
        let whole = "x".repeat(MAX_VALUE_BYTES - 2);
        let change = Change::created("model", &"id", json!({ "notes": whole, "more": format!("{whole}x") }));
        assert_eq!(change.details["after"]["notes"], whole);
        assert_eq!(change.details["after"]["more"]["bytes"], MAX_VALUE_BYTES + 1);
        assert_eq!(change.details["after"]["more"]["sha256"].as_str().map(str::len), Some(64));
        let many: Map<String, Value> = (0..20_000).map(|index| (format!("key {index}"), json!("some value"))).collect();
        assert!(Change::deleted("parameters", &"id", many.into()).details.to_string().len() < 200);
    }
}
