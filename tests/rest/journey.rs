//! A training, from its dataset to the second version of its model, over the API alone.

use crate::{builders::World, client::Client, on_every_database};
use axum::http::StatusCode;
use serde_json::{Value, json};

on_every_database! {
    async fn a_training_becomes_a_model_version(world) {
        let client = Client::of(world).await;
        let dataset = client.create("/datasets", json!({ "name": "digits" })).await;
        let labels = json!(["zero", "one", "two"]);
        let version = json!({ "name": "train", "kind": "classification", "item_count": 1437, "labels": labels });
        let dataset_version = client.create(&format!("/datasets/{dataset}/versions"), version).await;
        let image = json!({ "reference": "python:3.11-slim", "run_flags": ["--cpus 2"], "environment": ["TOKEN"] });
        let experiment = client
            .create("/experiments", json!({
                "project_id": world.project,
                "name": "run 1",
                "dataset_versions": [{ "dataset_version_id": dataset_version, "alias": "train" }],
                "docker_image": image,
                "parameters": { "epochs": 30, "lr": 0.1, "layers": [64, 32] },
                "framework": "scikit-learn",
            }))
            .await;
        let here = format!("/experiments/{experiment}");
        client.json(&client.editor, "PATCH", &here, json!({ "status": "running" })).await;
        let points: Vec<Value> = (1..=30).map(|step| json!({ "key": "val/loss", "step": step, "value": 1.0 / f64::from(step) })).collect();
        let logged = client.post(&format!("{here}/metrics"), json!({ "points": points })).await;
        assert_eq!(logged.json(), json!({ "accepted": 30 }));
        let put = client.call(&client.editor, "PUT", &format!("{here}/artifacts/model/weights.bin"), &[], "weights").await;
        assert_eq!(put.status, StatusCode::CREATED);
        let png = b"\x89PNG\r\n\x1a\n rest".to_vec();
        let image_log = client.call(&client.editor, "PUT", &format!("{here}/images/confusion"), &[], png.clone()).await;
        assert_eq!(image_log.status, StatusCode::OK, "{image_log:?}");
        assert_eq!(client.get(&format!("{here}/images/confusion")).await.bytes, png);
        let table = json!({ "columns": ["class", "f1"], "rows": [["zero", 0.9], ["one", null]] });
        assert_eq!(client.json(&client.editor, "PUT", &format!("{here}/tables/per%20class"), table).await.status, StatusCode::OK);
        let done = client.json(&client.editor, "PATCH", &here, json!({ "status": "succeeded" })).await.json();
        assert!(done["started_at"].is_string() && done["finished_at"].is_string());

        let preview = client.get(&format!("{here}/export")).await.json();
        assert!(preview["items"].as_array().unwrap().iter().any(|item| item["summary"] == "1 file, 7 B"), "{preview}");
        let request = json!({ "new_model": { "name": "digits" }, "version": { "name": "v1", "description": "first" } });
        let exported = client.post(&format!("{here}/export"), request).await;
        assert_eq!(exported.status, StatusCode::CREATED);
        let version = exported.json();
        assert_eq!(exported.header("location"), format!("/api/v1/model-versions/{}", version["id"].as_str().unwrap()));
        assert_eq!(version["number"], 1);
        assert_eq!(version["labels"], labels);
        assert_eq!(version["parameters"].to_string(), r#"{"epochs":30,"lr":0.1,"layers":[64,32]}"#);
        assert_eq!(version["docker_image"], image);
        assert_eq!(version["source_experiment"]["id"], experiment.as_str());
        assert_eq!(version["dataset_versions"][0]["alias"], "train");
        assert_eq!(version["metrics"][0]["count"], 30);
        assert_eq!(version["files"][0]["name"], "model/weights.bin");

        let second = json!({ "model_id": version["model_id"], "version": { "name": "v2" } });
        assert_eq!(client.post(&format!("{here}/export"), second).await.json()["number"], 2);
        let versions = client.get(&format!("/models/{}/versions", version["model_id"].as_str().unwrap())).await.json();
        let numbers: Vec<_> = versions["items"].as_array().unwrap().iter().map(|version| version["number"].clone()).collect();
        assert_eq!(numbers, [json!(1), json!(2)]);
        let file = format!("/model-versions/{}/files/model/weights.bin", version["id"].as_str().unwrap());
        assert_eq!(client.get(&file).await.bytes, "weights");
        assert_eq!(client.get("/models?search=DIG").await.json()["items"][0]["name"], "digits");
    }

    async fn the_same_request_with_the_same_key_exports_once(world) {
        let client = Client::of(world).await;
        let experiment = client.experiment(world, "run").await;
        let path = format!("/experiments/{experiment}/export");
        let send = async |name: &str| {
            let body = json!({ "new_model": { "name": name }, "version": { "name": "v1" } }).to_string();
            let headers = [("content-type", "application/json"), ("idempotency-key", "0b7e")];
            client.call(&client.editor, "POST", &path, &headers, body).await
        };
        let first = send("once").await;
        let again = send("once").await;
        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(first.json(), again.json());
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        assert_eq!(send("another").await.problem(), (422, "idempotency_key_reused".to_owned()));
        assert_eq!(client.get("/models").await.json()["items"].as_array().unwrap().len(), 1);
    }

    async fn taken_names_are_told_apart(world) {
        let client = Client::of(world).await;
        let experiment = client.experiment(world, "run").await;
        let path = format!("/experiments/{experiment}/export");
        let new = json!({ "new_model": { "name": "Détection" }, "version": { "name": "v1" } });
        let model = client.post(&path, new).await.json()["model_id"].clone();
        let look_alike = json!({ "new_model": { "name": "DE\u{301}TECTION" }, "version": { "name": "v1" } });
        let answer = client.post(&path, look_alike).await;
        assert_eq!(answer.problem(), (409, "model_name_taken".to_owned()));
        assert_eq!(answer.json()["errors"][0]["field"], "new_model.name");
        let same = client.post(&path, json!({ "model_id": model, "version": { "name": "V1" } })).await;
        assert_eq!(same.problem(), (409, "version_name_taken".to_owned()));
        let both = json!({ "model_id": model, "new_model": { "name": "x" }, "version": { "name": "v2" } });
        assert_eq!(client.post(&path, both).await.problem().0, 422);
        let run = json!({ "project_id": world.project, "name": "RUN" });
        assert_eq!(client.post("/experiments", run).await.problem(), (409, "name_taken".to_owned()));
    }
}
