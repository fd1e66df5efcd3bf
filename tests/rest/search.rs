//! Finding anything by a word.

use super::{builders::*, client::Client};
use crate::on_every_database;
use serde_json::{Value, json};

async fn found(api: &Client, text: &str) -> Vec<(String, String, Option<String>)> {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let page = api.get(&format!("/search?q={encoded}")).await.expect(200).json();
    let hit = |hit: &Value| {
        let text = |field: &str| hit[field].as_str().map(str::to_owned);
        (text("kind").unwrap(), text("name").unwrap(), text("because"))
    };
    page["items"].as_array().unwrap().iter().map(hit).collect()
}

fn hit(kind: &str, name: &str, because: Option<&str>) -> (String, String, Option<String>) {
    (kind.to_owned(), name.to_owned(), because.map(str::to_owned))
}

on_every_database! {
    async fn a_version_is_found_by_its_labels_right_after_the_export(world) {
        let api = world.client().await;
        let labelled = world.dataset_version("Yard", &["Helmet", "vest"]).await;
        let experiment = an_experiment().with_dataset_version(labelled, "train").create(world).await;
        assert_eq!(found(&api, "helmet").await, []);
        let version = world.exported(experiment, "Protection").await;
        assert_eq!(found(&api, "hELm").await, [hit("model_version", "v1", Some("label: Helmet"))]);
        assert_eq!(found(&api, "PROTECT").await, [hit("model", "Protection", None)]);
        assert_eq!(found(&api, &version.id.to_string()).await, [hit("model_version", "v1", None)]);
        assert_eq!(found(&api, &experiment.to_string()).await.len(), 1);
        assert_eq!(found(&api, "yard").await, [hit("dataset", "Yard", None)]);
        assert_eq!(found(&api, "digits").await, [hit("project", "Digits", None)]);
    }

    async fn tags_and_aliases_are_found_and_say_so(world) {
        let api = world.client().await;
        let experiment = an_experiment().named("Run").create(world).await;
        let version = world.exported(experiment, "Digits").await;
        let organization = world.owner.organization_id;
        world.execute(format!("INSERT INTO experiment_tags VALUES ('{organization}', '{experiment}', 'Night', 'night')")).await;
        world
            .execute(format!("INSERT INTO model_aliases VALUES ('{organization}', '{}', 'Production', 'production', '{}')", version.model_id, version.id))
            .await;
        assert_eq!(found(&api, "night").await, [hit("experiment", "Run", Some("tag: Night"))]);
        let yard = world.dataset_version("Yard", &[]).await;
        let dataset = api.get(&format!("/dataset-versions/{yard}")).await.expect(200).json()["dataset_id"].clone();
        api.patch(&format!("/dataset-versions/{yard}"), json!({ "tags": ["Rain"] })).await.expect(200);
        api.patch(&format!("/datasets/{}", dataset.as_str().unwrap()), json!({ "tags": ["Rainy"] })).await.expect(200);
        let both = [hit("dataset_version", "2026-11", Some("tag: Rain")), hit("dataset", "Yard", Some("tag: Rainy"))];
        assert_eq!(found(&api, "rain").await, both);
        assert_eq!(found(&api, "product").await, [hit("model_version", "v1", Some("alias: Production"))]);
    }

    async fn nothing_of_others_and_nothing_deleted_is_found(world) {
        let experiment = an_experiment().named("Secret run").create(world).await;
        world.exported(experiment, "Secret model").await;
        let stranger = world.foreign_client().await;
        assert_eq!(found(&stranger, "secret").await, []);
        assert_eq!(found(&stranger, &experiment.to_string()).await, []);
        let api = world.client().await;
        assert_eq!(found(&api, "secret").await.len(), 2);
        api.delete(&format!("/experiments/{experiment}")).await.expect(204);
        assert_eq!(found(&api, "secret").await, [hit("model", "Secret model", None)]);
    }

    async fn text_is_taken_literally(world) {
        let api = world.client().await;
        an_experiment().named("100% sure").create(world).await;
        assert_eq!(found(&api, "0%").await, [hit("experiment", "100% sure", None)]);
        for nothing in ["", "  ", "_", "' OR 1=1 --", "\0", "é"] {
            assert_eq!(found(&api, nothing).await, [], "{nothing:?}");
        }
        assert_eq!(found(&api, &"x".repeat(2_000)).await, []);
    }
}
