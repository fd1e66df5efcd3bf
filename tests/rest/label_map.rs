//! The label map of a version is edited knowingly, and what was inherited stays.

use super::{builders::*, client::Client};
use crate::on_every_database;
use heirloom::{
    experiment::{IfThere, LogKind, NewNamedLog, operations as experiments},
    vocabulary::Role,
};
use serde_json::{Value, json};

const INHERITED: [&str; 3] = ["helmet", "vest", "person"];

/// A version that inherited three labels; its address.
async fn version(world: &World) -> String {
    let labelled = world.dataset_version("Yard", &INHERITED).await;
    let experiment = an_experiment().with_dataset_version(labelled, "train").create(world).await;
    format!("/model-versions/{}", world.exported(experiment, "Protection").await.id)
}

async fn edit(api: &Client, version: &str, labels: Value, expected_revision: i64) -> super::client::Answer {
    let body =
        json!({ "labels": labels, "reason": "the classes were named wrongly", "expected_revision": expected_revision });
    api.put(&format!("{version}/label-map"), body).await
}

on_every_database! {
    async fn an_edit_is_a_revision_on_top_of_what_was_inherited(world) {
        let api = world.client().await;
        let version = version(world).await;
        let map = api.get(&format!("{version}/label-map")).await.expect(200).json();
        assert_eq!((&map["current"]["revision"], &map["current"]["labels"], &map["comparison"]["verdict"]), (&json!(0), &json!(INHERITED), &json!("identical")));
        let edited = edit(&api, &version, json!(["helmet", "vest", "worker"]), 0).await.expect(200).json();
        assert_eq!(edited["current"]["revision"], 1);
        assert_eq!(edited["inherited"], json!(INHERITED));
        assert_eq!(edited["comparison"], json!({ "verdict": "renamed", "changes": [{ "change": "renamed", "index": 2, "before": "person", "after": "worker" }] }));
        let shown = api.get(&version).await.expect(200).json();
        assert_eq!(shown["labels"], json!(["helmet", "vest", "worker"]));
        assert_eq!((&shown["label_map_edited"]["by"], &shown["label_map_edited"]["verdict"]), (&json!("owner@acme.example"), &json!("renamed")));
        let model = shown["model_id"].as_str().unwrap();
        let listed = api.get(&format!("/models/{model}/versions")).await.expect(200).json();
        assert_eq!(listed["items"][0]["is_label_map_edited"], true);
        let revisions = api.get(&format!("{version}/label-map/revisions")).await.expect(200).json();
        assert_eq!(revisions["items"].as_array().unwrap().iter().map(|item| item["labels"].clone()).collect::<Vec<_>>(), [json!(["helmet", "vest", "worker"]), json!(INHERITED)]);
        assert_eq!(revisions["items"][0]["reason"], "the classes were named wrongly");
    }

    async fn returning_to_the_inherited_map_takes_the_mark_away_and_keeps_the_revisions(world) {
        let api = world.client().await;
        let version = version(world).await;
        edit(&api, &version, json!(["b", "a"]), 0).await.expect(200);
        let restored = api.post(&format!("{version}/label-map/restore"), json!({})).await.expect(200).json();
        assert_eq!((&restored["current"]["revision"], &restored["current"]["labels"]), (&json!(2), &json!(INHERITED)));
        assert_eq!(api.get(&version).await.expect(200).json()["label_map_edited"], Value::Null);
        let model = api.get(&version).await.json()["model_id"].as_str().unwrap().to_owned();
        assert_eq!(api.get(&format!("/models/{model}/versions")).await.json()["items"][0]["is_label_map_edited"], false);
        for (cursor, revisions) in [("", vec![2, 1]), ("&cursor=1", vec![0])] {
            let page = api.get(&format!("{version}/label-map/revisions?limit=2{cursor}")).await.expect(200).json();
            assert_eq!(page["items"].as_array().unwrap().iter().map(|item| item["revision"].as_i64().unwrap()).collect::<Vec<_>>(), revisions);
        }
        api.get(&format!("{version}/label-map/revisions?cursor=x")).await.problem(400, "invalid_query");
    }

    async fn of_two_edits_of_one_revision_the_second_is_refused(world) {
        let api = world.client().await;
        let version = version(world).await;
        let edits = (0..8).map(|number| edit(&api, &version, json!([format!("label {number}")]), 0));
        let answers = futures::future::join_all(edits).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            assert!(answer.problem(409, "label_map_changed")["detail"].as_str().unwrap().contains("newest revision is 1"));
        }
        assert_eq!(world.texts("SELECT labels FROM label_map_revisions").await.len(), 2);
        assert_eq!(world.texts("SELECT name FROM model_version_labels").await.len(), 1);
    }

    async fn what_breaks_a_rule_changes_nothing(world) {
        let api = world.client().await;
        let version = version(world).await;
        let before = world.rows().await;
        let reason = |reason: &str| json!({ "labels": ["a"], "reason": reason, "expected_revision": 0 });
        for (body, field) in [
            (reason(" "), "reason"),
            (reason(&"x".repeat(2_001)), "reason"),
            (json!({ "labels": ["a"], "expected_revision": 0 }), "reason"),
            (json!({ "labels": ["a"], "reason": "why" }), "expected_revision"),
        ] {
            assert_eq!(api.put(&format!("{version}/label-map"), body).await.problem(422, "invalid_field")["errors"][0]["field"], field);
        }
        for labels in [json!(["a", "a"]), json!(["", "a", "", "a"]), json!(["a\nb"]), json!((0..10_001).map(|label| label.to_string()).collect::<Vec<_>>())] {
            edit(&api, &version, labels, 0).await.problem(422, "invalid_labels");
        }
        edit(&api, &version, json!(["a"]), 7).await.problem(409, "label_map_changed");
        assert_eq!(edit(&api, &version, json!(INHERITED), 0).await.expect(200).json()["current"]["revision"], 0);
        let mut after = world.rows().await;
        // That somebody tried is the one thing that may be seen.
        after.insert("model_versions".to_owned(), before["model_versions"].clone());
        assert_eq!(after, before);
    }

    async fn indices_that_no_class_has_stay_unused_from_the_training_to_the_files(world) {
        let api = world.client().await;
        let experiment = an_experiment().create(world).await;
        let log = NewNamedLog { name: name("labelmap"), kind: LogKind::LabelMap, data: json!({ "3": "dog", "1": "cat" }) };
        experiments::log_named(world.database(), &world.editor, experiment, log, IfThere::Refuse).await.unwrap();
        assert_eq!(api.get(&format!("/experiments/{experiment}")).await.expect(200).json()["labels"], json!(["", "cat", "", "dog"]));
        let version = format!("/model-versions/{}", world.exported(experiment, "Pets").await.id);
        assert_eq!(api.get(&version).await.expect(200).json()["labels"], json!(["", "cat", "", "dog"]));
        for (format, expected) in [
            ("list", "\ncat\n\ndog\n"),
            ("yolo", "nc: 4\nnames:\n  1: \"cat\"\n  3: \"dog\"\n"),
            ("pbtxt", "item {\n  id: 2\n  name: \"cat\"\n}\nitem {\n  id: 4\n  name: \"dog\"\n}\n"),
        ] {
            assert_eq!(api.get(&format!("{version}/label-map/file?format={format}")).await.expect(200).body, expected);
        }
        let edited = edit(&api, &version, json!(["", "cat", "bird", "dog", "", ""]), 0).await.expect(200).json();
        assert_eq!(edited["current"]["labels"], json!(["", "cat", "bird", "dog"]));
        assert_eq!(edited["comparison"]["changes"], json!([{ "change": "added", "index": 2, "label": "bird" }]));
        let edited = edit(&api, &version, json!(["cat", "dog"]), 1).await.expect(200).json();
        assert_eq!(edited["comparison"]["verdict"], "reordered");
        let begun = json!({ "project_id": world.project, "name": "next", "base_experiment_id": experiment });
        assert_eq!(api.post("/experiments", begun).await.expect(201).json()["labels"], json!(["", "cat", "", "dog"]));
    }

    async fn a_comparison_says_what_an_edit_would_mean_and_changes_nothing(world) {
        let version = version(world).await;
        let before = world.rows().await;
        let viewer = world.client_with(Role::Viewer).await;
        let people = world.rows().await;
        for (labels, verdict, word) in [
            (json!(["vest", "helmet", "person"]), "reordered", "wrongly"),
            (json!(["helmet", "vest", "person", "glove"]), "superset", "never predicts"),
            (json!(["helmet"]), "subset", "no name"),
            (json!(["cat"]), "disjoint", "every prediction"),
        ] {
            let review = viewer.post(&format!("{version}/label-map/compare"), json!({ "labels": labels })).await.expect(200).json();
            assert_eq!(review["comparison"]["verdict"], verdict);
            assert!(review["meaning"].as_str().unwrap().contains(word), "{review}");
        }
        assert_eq!(world.rows().await, people);
        assert_eq!(people["label_map_revisions"], before["label_map_revisions"]);
        edit(&viewer, &version, json!(["a"]), 0).await.problem(403, "role_too_low");
    }

    async fn an_edit_is_in_the_trail_with_who_and_what(world) {
        let api = world.client().await;
        let version = version(world).await;
        edit(&api, &version, json!(["vest", "helmet", "person"]), 0).await.expect(200);
        let entries = world.texts("SELECT details FROM audit_entries WHERE action = 'edit_label_map' AND user_email = 'owner@acme.example'").await;
        let details: Vec<Value> = entries.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect();
        assert_eq!(details.len(), 1);
        assert_eq!((&details[0]["after"]["revision"], &details[0]["to_inherited"]), (&json!(1), &json!({ "verdict": "reordered", "changes": 2 })));
        let labels = (&details[0]["before"]["labels"], &details[0]["after"]["labels"]);
        assert_eq!(labels, (&json!(["helmet", "vest", "person"]), &json!(["vest", "helmet", "person"])));
    }

    async fn the_newest_labels_are_found_and_begin_a_new_experiment(world) {
        let api = world.client().await;
        let version = version(world).await;
        edit(&api, &version, json!(["Forklift"]), 0).await.expect(200);
        assert_eq!(api.get("/search?q=forklift").await.expect(200).json()["items"][0]["because"], "label: Forklift");
        assert_eq!(api.get("/search?q=vest").await.expect(200).json()["items"], json!([]));
        let base = version.rsplit('/').next().unwrap();
        let new = json!({ "project_id": world.project, "name": "next", "base_model_version_id": base });
        assert_eq!(api.post("/experiments", new).await.expect(201).json()["labels"], json!(["Forklift"]));
    }

    async fn each_format_is_served(world) {
        let api = world.client().await;
        let version = version(world).await;
        for (format, begin) in [("list", "helmet\nvest"), ("yolo", "nc: 3\nnames:"), ("coco", "{"), ("id2label", "{"), ("pbtxt", "item {")] {
            let answer = api.get(&format!("{version}/label-map/file?format={format}")).await.expect(200);
            assert!(answer.body.starts_with(begin.as_bytes()), "{answer:?}");
        }
        api.get(&format!("{version}/label-map/file?format=xml")).await.problem(400, "invalid_query");
    }
}
