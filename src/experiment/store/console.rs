//! SQL for printed lines.

use crate::{
    database::{Connection, contains_pattern, insert_rows, stored, stored_time},
    experiment::{ConsoleLine, ConsoleQuery},
    vocabulary::{ExperimentId, OrganizationId, name::name_key},
};

/// The place of the next line.
pub async fn next_seq(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT COALESCE(MAX(seq) + 1, 0) FROM console_lines WHERE organization_id = $1 AND experiment_id = $2",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_one(connection)
    .await
}

pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    lines: &[ConsoleLine],
) -> Result<(), sqlx::Error> {
    insert_rows(
        connection,
        "INSERT INTO console_lines (organization_id, experiment_id, seq, at, stream, text, text_key, chapter) VALUES",
        8,
        lines,
        |statement, line| {
            statement
                .bind(organization.to_string())
                .bind(experiment.to_string())
                .bind(line.seq)
                .bind(line.time.as_micros())
                .bind(line.stream.as_str())
                .bind(&line.text)
                .bind(name_key(&line.text))
                .bind(&line.chapter)
        },
    )
    .await
}

/// The newest lines, or the first ones after a place; always in the order of arrival.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    query: &ConsoleQuery,
) -> Result<Vec<ConsoleLine>, sqlx::Error> {
    const NEWEST: &str = r"SELECT seq, at, stream, text, chapter FROM console_lines
        WHERE organization_id = $1 AND experiment_id = $2 AND seq > $3 AND text_key LIKE $4 ESCAPE '\' ORDER BY seq DESC LIMIT $5";
    const FIRST: &str = r"SELECT seq, at, stream, text, chapter FROM console_lines
        WHERE organization_id = $1 AND experiment_id = $2 AND seq > $3 AND text_key LIKE $4 ESCAPE '\' ORDER BY seq LIMIT $5";
    let statement = if query.after.is_some() { FIRST } else { NEWEST };
    let rows: Vec<(i64, i64, String, String, Option<String>)> = sqlx::query_as(statement)
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .bind(query.after.unwrap_or(-1))
        .bind(contains_pattern(&query.search))
        .bind(query.limit as i64)
        .fetch_all(connection)
        .await?;
    let line = |(seq, at, stream, text, chapter): (i64, i64, String, String, Option<String>)| {
        Ok(ConsoleLine { seq, time: stored_time(at)?, stream: stored(&stream)?, chapter, text })
    };
    let mut lines = rows.into_iter().map(line).collect::<Result<Vec<_>, sqlx::Error>>()?;
    if query.after.is_none() {
        lines.reverse();
    }
    Ok(lines)
}
