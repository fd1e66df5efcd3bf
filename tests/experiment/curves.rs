//! Curves: few points that look like all of them, whether or not blocks of them were made while they came.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::{
        IfThere, LogKind, NewNamedLog,
        operations::{self as experiments, Curve, CurveOptions},
    },
    vocabulary::{ExperimentId, SeriesPoint},
};
use serde_json::{Value, json};

const ENOUGH: usize = 100;

async fn log(world: &World, id: ExperimentId, points: &[Value]) {
    for part in points.chunks(9_999) {
        experiments::log_metrics(world.database(), &world.editor, id, part.to_vec()).await.unwrap();
    }
}

/// A curve of the series `loss`.
async fn curve(world: &World, id: ExperimentId, steps: Option<(i64, i64)>) -> Curve {
    let options = CurveOptions { max_points: ENOUGH, steps };
    experiments::curves(world.database(), &world.viewer, id, &["loss"], options).await.unwrap().remove(0)
}

/// A wave with an extreme on either side, zeros, and everything that is no number.
fn value(step: i64) -> Value {
    match step {
        7_777 => json!(1e6),
        20_001 => json!(-1e6),
        _ if step % 5_000 == 3 => json!("NaN"),
        11_111 => json!("Infinity"),
        11_112 => json!("-Infinity"),
        _ if step % 100 == 0 => json!(0),
        _ => json!((step as f64 / 500.0).sin() + 2.0),
    }
}

fn wave(steps: std::ops::Range<i64>) -> Vec<Value> {
    steps.map(|step| json!({ "key": "loss", "step": step, "value": value(step) })).collect()
}

fn finite(points: &[SeriesPoint]) -> Vec<f64> {
    points.iter().map(|point| point.value.0).filter(|value| value.is_finite()).collect()
}

/// What no way of thinning out may change.
fn facts(curve: &Curve) -> (i64, i64, i64, Option<f64>, Option<f64>) {
    let values = finite(&curve.points);
    let (low, high) = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max));
    (curve.count, curve.special, curve.not_positive, low, high)
}

on_every_database! {
    async fn a_long_series_is_drawn_alike_from_blocks_and_from_points(world) {
        let id = an_experiment().create(world).await;
        log(world, id, &wave(0..40_123)).await;
        let blocks = world.texts("SELECT CAST(COUNT(*) AS TEXT) FROM metric_blocks").await;
        assert_eq!(blocks, ["160"], "one for 250 complete points");
        let parts = [None, Some((0, 40_122)), Some((7_777, 39_999)), Some((101, 101)), Some((300, 200)), Some((5_000, i64::MAX))];
        let mut expected = Vec::new();
        for part in parts {
            let drawn = curve(world, id, part).await;
            let (first, last) = part.unwrap_or((0, i64::MAX));
            let wanted: Vec<f64> = (first..=last.min(40_122)).filter_map(|step| value(step).as_f64()).collect();
            assert_eq!(drawn.count, (last.min(40_122) - first + 1).max(0), "{part:?}");
            assert_eq!(drawn.special + wanted.len() as i64, drawn.count, "{part:?}");
            assert_eq!(drawn.not_positive, wanted.iter().filter(|value| **value <= 0.0).count() as i64, "{part:?}");
            assert_eq!(facts(&drawn).3, wanted.iter().copied().reduce(f64::min), "{part:?}");
            assert_eq!(facts(&drawn).4, wanted.iter().copied().reduce(f64::max), "{part:?}");
            assert!(finite(&drawn.points).len() <= ENOUGH + 1, "{}", drawn.points.len());
            assert!(drawn.points.windows(2).all(|pair| pair[0].step < pair[1].step));
            assert_eq!(drawn.special > 0, drawn.points.iter().any(|point| !point.value.is_finite()));
            expected.push(facts(&drawn));
        }
        let end = curve(world, id, None).await;
        assert_eq!(end.points.last(), Some(&end.summary.last), "a curve ends where the series ends");
        world.execute("DELETE FROM metric_blocks").await;
        for (part, expected) in parts.into_iter().zip(expected) {
            assert_eq!(facts(&curve(world, id, part).await), expected, "{part:?}");
        }
        // A series from before there were blocks gets all of them with its next one.
        log(world, id, &wave(40_123..40_250)).await;
        assert_eq!(world.texts("SELECT CAST(COUNT(*) AS TEXT) FROM metric_blocks").await, ["161"]);
        assert_eq!(curve(world, id, None).await.count, 40_250);
    }

    async fn a_short_part_of_a_long_series_keeps_every_point(world) {
        let id = an_experiment().create(world).await;
        log(world, id, &wave(0..30_000)).await;
        let drawn = curve(world, id, Some((20_000, 20_050))).await;
        assert_eq!(drawn.points.iter().map(|point| point.step).collect::<Vec<_>>(), (20_000..=20_050).collect::<Vec<_>>());
    }

    async fn steps_that_come_again_are_found_wherever_they_are(world) {
        let id = an_experiment().create(world).await;
        let again: Vec<Value> = (0..30_000).map(|place| json!({ "key": "loss", "step": place % 1_000, "value": place })).collect();
        log(world, id, &again).await;
        let drawn = curve(world, id, Some((999, 999))).await;
        assert_eq!(finite(&drawn.points), (0..30).map(|round| f64::from(round * 1_000 + 999)).collect::<Vec<_>>());
    }

    async fn a_deleted_series_leaves_no_blocks(world) {
        let id = an_experiment().create(world).await;
        log(world, id, &wave(0..500)).await;
        world.execute("DELETE FROM metric_series").await;
        assert!(world.texts("SELECT CAST(block AS TEXT) FROM metric_blocks").await.is_empty());
    }

    async fn curves_of_another_organization_are_not_there(world) {
        let id = an_experiment().with_metric("loss", &[json!(1)]).create(world).await;
        let options = CurveOptions { max_points: ENOUGH, steps: None };
        assert_eq!(code(experiments::curves(world.database(), &world.stranger, id, &["loss"], options).await), "not_found");
        let overview = experiments::metric_overview(world.database(), &world.stranger, id, 24, options).await.unwrap();
        assert_eq!((overview.series_count, overview.values.len()), (0, 0));
    }

    async fn a_single_value_has_no_curve(world) {
        let id = an_experiment().with_metric("loss", &[json!(1)]).create(world).await;
        let new = NewNamedLog { name: name("best"), kind: LogKind::Value, data: json!(0.5) };
        experiments::log_named(world.database(), &world.editor, id, new, IfThere::Refuse).await.unwrap();
        let options = CurveOptions { max_points: ENOUGH, steps: None };
        let overview = experiments::metric_overview(world.database(), &world.viewer, id, 24, options).await.unwrap();
        let keys: Vec<&str> = overview.curves.iter().map(|curve| curve.summary.key.as_str()).collect();
        assert_eq!((keys, overview.series_count), (vec!["loss"], 1));
        assert_eq!(overview.values.iter().map(|value| value.key.as_str()).collect::<Vec<_>>(), ["best"]);
    }
}
