//! Lists of experiments: sorted, filtered, with columns that people choose.

use super::load;
use crate::{
    database::{Connection, Database},
    error::{AppError, ErrorKind, Failure},
    experiment::{
        Cell, Column, Experiment, ExperimentComparison, ExperimentError, ExperimentFilter, ExperimentSummary, Sort,
        SortValue,
        store::{listing, metrics},
    },
    vocabulary::{Actor, ExperimentId, Page, ProjectId, paging::checked_number},
};
use std::collections::HashMap;

/// The most experiments in one comparison.
pub const MAX_COMPARED: usize = 20;
/// How many ids stand in one statement.
const CHUNK: usize = 500;

/// The values of columns, by experiment and column.
pub type Cells = HashMap<(ExperimentId, Column), Cell>;

/// A page of the experiments that `filter` lets through.
pub async fn list(
    database: &Database,
    actor: &Actor,
    filter: &ExperimentFilter,
) -> Result<Page<ExperimentSummary>, Failure> {
    let mut connection = database.read().await?;
    if !filter.conditions.is_empty() || matches!(filter.sort, Sort::Column(_)) {
        return list_by_values(&mut connection, actor, filter).await;
    }
    let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
    let items = listing::list(&mut connection, actor, filter, after, filter.limit + 1).await?;
    Ok(Page::cut(items, filter.limit, |last| {
        serde_json::json!([listing::sort_value(last, &filter.sort), last.id]).to_string()
    }))
}

fn read_cursor(text: &str) -> Result<(String, String), ExperimentError> {
    let parts: Option<(String, String)> = serde_json::from_str(text).ok();
    // PostgreSQL cannot even compare with NUL.
    parts
        .filter(|(sort_value, id)| !sort_value.contains('\0') && !id.contains('\0'))
        .ok_or_else(|| ExperimentError::Query("cursor must be the next_cursor of the page before.".to_owned()))
}

/// Values of metrics and parameters are compared here, because the databases do not agree on numbers inside text. The cursor is the
/// number of experiments before the page.
async fn list_by_values(
    connection: &mut Connection,
    actor: &Actor,
    filter: &ExperimentFilter,
) -> Result<Page<ExperimentSummary>, Failure> {
    let skipped = checked_number(filter.cursor.as_deref())?.unwrap_or(0);
    let skipped = usize::try_from(skipped).unwrap_or(0);
    let mut ids = listing::list_ids(&mut *connection, actor, filter).await?;
    for condition in &filter.conditions {
        let values = values_of(&mut *connection, actor, filter, &condition.column).await?;
        ids.retain(|id| values.get(id).is_some_and(|value| condition.holds(value)));
    }
    if let Sort::Column(column) = &filter.sort {
        let values = values_of(&mut *connection, actor, filter, column).await?;
        let value = |id: &ExperimentId| values.get(id).unwrap_or(&SortValue::Missing);
        ids.sort_by(|one, other| value(one).compare(value(other), filter.order));
    }
    let wanted: Vec<_> = ids.iter().skip(skipped).take(filter.limit as usize).copied().collect();
    let has_more = skipped + wanted.len() < ids.len();
    let items = in_order(&wanted, listing::list_by_ids(connection, actor.organization_id, &wanted).await?);
    Ok(Page { items, next_cursor: has_more.then(|| (skipped + wanted.len()).to_string()) })
}

async fn values_of(
    connection: &mut Connection,
    actor: &Actor,
    filter: &ExperimentFilter,
    column: &Column,
) -> Result<HashMap<ExperimentId, SortValue>, Failure> {
    Ok(listing::list_sort_values(connection, actor, filter, column).await?.into_iter().collect())
}

fn in_order(ids: &[ExperimentId], found: Vec<ExperimentSummary>) -> Vec<ExperimentSummary> {
    let mut found: HashMap<_, _> = found.into_iter().map(|summary| (summary.id, summary)).collect();
    ids.iter().filter_map(|id| found.remove(id)).collect()
}

/// What some columns hold for some experiments.
pub async fn list_cells(
    database: &Database,
    actor: &Actor,
    ids: &[ExperimentId],
    columns: &[Column],
) -> Result<Cells, Failure> {
    let mut connection = database.read().await?;
    let (mut metric_keys, mut parameter_keys) = (Vec::new(), Vec::new());
    for column in columns {
        match column {
            Column::Metric(key) => metric_keys.push(key.as_str()),
            Column::Parameter(key) => parameter_keys.push(key.as_str()),
        }
    }
    let mut cells = Cells::new();
    for ids in ids.chunks(CHUNK) {
        let values = metrics::list_last_values(&mut connection, actor.organization_id, ids, &metric_keys).await?;
        cells.extend(values.into_iter().map(|(id, key, value)| ((id, Column::Metric(key)), Cell::Metric(value))));
        let values =
            listing::list_parameter_values(&mut connection, actor.organization_id, ids, &parameter_keys).await?;
        cells.extend(values.into_iter().map(|(id, key, value)| ((id, Column::Parameter(key)), Cell::Parameter(value))));
    }
    Ok(cells)
}

/// The columns that a list of the project can have.
pub async fn list_columns(database: &Database, actor: &Actor, project: ProjectId) -> Result<Vec<Column>, Failure> {
    Ok(listing::list_columns(&mut *database.read().await?, actor.organization_id, project).await?)
}

/// Experiments side by side, the first as the base.
pub async fn compare(
    database: &Database,
    actor: &Actor,
    ids: &[ExperimentId],
) -> Result<ExperimentComparison, Failure> {
    if ids.len() > MAX_COMPARED {
        let detail = format!("At most {MAX_COMPARED} experiments are compared at once; there were {}.", ids.len());
        return Err(AppError::new(ErrorKind::Invalid, "too_many", detail).into());
    }
    let mut connection = database.read().await?;
    let mut experiments: Vec<Experiment> = Vec::with_capacity(ids.len());
    for &id in ids {
        if experiments.iter().all(|known| known.summary.id != id) {
            experiments.push(load(&mut connection, actor, id).await?);
        }
    }
    Ok(ExperimentComparison::of(experiments))
}
