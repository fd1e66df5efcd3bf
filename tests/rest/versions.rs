//! A version after the export: changed, given files, sealed, bundled, archived, deleted; and one without an experiment.

use super::{
    builders::*,
    client::{Answer, Client},
};
use crate::on_every_database;
use heirloom::vocabulary::Role;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Read};

/// The address of an exported version.
async fn version(world: &World) -> String {
    let experiment = an_experiment().with_artifact("best.pt").with_artifact("plots/loss.csv").create(world).await;
    format!("/model-versions/{}", world.exported(experiment, "Protection").await.id)
}

async fn state(api: &Client, version: &str) -> Value {
    api.get(version).await.expect(200).json()
}

async fn actions(api: &Client, version: &str) -> Vec<String> {
    let entries = api.get(&format!("{version}/changes")).await.expect(200).json();
    entries["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// The names and bytes in a tar archive.
fn unpacked(answer: &Answer) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(answer.body.as_ref());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    entries.collect()
}

on_every_database! {
    async fn text_type_framework_and_tags_change_and_the_trail_tells_how(world) {
        let api = world.client().await;
        let version = version(world).await;
        let change = json!({ "name": "night", "description": "for the yard", "notes": "# Beware", "inference_type": "detection", "framework": "ONNX", "tags": ["b", "a", "A"] });
        let changed = api.patch(&version, change).await.expect(200).json();
        for (field, value) in [("name", json!("night")), ("notes", json!("# Beware")), ("inference_type", json!("detection")), ("framework", json!("ONNX")), ("tags", json!(["a", "b"]))] {
            assert_eq!(changed[field], value, "{field}");
        }
        let changed = api.patch(&version, json!({ "framework": "" })).await.expect(200).json();
        assert_eq!((&changed["framework"], &changed["name"]), (&Value::Null, &json!("night")));
        assert_eq!(actions(&api, &version).await, ["change", "change", "export"]);
        let entry = &api.get(&format!("{version}/changes?limit=1")).await.expect(200).json()["items"][0];
        assert_eq!((&entry["before"]["framework"], &entry["after"]["framework"], &entry["by"]), (&json!("ONNX"), &Value::Null, &json!("owner@acme.example")));
        assert!(entry["by_token"].as_bool().unwrap());
    }

    async fn a_change_of_an_older_state_or_to_a_taken_name_changes_nothing(world) {
        let api = world.client().await;
        let first = version(world).await;
        let seen = state(&api, &first).await;
        let model = seen["model_id"].as_str().unwrap();
        api.post(&format!("/models/{model}/versions"), json!({ "name": "Taken" })).await.expect(201);
        api.patch(&first, json!({ "description": "theirs", "based_on": seen["updated_at"] })).await.expect(200);
        let before = world.rows().await;
        api.patch(&first, json!({ "description": "mine", "based_on": seen["updated_at"] })).await.problem(409, "changed_meanwhile");
        api.patch(&first, json!({ "name": "TAKEN" })).await.problem(409, "version_name_taken");
        api.patch(&first, json!({ "number": 7 })).await.problem(422, "invalid_field");
        api.patch(&first, json!({ "source_experiment_id": null })).await.problem(422, "invalid_field");
        assert_eq!(world.rows().await, before);
    }

    async fn files_are_added_and_removed_until_the_version_is_sealed(world) {
        let api = world.client().await;
        let version = version(world).await;
        let added = api.upload(&format!("{version}/files/export/model.onnx"), "onnx bytes").await.expect(201).json();
        assert_eq!((&added["is_inherited"], &added["created_by"], &added["size_bytes"]), (&json!(false), &json!("owner@acme.example"), &json!(10)));
        api.upload(&format!("{version}/files/export/model.onnx"), "other").await.expect(200);
        assert_eq!(api.get(&format!("{version}/files/export/model.onnx")).await.expect(200).body, "other");
        api.delete(&format!("{version}/files/plots/loss.csv")).await.expect(204);
        api.delete(&format!("{version}/files/plots/loss.csv")).await.problem(404, "not_found");
        let sealed = api.post(&format!("{version}/seal"), json!({})).await.expect(200).json();
        assert!(sealed["sealed_at"].is_string());
        let again = api.post(&format!("{version}/seal"), json!({})).await.expect(200).json();
        assert_eq!(again["sealed_at"], sealed["sealed_at"]);
        let (before, stored) = (world.rows().await, world.stored_files());
        api.upload(&format!("{version}/files/late.bin"), "late").await.problem(409, "sealed");
        api.delete(&format!("{version}/files/best.pt")).await.problem(409, "sealed");
        assert_eq!((world.rows().await, world.stored_files()), (before, stored));
        assert_eq!(api.patch(&version, json!({ "notes": "still" })).await.expect(200).json()["notes"], "still");
        assert_eq!(actions(&api, &version).await, ["change", "seal", "remove_file", "add_file", "add_file", "export"]);
    }

    async fn the_bundle_holds_everything_and_its_digests_are_right(world) {
        let api = world.client().await;
        let data = world.dataset_version("Yard", &["helmet", "vest"]).await;
        let long = format!("{}/weights.bin", ["folder"; 30].join("/"));
        let large: Vec<u8> = (0..300_000_u32).map(|index| index as u8).collect();
        let experiment = an_experiment()
            .with_dataset_version(data, "train")
            .with_artifact_of("empty", vec![])
            .with_artifact_of("größe 1.bin", vec![1; 512])
            .with_artifact_of(&long, large.clone())
            .create(world)
            .await;
        let version = format!("/model-versions/{}", world.exported(experiment, "Protection").await.id);
        let answer = api.get(&format!("{version}/bundle")).await.expect(200);
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        let files = unpacked(&answer);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["SHA256SUMS", "files/empty", &format!("files/{long}"), "files/größe 1.bin", "label_map.json", "manifest.json"]);
        assert_eq!(files[&format!("files/{long}")], large);
        let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        assert_eq!(manifest, state(&api, &version).await);
        let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
        for file in manifest["files"].as_array().unwrap() {
            assert!(sums.contains(&format!("{}  files/{}\n", file["sha256"].as_str().unwrap(), file["name"].as_str().unwrap())));
        }
        let labels: Value = serde_json::from_slice(&files["label_map.json"]).unwrap();
        assert_eq!(labels["id2label"], json!({ "0": "helmet", "1": "vest" }));
    }

    async fn an_archived_version_is_hidden_and_comes_back(world) {
        let api = world.client().await;
        let version = version(world).await;
        assert!(api.post(&format!("{version}/archive"), json!({})).await.expect(200).json()["archived_at"].is_string());
        assert_eq!(state(&api, &version).await["files"].as_array().unwrap().len(), 2);
        let newest = heirloom::model::operations::newest_versions(world.database(), &world.editor).await.unwrap();
        assert!(newest.is_empty());
        assert_eq!(api.post(&format!("{version}/restore"), json!({})).await.expect(200).json()["archived_at"], Value::Null);
        let newest = heirloom::model::operations::newest_versions(world.database(), &world.editor).await.unwrap();
        assert_eq!(newest.len(), 1);
    }

    async fn a_version_is_deleted_only_while_nothing_depends_on_it(world) {
        let api = world.client().await;
        let first = version(world).await;
        let id: heirloom::vocabulary::ModelVersionId = first.rsplit('/').next().unwrap().parse().unwrap();
        let child = an_experiment().with_base(id).create(world).await;
        let dependents = api.get(&format!("{first}/dependents")).await.expect(200).json();
        assert_eq!(dependents, json!({ "experiments": 1, "model_versions": 0, "aliases": [] }));
        let before = world.rows().await;
        api.delete(&first).await.problem(409, "in_use");
        assert_eq!(world.rows().await, before);
        let model: heirloom::vocabulary::ModelId = state(&api, &first).await["model_id"].as_str().unwrap().parse().unwrap();
        let second = world.export(child, version_of(model, "v2")).await.unwrap().version;
        let second = format!("/model-versions/{}", second.id);
        world.client_with(Role::Editor).await.delete(&second).await.problem(403, "role_too_low");
        api.delete(&second).await.expect(204);
        api.get(&second).await.problem(404, "not_found");
        let third = world.export(child, version_of(model, "v2")).await.unwrap().version;
        assert_eq!(third.number, 3, "a number is given once");
        assert_eq!(world.experiment(child).await.artifact_count, 2, "the experiment keeps its artifacts");
    }

    async fn a_version_can_be_made_without_an_experiment(world) {
        let api = world.client().await;
        let whole = json!({
            "name": "Bought", "description": "from a vendor",
            "version": { "name": "2.1", "framework": "ONNX", "labels": ["a", "b"], "parameters": { "size": 640 }, "docker_image": { "reference": "ghcr.io/vendor/serve:2.1" } },
        });
        let created = api.post("/models", whole.clone()).await.expect(201).json();
        assert_eq!((&created["number"], &created["source_experiment"], &created["labels"], &created["parameters"]), (&json!(1), &Value::Null, &json!(["a", "b"]), &json!({ "size": 640 })));
        api.post("/models", whole).await.problem(409, "model_name_taken");
        let model = created["model_id"].as_str().unwrap();
        let bare = api.post(&format!("/models/{model}/versions"), json!({ "name": "bare" })).await.expect(201).json();
        assert_eq!((&bare["number"], &bare["files"], &bare["docker_image"]), (&json!(2), &json!([]), &Value::Null));
        for (body, code) in [
            (json!({ "name": "x", "labels": ["a", "a"] }), "invalid_labels"),
            (json!({ "name": "x", "docker_image": { "reference": "not an image" } }), "invalid_docker_image"),
            (json!({ "name": "BARE" }), "version_name_taken"),
        ] {
            let status = if code == "version_name_taken" { 409 } else { 422 };
            api.post(&format!("/models/{model}/versions"), body).await.problem(status, code);
        }
        assert_eq!(world.texts("SELECT CAST(last_version AS TEXT) FROM models").await, ["2"], "a refused version takes no number");
    }
}
