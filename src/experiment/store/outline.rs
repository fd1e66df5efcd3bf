//! SQL for the blocks that outline a series.

use crate::{
    database::{Connection, insert_rows, stored_time},
    experiment::outline::Block,
    vocabulary::{MetricValue, SeriesPoint},
};

/// Step, time and value: a point in the JSON of a block.
type StoredPoint = (i64, i64, MetricValue);

/// How many blocks a series has; they are numbered from 0.
pub async fn count_blocks(connection: &mut Connection, series: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COALESCE(MAX(block) + 1, 0) FROM metric_blocks WHERE series_id = $1")
        .bind(series)
        .fetch_one(connection)
        .await
}

/// Adds successive blocks, the first under the number `first`.
pub async fn insert_blocks(
    connection: &mut Connection,
    series: i64,
    first: i64,
    blocks: &[Block],
) -> Result<(), sqlx::Error> {
    let rows = (first..).zip(blocks).map(|(number, block)| Ok((number, block, encoded(block)?)));
    let rows =
        rows.collect::<Result<Vec<_>, serde_json::Error>>().map_err(|error| sqlx::Error::Encode(error.into()))?;
    insert_rows(
        connection,
        "INSERT INTO metric_blocks (series_id, block, count, special, not_positive, first_step, last_step, points) VALUES",
        8,
        &rows,
        |statement, (number, block, points)| {
            let statement = statement.bind(series).bind(number).bind(block.count).bind(block.special);
            statement.bind(block.not_positive).bind(block.first_step).bind(block.last_step).bind(points)
        },
    )
    .await
}

/// Those of the first `count` blocks that may have a step between `first` and `last`, with their numbers.
pub async fn list_blocks(
    connection: &mut Connection,
    series: i64,
    count: i64,
    first: i64,
    last: i64,
) -> Result<Vec<(i64, Block)>, sqlx::Error> {
    let rows: Vec<(i64, i64, i64, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT block, count, special, not_positive, first_step, last_step, points FROM metric_blocks
         WHERE series_id = $1 AND block < $2 AND last_step >= $3 AND first_step <= $4
         ORDER BY block",
    )
    .bind(series)
    .bind(count)
    .bind(first)
    .bind(last)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(number, count, special, not_positive, first_step, last_step, points)| {
            let points = decoded(&points)?;
            Ok((number, Block { count, special, not_positive, first_step, last_step, points }))
        })
        .collect()
}

fn encoded(block: &Block) -> Result<String, serde_json::Error> {
    let stored = |point: &SeriesPoint| (point.step, point.time.as_micros(), point.value);
    serde_json::to_string(&block.points.iter().map(stored).collect::<Vec<StoredPoint>>())
}

fn decoded(text: &str) -> Result<Vec<SeriesPoint>, sqlx::Error> {
    let points: Vec<StoredPoint> = serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))?;
    points.into_iter().map(|(step, time, value)| Ok(SeriesPoint { step, time: stored_time(time)?, value })).collect()
}
