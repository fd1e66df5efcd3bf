//! Logging and reading metrics.

use super::touch;
use crate::{
    audit::{self, Change},
    database::{Connection, Database},
    error::{Failure, FieldError},
    experiment::{
        ExperimentError, MAX_POINTS, MAX_SERIES, MAX_STEP, NewPoint, StoredPoint,
        store::{experiments, metrics},
    },
    vocabulary::{Actor, ExperimentId, MetricSummary, Name, SeriesPoint, Timestamp},
};
use serde_json::{Value, json};

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
    }
    let change = Change {
        action: "log",
        object_kind: "metrics",
        object_id: &id,
        details: json!({ "points": accepted, "series": series.len() }),
    };
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

fn summary(key: &str, points: &[SeriesPoint]) -> MetricSummary {
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

/// A series, thinned out for a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub summary: MetricSummary,
    /// In the order of arrival; extremes and special values are never lost.
    pub points: Vec<SeriesPoint>,
}

/// The first series of an experiment by key, each thinned out to at most about `max_points`; with `steps`, only the points from the one
/// to the other.
pub async fn overview_curves(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    max_curves: usize,
    max_points: i64,
    steps: Option<(i64, i64)>,
) -> Result<Vec<Curve>, Failure> {
    let mut connection = database.read().await?;
    let summaries = metrics::list_series(&mut connection, actor.organization_id, id).await?;
    thinned_curves(&mut connection, actor, id, summaries.into_iter().take(max_curves).collect(), max_points, steps)
        .await
}

/// Some series of an experiment, as in [`overview_curves`]; what it does not have is left out.
pub async fn curves(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    keys: &[&str],
    max_points: i64,
    steps: Option<(i64, i64)>,
) -> Result<Vec<Curve>, Failure> {
    let mut connection = database.read().await?;
    let mut summaries = metrics::list_series(&mut connection, actor.organization_id, id).await?;
    summaries.retain(|summary| keys.contains(&summary.key.as_str()));
    thinned_curves(&mut connection, actor, id, summaries, max_points, steps).await
}

async fn thinned_curves(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    summaries: Vec<MetricSummary>,
    max_points: i64,
    steps: Option<(i64, i64)>,
) -> Result<Vec<Curve>, Failure> {
    let mut curves = Vec::new();
    for summary in summaries {
        let Some((series, count)) =
            metrics::find_series(&mut *connection, actor.organization_id, id, &summary.key).await?
        else {
            continue;
        };
        let count = match steps {
            Some((first, last)) => metrics::count_points(&mut *connection, series, first, last).await?,
            None => count,
        };
        let is_wanted = |step: i64| steps.is_none_or(|(first, last)| (first..=last).contains(&step));
        let mut thinned = Thinned::new(count, max_points);
        metrics::for_each_point(&mut *connection, series, -1, i64::MAX, |point| {
            if is_wanted(point.point.step) {
                thinned.push(point.point);
            }
        })
        .await?;
        curves.push(Curve { summary, points: thinned.finish() });
    }
    Ok(curves)
}

/// Keeps the lowest and the highest point of every bucket, and every point that is not a number: min-max decimation, which loses no
/// extreme (Steinarsson, "Downsampling Time Series for Visual Representation", 2013, section 2).
struct Thinned {
    bucket_size: i64,
    in_bucket: i64,
    lowest: Option<(i64, SeriesPoint)>,
    highest: Option<(i64, SeriesPoint)>,
    kept: Vec<SeriesPoint>,
}

impl Thinned {
    fn new(count: i64, max_points: i64) -> Self {
        let bucket_size = if count <= max_points { 1 } else { (2 * count).div_euclid(max_points.max(2)) + 1 };
        Self { bucket_size, in_bucket: 0, lowest: None, highest: None, kept: Vec::new() }
    }

    fn push(&mut self, point: SeriesPoint) {
        if self.bucket_size == 1 || !point.value.is_finite() {
            self.kept.push(point);
            return;
        }
        let place = self.in_bucket;
        let value = point.value.0;
        if self.lowest.is_none_or(|(_, lowest)| value < lowest.value.0) {
            self.lowest = Some((place, point));
        }
        if self.highest.is_none_or(|(_, highest)| value > highest.value.0) {
            self.highest = Some((place, point));
        }
        self.in_bucket += 1;
        if self.in_bucket == self.bucket_size {
            self.close_bucket();
        }
    }

    fn close_bucket(&mut self) {
        let mut extremes: Vec<_> = self.lowest.take().into_iter().chain(self.highest.take()).collect();
        extremes.sort_by_key(|(place, _)| *place);
        extremes.dedup_by_key(|(place, _)| *place);
        self.kept.extend(extremes.into_iter().map(|(_, point)| point));
        self.in_bucket = 0;
    }

    fn finish(mut self) -> Vec<SeriesPoint> {
        self.close_bucket();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::MetricValue;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn thinning_out_keeps_the_extremes_and_stays_small(values in prop::collection::vec(-1e6..1e6_f64, 1..5_000)) {
            let mut thinned = Thinned::new(values.len() as i64, 500);
            for (step, value) in (0..).zip(&values) {
                thinned.push(SeriesPoint { step, time: Timestamp::from_micros(0).unwrap(), value: MetricValue(*value) });
            }
            let kept = thinned.finish();
            prop_assert!(kept.len() <= 502, "{}", kept.len());
            prop_assert!(kept.windows(2).all(|pair| pair[0].step < pair[1].step));
            let extreme = |fold: fn(f64, f64) -> f64| (values.iter().copied().reduce(fold), kept.iter().map(|point| point.value.0).reduce(fold));
            let (all, left) = extreme(f64::min);
            prop_assert_eq!(all, left);
            let (all, left) = extreme(f64::max);
            prop_assert_eq!(all, left);
        }
    }

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
