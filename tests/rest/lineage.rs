//! Lineage and uses, as scripts read them.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

on_every_database! {
    async fn a_script_walks_from_the_data_to_the_version_and_back(world) {
        let api = world.client().await;
        let data = world.dataset_version("Digits", &["zero"]).await;
        let experiment = an_experiment().named("Run").with_dataset_version(data, "train").create(world).await;
        let version = world.exported(experiment, "Classifier").await;
        for path in [format!("/dataset-versions/{data}"), format!("/experiments/{experiment}"), format!("/model-versions/{}", version.id)] {
            let graph = api.get(&format!("{path}/lineage")).await.expect(200).json();
            assert_eq!(graph["is_cut_off"], false);
            let nodes: Vec<&Value> = graph["nodes"].as_array().unwrap().iter().map(|node| &node["within"]).collect();
            assert_eq!(nodes, ["Digits", "Digits", "Classifier"], "a dataset, a project and a model, older ones first");
            let exported = json!({ "from": { "kind": "experiment", "id": experiment }, "to": { "kind": "model_version", "id": version.id }, "alias": null });
            assert!(graph["edges"].as_array().unwrap().contains(&exported), "{graph}");
        }
        let graph = api.get(&format!("/model-versions/{}/lineage?up=1&down=0", version.id)).await.expect(200).json();
        assert_eq!((&graph["nodes"][0]["name"], &graph["nodes"][0]["hidden_sources"]), (&json!("Run"), &json!(1)));
        let graph = api.get(&format!("/model-versions/{}/lineage?up=1&open={experiment}", version.id)).await.expect(200).json();
        assert_eq!(graph["nodes"].as_array().unwrap().len(), 3);
    }

    async fn a_script_lists_what_used_the_data(world) {
        let api = world.client().await;
        let data = world.dataset_version("Digits", &["zero"]).await;
        let first = an_experiment().named("Run").with_dataset_version(data, "train").with_dataset_version(data, "test").create(world).await;
        let base = world.exported(first, "Classifier").await;
        an_experiment().named("Again").with_base(base.id).create(world).await;
        let uses = api.get(&format!("/dataset-versions/{data}/experiments")).await.expect(200).json();
        let uses: Vec<_> = uses["items"].as_array().unwrap().iter().map(|found| (&found["name"], &found["alias"])).collect();
        assert_eq!(uses, [(&json!("Again"), &json!(null)), (&json!("Run"), &json!("train, test"))]);
        let versions = api.get(&format!("/dataset-versions/{data}/model-versions?limit=1")).await.expect(200).json();
        assert_eq!((&versions["items"][0]["alias"], &versions["next_cursor"]), (&json!("train, test"), &json!(null)));
    }

    async fn extents_that_cannot_be_are_refused(world) {
        let api = world.client().await;
        let experiment = an_experiment().create(world).await;
        for query in ["up=21", "down=-1", "depth=1"] {
            api.get(&format!("/experiments/{experiment}/lineage?{query}")).await.problem(400, "invalid_query");
        }
        api.get(&format!("/experiments/{experiment}/lineage?open=x,,y")).await.expect(200);
        api.get("/experiments/0192f3a0-0000-7000-8000-000000000001/lineage").await.problem(404, "not_found");
    }
}
