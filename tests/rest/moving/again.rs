//! Moving over again, while people go on working there, and here.

use super::{find_run, only_version, other::*, told};
use crate::builders::*;
use crate::on_every_database;
use heirloom::{
    compat::picsellia::import::{Count, Counted},
    dataset::{NewDataset, operations as datasets},
    experiment::{ExperimentChange, operations as experiments},
    vocabulary::{Description, ExperimentId},
};
use serde_json::{Value, json};

fn logs(other: &Other, logs: Value) {
    other.lists(&format!("experiment/{}/logs/extended", there(2)), logs);
}

/// A loss of so many values, and how the training stands.
fn tell_how_far_it_is(other: &Other, losses: &[f64], status: &str) {
    tell_of_an_experiment(other);
    let told = json!({ "id": there(2), "name": "run", "project_id": there(1), "status": status, "description": status,
                       "base_model_version_id": null, "base_experiment_id": null });
    other.has(&format!("project/{}/experiments", there(1)), &format!("experiment/{}", there(2)), told);
    logs(
        other,
        json!([
            { "id": there(7), "name": "loss", "type": "LINE", "data": losses },
            { "id": there(8), "name": "labelmap", "type": "LABELMAP", "data": { "0": status } },
        ]),
    );
}

async fn log(world: &World, run: ExperimentId, name: &str) -> Value {
    experiments::find_named_log(world.database(), &world.viewer, run, name).await.unwrap().unwrap().data
}

fn file(other: &Other, bytes: &[u8]) -> Value {
    other.answers("bytes", [Answer::Bytes(bytes.to_vec())]);
    tell_of_bytes(other, &format!("http://{}/api/bytes", other.address));
    json!({ "id": there(6), "name": "weights", "filename": "w.pt", "object_name": "o/w.pt", "large": false, "size": bytes.len() })
}

fn changed(count: usize) -> Count {
    Count { changed: count, ..Count::default() }
}

fn dataset(other: &Other, number: u8, name: &str, labels: &[&str]) -> Value {
    let id = there(number);
    let version = there(number + 1);
    let listed = json!({ "id": id, "name": name });
    other.says(&format!("dataset/{id}"), listed.clone());
    let told = json!({ "id": version, "version": "v1", "type": "CLASSIFICATION", "origin_id": id, "origin_name": name, "locked": true });
    other.has(&format!("dataset/{id}/versions"), &format!("dataset/version/{version}"), told);
    let labels: Vec<Value> =
        labels.iter().map(|label| json!({ "id": there(90), "name": label, "group_id": null })).collect();
    other.lists(&format!("dataset/version/{version}/labels"), json!(labels));
    other.lists(&format!("dataset/version/{version}/labelgroups"), json!([]));
    other.says(
        &format!("dataset/version/{version}/stats"),
        json!({ "label_repartition": {}, "nb_objects": 0, "nb_annotations": 0 }),
    );
    listed
}

