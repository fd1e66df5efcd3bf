//! The description of the API is valid, complete and readable.

use super::{builders::*, client::Client};
use crate::on_every_database;
use heirloom::server::api;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::to_value(api::description()).unwrap()
}

/// Every operation: path, method, value.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(|(method, value)| (path.as_str(), method.as_str(), value))
        })
        .collect()
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
    let scheme = &document["components"]["securitySchemes"]["token"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));
    for (path, method, operation) in operations(&document) {
        let scope = operation["security"][0]["token"][0].as_str().unwrap_or_default();
        assert!(["read", "write", "export", "admin"].contains(&scope), "{method} {path}: {scope}");
    }
}

#[test]
fn every_operation_is_described_in_full() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let shown = format!("{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{shown}: another operation has this name");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{shown}");
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{shown}");
        let in_path: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert!(in_path.iter().all(|name| name.chars().all(char::is_alphabetic)), "{shown}");
        let empty = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&empty);
        let declared: BTreeSet<&str> =
            parameters.iter().filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(in_path, declared, "{shown}");
        let problem = &operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"];
        let problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"]
            .as_str()
            .or(problem.as_str());
        assert_eq!(problem, Some("#/components/schemas/Problem"), "{shown}");
    }
    assert!(names.len() >= 36, "{}", names.len());
}

#[test]
fn an_error_is_described_as_what_it_is() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let Some(content) = response["content"].as_object() else { continue };
            let is_problem =
                content.values().any(|content| content["schema"]["$ref"] == "#/components/schemas/Problem");
            assert_eq!(is_problem, content.contains_key("application/problem+json"), "{method} {path} {status}");
        }
    }
}

on_every_database! {
    async fn every_described_operation_is_served_and_no_other_method(world) {
        let nobody = world.nobody();
        let served = nobody.get("/openapi.json").await.expect(200);
        assert_eq!(served.header("content-type"), "application/json");
        assert_eq!(served.json(), document());
        let api = world.client().await;
        let document = document();
        let unknown = "0192f0c1-2a3b-7c4d-8e5f-001122334455";
        for (path, item) in document["paths"].as_object().unwrap() {
            let address = path.strip_prefix("/api/v1").unwrap().replace("{id}", unknown).replace("{name}", "x").replace("{key}", "x");
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
                let answer = api.send(method, &address, &[], "").await;
                match item.get(method.to_lowercase()) {
                    Some(_) => assert_ne!(answer.status, 405, "{method} {path}"),
                    None => _ = answer.problem(405, "method_not_allowed"),
                }
            }
        }
        for address in ["", "/", "/nowhere", "/me/too", "/experiments/x/y/z"] {
            api.get(address).await.problem(404, "not_found");
            nobody.get(address).await.problem(401, "invalid_token");
        }
    }

    async fn the_page_about_the_api_shows_every_operation_and_every_type(world) {
        let cookie = world.cookie_of("owner@acme.example").await;
        let page = world.nobody().page("/api/docs", &cookie).await.expect(200);
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let document = document();
        for (path, method, operation) in operations(&document) {
            assert!(html.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
            let summary = operation["summary"].as_str().unwrap().replace('\'', "&#x27;");
            assert!(html.contains(&summary) || html.contains(operation["summary"].as_str().unwrap()), "{summary}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(html.contains(&format!("id=\"type-{name}\"")), "{name}");
        }
        let mut ids = BTreeSet::new();
        for part in html.split(" id=\"").skip(1) {
            let id = part.split('"').next().unwrap();
            assert!(ids.insert(id), "{id} is given twice");
        }
        for link in html.split("href=\"#").skip(1).map(|part| part.split('"').next().unwrap()) {
            assert!(ids.contains(link), "#{link} leads nowhere");
        }
        assert!(!html.contains("=\"http"), "nothing comes from elsewhere");
    }

    async fn answers_have_the_described_fields(world) {
        let api = world.client().await;
        let document = document();
        let experiment = api.experiment(world, "Run").await;
        let version = api.post(&format!("{experiment}/export"), json!({ "new_model": { "name": "M" }, "version": { "name": "v1" } })).await.expect(201).json();
        for (schema, value) in [
            ("Experiment", api.get(&experiment).await.expect(200).json()),
            ("ModelVersion", version),
            ("Project", api.get(&format!("/projects/{}", world.project)).await.expect(200).json()),
            ("Me", api.get("/me").await.expect(200).json()),
            ("Problem", api.get("/nowhere").await.problem(404, "not_found")),
        ] {
            let mut described = BTreeSet::new();
            fields_of(&document["components"]["schemas"][schema], &document, &mut described);
            let answered: BTreeSet<String> = value.as_object().unwrap().keys().cloned().collect();
            assert!(answered.is_subset(&described), "{schema}: {:?}", answered.difference(&described).collect::<Vec<_>>());
            assert!(schema == "Problem" || answered == described, "{schema}");
        }
    }
}

fn fields_of(schema: &Value, document: &Value, found: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        fields_of(document.pointer(reference.trim_start_matches('#')).unwrap(), document, found);
    }
    found.extend(schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys().cloned()));
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fields_of(part, document, found);
    }
}

impl Client {
    /// A page as a signed-in browser gets it.
    async fn page(&self, path: &str, cookie: &str) -> super::client::Answer {
        self.send_to(path, "GET", &[("cookie", cookie)], axum::body::Body::empty()).await
    }
}
