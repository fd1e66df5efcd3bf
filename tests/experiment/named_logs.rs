//! Named logs: one name space, every type, and nothing lost or rounded.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    error::Failure,
    experiment::{IfThere, LogChange, LogKind, NamedLog, NewNamedLog, operations as experiments},
    vocabulary::{ExperimentId, LabelMap, LogId},
};
use serde_json::{Value, json};

async fn put(
    world: &World,
    id: ExperimentId,
    log: (&str, LogKind, Value),
    if_there: IfThere,
) -> Result<NamedLog, Failure> {
    let new = NewNamedLog { name: name(log.0), kind: log.1, data: log.2 };
    experiments::log_named(world.database(), &world.editor, id, new, if_there).await
}

async fn log(world: &World, id: ExperimentId, name: &str, kind: LogKind, data: Value) -> NamedLog {
    put(world, id, (name, kind, data), IfThere::ReplaceOrAppend).await.unwrap()
}

async fn found(world: &World, id: ExperimentId, name: &str) -> Option<(LogKind, Value)> {
    let found = experiments::find_named_log(world.database(), &world.viewer, id, name).await.unwrap();
    found.map(|log| (log.kind, log.data))
}

async fn find_id(world: &World, id: ExperimentId, name: &str) -> LogId {
    experiments::find_named_log(world.database(), &world.viewer, id, name).await.unwrap().unwrap().id
}

async fn names(world: &World, id: ExperimentId) -> Vec<String> {
    let logs = experiments::list_named_logs(world.database(), &world.viewer, id).await.unwrap();
    logs.into_iter().map(|log| log.name).collect()
}

