//! Names and values that look like secrets (D7). A guess, good enough for a warning.

use serde_json::Value;

const SECRET_WORDS: [&str; 8] =
    ["password", "passwd", "secret", "token", "apikey", "credential", "credentials", "privatekey"];
const SECRET_PAIRS: [(&str, &str); 4] = [("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key")];
const SECRET_PREFIXES: [&str; 9] = ["AKIA", "ASIA", "ghp_", "github_pat_", "hf_", "hlm_", "xoxb-", "sk-", "-----BEGIN"];
const SECRET_FILES: [&str; 8] =
    [".env", ".netrc", ".pypirc", "id_rsa", "id_ed25519", "credentials", "credentials.json", "kubeconfig"];
const SECRET_EXTENSIONS: [&str; 4] = [".pem", ".key", ".p12", ".pfx"];

/// Whether the last part of a path is a usual name of a file with secrets.
pub fn is_suspicious_file(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    SECRET_FILES.contains(&last.as_str()) || SECRET_EXTENSIONS.iter().any(|extension| last.ends_with(extension))
}

/// Whether a parameter holds text under a telling name, or text that begins like a known kind of token.
pub fn is_suspicious_parameter(key: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            !text.is_empty()
                && (has_telling_name(key)
                    || SECRET_PREFIXES.iter().any(|prefix| text.len() > 12 && text.starts_with(prefix)))
        }
        Value::Object(fields) => fields.iter().any(|(key, value)| is_suspicious_parameter(key, value)),
        Value::Array(items) => items.iter().any(|item| is_suspicious_parameter(key, item)),
        _ => false,
    }
}

fn has_telling_name(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    words.iter().any(|word| SECRET_WORDS.contains(word))
        || words.windows(2).any(|pair| SECRET_PAIRS.contains(&(pair[0], pair[1])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_looks_like_a_secret_is_noticed_and_usual_parameters_are_not() {
        for (key, value, expected) in [
            ("db_password", json!("x"), true),
            ("AWS.secret-key", json!("x"), true),
            ("note", json!("hf_abcdefghijklmnop"), true),
            ("env", json!({"API_KEY": "x"}), true),
            ("tokenizer", json!("bert"), false),
            ("max_tokens", json!(512), false),
            ("password", json!(""), false),
            ("key_points", json!(["a", "b"]), false),
        ] {
            assert_eq!(is_suspicious_parameter(key, &value), expected, "{key}");
        }
        assert!(is_suspicious_file("config/.env") && is_suspicious_file("a/server.PEM"));
        assert!(!is_suspicious_file("model/weights.onnx"));
    }
}
