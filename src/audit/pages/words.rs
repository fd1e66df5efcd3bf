//! Entries in words.

use crate::audit::Entry;
use crate::vocabulary::quantity::{bytes_for_people, counted};
use serde_json::Value;

/// The longest text of a value on a page; the downloads have all of it.
const MAX_SHOWN_CHARS: usize = 1_000;

/// What was done, in the parts of a sentence: "Changed the model version", a name that may lead to the object, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub lead: String,
    pub name: Option<String>,
    /// Where the object is, if it has a page.
    pub href: Option<String>,
    pub tail: String,
}

/// An entry as a sentence.
pub fn sentence(entry: &Entry) -> Sentence {
    let (lead, has_name) = lead(entry);
    let name = has_name.then(|| name(entry));
    Sentence { lead, name, href: href(entry), tail: tail(entry) }
}

/// A fact of the entry as text.
pub fn fact(entry: &Entry, key: &str) -> String {
    entry.details.get(key).map(value_text).unwrap_or_default()
}

fn lead(entry: &Entry) -> (String, bool) {
    let is_replaced = entry.before.is_some();
    let kind = kind_words(&entry.object_kind);
    if entry.object_kind == "user"
        && let Some(told) = lead_about_people(entry)
    {
        return told;
    }
    let lead = match (entry.action.as_str(), entry.object_kind.as_str()) {
        ("log", "metrics") => {
            let points = entry.details.get("points").and_then(Value::as_u64).unwrap_or_default();
            format!("Logged {} of metrics for an", counted(usize::try_from(points).unwrap_or_default(), "point"))
        }
        ("log", "console") => {
            let lines = entry.details.get("lines").and_then(Value::as_u64).unwrap_or_default();
            format!("Logged {} of the console of an", counted(usize::try_from(lines).unwrap_or_default(), "line"))
        }
        ("log", "log") if is_replaced => "Replaced the logged image or table".to_owned(),
        ("log", "log") => "Logged the image or table".to_owned(),
        ("change" | "merge" | "replace", "parameters") => "Changed the parameters of the experiment".to_owned(),
        ("change", "label_map") => "Changed the label map of the experiment".to_owned(),
        ("put", _) if is_replaced => format!("Replaced the {kind}"),
        ("put", _) => format!("Uploaded the {kind}"),
        ("add_file", _) if is_replaced => format!("Replaced the file {} of the {kind}", fact(entry, "file")),
        ("add_file", _) => format!("Added the file {} to the {kind}", fact(entry, "file")),
        ("remove_file", _) => format!("Removed the file {} from the {kind}", fact(entry, "file")),
        ("set_alias", _) => format!("Let the alias {} point to the {kind}", fact(entry, "alias")),
        ("remove_alias", _) => format!("Took the alias {} from the {kind}", fact(entry, "alias")),
        ("edit_label_map", _) => format!("Edited the label map of the {kind}"),
        ("attach", _) => format!("Attached a dataset version to the {kind}"),
        ("detach", _) => format!("Detached a dataset version from the {kind}"),
        ("bring_over", _) => format!("Brought over the {kind}"),
        ("set_base", _) => format!("Changed the base of the {kind}"),
        (action, _) => format!("{} the {kind}", past(action)),
    };
    (lead, true)
}

/// What people do with their accounts, and owners with theirs; the flag says whether a name follows.
fn lead_about_people(entry: &Entry) -> Option<(String, bool)> {
    let (lead, has_name) = match entry.action.as_str() {
        "sign_in" => ("Signed in", false),
        "sign_out" => ("Signed out", false),
        "join" => ("Joined the organization", false),
        "leave" => ("Left the organization", false),
        "enter" => ("Came over from another organization", false),
        "change_password" => ("Changed the own password", false),
        "change_profile" => ("Changed the own profile", false),
        "ask_for_new_password" => ("Asked for a new password", false),
        "reset_password" => ("Set a new password by a link", false),
        "end_session" => ("Ended a session", false),
        "end_other_sessions" => ("Ended all other sessions", false),
        "tie_identity" => ("Was tied to an account of the sign-in provider", false),
        "offer_new_password" => ("Made a link to a new password for", true),
        "change_role" => ("Changed the role of", true),
        "narrow" => ("Changed the projects of", true),
        _ => return None,
    };
    Some((lead.to_owned(), has_name))
}

