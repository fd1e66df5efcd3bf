//! What scripts give an experiment or a project after its creation.

use super::builders::*;
use crate::on_every_database;
use serde_json::json;

on_every_database! {
    async fn a_script_attaches_detaches_and_sets_bases(world) {
        let data = world.dataset_version("Digits", &["zero"]).await;
        let full = an_experiment().named("full").with_parameters(json!({ "lr": 0.1 })).with_artifact("best.pt").create(world).await;
        let version = world.exported(full, "Model").await.id;
        let id = an_experiment().create(world).await;
        let api = world.client().await;
        let address = format!("/experiments/{id}");

        let attached = json!({ "dataset_version_id": data, "alias": "train" });
        let answer = api.post(&format!("{address}/dataset-versions"), attached.clone()).await.expect(201).json();
        assert_eq!((&answer["dataset_versions"][0]["alias"], &answer["labels"]), (&json!("train"), &json!([])));
        let problem = api.post(&format!("{address}/dataset-versions"), attached).await.problem(409, "alias_taken");
        assert_eq!(problem["errors"][0]["field"], "alias");
        let answer = api.delete(&format!("{address}/dataset-versions/{data}")).await.expect(200).json();
        assert_eq!(answer["dataset_versions"], json!([]));
        api.delete(&format!("{address}/dataset-versions/{data}")).await.problem(404, "not_found");
        api.delete(&format!("{address}/dataset-versions/none")).await.problem(404, "not_found");

        let base = json!({ "model_version_id": version, "files": "leave" });
        let answer = api.put(&format!("{address}/base-model-version"), base).await.expect(200).json();
        assert_eq!((&answer["parameters"], &answer["artifact_count"]), (&json!({ "lr": 0.1 }), &json!(0)));
        assert_eq!((&answer["base_model_version"]["id"], &answer["base_experiment"]), (&json!(version), &json!(null)));
        api.put(&format!("{address}/base-model-version"), json!({ "model_version_id": version, "files": "all" })).await.problem(422, "invalid_field");

        let answer = api.put(&format!("{address}/base-experiment"), json!({ "experiment_id": full })).await.expect(200).json();
        assert_eq!(answer["base_experiment"], json!({ "id": full, "name": "full", "is_deleted": false }));
        assert_eq!(answer["artifact_count"], 1);
        api.put(&format!("{address}/base-experiment"), json!({ "experiment_id": id })).await.problem(422, "unknown_base");

        let new = json!({ "project_id": world.project, "name": "next", "base_experiment_id": full });
        let created = api.post("/experiments", new).await.expect(201).json();
        assert_eq!((&created["base_experiment"]["id"], &created["artifact_count"]), (&json!(full), &json!(1)));

        let ended = api.patch(&address, json!({ "status": "terminated" })).await.expect(200).json();
        assert_eq!(ended["status"], "terminated");
        let listed = api.get("/experiments?status=terminated").await.expect(200).json();
        assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["id"]), (1, &json!(id)));
    }

    async fn a_script_keeps_the_dataset_versions_of_a_project_and_deletes_it(world) {
        let data = world.dataset_version("Digits", &["zero"]).await;
        let run = an_experiment().create(world).await;
        let api = world.client().await;
        let project = format!("/projects/{}", world.project);
        for _ in 0..2 {
            api.put(&format!("{project}/dataset-versions/{data}"), json!({})).await.expect(204);
        }
        let listed = api.get(&format!("{project}/dataset-versions")).await.expect(200).json();
        let version = api.get(&format!("/dataset-versions/{data}")).await.expect(200).json();
        assert_eq!(listed, json!({ "items": [version], "next_cursor": null }));
        api.delete(&format!("{project}/dataset-versions/{data}")).await.expect(204);
        api.delete(&project).await.problem(409, "in_use");
        api.delete(&format!("/experiments/{run}")).await.expect(204);
        api.delete(&project).await.expect(204);
        api.get(&project).await.problem(404, "not_found");
        let found = api.get("/search?q=Digits").await.expect(200).json();
        assert!(!found.to_string().contains(&world.project.to_string()), "{found}");
        api.post("/projects", json!({ "name": "Digits" })).await.expect(201);
    }

    async fn a_script_creates_a_model_without_versions_and_fills_a_version_later(world) {
        let api = world.client().await;
        let model = api.post("/models", json!({ "name": "Later" })).await.expect(201).json();
        assert_eq!((&model["version_count"], &model["name"]), (&json!(0), &json!("Later")));
        let address = format!("/models/{}", model["id"].as_str().unwrap());
        assert_eq!(api.get(&address).await.expect(200).json(), model);
        let new = json!({ "name": "v1", "notebook_url": "https://example.org/n.ipynb" });
        let version = api.post(&format!("{address}/versions"), new).await.expect(201).json();
        assert_eq!(version["notebook_url"], "https://example.org/n.ipynb");
        let address = format!("/model-versions/{}", version["id"].as_str().unwrap());
        let change = json!({ "parameters": { "lr": 1 }, "docker_image": { "reference": "a:1" }, "notebook_url": "" });
        let changed = api.patch(&address, change.clone()).await.expect(200).json();
        assert_eq!((&changed["parameters"], &changed["notebook_url"]), (&json!({ "lr": 1 }), &json!(null)));
        api.send_text("POST", &format!("{address}/seal"), "").await.expect(200);
        api.patch(&address, change).await.problem(409, "sealed");
    }
}
