//! Who may enter: every route of the description, as nobody, as a stranger and as a viewer.

use crate::{builders::World, client::Client, on_every_database};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

/// Every operation of the description, with the ids of real objects in its path.
async fn operations(client: &Client, world: &World) -> Vec<(String, String)> {
    let dataset = client.create("/datasets", json!({ "name": "digits" })).await;
    let dataset_version = client.create(&format!("/datasets/{dataset}/versions"), json!({ "name": "v1" })).await;
    let experiment = client.experiment(world, "run").await;
    client.call(&client.editor, "PUT", &format!("/experiments/{experiment}/artifacts/file"), &[], "bytes").await;
    let request = json!({ "new_model": { "name": "m" }, "version": { "name": "v1" } });
    let version = client.post(&format!("/experiments/{experiment}/export"), request).await.json();
    let (model, version) = (version["model_id"].as_str().unwrap(), version["id"].as_str().unwrap());
    let document: Value = serde_json::to_value(heirloom::server::api::description()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let id = match path.split('/').nth(3).unwrap() {
            "projects" => world.project.to_string(),
            "datasets" => dataset.clone(),
            "dataset-versions" => dataset_version.clone(),
            "experiments" => experiment.clone(),
            "models" => model.to_owned(),
            "model-versions" => version.to_owned(),
            _ => String::new(),
        };
        let filled = path.replace("{id}", &id).replace("{name}", "file").replace("{key}", "key").replace("/api/v1", "");
        assert!(!filled.contains('{'), "{filled}");
        let query = if filled.ends_with("/history") { "?key=loss" } else { "" };
        operations.extend(
            methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), format!("{filled}{query}"))),
        );
    }
    operations
}

/// A body that gets past reading, so that the refusal is about who asks.
fn body_for(path: &str, method: &str, world: &World) -> Value {
    let last = path.rsplit('/').next().unwrap();
    match (last, method) {
        ("projects" | "datasets" | "versions", _) => json!({ "name": "x" }),
        ("experiments", _) => json!({ "project_id": world.project, "name": "x" }),
        ("metrics", _) => json!({ "points": [{ "key": "loss", "step": 1, "value": 1 }] }),
        ("export", _) => json!({ "new_model": { "name": "x" }, "version": { "name": "v1" } }),
        ("key", _) => json!({ "columns": ["a"], "rows": [] }),
        _ => json!({}),
    }
}

on_every_database! {
    async fn every_route_refuses_those_without_a_valid_token(world) {
        let client = Client::of(world).await;
        let operations = operations(&client, world).await;
        assert!(operations.len() >= 35, "{}", operations.len());
        for (method, path) in operations {
            let request = Request::builder().method(method.as_str()).uri(format!("/api/v1{path}")).body(Body::empty()).unwrap();
            assert_eq!(client.send(request).await.problem(), (401, "invalid_token".to_owned()), "{method} {path}");
            let forged = format!("{}x", &client.owner[..46]);
            let answer = client.call(&forged, &method, &path, &[], Body::empty()).await;
            assert_eq!(answer.problem(), (401, "invalid_token".to_owned()), "{method} {path}");
        }
    }

    async fn every_object_of_another_organization_does_not_exist(world) {
        let client = Client::of(world).await;
        for (method, path) in operations(&client, world).await {
            if path.split('?').next().unwrap().split('/').count() < 3 {
                continue;
            }
            let answer = client.json(&client.stranger, &method, &path, body_for(&path, &method, world)).await;
            assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{method} {path}");
        }
        for list in ["/projects", "/datasets", "/models", "/experiments"] {
            let answer = client.call(&client.stranger, "GET", list, &[], Body::empty()).await;
            assert_eq!(answer.json()["items"], json!([]), "{list}");
        }
        let body = json!({ "project_id": world.project, "name": "x" });
        let answer = client.json(&client.stranger, "POST", "/experiments", body).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }

    async fn a_viewer_reads_everything_and_changes_nothing(world) {
        let client = Client::of(world).await;
        let operations = operations(&client, world).await;
        let before = world.rows().await;
        for (method, path) in operations {
            let answer = client.json(&client.viewer, &method, &path, body_for(&path, &method, world)).await;
            match method.as_str() {
                "GET" if path.contains("/images/") => assert_eq!(answer.status, 404),
                "GET" => assert_eq!(answer.status, 200, "{path}: {answer:?}"),
                _ => assert_eq!(answer.problem(), (403, "role_too_low".to_owned()), "{method} {path}"),
            }
        }
        assert_eq!(world.rows().await, before);
    }

    async fn what_is_not_there_and_what_cannot_be_read_is_a_problem(world) {
        let client = Client::of(world).await;
        let experiment = client.experiment(world, "run").await;
        for (path, expected) in [
            ("/nowhere", (404, "not_found")),
            ("/experiments/0", (404, "not_found")),
            ("/experiments/1%20OR%201=1", (404, "not_found")),
            ("/experiments?limit=0", (400, "invalid_query")),
            ("/experiments?limit=1000000000", (400, "invalid_query")),
            ("/experiments?sort=password_hash", (400, "invalid_query")),
            ("/experiments?cursor=x", (400, "invalid_query")),
            ("/projects?x=1", (400, "invalid_query")),
        ] {
            assert_eq!(client.get(path).await.problem(), (expected.0, expected.1.to_owned()), "{path}");
        }
        assert_eq!(client.json(&client.owner, "DELETE", "/projects", json!({})).await.problem().0, 405);
        let here = format!("/experiments/{experiment}");
        for (body, expected) in [
            (r#"{"name":"#.to_owned(), (400, "malformed")),
            ("[".repeat(100_000), (422, "invalid_field")),
            (r#"{"name":"a","organization_id":"x"}"#.to_owned(), (422, "invalid_field")),
            (r#"{"name":"a","name":"b"}"#.to_owned(), (400, "malformed")),
            (r#"{"name":"a\u0000b"}"#.to_owned(), (422, "invalid_field")),
            (r#"{"status":"done"}"#.to_owned(), (422, "invalid_field")),
            (format!(r#"{{"description":"{}"}}"#, "x".repeat(3 << 20)), (413, "too_large")),
        ] {
            let shown: String = body.chars().take(60).collect();
            let answer = client.call(&client.editor, "PATCH", &here, &[("content-type", "application/json")], body).await;
            assert_eq!(answer.problem(), (expected.0, expected.1.to_owned()), "{shown}");
        }
        let answer = client.call(&client.editor, "PATCH", &here, &[("content-type", "text/plain")], "{}").await;
        assert_eq!(answer.problem(), (415, "unsupported_media_type".to_owned()));
    }
}