/// The past of a verb: `archive` becomes `Archived`.
fn past(action: &str) -> String {
    let words = action.replace('_', " ");
    let (verb, rest) = words.split_once(' ').map_or((words.as_str(), ""), |(verb, rest)| (verb, rest));
    let verb = match verb {
        "reset" | "set" | "put" => verb.to_owned(),
        "leave" => "left".to_owned(),
        "withdraw" => "withdrew".to_owned(),
        _ if verb.ends_with('e') => format!("{verb}d"),
        _ => format!("{verb}ed"),
    };
    let mut characters = verb.chars();
    let capital: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{capital}{}{}{rest}", characters.as_str(), if rest.is_empty() { "" } else { " " })
}

/// The noun for people.
pub fn kind_words(kind: &str) -> String {
    match kind {
        "metrics" | "console" => "experiment".to_owned(),
        "user" => "person".to_owned(),
        other => other.replace('_', " "),
    }
}

/// How people know the object: from what the entry says beside the change, or from the change itself.
fn name(entry: &Entry) -> String {
    let known = |key: &str| {
        let changed = [&entry.after, &entry.before].into_iter().flatten().find_map(|state| state.get(key));
        entry.details.get(key).or(changed).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (name, email) = (known("name"), known("email"));
    let model = fact(entry, "model_name");
    let within = if model.is_empty() { fact(entry, "dataset_name") } else { model };
    match (entry.object_kind.as_str(), name.is_empty(), within.is_empty()) {
        ("metrics" | "console", true, _) => "experiment".to_owned(),
        (_, true, _) if !email.is_empty() => email,
        (_, true, _) => entry.object_id.clone(),
        (_, false, true) => name,
        (_, false, false) => format!("{within} › {name}"),
    }
}

fn href(entry: &Entry) -> Option<String> {
    let id = entry.object_id.as_str();
    let is_gone = ["delete", "remove", "leave"].contains(&entry.action.as_str());
    if is_gone && entry.object_kind != "artifact" {
        return None;
    }
    let within = || entry.details.get("experiment_id").and_then(Value::as_str);
    Some(match entry.object_kind.as_str() {
        "project" => format!("/projects/{id}"),
        "experiment" => format!("/experiments/{id}"),
        "parameters" => format!("/experiments/{id}/parameters"),
        "label_map" => format!("/experiments/{id}/label-map"),
        "metrics" => format!("/experiments/{id}/metrics"),
        "console" => format!("/experiments/{id}/console"),
        "artifact" => format!("/experiments/{}/artifacts", within()?),
        "log" => format!("/experiments/{}", within()?),
        "dataset" => format!("/datasets/{id}"),
        "dataset_version" => format!("/dataset-versions/{id}"),
        "label" | "label_group" => format!("/dataset-versions/{}", fact(entry, "dataset_version_id")),
        "model" => format!("/registry/{id}"),
        "model_version" => format!("/model-versions/{id}"),
        _ => return None,
    })
}

fn tail(entry: &Entry) -> String {
    match (entry.action.as_str(), &entry.after) {
        // Labels are all that it has.
        ("change", _) if entry.object_kind == "label_map" => String::new(),
        ("edit_label_map", _) => format!(": {}", fact(entry, "reason")),
        ("export", _) if entry.details.contains_key("experiment_name") => {
            format!(" from the experiment {}", fact(entry, "experiment_name"))
        }
        ("log", _) if entry.details.contains_key("series") => format!(": {}", fact(entry, "series")),
        ("change", Some(_)) => {
            let fields: Vec<String> = fields(entry).iter().map(|field| field.replace('_', " ")).collect();
            if fields.is_empty() { ", without a difference".to_owned() } else { format!(": {}", fields.join(", ")) }
        }
        _ => String::new(),
    }
}

/// The fields that have a value before or after, in their order.
pub fn fields(entry: &Entry) -> Vec<&str> {
    let (before, after) = (entry.before.as_ref(), entry.after.as_ref());
    let objects = [after, before].into_iter().flatten().filter_map(Value::as_object);
    let mut fields: Vec<&str> = Vec::new();
    for key in objects.flat_map(|object| object.keys()) {
        if !fields.contains(&key.as_str()) {
            fields.push(key);
        }
    }
    fields
}

/// A value as people read it.
pub fn value_text(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().map(value_text).collect::<Vec<_>>().join("\n")
        }
        Value::Array(items) => items.iter().map(value_text).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            match (fields.get("bytes").and_then(Value::as_i64), fields.get("sha256"), fields.len()) {
                (Some(bytes), Some(Value::String(sha256)), 2) => {
                    format!("{} of data (SHA-256 {sha256})", bytes_for_people(bytes))
                }
                _ => {
                    let pairs: Vec<String> = fields
                        .iter()
                        .map(|(key, value)| format!("{}: {}", key.replace('_', " "), value_text(value)))
                        .collect();
                    pairs.join(", ")
                }
            }
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
