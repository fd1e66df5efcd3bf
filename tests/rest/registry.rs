//! Finding models by what their versions are and know; aliases; what changed between versions.

use super::{builders::*, client::Client};
use crate::on_every_database;
use heirloom::vocabulary::DockerImage;
use serde_json::{Value, json};

async fn found(api: &Client, query: &str) -> Vec<String> {
    let page = api.get(&format!("/models?{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// `Protection` knows helmets and was trained on `Yard`; `Digits` is an ONNX classifier.
async fn two_models(world: &World, api: &Client) -> (String, String) {
    let yard = world.dataset_version("Yard", &["helmet", "vest"]).await;
    let experiment = an_experiment().with_dataset_version(yard, "train").create(world).await;
    let protection = world.exported(experiment, "Protection").await;
    let digits = api
        .post("/models", json!({ "name": "Digits", "description": "reads numbers", "version": { "name": "v1", "inference_type": "classification", "framework": "ONNX", "labels": ["zero"] } }))
        .await
        .expect(201)
        .json();
    (protection.model_id.to_string(), digits["model_id"].as_str().unwrap().to_owned())
}

on_every_database! {
    async fn models_are_found_by_what_their_versions_are_and_know(world) {
        let api = world.client().await;
        let (protection, digits) = two_models(world, &api).await;
        api.patch(&format!("/models/{protection}"), json!({ "tags": ["Site safety"] })).await.expect(200);
        let version = api.get(&format!("/models/{digits}/aliases/latest")).await.expect(200).id();
        api.patch(&format!("/model-versions/{version}"), json!({ "tags": ["small"] })).await.expect(200);
        api.put(&format!("/models/{digits}/aliases/Production"), json!({ "number": 1 })).await.expect(200);
        for (query, expected) in [
            ("", vec!["Digits", "Protection"]),
            ("search=DIGI", vec!["Digits"]),
            ("search=numbers", vec!["Digits"]),
            ("search=HELMET", vec!["Protection"]),
            ("search=helm", vec![]),
            ("search=site%20SAFETY", vec!["Protection"]),
            ("search=production", vec!["Digits"]),
            ("label=helmet", vec!["Protection"]),
            ("dataset=yard", vec!["Protection"]),
            ("framework=ONNX", vec!["Digits"]),
            ("inference_type=classification&framework=ONNX", vec!["Digits"]),
            ("inference_type=classification&label=helmet", vec![]),
            ("tag=small", vec!["Digits"]),
            ("tag=site%20safety", vec!["Protection"]),
            ("creator=editor@acme.example", vec!["Protection"]),
            ("creator=owner@acme.example", vec!["Digits"]),
            ("sort=name", vec!["Digits", "Protection"]),
            ("search=%25", vec![]),
            ("label=%00", vec![]),
        ] {
            assert_eq!(found(&api, query).await, expected, "{query}");
        }
        let stranger = world.foreign_client().await;
        for query in ["", "label=helmet", "dataset=yard", "search=production"] {
            assert_eq!(found(&stranger, query).await, [""; 0], "{query}");
        }
    }

    async fn pages_follow_each_other_in_every_order(world) {
        let api = world.client().await;
        for name in ["b", "D", "a", "c", "e"] {
            api.post("/models", json!({ "name": name, "version": { "name": "v1" } })).await.expect(201);
        }
        let c = api.get("/models?search=c").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        api.post(&format!("/models/{c}/versions"), json!({ "name": "v2" })).await.expect(201);
        for (sort, expected) in [("created_at", "ecaDb"), ("updated_at", "ceaDb"), ("name", "abcDe"), ("versions", "ceaDb")] {
            for limit in 1..=6 {
                let mut names = String::new();
                let mut cursor = String::new();
                loop {
                    let page = api.get(&format!("/models?sort={sort}&limit={limit}{cursor}")).await.expect(200).json();
                    for item in page["items"].as_array().unwrap() {
                        names.push_str(item["name"].as_str().unwrap());
                    }
                    match &page["next_cursor"] {
                        Value::String(next) => cursor = format!("&cursor={next}"),
                        _ => break,
                    }
                }
                assert_eq!(names, expected, "{sort} {limit}");
            }
        }
    }

    async fn an_alias_means_one_version_and_moves_in_one_step(world) {
        let api = world.client().await;
        let (model, other) = two_models(world, &api).await;
        api.post(&format!("/models/{model}/versions"), json!({ "name": "v2" })).await.expect(201);
        let here = format!("/models/{model}/aliases/production");
        api.get(&here).await.problem(404, "not_found");
        api.put(&here, json!({ "number": 1 })).await.expect(200);
        let moved = api.put(&format!("/models/{model}/aliases/PRODUCTION"), json!({ "number": 2 })).await.expect(200).json();
        assert_eq!(moved["aliases"].as_array().unwrap().len(), 1);
        let version = api.get(&here).await.expect(200).json();
        assert_eq!((&version["number"], &version["aliases"]), (&json!(2), &json!(["PRODUCTION"])));
        let first = api.get(&format!("/models/{model}/versions")).await.json()["items"][1]["id"].as_str().unwrap().to_owned();
        let changes = api.get(&format!("/model-versions/{first}/changes")).await.json();
        let actions: Vec<_> = changes["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
        assert_eq!(actions, ["remove_alias", "set_alias", "export"]);
        let before = world.rows().await;
        api.put(&here, json!({ "number": 3 })).await.problem(404, "not_found");
        for wrong in ["7", "latest", "a/b"] {
            api.put(&format!("/models/{model}/aliases/{wrong}"), json!({ "number": 1 })).await.problem(422, "invalid_field");
        }
        api.delete(&format!("/models/{other}/aliases/production")).await.problem(404, "not_found");
        api.delete(&format!("/model-versions/{}", version["id"].as_str().unwrap())).await.problem(409, "in_use");
        assert_eq!(world.rows().await, before);
        api.delete(&here).await.expect(200);
        api.get(&here).await.problem(404, "not_found");
    }

    async fn what_changed_between_two_versions_is_told(world) {
        let api = world.client().await;
        let yard = world.dataset_version("Yard", &["helmet", "vest"]).await;
        let image = |tag: &str| DockerImage { reference: format!("trainer:{tag}"), run_flags: vec![], environment: vec![] };
        let first = an_experiment()
            .with_dataset_version(yard, "train")
            .with_artifact_of("best.pt", b"one".to_vec())
            .with_artifact_of("same.txt", b"same".to_vec())
            .with_parameters(json!({ "lr": 0.1, "seed": 7 }))
            .with_image(image("1"))
            .create(world)
            .await;
        let first = world.exported(first, "Protection").await;
        let second = an_experiment()
            .with_artifact_of("best.pt", b"two".to_vec())
            .with_artifact_of("same.txt", b"same".to_vec())
            .with_parameters(json!({ "lr": 0.2, "seed": 7, "warmup": true }))
            .with_image(image("2"))
            .create(world)
            .await;
        let second = world.export(second, version_of(first.model_id, "v2")).await.unwrap().version;
        let difference = api.get(&format!("/model-versions/{}/difference", second.id)).await.expect(200).json();
        let kinds = |list: &str| -> Vec<(String, String)> {
            let list = difference[list].as_array().unwrap().iter();
            list.map(|item| (item["name"].as_str().unwrap().to_owned(), item["kind"].as_str().unwrap().to_owned())).collect()
        };
        let pair = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
        assert_eq!(kinds("files"), [pair("best.pt", "changed"), pair("same.txt", "same")]);
        assert_eq!(kinds("parameters"), [pair("lr", "changed"), pair("seed", "same"), pair("warmup", "added")]);
        assert_eq!(kinds("dataset_versions"), [pair("train", "removed")]);
        assert_eq!(kinds("properties"), [pair("Docker image", "changed")]);
        assert_eq!(difference["labels"]["verdict"], "subset");
        let back = api.get(&format!("/model-versions/{}/difference?from={}", first.id, second.id)).await.expect(200).json();
        assert_eq!(back["labels"]["verdict"], "superset");
        let stranger = world.foreign_client().await;
        stranger.get(&format!("/model-versions/{}/difference", second.id)).await.problem(404, "not_found");
    }

    async fn a_model_is_changed_archived_and_deleted_last(world) {
        let api = world.client().await;
        let (model, _) = two_models(world, &api).await;
        let here = format!("/models/{model}");
        let seen = api.get(&here).await.expect(200).json();
        let change = json!({ "name": "Guard", "notes": "# Why", "tags": ["x"], "based_on": seen["updated_at"] });
        let changed = api.patch(&here, change.clone()).await.expect(200).json();
        assert_eq!((&changed["name"], &changed["notes"], &changed["tags"]), (&json!("Guard"), &json!("# Why"), &json!(["x"])));
        api.patch(&here, change).await.problem(409, "changed_meanwhile");
        api.patch(&here, json!({ "name": "DIGITS" })).await.problem(409, "model_name_taken");
        api.delete(&here).await.problem(409, "in_use");
        api.post(&format!("{here}/archive"), json!({})).await.expect(200);
        assert_eq!(found(&api, "").await, ["Digits"]);
        assert_eq!(found(&api, "archived=true").await, ["Guard"]);
        api.post(&format!("{here}/restore"), json!({})).await.expect(200);
        let version = api.get(&format!("{here}/aliases/latest")).await.expect(200).id();
        api.delete(&format!("/model-versions/{version}")).await.expect(204);
        api.delete(&here).await.expect(204);
        api.get(&here).await.problem(404, "not_found");
    }
}