on_every_database! {
    async fn what_has_changed_there_comes_as_long_as_nobody_has_changed_it_here(world) {
        let other = Other::start().await;
        tell_how_far_it_is(&other, &[0.9], "RUNNING");
        let files = format!("experiment/{}/artifacts", there(2));
        other.lists(&files, json!([file(&other, b"old")]));
        assert_eq!(told(&other.moved(world).await), []);
        let run = find_run(world, "Animals").await.unwrap();

        tell_how_far_it_is(&other, &[0.9, 0.5, 0.25], "SUCCESS");
        other.lists(&files, json!([file(&other, b"better")]));
        let report = other.moved(world).await;
        assert_eq!(told(&report), []);
        assert_eq!((report.counts[&Counted::Logs], report.counts[&Counted::Artifacts]), (changed(2), changed(1)));
        assert_eq!((log(world, run, "loss").await, log(world, run, "labelmap").await), (json!([0.9, 0.5, 0.25]), json!({ "0": "SUCCESS" })));
        let here = world.experiment(run).await.summary;
        assert_eq!((here.status.as_str(), here.description.as_str()), ("succeeded", "SUCCESS"));
        assert_eq!(world.model_file(world.exported(run, "Exported").await.id, "weights").await, b"better");

        let mine = ExperimentChange { description: Some(Description::parse("Mine").unwrap()), ..ExperimentChange::default() };
        experiments::change(world.database(), &world.editor, run, mine).await.unwrap();
        tell_how_far_it_is(&other, &[7.0], "FAILED");
        other.lists(&files, json!([file(&other, b"worse than it was")]));
        let before = world.rows_of(&["experiments", "metric_points", "artifacts"]).await;
        for _ in 0..2 {
            let report = other.moved(world).await;
            assert_eq!(report.missed.len(), 4, "{report}");
            assert!(told(&report).iter().all(|(what, why)| what.contains("run") && why.contains("changed here")), "{report}");
        }
        assert_eq!(world.rows_of(&["experiments", "metric_points", "artifacts"]).await, before);
    }

    async fn a_version_keeps_what_it_is_and_gets_its_files_anew(world) {
        let other = Other::start().await;
        tell_of_a_version(&other, json!({ "labels": { "0": "cat" }, "parameters": { "lr": 0.1 } }));
        let files = format!("model/version/{}/modelfiles", there(4));
        other.lists(&files, json!([file(&other, b"old")]));
        other.moved(world).await;
        tell_of_a_version(&other, json!({ "labels": { "0": "dog" }, "parameters": { "lr": 0.5 } }));
        other.lists(&files, json!([file(&other, b"better")]));
        let report = other.moved(world).await;
        let shifted = "its versions have other numbers here: those of there plus 1";
        let differs = "other there than here: label map, parameters; it is left as it is here";
        assert_eq!(told(&report), [("model Detector", shifted), ("model version Detector › first", differs)]);
        assert_eq!(report.counts[&Counted::ModelFiles], changed(1));
        let version = only_version(world).await;
        assert_eq!((version.labels.labels(), version.files.len()), (["cat".to_owned()].as_slice(), 1));
        assert_eq!(world.model_file(version.id, "weights").await, b"better");
    }

    async fn what_was_deleted_here_comes_again(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        other.lists(&format!("organization/{ORGANIZATION}/datasets"), json!([dataset(&other, 20, "Pets", &["cat"])]));
        other.moved(world).await;
        let run = find_run(world, "Animals").await.unwrap();
        experiments::delete(world.database(), &world.owner, run).await.unwrap();
        let report = other.moved(world).await;
        assert_eq!(told(&report), []);
        let again = find_run(world, "Animals").await.unwrap();
        assert_ne!(again, run);
        experiments::delete(world.database(), &world.owner, again).await.unwrap();
        let project = experiments::find_project_by_name(world.database(), &world.owner, "Animals").await.unwrap().unwrap();
        experiments::delete_project(world.database(), &world.owner, project.id).await.unwrap();
        let report = other.moved(world).await;
        assert_eq!(told(&report), []);
        assert!(find_run(world, "Animals").await.is_some());
        assert!(other.moved(world).await.counts.values().all(|count| count.new == 0));
    }

    async fn two_things_of_there_are_never_one_here(world) {
        let other = Other::start().await;
        let listed = json!([dataset(&other, 22, "PETS", &["dog"]), dataset(&other, 20, "Pets", &["cat"])]);
        other.lists(&format!("organization/{ORGANIZATION}/datasets"), listed);
        for _ in 0..2 {
            let report = other.moved(world).await;
            let [(what, why)] = told(&report)[..] else { panic!("{report}") };
            assert!(what == "dataset PETS" && why.contains("named PETS exists"), "{what}: {why}");
        }
        let here = datasets::list(world.database(), &world.viewer, "pets", None, 10).await.unwrap().items;
        assert_eq!(here.iter().map(|dataset| dataset.name.as_str()).collect::<Vec<_>>(), ["Pets"]);
    }

    async fn a_namesake_with_other_labels_is_left_alone(world) {
        let other = Other::start().await;
        let mine = world.dataset_version("Pets", &["zebra"]).await;
        other.lists(&format!("organization/{ORGANIZATION}/datasets"), json!([dataset(&other, 20, "Pets", &["cat"])]));
        let name = datasets::find_version(world.database(), &world.viewer, mine).await.unwrap().name;
        let mut version = json!({ "id": there(21), "version": name, "type": "CLASSIFICATION", "locked": true });
        other.has(&format!("dataset/{}/versions", there(20)), &format!("dataset/version/{}", there(21)), version.clone());
        let report = other.moved(world).await;
        assert_eq!(told(&report).iter().map(|(_, why)| *why).collect::<Vec<_>>(), ["its labels are others there; nothing is linked to it"]);
        // With the same labels it is the same; it is not locked because that one is.
        other.lists(&format!("dataset/version/{}/labels", there(21)), json!([{ "id": there(90), "name": "zebra", "group_id": null }]));
        version["tags"] = json!([{ "name": "gold" }]);
        other.says(&format!("dataset/version/{}", there(21)), version);
        assert_eq!(told(&other.moved(world).await), []);
        let here = datasets::find_version(world.database(), &world.viewer, mine).await.unwrap();
        assert_eq!((here.locked_at, here.tags.iter().count()), (None, 1));
    }

    async fn what_goes_wrong_with_one_part_keeps_no_other_away(world) {
        let other = Other::start().await;
        let new = NewDataset { name: name("Unused"), description: Description::default() };
        datasets::create(world.database(), &world.editor, new).await.unwrap();
        other.lists(&format!("organization/{ORGANIZATION}/datasets"), json!([dataset(&other, 20, "Pets", &["cat"])]));
        tell_of_an_experiment(&other);
        let reference = json!({ "id": there(21) });
        other.lists(&format!("experiment/{}/datasets", there(2)), json!([
            { "name": "train", "dataset_version": reference }, { "name": "", "dataset_version": reference }, { "name": "Train", "dataset_version": reference },
        ]));
        logs(&other, json!([{ "id": there(7), "name": "good", "type": "VALUE", "data": 1 }]));
        // An address of somebody else that nobody answers, and the announcement of a file that is not there.
        let dead = json!({ "id": there(9), "name": "dead", "filename": "d", "object_name": "o/dead", "large": false });
        other.lists(&format!("experiment/{}/artifacts", there(2)), json!([dead]));
        tell_of_bytes(&other, "http://127.0.0.1:9/dead");
        other.answers(&format!("experiment/{}/logging", there(2)), [Answer::Json(500, json!({ "message": "no" }))]);
        tell_of_a_version(&other, json!({ "version": 1 }));
        let report = other.moved(world).await;
        let run = find_run(world, "Animals").await.unwrap();
        let here = world.experiment(run).await;
        assert_eq!((here.dataset_versions.len(), here.summary.status.as_str()), (1, "succeeded"), "{report}");
        assert_eq!(log(world, run, "good").await, json!(1));
        assert_eq!(only_version(world).await.number, 1);
        let whats: Vec<&str> = report.missed.iter().map(|missed| missed.what.as_str()).collect();
        let experiment = "experiment Animals › run";
        assert_eq!(whats, [experiment, experiment, &format!("{experiment}, artifact dead"), &format!("{experiment}, logging file")], "{report}");
    }

    async fn versions_keep_their_numbers_when_one_of_them_comes_later(world) {
        let other = Other::start().await;
        let versions = || [(0, 4), (1, 10), (2, 11)].map(|(number, id)| json!({ "id": there(id), "version": number, "name": format!("v{number}"),
            "type": "CLASSIFICATION", "framework": "ONNX", "labels": null }));
        tell_of_a_version(&other, json!({}));
        for version in versions() {
            let id = version["id"].as_str().unwrap().to_owned();
            other.says(&format!("model/version/{id}"), version);
            other.says(&format!("model/version/{id}/context"), json!({ "id": id, "experiment_id": null, "datas": [], "parameters": {} }));
            other.lists(&format!("model/version/{id}/modelfiles"), json!([]));
        }
        other.lists(&format!("model/{}/versions", there(3)), json!(versions()));
        let second = format!("model/version/{}", there(10));
        other.answers(&second, [Answer::Json(500, json!({ "message": "Out of order" }))]);
        let report = other.moved(world).await;
        assert!(told(&report).iter().any(|(what, why)| *what == "model version Detector › v1" && why.contains("next import")), "{report}");
        assert_eq!(only_version(world).await.number, 1);

        other.says(&second, versions()[1].clone());
        // The first is gone there meanwhile; the others are counted as before.
        other.lists(&format!("model/{}/versions", there(3)), json!(versions()));
        other.moved(world).await;
        let numbers = world.texts("SELECT name || ' is ' || CAST(number AS TEXT) FROM model_versions ORDER BY number").await;
        assert_eq!(numbers, ["v0 is 1", "v1 is 2", "v2 is 3"]);
        let [_, second, third] = versions();
        let mut sixth = third.clone();
        sixth["id"] = json!(there(12));
        sixth["version"] = json!(5);
        sixth["name"] = json!("v5");
        other.says(&format!("model/version/{}", there(12)), sixth.clone());
        other.says(&format!("model/version/{}/context", there(12)), json!({ "id": there(12), "experiment_id": null, "datas": [], "parameters": {} }));
        other.lists(&format!("model/version/{}/modelfiles", there(12)), json!([]));
        other.lists(&format!("model/{}/versions", there(3)), json!([second, third, sixth]));
        other.moved(world).await;
        let numbers = world.texts("SELECT name || ' is ' || CAST(number AS TEXT) FROM model_versions ORDER BY number").await;
        assert_eq!(numbers, ["v0 is 1", "v1 is 2", "v2 is 3", "v5 is 6"]);
    }
}
