//! Schemas of the document as text, links and tables.

use super::{prose, text};
use crate::ui::parts::TableBox;
use leptos::prelude::*;
use serde_json::Value;

/// The schemas that have a name, each with its fields.
pub fn all_types(document: &Value) -> impl IntoView + use<> {
    let schemas = document["components"]["schemas"].as_object();
    schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let id = type_anchor(name);
            let title = format!("{id}-title");
            view! {
                <section class="card" id=id aria-labelledby=title.clone()>
                    <div class="card-head"><h3 id=title.clone()>"Type " <code>{name.clone()}</code></h3></div>
                    <div class="stack">
                        {(!text(schema, "description").is_empty()).then(|| view! { <p>{prose(text(schema, "description"))}</p> })}
                        {contents(schema, document, format!("Fields of {name}"))}
                    </div>
                </section>
            }
        })
        .collect_view()
}

/// The fields of a schema, its own and those of its parts; or what it is when it has none.
pub fn contents(schema: &Value, document: &Value, label: String) -> AnyView {
    let schema = resolved(schema, document);
    if let Some(variants) = schema["oneOf"].as_array().filter(|variants| variants.iter().any(has_fields)) {
        let variants = variants.iter().zip(1..).map(|(variant, number): (_, i32)| {
            view! { <p>{format!("Variant {number}")}</p> {contents(variant, document, format!("{label}, variant {number}"))} }
        });
        return variants.collect_view().into_any();
    }
    let fields = fields(schema, document);
    if fields.is_empty() {
        return view! { <p>{type_view(schema)}{limits(schema)}</p> }.into_any();
    }
    let rows = fields
        .into_iter()
        .map(|(name, field, is_required)| {
            let about = prose(about(field, document));
            view! {
                <tr>
                    <th scope="row"><code>{name.to_owned()}</code></th>
                    <td>{type_view(field)}{limits(field)}</td>
                    <td>{if is_required { "required" } else { "optional" }}</td>
                    <td>{about}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableBox label>
            <table class="table">
                <thead><tr><th scope="col">"Field"</th><th scope="col">"Type"</th><th scope="col">"Needed"</th><th scope="col">"Meaning"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
    .into_any()
}

/// What is said of a field: beside it, beside one of its choices, or at its type.
fn about<'a>(field: &'a Value, document: &'a Value) -> &'a str {
    let choices = field["oneOf"].as_array().into_iter().flatten();
    let mut places = [field]
        .into_iter()
        .chain(choices.clone())
        .chain([resolved(field, document)])
        .chain(choices.map(|choice| resolved(choice, document)));
    places.find_map(|place| place["description"].as_str()).unwrap_or_default()
}

/// What a `$ref` points to, or the schema itself.
pub fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap_or(schema),
        None => schema,
    }
}

fn has_fields(schema: &Value) -> bool {
    schema["properties"].is_object() || schema["allOf"].is_array()
}

/// Name, schema and whether it is required; parts that are put together with `allOf` included.
pub fn fields<'a>(schema: &'a Value, document: &'a Value) -> Vec<(&'a str, &'a Value, bool)> {
    let schema = resolved(schema, document);
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| fields(part, document));
    let own = schema["properties"].as_object().into_iter().flatten();
    parts.chain(own.map(|(name, field)| (name.as_str(), field, required(name)))).collect()
}

/// A type in a few words, with links to the ones that have a name.
pub fn type_view(schema: &Value) -> AnyView {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or(reference).to_owned();
        let href = format!("#{}", type_anchor(&name));
        return view! { <a href=href>{name}</a> }.into_any();
    }
    if let Some(choices) = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema[*key].as_array()) {
        let choices = choices.iter().enumerate().map(|(index, choice)| {
            let between = if index == 0 { "" } else { " or " };
            view! { {between}{type_view(choice)} }
        });
        return choices.collect_view().into_any();
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(Value::to_string).collect();
        return view! { {words.join(" or ")} }.into_any();
    }
    match &schema["type"] {
        Value::String(_) if schema["format"] == "binary" => view! { "bytes" }.into_any(),
        Value::String(kind) if kind == "array" => view! { "list of "{type_view(&schema["items"])} }.into_any(),
        Value::String(kind) => view! { {kind.clone()} }.into_any(),
        Value::Array(kinds) if kinds.iter().any(|kind| kind == "array") => {
            view! { "list of "{type_view(&schema["items"])}" or null" }.into_any()
        }
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            view! { {kinds.join(" or ")} }.into_any()
        }
        _ => view! { "any JSON" }.into_any(),
    }
}

/// The numbers that a value must keep to.
fn limits(schema: &Value) -> String {
    let words = [("minimum", "from"), ("maximum", "to"), ("minItems", "at least"), ("maxItems", "at most")];
    let limits = words.iter().filter_map(|(key, word)| Some(format!(" {word} {}", schema.get(*key)?)));
    let format = schema["format"].as_str().filter(|format| *format != "binary").map(|format| format!(" ({format})"));
    format.into_iter().chain(limits).collect()
}

fn type_anchor(name: &str) -> String {
    format!("type-{}", name.replace(|character: char| !character.is_ascii_alphanumeric() && character != '_', "-"))
}

/// A smallest value of a schema, to begin from.
pub fn example(schema: &Value, document: &Value) -> Value {
    let schema = resolved(schema, document);
    let fields = fields(schema, document);
    if !fields.is_empty() {
        let needed = fields.into_iter().filter(|(_, _, is_required)| *is_required);
        return needed.map(|(name, field, _)| (name.to_owned(), example(field, document))).collect();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
        return first.clone();
    }
    if let Some(first) = schema["oneOf"].as_array().and_then(|choices| choices.first()) {
        return example(first, document);
    }
    match schema["type"].as_str() {
        Some("array") => Value::Array(vec![example(&schema["items"], document)]),
        Some("object") => Value::Object(serde_json::Map::new()),
        Some("integer" | "number") => Value::from(0),
        Some("boolean") => Value::from(true),
        _ if schema["format"] == "uuid" => Value::from("00000000-0000-0000-0000-000000000000"),
        _ => Value::from("..."),
    }
}
