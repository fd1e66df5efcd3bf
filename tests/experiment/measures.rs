//! Metrics: every point is kept, or none of a call.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::{MAX_POINTS, MAX_SERIES, StoredPoint, operations as experiments},
    vocabulary::{ExperimentId, MetricValue},
};
use serde_json::{Value, json};

async fn log(world: &World, id: ExperimentId, points: Vec<Value>) -> Result<usize, heirloom::error::Failure> {
    experiments::log_metrics(world.database(), &world.editor, id, points).await
}

async fn history(world: &World, id: ExperimentId, key: &str) -> Vec<StoredPoint> {
    experiments::history(world.database(), &world.viewer, id, key, None, i64::MAX).await.unwrap()
}

on_every_database! {
    async fn one_bad_point_keeps_all_out_and_each_is_named(world) {
        let id = an_experiment().with_metric("loss", &[json!(1)]).create(world).await;
        let before = world.rows().await;
        let mut points: Vec<Value> = (0..5_000).map(|step| json!({ "key": "loss", "step": step, "value": 0.5 })).collect();
        points[17] = json!({ "key": "loss", "step": -1, "value": 1 });
        points[4_999] = json!({ "key": "loss", "step": 1, "value": "inf" });
        let error = shown(log(world, id, points).await);
        assert_eq!((error.code.as_str(), error.kind.status()), ("invalid_points", 422));
        assert_eq!(error.errors.iter().map(|error| error.index).collect::<Vec<_>>(), [Some(17), Some(4_999)]);
        assert_eq!(world.rows().await, before);
    }

    async fn the_number_of_points_in_a_call_is_limited(world) {
        let id = an_experiment().create(world).await;
        let points = |count: usize| (0..count).map(|step| json!({ "key": "loss", "step": step, "value": step })).collect::<Vec<_>>();
        for count in [0, MAX_POINTS + 1] {
            assert_eq!(code(log(world, id, points(count)).await), "invalid_points");
        }
        assert_eq!(log(world, id, points(MAX_POINTS)).await.unwrap(), MAX_POINTS);
        let kept = history(world, id, "loss").await;
        assert_eq!(kept.len(), MAX_POINTS);
        assert!(kept.iter().zip(0..).all(|(point, place)| point.seq == place && point.point.value.0 == place as f64));
        let summary = &world.experiment(id).await.metrics[0];
        assert_eq!((summary.count, summary.min, summary.max), (10_000, Some(0.0), Some(9_999.0)));
    }

    async fn a_summary_follows_its_series_over_many_calls(world) {
        let id = an_experiment().create(world).await;
        let expected = [
            (json!("NaN"), 1, None, None),
            (json!(2), 2, Some(2.0), Some(2.0)),
            (json!("-Infinity"), 3, Some(2.0), Some(2.0)),
            (json!(-3.5), 4, Some(-3.5), Some(2.0)),
            (json!(1e308), 5, Some(-3.5), Some(1e308)),
            (json!(0), 6, Some(-3.5), Some(1e308)),
        ];
        for (value, count, min, max) in expected {
            log(world, id, vec![json!({ "key": "loss", "step": 10 - count, "value": value })]).await.unwrap();
            let summary = world.experiment(id).await.metrics.remove(0);
            assert_eq!((summary.count, summary.min, summary.max), (count, min, max));
            assert_eq!(summary.last.step, 10 - count, "the last one to arrive, whatever its step");
            assert_eq!(json!(summary.last.value).to_string(), json!(MetricValue(value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap()))).to_string());
        }
    }

    async fn an_ordinary_series_can_follow_one_without_numbers_on_every_connection(world) {
        // Both kinds on many connections, in both orders: a driver once remembered the type of the missing extremes.
        let id = an_experiment().create(world).await;
        let tasks: Vec<_> = (0..32)
            .map(|index| {
                let (database, actor) = (world.database().clone(), world.editor.clone());
                let value = if index % 2 == 0 { json!("NaN") } else { json!(index) };
                let points = vec![json!({ "key": format!("series {index}"), "step": 0, "value": value })];
                tokio::spawn(async move { experiments::log_metrics(&database, &actor, id, points).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(world.experiment(id).await.metrics.len(), 32);
        world.exported(id, "Both kinds").await;
        world.exported(an_experiment().with_metric("only", &[json!(1.5)]).create(world).await, "One kind").await;
    }

    async fn special_values_and_every_bit_come_back(world) {
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0, 5e-324, f64::MAX, f64::MIN, 0.1 + 0.2, 1.2345678901234567e-7];
        let points = values.iter().zip(0..).map(|(value, step): (_, i64)| json!({ "key": "v", "step": step, "value": MetricValue(*value) }));
        let id = an_experiment().create(world).await;
        log(world, id, points.collect()).await.unwrap();
        let kept: Vec<MetricValue> = history(world, id, "v").await.into_iter().map(|point| point.point.value).collect();
        assert_eq!(kept, values.map(MetricValue));
    }

    async fn parallel_calls_to_one_series_keep_every_point_in_its_own_place(world) {
        let id = an_experiment().create(world).await;
        let tasks: Vec<_> = (0..20)
            .map(|batch| {
                let (database, actor) = (world.database().clone(), world.editor.clone());
                let points = (0..50).map(|step| json!({ "key": "loss", "step": step, "value": batch * 50 + step })).collect();
                tokio::spawn(async move { experiments::log_metrics(&database, &actor, id, points).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), 50);
        }
        let kept = history(world, id, "loss").await;
        assert_eq!(kept.iter().map(|point| point.seq).collect::<Vec<_>>(), (0..1_000).collect::<Vec<_>>());
        for batch in kept.chunks(50) {
            assert!(batch.windows(2).all(|pair| pair[1].point.value.0 == pair[0].point.value.0 + 1.0), "a call stays together");
        }
        let mut values: Vec<i64> = kept.iter().map(|point| point.point.value.0 as i64).collect();
        values.sort_unstable();
        assert_eq!(values, (0..1_000).collect::<Vec<_>>());
        let summary = &world.experiment(id).await.metrics[0];
        assert_eq!((summary.count, summary.min, summary.max), (1_000, Some(0.0), Some(999.0)));
    }

    async fn parallel_calls_to_several_series_in_any_order_never_block_each_other(world) {
        let id = an_experiment().create(world).await;
        let other = an_experiment().create(world).await;
        let tasks: Vec<_> = (0..20)
            .map(|index| {
                let (database, actor) = (world.database().clone(), world.editor.clone());
                let mut keys: Vec<String> = (0..10).map(|key| format!("series {key}")).collect();
                if index % 2 == 0 {
                    keys.reverse();
                }
                let points = keys.iter().map(|key| json!({ "key": key, "step": index, "value": index })).collect();
                let id = if index % 4 < 2 { id } else { other };
                tokio::spawn(async move { experiments::log_metrics(&database, &actor, id, points).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        for id in [id, other] {
            assert!(world.experiment(id).await.metrics.iter().all(|metric| metric.count == 10));
        }
    }

    async fn too_many_series_are_refused_as_a_whole(world) {
        let id = an_experiment().with_metric("loss", &[json!(1)]).create(world).await;
        let before = world.rows().await;
        let points = |count: i64| (0..count).map(|key| json!({ "key": format!("series {key}"), "step": 0, "value": 0 })).collect::<Vec<_>>();
        assert_eq!(code(log(world, id, points(MAX_SERIES)).await), "too_many_series");
        assert_eq!(world.rows().await, before);
        log(world, id, points(MAX_SERIES - 1)).await.unwrap();
        log(world, id, vec![json!({ "key": "loss", "step": 1, "value": 0 })]).await.unwrap();
    }

    async fn a_history_is_read_in_parts_and_under_any_spelling_of_its_key(world) {
        let id = an_experiment().with_metric("é/loss", &(0..10).map(|value| json!(value)).collect::<Vec<_>>()).create(world).await;
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let part = experiments::history(world.database(), &world.viewer, id, "e\u{301}/loss", after, 3).await.unwrap();
            after = part.last().map(|point| point.seq);
            seen.extend(part.iter().map(|point| point.point.step));
            if part.is_empty() {
                break;
            }
        }
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
        for unknown in ["loss", "É/loss", "", "a\u{0}b"] {
            assert!(history(world, id, unknown).await.is_empty(), "{unknown:?}");
        }
        let foreign = experiments::history(world.database(), &world.stranger, id, "é/loss", None, 3).await;
        assert_eq!(code(foreign), "not_found");
    }
}
