//! Logging and reading metrics.

use super::{curves::extend_outline, touch};
use crate::{
    audit::{self, Change},
    database::Database,
    error::{Failure, FieldError},
    experiment::{
        ExperimentError, MAX_POINTS, MAX_SERIES, MAX_STEP, NewPoint, StoredPoint,
        store::{experiments, metrics},
    },
    vocabulary::{Actor, ExperimentId, MetricSummary, Name, SeriesPoint, Timestamp},
};
use serde_json::Value;

/// Keeps all points, or none and says which ones cannot be used. `points` are as they came, so that one bad point
/// does not hide the others.
pub async fn log_metrics(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    points: Vec<Value>,
) -> Result<usize, Failure> {
    actor.require_write("logging metrics")?;
    if !(1..=MAX_POINTS).contains(&points.len()) {
        return Err(ExperimentError::PointCount(points.len()).into());
    }
    let now = Timestamp::now();
    let accepted = points.len();
    let series = by_series(accepted_points(points)?, now);
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    for (key, points) in &series {
        let added = summary(key, points);
        let (series, count) = metrics::upsert_series(&mut transaction, actor.organization_id, id, &added).await?;
        let is_new = count == added.count;
        if is_new && metrics::count_series(&mut transaction, actor.organization_id, id).await? > MAX_SERIES {
            return Err(ExperimentError::TooManySeries.into());
        }
        metrics::insert_points(&mut transaction, series, count - added.count, points).await?;
        extend_outline(&mut transaction, series, count, added.count).await?;
    }
    let keys: Vec<&str> = series.keys().map(String::as_str).collect();
    let change = Change::act("log", "metrics", &id).with("points", accepted).with("series", keys);
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(accepted)
}

fn accepted_points(points: Vec<Value>) -> Result<Vec<NewPoint>, ExperimentError> {
    const SHOWN_ERRORS: usize = 100;
    let mut accepted = Vec::with_capacity(points.len());
    let mut errors = Vec::new();
    for (index, point) in points.into_iter().enumerate() {
        let read = serde_json::from_value::<NewPoint>(point).map_err(|error| error.to_string());
        let checked = read.and_then(|point| match point.step {
            0..=MAX_STEP => Ok(point),
            step => Err(format!("step {step} is not between 0 and 2^53 - 1")),
        });
        match checked {
            Ok(point) => accepted.push(point),
            Err(message) => errors.push(FieldError { field: Some("points".to_owned()), index: Some(index), message }),
        }
        if errors.len() == SHOWN_ERRORS {
            break;
        }
    }
    if errors.is_empty() { Ok(accepted) } else { Err(ExperimentError::Points(errors)) }
}

/// Sorted by key, so that two transactions take the rows of the series in the same order.
fn by_series(points: Vec<NewPoint>, now: Timestamp) -> std::collections::BTreeMap<String, Vec<SeriesPoint>> {
    let mut series = std::collections::BTreeMap::<String, Vec<SeriesPoint>>::new();
    for point in points {
        let kept = SeriesPoint { step: point.step, time: point.time.unwrap_or(now), value: point.value };
        series.entry(point.key.to_string()).or_default().push(kept);
    }
    series
}

pub(super) fn summary(key: &str, points: &[SeriesPoint]) -> MetricSummary {
    let finite = || points.iter().map(|point| point.value.0).filter(|value| value.is_finite());
    MetricSummary {
        key: key.to_owned(),
        count: points.len() as i64,
        last: points[points.len() - 1],
        min: finite().reduce(f64::min),
        max: finite().reduce(f64::max),
    }
}

/// The summary of every series.
pub async fn list_metrics(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Vec<MetricSummary>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    Ok(metrics::list_series(&mut connection, actor.organization_id, id).await?)
}

/// Points of one series in the order of arrival, beginning after `after`.
pub async fn history(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    key: &str,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<StoredPoint>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    // Keys were accepted as names, so this is how they are spelled in the store.
    let Ok(key) = Name::parse(key) else { return Ok(Vec::new()) };
    match metrics::find_series(&mut connection, actor.organization_id, id, key.as_str()).await? {
        Some((series, _)) => Ok(metrics::list_points(&mut connection, series, after.unwrap_or(-1), limit).await?),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_bad_point_is_named_with_its_index() {
        let points = vec![
            json!({"key": "loss", "step": 0, "value": 1.5}),
            json!({"key": "loss", "step": -1, "value": 1}),
            json!({"key": "loss", "step": 9_007_199_254_740_992_i64, "value": 1}),
            json!({"key": "", "step": 1, "value": 1}),
            json!({"key": "loss", "step": 1.5, "value": 1}),
            json!({"key": "loss", "step": 1, "value": "nan"}),
        ];
        let Err(ExperimentError::Points(errors)) = accepted_points(points) else { panic!("bad points were accepted") };
        assert_eq!(
            errors.iter().map(|error| error.index).collect::<Vec<_>>(),
            [Some(1), Some(2), Some(3), Some(4), Some(5)]
        );
    }
}
