//! From the first project to the downloaded model file, as a training script goes.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of a picture";

on_every_database! {
    async fn a_training_script_goes_from_a_project_to_a_model_version(world) {
        let api = world.client().await;
        let me = api.get("/me").await.expect(200).json();
        assert_eq!((&me["role"], &me["organization_name"], &me["email"]), (&json!("owner"), &json!("Acme"), &json!("owner@acme.example")));

        let project = api.post("/projects", json!({ "name": "Street signs", "description": "All of them" })).await.expect(201).json();
        assert_eq!(project["description"], "All of them");
        assert_eq!(api.get(&format!("/projects/{}", text(&project, "id"))).await.expect(200).json(), project);

        let dataset = api.post("/datasets", json!({ "name": "Signs" })).await.expect(201).id();
        let version = api.post(&format!("/datasets/{dataset}/versions"), json!({
            "name": "2026-11", "kind": "classification", "item_count": 1797, "size_bytes": 70_000, "labels": ["stop", "yield"],
        })).await.expect(201).json();
        let version_id = text(&version, "id");
        assert_eq!(api.get(&format!("/dataset-versions/{version_id}")).await.expect(200).json(), version);
        assert_eq!(api.get(&format!("/datasets/{dataset}")).await.expect(200).json()["versions"], json!([version]));

        let experiment = api.post("/experiments", json!({
            "project_id": project["id"], "name": "First run",
            "dataset_versions": [{ "dataset_version_id": version_id, "alias": "train" }],
            "docker_image": { "reference": "ghcr.io/team/trainer:1.4", "run_flags": ["--gpus all"], "environment": ["EPOCHS"] },
            "inference_type": "classification", "framework": "scikit-learn",
            "parameters": { "lr": 0.1, "layers": [64, 10] },
        })).await.expect(201).json();
        assert_eq!(experiment["labels"], json!(["stop", "yield"]));
        assert_eq!(experiment["status"], "pending");
        let address = format!("/experiments/{}", text(&experiment, "id"));

        assert_eq!(api.patch(&address, json!({ "status": "running" })).await.expect(200).json()["status"], "running");
        let merged = api.patch(&format!("{address}/parameters"), json!({ "seed": 7 })).await.expect(200).json();
        assert_eq!(merged, json!({ "lr": 0.1, "layers": [64, 10], "seed": 7 }));
        let points: Vec<Value> = (0..30).map(|step| json!({ "key": "val/accuracy", "step": step, "value": 0.5 + f64::from(step) / 100.0 })).collect();
        assert_eq!(api.post(&format!("{address}/metrics"), json!({ "points": points })).await.expect(200).json(), json!({ "accepted": 30 }));
        api.upload(&format!("{address}/images/confusion%20matrix"), PNG).await.expect(200);
        let table = json!({ "columns": ["class", "recall"], "rows": [["stop", 0.9], ["yield", null]] });
        api.put(&format!("{address}/tables/per%20class"), table).await.expect(200);
        let uploaded = api.upload(&format!("{address}/artifacts/model/best.joblib"), "the model").await.expect(201);
        assert_eq!(uploaded.header("location"), format!("/api/v1{address}/artifacts/model/best.joblib"));
        let artifact = uploaded.json();
        assert_eq!((&artifact["name"], &artifact["size_bytes"]), (&json!("model/best.joblib"), &json!(9)));
        assert_eq!(api.patch(&address, json!({ "status": "succeeded" })).await.expect(200).json()["status"], "succeeded");

        let preview = api.get(&format!("{address}/export")).await.expect(200).json();
        assert!(preview["items"].as_array().is_some_and(|items| items.len() >= 5), "{preview}");
        let exported = api.post(&format!("{address}/export"), json!({
            "new_model": { "name": "Sign reader", "description": "Reads signs" }, "version": { "name": "v1" },
        })).await.expect(201);
        let location = exported.header("location").to_owned();
        let version = exported.json();
        let version_address = format!("/model-versions/{}", text(&version, "id"));
        assert_eq!(location, format!("/api/v1{version_address}"));
        assert_eq!(api.get(&version_address).await.expect(200).json(), version);
        assert_eq!((&version["model_name"], &version["number"], &version["name"]), (&json!("Sign reader"), &json!(1), &json!("v1")));
        assert_eq!(version["labels"], json!(["stop", "yield"]));
        assert_eq!((&version["inference_type"], &version["framework"]), (&json!("classification"), &json!("scikit-learn")));
        assert_eq!(version["parameters"], merged);
        assert_eq!(version["docker_image"], experiment["docker_image"]);
        assert_eq!(version["dataset_versions"][0]["dataset_version_id"], version_id);
        assert_eq!(version["source_experiment"]["id"], experiment["id"]);
        assert_eq!(version["metrics"][0]["last"]["value"], json!(0.79));

        let files = api.get(&format!("{version_address}/files")).await.expect(200).json();
        assert_eq!(files["items"][0]["sha256"], artifact["sha256"]);
        let file = api.get(&format!("{version_address}/files/model/best.joblib")).await.expect(200);
        assert_eq!(&file.body[..], b"the model");
        assert_eq!(file.header("etag"), format!("\"{}\"", text(&artifact, "sha256")));

        let model = format!("/models/{}", text(&version, "model_id"));
        assert_eq!(api.get(&model).await.expect(200).json()["version_count"], 1);
        assert_eq!(api.get(&format!("{model}/versions")).await.expect(200).json()["items"][0]["id"], version["id"]);
        assert_eq!(api.get("/models?search=sign").await.expect(200).json()["items"][0]["name"], "Sign reader");
        assert_eq!(api.get(&address).await.expect(200).json()["exported_as"][0]["id"], version["id"]);

        api.delete(&format!("{address}/artifacts/model/best.joblib")).await.expect(204);
        api.delete(&address).await.expect(204);
        api.get(&address).await.problem(404, "not_found");
        assert_eq!(&api.get(&format!("{version_address}/files/model/best.joblib")).await.expect(200).body[..], b"the model");
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}
