//! What is refused, and how the answer says it.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

on_every_database! {
    async fn every_class_of_error_has_its_status_and_code(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        let unknown = "/experiments/0192f0c1-2a3b-7c4d-8e5f-001122334455";
        for (method, path, body, status, code) in [
            ("POST", "/projects", "{", 400, "malformed"),
            ("POST", "/projects", "", 400, "malformed"),
            ("POST", "/projects", r#"{"name":"x","name":"y"}"#, 400, "malformed"),
            ("POST", "/projects", "[]", 422, "invalid_field"),
            ("POST", "/projects", "null", 422, "invalid_field"),
            ("POST", "/projects", r#"{"name":"Digits"}"#, 409, "name_taken"),
            ("POST", "/projects", r#"{"name":"dIGITS "}"#, 409, "name_taken"),
            ("GET", "/projects?limit=0", "", 400, "invalid_query"),
            ("GET", unknown, "", 404, "not_found"),
            ("GET", "/nowhere", "", 404, "not_found"),
            ("GET", "", "", 404, "not_found"),
            ("GET", "/", "", 404, "not_found"),
            ("DELETE", "/projects", "", 405, "method_not_allowed"),
            ("POST", "/openapi.json", "", 405, "method_not_allowed"),
            ("PATCH", &address, r#"{"status":"done"}"#, 422, "invalid_field"),
            ("PATCH", &address, r#"{"docker_image":{"reference":"x; rm -rf /"}}"#, 422, "invalid_docker_image"),
            ("PATCH", &address, r#"{"docker_image":{"reference":"a","environment":["KEY=value"]}}"#, 422, "invalid_docker_image"),
            ("PUT", &format!("{address}/tables/t"), r#"{"columns":["a"],"rows":[[1,2]]}"#, 422, "invalid_table"),
            ("PUT", &format!("{address}/images/i"), "<svg/>", 422, "unknown_image"),
            ("POST", &format!("{address}/metrics"), r#"{"points":[]}"#, 422, "invalid_points"),
        ] {
            api.send_text(method, path, body.to_owned()).await.problem(status, code);
        }
        api.patch(&address, json!({ "status": "running" })).await.expect(200);
        api.patch(&address, json!({ "status": "pending" })).await.problem(409, "impossible_transition");
    }

    async fn a_wrong_field_is_named(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        let new_version = |version: Value| json!({ "new_model": { "name": "M" }, "version": version });
        for (path, body, field) in [
            ("/projects".to_owned(), json!({}), "name"),
            ("/projects".to_owned(), json!({ "name": "" }), "name"),
            ("/projects".to_owned(), json!({ "name": 7 }), "name"),
            ("/projects".to_owned(), json!({ "name": "x", "colour": "red" }), "colour"),
            ("/projects".to_owned(), json!({ "name": "a\u{0}b" }), "name"),
            ("/projects".to_owned(), json!({ "name": "x", "description": "x".repeat(10_001) }), "description"),
            ("/experiments".to_owned(), json!({ "name": "x", "project_id": "7" }), "project_id"),
            ("/experiments".to_owned(), json!({ "name": "x", "project_id": world.project, "framework": "a\nb" }), "framework"),
            ("/experiments".to_owned(), json!({ "name": "x", "project_id": world.project, "dataset_versions": [{ "alias": "train" }] }), "dataset_versions[0].dataset_version_id"),
            (format!("{address}/export"), new_version(json!({ "name": " " })), "version.name"),
            (format!("{address}/export"), new_version(json!({})), "version.name"),
            (format!("{address}/export"), new_version(json!({ "name": "v1", "number": 99 })), "version.number"),
        ] {
            let problem = api.post(&path, body).await.problem(422, "invalid_field");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
            assert!(problem["errors"][0]["message"].as_str().is_some_and(|message| !message.is_empty()));
        }
    }

    async fn a_body_must_be_plain_json_of_a_limited_size(world) {
        let api = world.client().await;
        let body = r#"{"name":"x"}"#;
        for headers in [&[][..], &[("content-type", "text/plain")], &[("content-type", "application/x-www-form-urlencoded")]] {
            api.send("POST", "/projects", headers, body).await.problem(415, "unsupported_media_type");
        }
        let packed = [("content-type", "application/json"), ("content-encoding", "gzip")];
        api.send("POST", "/projects", &packed, body).await.problem(415, "unsupported_encoding");
        let large = json!({ "name": "x", "description": "x".repeat(3 << 20) });
        api.post("/projects", large).await.problem(413, "too_large");
        api.send_text("POST", "/projects", "[".repeat(100_000)).await.problem(422, "invalid_field");
        // Without names, fields would be taken by their order.
        api.send_text("PATCH", &format!("/projects/{}", world.project), " [null, null]").await.problem(422, "invalid_field");
        let deep = format!(r#"{{"name":"x","description":{}"#, "[".repeat(100_000));
        api.send_text("POST", "/projects", deep).await.problem(422, "invalid_field");
        api.send_text("POST", "/projects", vec![b'"', 0xFF, b'"']).await.problem(400, "malformed");
        api.send("POST", "/projects", &[("content-type", "application/json; charset=utf-8")], body).await.expect(201);
    }

    async fn ids_that_cannot_be_read_name_nothing(world) {
        let api = world.client().await;
        let project = world.project.to_string();
        for id in ["0", "-1", "x", "1%20OR%201=1", "1000000000000000000000000000000", "%00", "%ff", "..", "%2e%2e%2fx", &project] {
            for path in [format!("/experiments/{id}"), format!("/experiments/{id}/artifacts/a"), format!("/experiments/{id}/metrics"), format!("/model-versions/{id}")] {
                let answer = api.get(&path).await;
                assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
                answer.problem(answer.status, if answer.status == 404 { "not_found" } else { "invalid_name" });
            }
        }
    }

    async fn keys_are_given_once_at_every_depth(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        let before = world.rows().await;
        for (method, path, body) in [
            ("PUT", format!("{address}/parameters"), r#"{"lr":1,"lr":2}"#),
            ("PATCH", format!("{address}/parameters"), r#"{"a":{"b":[{"lr":1,"\u006cr":2}]}}"#),
            ("POST", format!("{address}/metrics"), r#"{"points":[{"key":"a","step":1,"value":1,"value":2}]}"#),
            ("POST", format!("{address}/export"), r#"{"new_model":{"name":"a"},"version":{"name":"v1","name":"v2"}}"#),
            ("PUT", format!("{address}/tables/t"), r#"{"columns":["a"],"rows":[[{"x":1,"x":2}]]}"#),
        ] {
            let problem = api.send_text(method, &path, body).await.problem(400, "malformed");
            assert!(problem["detail"].as_str().unwrap().contains("given twice"), "{problem}");
        }
        assert_eq!(world.rows().await, before);
    }

    async fn the_answer_to_a_wrong_method_lists_the_right_ones(world) {
        let answer = world.client().await.delete("/projects").await;
        answer.problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    }
}
