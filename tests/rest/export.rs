//! The export as a script asks for it.

use super::builders::*;
use crate::on_every_database;
use serde_json::json;

on_every_database! {
    async fn the_same_request_with_the_same_key_exports_once(world) {
        let api = world.client().await;
        let path = format!("{}/export", api.experiment(world, "Run").await);
        let send = async |name: &str, key: &str| {
            let body = json!({ "new_model": { "name": name }, "version": { "name": "v1" } }).to_string();
            api.send("POST", &path, &[("content-type", "application/json"), ("idempotency-key", key)], body).await
        };
        let first = send("Once", "a-key").await.expect(201);
        let again = send("Once", "a-key").await.expect(201);
        assert_eq!(first.json(), again.json());
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        assert_eq!(first.header("location"), again.header("location"));
        send("Another", "a-key").await.problem(422, "idempotency_key_reused");
        for key in ["", "a b", &"k".repeat(129)] {
            send("Another", key).await.problem(400, "invalid_idempotency_key");
        }
        send("Once", "another-key").await.problem(409, "model_name_taken");
        assert_eq!(api.get("/models").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_failed_request_does_not_use_up_its_key(world) {
        let api = world.client().await;
        let path = format!("{}/export", api.experiment(world, "Run").await);
        let export = |model: &str| json!({ "new_model": { "name": model }, "version": { "name": "v1" } });
        api.post(&path, export("Taken")).await.expect(201);
        let headers = [("content-type", "application/json"), ("idempotency-key", "a-key")];
        api.send("POST", &path, &headers, export("Taken").to_string()).await.problem(409, "model_name_taken");
        api.send("POST", &path, &headers, export("Free").to_string()).await.expect(201);
    }

    async fn taken_names_are_told_apart(world) {
        let api = world.client().await;
        let path = format!("{}/export", api.experiment(world, "Run").await);
        let first = json!({ "new_model": { "name": "Détection" }, "version": { "name": "v1" } });
        let model = api.post(&path, first).await.expect(201).json()["model_id"].clone();
        let look_alike = json!({ "new_model": { "name": "DE\u{301}TECTION" }, "version": { "name": "v1" } });
        let problem = api.post(&path, look_alike).await.problem(409, "model_name_taken");
        assert_eq!(problem["errors"][0]["field"], "new_model.name");
        let same = json!({ "model_id": model, "version": { "name": "V1" } });
        let problem = api.post(&path, same).await.problem(409, "version_name_taken");
        assert_eq!(problem["errors"][0]["field"], "version.name");
        let second = json!({ "model_id": model, "version": { "name": "v2" } });
        assert_eq!(api.post(&path, second).await.expect(201).json()["number"], 2);
        let versions = api.get(&format!("/models/{}/versions", model.as_str().unwrap())).await.expect(200).json();
        assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    }

    async fn a_request_names_exactly_one_destination_that_is_there(world) {
        let api = world.client().await;
        let path = format!("{}/export", api.experiment(world, "Run").await);
        let before = world.rows().await;
        let nowhere = "0192f0c1-2a3b-7c4d-8e5f-001122334455";
        for (body, status, code) in [
            (json!({ "version": { "name": "v1" } }), 422, "invalid_field"),
            (json!({ "new_model": { "name": "a" }, "model_id": nowhere, "version": { "name": "v1" } }), 422, "invalid_field"),
            (json!({ "new_model": { "name": "a" } }), 422, "invalid_field"),
            (json!({ "model_id": "7", "version": { "name": "v1" } }), 422, "invalid_field"),
            (json!({ "model_id": nowhere, "version": { "name": "v1" } }), 404, "not_found"),
            (json!({ "new_model": { "name": "a", "id": nowhere }, "version": { "name": "v1" } }), 422, "invalid_field"),
        ] {
            api.post(&path, body).await.problem(status, code);
        }
        api.post(&format!("/experiments/{nowhere}/export"), json!({ "new_model": { "name": "a" }, "version": { "name": "v1" } })).await.problem(404, "not_found");
        assert_eq!(world.rows().await, before);
    }
}
