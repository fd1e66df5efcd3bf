//! Logging and reading what a training prints.

use super::touch;
use crate::{
    audit::{self, Change},
    database::Database,
    error::Failure,
    experiment::{
        ConsoleLine, ConsoleQuery, ExperimentError, MAX_CONSOLE_BATCH, MAX_CONSOLE_LINES, NewConsoleLine, kept_chapter,
        kept_text,
        store::{console, experiments},
    },
    vocabulary::{Actor, ExperimentId, Timestamp},
};

/// Keeps all lines after those that are there; says how many there are now.
pub async fn log_console(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    new: Vec<NewConsoleLine>,
) -> Result<i64, Failure> {
    actor.require_write("logging console lines")?;
    if !(1..=MAX_CONSOLE_BATCH).contains(&new.len()) {
        return Err(ExperimentError::LineCount(new.len()).into());
    }
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let first = console::next_seq(&mut transaction, actor.organization_id, id).await?;
    let lines: Vec<ConsoleLine> = (first..)
        .zip(new)
        .map(|(seq, line)| ConsoleLine {
            seq,
            time: line.time.unwrap_or(now),
            stream: line.stream,
            chapter: line.chapter.as_deref().and_then(kept_chapter),
            text: kept_text(&line.text),
        })
        .collect();
    let count = first + lines.len() as i64;
    if count > MAX_CONSOLE_LINES {
        return Err(ExperimentError::TooManyLines.into());
    }
    console::insert(&mut transaction, actor.organization_id, id, &lines).await?;
    let change = Change::act("log", "console", &id).with("first_line", first).with("lines", lines.len());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(count)
}

/// Some of the lines, in the order of arrival.
pub async fn console(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    query: &ConsoleQuery,
) -> Result<Vec<ConsoleLine>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    Ok(console::list(&mut connection, actor.organization_id, id, query).await?)
}
