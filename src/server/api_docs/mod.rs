//! The API's description as a page: made from the OpenAPI document, readable without scripts.

mod schema;

use super::api;
use crate::ui::{
    page::Page,
    parts::{CodeBlock, TableBox},
};
use leptos::prelude::*;
use serde_json::Value;

/// The page `/api/docs`.
pub async fn page() -> Page {
    let document = serde_json::to_value(api::description()).unwrap_or_default();
    Page::new("", "API", move || view! { <ApiReference document /> })
}

/// An operation of the document.
struct Operation<'a> {
    method: String,
    path: &'a str,
    tag: String,
    value: &'a Value,
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, value)| Operation {
            method: method.to_uppercase(),
            path,
            tag: value["tags"][0].as_str().unwrap_or("other").to_owned(),
            value,
        })
    });
    all.collect()
}

#[component]
fn ApiReference(document: Value) -> impl IntoView {
    let operations = operations(&document);
    let mut tags: Vec<&str> = Vec::new();
    for operation in &operations {
        if !tags.contains(&operation.tag.as_str()) {
            tags.push(&operation.tag);
        }
    }
    let contents = tags
        .iter()
        .map(|tag| view! { <li><a class="chip" href=format!("#{}", anchor(tag))>{tag.to_string()}</a></li> })
        .collect_view();
    let sections = tags
        .iter()
        .map(|tag| {
            let below = operations
                .iter()
                .filter(|operation| operation.tag == *tag)
                .map(|operation| operation_view(operation, &document))
                .collect_view();
            view! {
                <section class="stack" id=anchor(tag) aria-labelledby=format!("{}-title", anchor(tag))>
                    <h2 id=format!("{}-title", anchor(tag))>{tag.to_string()}</h2>
                    {below}
                </section>
            }
        })
        .collect_view();
    let about = text(&document["info"], "description")
        .split("\n\n")
        .map(|paragraph| view! { <p class="page-lead">{prose(paragraph)}</p> })
        .collect_view();
    view! {
        <header class="page-header">
            <div class="page-title"><h1>"API"</h1></div>
            <div class="page-actions"><a class="button" href="/api/v1/openapi.json">"OpenAPI document"</a></div>
            {about}
            <ul class="chips" aria-label="Parts">{contents}<li><a class="chip" href="#types">"Types"</a></li></ul>
        </header>
        {sections}
        <section class="stack" id="types" aria-labelledby="types-title">
            <h2 id="types-title">"Types"</h2>
            {schema::all_types(&document)}
        </section>
    }
}

/// Text with `code` in it.
fn prose(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').map(str::to_owned).enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part.into_any() } else { view! { <code>{part}</code> }.into_any() })
        .collect_view()
}

fn anchor(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' })
        .collect()
}

fn operation_view(operation: &Operation<'_>, document: &Value) -> impl IntoView + use<> {
    let Operation { method, path, value, .. } = operation;
    let id = anchor(&format!("{method}{path}"));
    let title = format!("{method} {path}");
    let parameters = value["parameters"].as_array().cloned().unwrap_or_default();
    let body = value["requestBody"]["content"]
        .as_object()
        .and_then(|content| content.iter().next().map(|(kind, body)| (kind.clone(), body["schema"].clone())));
    let example = curl_example(method, path, body.as_ref(), document);
    let parameters = (!parameters.is_empty()).then(|| parameter_table(&parameters, &title));
    let body = body.map(|(kind, schema)| {
        view! {
            <h4>"Body, " <code>{kind}</code> {schema["$ref"].is_string().then(|| view! { ": " {schema::type_view(&schema)} })}</h4>
            {schema::contents(&schema, document, format!("Body of {title}"))}
        }
    });
    let responses = value["responses"].as_object().cloned().unwrap_or_default();
    let responses = responses.iter().map(|(status, response)| response_view(status, response)).collect_view();
    view! {
        <section class="card" id=id.clone() aria-labelledby=format!("{id}-title")>
            <div class="card-head">
                <h3 id=format!("{id}-title")><code>{title.clone()}</code></h3>
                <p>{text(value, "summary").to_owned()}</p>
            </div>
            <div class="stack">
                {Some(text(value, "description")).filter(|text| !text.is_empty()).map(|text| view! { <p>{prose(text)}</p> })}
                {parameters}
                {body}
                <h4>"Answers"</h4>
                <ul class="stack">{responses}</ul>
                <CodeBlock text=example label=format!("example of {title}") />
            </div>
        </section>
    }
}

fn response_view(status: &str, response: &Value) -> impl IntoView + use<> {
    let content = response["content"].as_object().and_then(|content| content.values().next());
    let body = content.filter(|content| content["schema"].is_object());
    let body = body.map(|content| view! { " "{schema::type_view(&content["schema"])} });
    let about = Some(text(response, "description")).filter(|about| !about.is_empty());
    let about = about.map(|about| view! { " " {prose(about)} });
    let headers: Vec<String> =
        response["headers"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let headers = (!headers.is_empty()).then(|| format!(" with {}", headers.join(", ")));
    let status = if status == "default" { "otherwise".to_owned() } else { status.to_owned() };
    view! { <li><strong>{status}</strong>{body}{about}{headers}</li> }
}

fn parameter_table(parameters: &[Value], title: &str) -> impl IntoView + use<> {
    let rows = parameters
        .iter()
        .map(|parameter| {
            view! {
                <tr>
                    <th scope="row"><code>{text(parameter, "name").to_owned()}</code></th>
                    <td>{text(parameter, "in").to_owned()}</td>
                    <td>{schema::type_view(&parameter["schema"])}</td>
                    <td>{prose(text(parameter, "description"))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableBox label=format!("Parameters of {title}")>
            <table class="table">
                <thead><tr><th scope="col">"Parameter"</th><th scope="col">"In"</th><th scope="col">"Type"</th><th scope="col">"Meaning"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
}

fn curl_example(method: &str, path: &str, body: Option<&(String, Value)>, document: &Value) -> String {
    let path = path.replace('{', "$").replace('}', "").to_uppercase().replace("/API/V1", "/api/v1");
    let path: String = path
        .split('/')
        .map(|part| if part.starts_with('$') { part.to_owned() } else { part.to_lowercase() })
        .collect::<Vec<_>>()
        .join("/");
    let method = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let mut example = format!("curl{method} \"$HEIRLOOM_URL{path}\" -H \"Authorization: Bearer $HEIRLOOM_TOKEN\"");
    match body {
        Some((kind, schema)) if kind == "application/json" => {
            let body = schema::example(schema, document);
            example.push_str(&format!(" \\\n  -H \"Content-Type: application/json\" -d '{body}'"));
        }
        Some(_) => example.push_str(" \\\n  --data-binary @file"),
        None => {}
    }
    example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_described_operation_has_a_summary_and_a_tag() {
        let document = serde_json::to_value(api::description()).unwrap();
        let operations = operations(&document);
        assert!(operations.len() >= 35, "{}", operations.len());
        for operation in operations {
            assert!(!text(operation.value, "summary").is_empty(), "{} {}", operation.method, operation.path);
            assert_ne!(operation.tag, "other", "{} {}", operation.method, operation.path);
            assert!(operation.path.starts_with("/api/v1/"));
        }
    }

    #[test]
    fn an_example_can_be_pasted_into_a_shell() {
        let example = curl_example("PUT", "/api/v1/experiments/{id}/artifacts/{name}", None, &Value::Null);
        assert!(
            example.starts_with("curl -X PUT \"$HEIRLOOM_URL/api/v1/experiments/$ID/artifacts/$NAME\""),
            "{example}"
        );
    }
}