on_every_database! {
    async fn a_line_grows_and_is_a_metric(world) {
        let id = an_experiment().create(world).await;
        let first = log(world, id, "loss", LogKind::Line, json!([0.9, null])).await;
        let second = log(world, id, "loss", LogKind::Line, json!(0.5)).await;
        let third = experiments::append_to_log(world.database(), &world.editor, first.id, json!([0.25])).await.unwrap();
        assert_eq!((first.id, third.data), (second.id, json!([0.9, null, 0.5, 0.25])));
        let metric = world.experiment(id).await.metrics.remove(0);
        assert_eq!((metric.key.as_str(), metric.count, metric.last.step, metric.min), ("loss", 4, 3, Some(0.25)));
        let points = vec![json!({ "key": "loss", "step": 9, "value": 0.1 })];
        experiments::log_metrics(world.database(), &world.editor, id, points).await.unwrap();
        assert_eq!(found(world, id, "loss").await, Some((LogKind::Line, json!([0.9, null, 0.5, 0.25, 0.1]))));
        let changed = LogChange { data: Some(json!([7])), ..LogChange::default() };
        let replaced = experiments::change_log(world.database(), &world.editor, first.id, changed).await.unwrap();
        assert_eq!((replaced.id, replaced.data), (first.id, json!([7])));
        let metric = world.experiment(id).await.metrics.remove(0);
        assert_eq!((metric.count, metric.min, metric.max), (1, Some(7.0), Some(7.0)));
    }

    async fn a_log_keeps_its_id_however_its_data_is_kept(world) {
        let id = an_experiment().create(world).await;
        let append = async |log, data| experiments::append_to_log(world.database(), &world.editor, log, data).await.unwrap();
        let change = async |log, data| {
            let change = LogChange { data: Some(data), ..LogChange::default() };
            experiments::change_log(world.database(), &world.editor, log, change).await.unwrap()
        };
        let line = log(world, id, "loss", LogKind::Line, json!([])).await.id;
        for (data, whole) in [(json!(1), json!([1])), (json!(2), json!([1, 2])), (json!({ "x": [1] }), json!({ "x": [1] }))] {
            let after = if data.is_object() { change(line, data).await } else { append(line, data).await };
            assert_eq!((after.id, after.data), (line, whole));
        }
        let value = log(world, id, "best", LogKind::Value, json!(0.5)).await.id;
        for data in [json!("n/a"), json!(u64::MAX), json!(7)] {
            let after = change(value, data.clone()).await;
            assert_eq!((after.id, after.data), (value, data));
            assert_eq!(experiments::find_log(world.database(), &world.viewer, value).await.unwrap().name, "best");
        }
        // The id of what is gone names nothing that comes after it.
        experiments::delete_log(world.database(), &world.editor, value).await.unwrap();
        let next = log(world, id, "other", LogKind::Value, json!(1)).await.id;
        assert_ne!(next, value);
        assert_eq!(code(experiments::find_log(world.database(), &world.viewer, value).await), "not_found");
    }

    async fn integers_stay_integers_until_another_number_comes(world) {
        let id = an_experiment().create(world).await;
        for (kind, data) in [
            (LogKind::Value, json!(3)),
            (LogKind::Value, json!(3.0)),
            (LogKind::Value, json!(-0.0)),
            (LogKind::Value, json!(1_i64 << 53)),
            (LogKind::Line, json!([1, 2, 3])),
            (LogKind::Line, json!([1.0, 2.0])),
        ] {
            let kept = log(world, id, "x", kind, data.clone()).await.data;
            assert_eq!(kept.to_string(), data.to_string());
            experiments::delete_logs(world.database(), &world.editor, id, &[find_id(world, id, "x").await]).await.unwrap();
        }
        log(world, id, "x", LogKind::Line, json!([1])).await;
        assert_eq!(log(world, id, "x", LogKind::Line, json!(2)).await.data.to_string(), "[1,2]");
        assert_eq!(log(world, id, "x", LogKind::Line, json!(0.5)).await.data.to_string(), "[1.0,2.0,0.5]");
    }

    async fn a_name_is_looked_for_as_it_is_kept(world) {
        let id = an_experiment().create(world).await;
        log(world, id, "Verlust é", LogKind::Value, json!(1)).await;
        for spelled in ["  Verlust é ", "Verlust e\u{301}"] {
            assert_eq!(found(world, id, spelled).await, Some((LogKind::Value, json!(1))));
        }
        assert_eq!((found(world, id, "verlust é").await, found(world, id, "").await), (None, None));
    }

    async fn of_eighty_appends_at_once_none_is_lost(world) {
        let id = an_experiment().create(world).await;
        let (series, lists) = (log(world, id, "loss", LogKind::Line, json!(0)).await.id, log(world, id, "xy", LogKind::Line, json!({"x": [0]})).await.id);
        let appends = (1..=80).map(|value| async move {
            experiments::append_to_log(world.database(), &world.editor, series, json!(value)).await.unwrap();
            experiments::append_to_log(world.database(), &world.editor, lists, json!({ "x": [value] })).await.unwrap();
        });
        futures::future::join_all(appends).await;
        let sorted = |data: &Value| {
            let mut values: Vec<i64> = data.as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as i64).collect();
            values.sort_unstable();
            values
        };
        let expected: Vec<i64> = (0..=80).collect();
        assert_eq!(sorted(&found(world, id, "loss").await.unwrap().1), expected);
        assert_eq!(sorted(&found(world, id, "xy").await.unwrap().1["x"]), expected);
    }

    async fn a_hundred_thousand_points_are_one_call(world) {
        let id = an_experiment().create(world).await;
        let values: Vec<f64> = (0..100_000).map(|step| f64::from(step) / 7.0).collect();
        log(world, id, "long", LogKind::Line, json!(values)).await;
        log(world, id, "long", LogKind::Line, json!(1)).await;
        let (_, data) = found(world, id, "long").await.unwrap();
        let kept: Vec<f64> = data.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        assert!(kept.len() == 100_001 && kept.iter().zip(&values).all(|(kept, sent)| kept.to_bits() == sent.to_bits()));
    }

    async fn a_value_is_replaced_and_keeps_its_id(world) {
        let id = an_experiment().create(world).await;
        let first = log(world, id, "accuracy", LogKind::Value, json!(0.5)).await;
        let second = log(world, id, "accuracy", LogKind::Value, json!(0.75)).await;
        assert_eq!((first.id, second.data), (second.id, json!(0.75)));
        assert_eq!(world.experiment(id).await.metrics[0].last.value.0, 0.75);
        let points = vec![json!({ "key": "accuracy", "step": 1, "value": 1 })];
        experiments::log_metrics(world.database(), &world.editor, id, points).await.unwrap();
        assert_eq!(found(world, id, "accuracy").await, Some((LogKind::Line, json!([0.75, 1.0]))), "more points make it a line");
    }

    async fn a_name_is_one_log_whatever_was_logged_under_it(world) {
        let id = an_experiment().create(world).await;
        let kinds = [
            (LogKind::Line, json!([1.0])),
            (LogKind::Value, json!("a text")),
            (LogKind::Value, json!(9_007_199_254_740_993_i64)),
            (LogKind::Value, json!(2.0)),
            (LogKind::Bar, json!({"x": ["b", "a"], "y": [1, 18_446_744_073_709_551_615_u64]})),
            (LogKind::Heatmap, json!({"categories": ["a"], "values": [[0.1]]})),
            (LogKind::Table, json!({"data": [[1]], "rows": ["r"], "columns": ["c"]})),
            (LogKind::LabelMap, json!({"7": "cat"})),
            (LogKind::Line, json!({"z": [1], "a": [2.5]})),
            (LogKind::Evaluation, json!({"nested": [{"deep": null}]})),
            (LogKind::Line, json!([3.0])),
        ];
        for (kind, data) in kinds {
            log(world, id, "x", kind, data.clone()).await;
            let (kept_kind, kept) = found(world, id, "x").await.unwrap();
            assert_eq!((kept_kind, kept.to_string()), (kind, data.to_string()), "as it came, keys in their order");
            assert_eq!(names(world, id).await, ["x"]);
        }
    }

    async fn the_trail_says_which_labels_were_changed(world) {
        let id = an_experiment().create(world).await;
        for labels in [json!({ "0": "cat" }), json!({ "0": "cat", "2": "dog" })] {
            log(world, id, "labelmap", LogKind::LabelMap, labels).await;
        }
        let entries = world.texts("SELECT details FROM audit_entries WHERE object_kind = 'label_map' ORDER BY id").await;
        let details: Vec<Value> = entries.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        assert_eq!((&details[0]["before"], &details[0]["after"]), (&json!({ "labels": [] }), &json!({ "labels": ["cat"] })));
        assert_eq!(details[1]["after"], json!({ "labels": ["cat", "", "dog"] }));
    }

    async fn parameters_and_label_map_are_those_of_the_experiment(world) {
        let id = an_experiment().create(world).await;
        assert_eq!(found(world, id, "parameters").await, None);
        let logged = log(world, id, "parameters", LogKind::Table, json!({"lr": 0.1, "epochs": 3})).await;
        let labels = log(world, id, "labelmap", LogKind::LabelMap, json!({"1": "dog", "0": "cat"})).await;
        let experiment = world.experiment(id).await;
        assert_eq!(json!(experiment.parameters), json!({"lr": 0.1, "epochs": 3}));
        assert_eq!((experiment.labels, experiment.labels_from.as_str()), (LabelMap::parse(["cat", "dog"]).unwrap(), "script"));
        assert_eq!(names(world, id).await, ["parameters", "labelmap"]);
        for wrong in [("parameters", json!([1])), ("labelmap", json!({"cat": 0}))] {
            assert_eq!(code(put(world, id, (wrong.0, LogKind::Table, wrong.1), IfThere::ReplaceOrAppend).await), "invalid_log");
        }
        let renamed = LogChange { name: Some(name("other")), ..LogChange::default() };
        assert_eq!(code(experiments::change_log(world.database(), &world.editor, logged.id, renamed).await), "log_name_fixed");
        assert_eq!(experiments::delete_logs(world.database(), &world.editor, id, &[logged.id, labels.id]).await.unwrap(), 2);
        let experiment = world.experiment(id).await;
        assert!(experiment.parameters.is_empty() && experiment.labels.is_empty());
    }

    async fn what_cannot_be_kept_is_refused_and_changes_nothing(world) {
        let id = an_experiment().create(world).await;
        let there = log(world, id, "loss", LogKind::Line, json!([1])).await;
        log(world, id, "other", LogKind::Value, json!("x")).await;
        let before = world.rows().await;
        for (kind, data) in [(LogKind::Value, json!(null)), (LogKind::Value, json!(true)), (LogKind::Line, json!("x")), (LogKind::Bar, json!(1))] {
            assert_eq!(code(put(world, id, ("new", kind, data), IfThere::ReplaceOrAppend).await), "invalid_log");
        }
        assert_eq!(code(put(world, id, ("loss", LogKind::Value, json!(1)), IfThere::Refuse).await), "log_exists");
        let append = |data: Value| experiments::append_to_log(world.database(), &world.editor, there.id, data);
        assert_eq!(code(append(json!({"x": [1]})).await), "invalid_log");
        let taken = LogChange { name: Some(name("other")), ..LogChange::default() };
        assert_eq!(code(experiments::change_log(world.database(), &world.editor, there.id, taken).await), "log_exists");
        assert_eq!(code(experiments::find_log(world.database(), &world.editor, LogId::generate()).await), "not_found");
        assert_eq!(code(experiments::find_log(world.database(), &world.stranger, there.id).await), "not_found");
        assert_eq!(code(experiments::delete_log(world.database(), &world.stranger, there.id).await), "not_found");
        assert_eq!(code(experiments::delete_log(world.database(), &world.viewer, there.id).await), "role_too_low");
        assert_eq!(world.rows().await, before);
    }

    async fn a_log_is_renamed_and_removed_by_its_id(world) {
        let id = an_experiment().create(world).await;
        for (old, new, kind, data) in [("loss", "val/loss", LogKind::Line, json!([1.5])), ("note", "remark", LogKind::Value, json!("good"))] {
            let logged = log(world, id, old, kind, data.clone()).await;
            let change = LogChange { name: Some(name(new)), ..LogChange::default() };
            let renamed = experiments::change_log(world.database(), &world.editor, logged.id, change).await.unwrap();
            assert_eq!((renamed.id, renamed.name.as_str(), renamed.data), (logged.id, new, data));
            experiments::delete_log(world.database(), &world.editor, logged.id).await.unwrap();
            assert_eq!(code(experiments::find_log(world.database(), &world.editor, logged.id).await), "not_found");
        }
        assert_eq!(names(world, id).await, [""; 0]);
    }
}
