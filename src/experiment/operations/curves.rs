//! Curves: series as few points that look like all of them.

use crate::{
    database::{Connection, Database},
    error::Failure,
    experiment::{
        ExperimentError,
        outline::{Block, Outline},
        store::{experiments, metrics, named_series, outline},
    },
    vocabulary::{Actor, ExperimentId, MetricSummary, Name, SeriesPoint},
};
use std::{collections::HashSet, ops::RangeInclusive};

/// How many points of a series become one block.
const BLOCK_SIZE: i64 = 250;
/// So many points are read one by one: that is quick, and loses nothing at the ends of a part.
const MAX_SINGLE_POINTS: i64 = 25_000;

/// A series, thinned out for a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The whole series in one line.
    pub summary: MetricSummary,
    /// In the order of arrival; extremes and special values are never lost.
    pub points: Vec<SeriesPoint>,
    /// How many points these stand for.
    pub count: i64,
    /// How many of them are NaN or infinite.
    pub special: i64,
    /// How many of them are numbers, but not above zero.
    pub not_positive: i64,
}

/// How curves are drawn.
#[derive(Clone, Copy, Debug)]
pub struct CurveOptions {
    /// How many numbers of a series are enough; the last point and some special values may come on top.
    pub max_points: usize,
    /// Only the points from the one step to the other.
    pub steps: Option<(i64, i64)>,
}

/// What the metrics of an experiment look like at a glance.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricOverview {
    /// The first series by key.
    pub curves: Vec<Curve>,
    /// How many series there are.
    pub series_count: usize,
    /// What is one value and has no curve.
    pub values: Vec<MetricSummary>,
}

/// The first series of an experiment by key, and the single values.
pub async fn metric_overview(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    max_curves: usize,
    options: CurveOptions,
) -> Result<MetricOverview, Failure> {
    let mut connection = database.read().await?;
    let summaries = metrics::list_series(&mut connection, actor.organization_id, id).await?;
    let single = named_series::list(&mut connection, actor.organization_id, id).await?.into_iter();
    let single: HashSet<String> = single.filter(|series| series.is_single).map(|series| series.key).collect();
    let (values, mut series): (Vec<_>, Vec<_>) =
        summaries.into_iter().partition(|summary| single.contains(&summary.key));
    let series_count = series.len();
    series.truncate(max_curves);
    let curves = drawn(&mut connection, actor, id, series, options).await?;
    Ok(MetricOverview { curves, series_count, values })
}

/// Some series of an experiment; what it does not have is left out.
pub async fn curves(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    keys: &[&str],
    options: CurveOptions,
) -> Result<Vec<Curve>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    let mut summaries = metrics::list_series(&mut connection, actor.organization_id, id).await?;
    // Keys were accepted as names, so this is how they are spelled in the store.
    let keys: Vec<Name> = keys.iter().filter_map(|key| Name::parse(key).ok()).collect();
    summaries.retain(|summary| keys.iter().any(|key| key.as_str() == summary.key));
    drawn(&mut connection, actor, id, summaries, options).await
}

async fn drawn(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    summaries: Vec<MetricSummary>,
    options: CurveOptions,
) -> Result<Vec<Curve>, Failure> {
    let mut curves = Vec::new();
    for summary in summaries {
        let found = metrics::find_series(&mut *connection, actor.organization_id, id, &summary.key).await?;
        if let Some((series, count)) = found {
            let block = outlined(&mut *connection, series, count, options).await?;
            curves.push(Curve::of(summary, block, options));
        }
    }
    Ok(curves)
}

impl Curve {
    fn of(summary: MetricSummary, outline: Option<Block>, options: CurveOptions) -> Self {
        let Some(Block { count, special, not_positive, mut points, .. }) = outline else {
            return Self { summary, points: Vec::new(), count: 0, special: 0, not_positive: 0 };
        };
        // A curve ends where the series ends.
        if options.range().contains(&summary.last.step) && points.last() != Some(&summary.last) {
            points.push(summary.last);
        }
        Self { summary, points, count, special, not_positive }
    }
}

impl CurveOptions {
    fn range(&self) -> RangeInclusive<i64> {
        let (first, last) = self.steps.unwrap_or((i64::MIN, i64::MAX));
        first..=last
    }
}

/// Reads blocks where they are whole, and single points elsewhere; none if there is no point.
async fn outlined(
    connection: &mut Connection,
    series: i64,
    count: i64,
    options: CurveOptions,
) -> Result<Option<Block>, sqlx::Error> {
    let range = options.range();
    let mut outline = Outline::new(options.max_points);
    let known = outline::count_blocks(&mut *connection, series).await?;
    let blocks = outline::list_blocks(&mut *connection, series, known, *range.start(), *range.end()).await?;
    let candidates = (blocks.len() as i64 - known) * BLOCK_SIZE + count;
    let is_whole = |block: &Block| {
        candidates > MAX_SINGLE_POINTS && range.contains(&block.first_step) && range.contains(&block.last_step)
    };
    // The single points to be read next.
    let mut single = 0..0;
    for (number, block) in blocks {
        let begin = number * BLOCK_SIZE;
        if is_whole(&block) {
            push_points(&mut *connection, series, single, &range, &mut outline).await?;
            single = begin + BLOCK_SIZE..begin + BLOCK_SIZE;
            outline.push(block);
        } else if single.end == begin {
            single.end += BLOCK_SIZE;
        } else {
            push_points(&mut *connection, series, single, &range, &mut outline).await?;
            single = begin..begin + BLOCK_SIZE;
        }
    }
    let begin = known * BLOCK_SIZE;
    if single.end == begin {
        single.end = i64::MAX;
    } else {
        push_points(&mut *connection, series, single, &range, &mut outline).await?;
        single = begin..i64::MAX;
    }
    push_points(&mut *connection, series, single, &range, &mut outline).await?;
    Ok(outline.finish())
}

async fn push_points(
    connection: &mut Connection,
    series: i64,
    places: std::ops::Range<i64>,
    range: &RangeInclusive<i64>,
    outline: &mut Outline,
) -> Result<(), sqlx::Error> {
    if places.is_empty() {
        return Ok(());
    }
    metrics::for_each_point(connection, series, places.start - 1, places.end - places.start, |stored| {
        if range.contains(&stored.point.step) {
            outline.push(Block::of(stored.point));
        }
    })
    .await
}

/// Outlines a series that has `count` points since the last `added` ones: adds the blocks that are complete now.
pub(super) async fn extend_outline(
    connection: &mut Connection,
    series: i64,
    count: i64,
    added: i64,
) -> Result<(), sqlx::Error> {
    let complete = count / BLOCK_SIZE;
    if complete == (count - added) / BLOCK_SIZE {
        return Ok(());
    }
    let known = outline::count_blocks(&mut *connection, series).await?;
    let mut blocks: Vec<Block> = Vec::new();
    let limit = (complete - known) * BLOCK_SIZE;
    metrics::for_each_point(&mut *connection, series, known * BLOCK_SIZE - 1, limit, |stored| {
        let point = Block::of(stored.point);
        match blocks.pop_if(|last| last.count < BLOCK_SIZE) {
            Some(last) => blocks.push(last.joined(point)),
            None => blocks.push(point),
        }
    })
    .await?;
    outline::insert_blocks(connection, series, known, &blocks).await
}
