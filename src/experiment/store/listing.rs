//! SQL for lists of experiments.

use super::experiments::{SummaryRow, select_summaries};
use crate::{
    database::{Connection, contains_pattern, places, stored, stored_json},
    experiment::{Column, ExperimentFilter, ExperimentSummary, Order, Sort, SortValue},
    vocabulary::{Actor, ExperimentId, MetricValue, OrganizationId, ProjectId, Reach, name::name_key},
};
use serde_json::Value;
use sqlx::AssertSqlSafe;

/// Conditions after the first, `organization_id = $1`, with the values that belong to their places.
struct Conditions {
    text: String,
    values: Vec<String>,
}

impl Conditions {
    fn of(filter: &ExperimentFilter, reach: &Reach) -> Self {
        let archived = if filter.is_archived { "IS NOT NULL" } else { "IS NULL" };
        let reach = reach.condition("experiments.project_id");
        let mut conditions =
            Self { text: format!("{reach} AND experiments.archived_at {archived}"), values: Vec::new() };
        conditions.add(r" AND experiments.name_key LIKE ? ESCAPE '\'", [contains_pattern(&filter.search)]);
        if let Some(project) = filter.project {
            conditions.add(" AND experiments.project_id = ?", [project.to_string()]);
        }
        if let Some(status) = filter.status {
            conditions.add(" AND experiments.status = ?", [status.as_str().to_owned()]);
        }
        for tag in &filter.tags {
            conditions.add(
                " AND EXISTS (SELECT 1 FROM experiment_tags WHERE experiment_tags.experiment_id = experiments.id AND experiment_tags.tag_key = ?)",
                [name_key(tag)],
            );
        }
        conditions
    }

    /// Adds a condition; each `?` becomes the place of the next value.
    fn add(&mut self, text: &str, values: impl IntoIterator<Item = String>) {
        self.values.extend(values);
        let mut place = self.values.len() + 1 - text.matches('?').count();
        for (index, part) in text.split('?').enumerate() {
            if index > 0 {
                place += 1;
                self.text.push_str(&format!("${place}"));
            }
            self.text.push_str(part);
        }
    }
}

/// A list begins after the pair of sort value and id of the last item before; see [`sort_value`].
pub async fn list(
    connection: &mut Connection,
    actor: &Actor,
    filter: &ExperimentFilter,
    after: Option<(String, String)>,
    limit: u32,
) -> Result<Vec<ExperimentSummary>, sqlx::Error> {
    let (column, direction) = order_of(filter);
    let beyond = if filter.order == Order::Asc { ">" } else { "<" };
    let mut conditions = Conditions::of(filter, &actor.reach);
    if let Some((sort_value, id)) = after {
        conditions.add(&format!(" AND ({column}, experiments.id) {beyond} (?, ?)"), [sort_value, id]);
    }
    let Conditions { text, values } = conditions;
    let text = format!(
        "{}{text} ORDER BY {column} {direction}, experiments.id {direction} LIMIT ${}",
        select_summaries!(),
        values.len() + 2
    );
    let statement = sqlx::query_as::<_, SummaryRow>(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let statement = values.into_iter().fold(statement, |statement, value| statement.bind(value));
    let rows = statement.bind(i64::from(limit)).fetch_all(connection).await?;
    rows.into_iter().map(ExperimentSummary::try_from).collect()
}

/// The column and the direction in which the database sorts: columns that people choose are sorted by the operation.
fn order_of(filter: &ExperimentFilter) -> (&'static str, &'static str) {
    let direction = if filter.order == Order::Asc { "ASC" } else { "DESC" };
    match filter.sort {
        Sort::Name => ("experiments.name_key", direction),
        Sort::Status => ("experiments.status", direction),
        Sort::CreatedAt => ("experiments.id", direction),
        Sort::Column(_) => ("experiments.id", "DESC"),
    }
}

/// The text by which [`list`] has sorted `item`.
pub fn sort_value(item: &ExperimentSummary, sort: &Sort) -> String {
    match sort {
        Sort::Name => name_key(&item.name),
        Sort::Status => item.status.as_str().to_owned(),
        Sort::CreatedAt | Sort::Column(_) => item.id.to_string(),
    }
}

/// Every experiment that the filter lets through, with what a metric or a parameter says of its place.
pub async fn list_sort_values(
    connection: &mut Connection,
    actor: &Actor,
    filter: &ExperimentFilter,
    column: &Column,
) -> Result<Vec<(ExperimentId, SortValue)>, sqlx::Error> {
    let mut conditions = Conditions::of(filter, &actor.reach);
    let (selected, table) = match column {
        Column::Metric(_) => ("sorted.last_value, sorted.last_kind, CAST(NULL AS TEXT)", "metric_series"),
        Column::Parameter(_) => {
            ("CAST(0 AS DOUBLE PRECISION), CAST(0 AS BIGINT), sorted.value", "experiment_parameters")
        }
    };
    conditions.values.push(column.key().to_owned());
    let text = format!(
        "SELECT experiments.id, {selected}
         FROM experiments
         JOIN {table} AS sorted ON sorted.experiment_id = experiments.id AND sorted.key = ${}
         WHERE experiments.organization_id = $1 AND experiments.deleted_at IS NULL{}",
        conditions.values.len() + 1,
        conditions.text
    );
    let statement = sqlx::query_as(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let statement = conditions.values.into_iter().fold(statement, |statement, value| statement.bind(value));
    let rows: Vec<(String, f64, i64, Option<String>)> = statement.fetch_all(connection).await?;
    rows.into_iter()
        .map(|(id, number, kind, text)| {
            let value = match text {
                Some(text) => SortValue::of_parameter(&stored_json::<Value>(&text)?),
                None => SortValue::of_number(MetricValue::from_stored(number, kind).0),
            };
            Ok((stored(&id)?, value))
        })
        .collect()
}

/// The ids of all that the filter lets through, in its order; the newest first if that is for the operation to find.
pub async fn list_ids(
    connection: &mut Connection,
    actor: &Actor,
    filter: &ExperimentFilter,
) -> Result<Vec<ExperimentId>, sqlx::Error> {
    let Conditions { text, values } = Conditions::of(filter, &actor.reach);
    let (column, direction) = order_of(filter);
    let text = format!(
        "SELECT experiments.id FROM experiments
         WHERE experiments.organization_id = $1 AND experiments.deleted_at IS NULL{text}
         ORDER BY {column} {direction}, experiments.id {direction}"
    );
    let statement = sqlx::query_scalar(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let statement = values.into_iter().fold(statement, |statement, value| statement.bind(value));
    let ids: Vec<String> = statement.fetch_all(connection).await?;
    ids.iter().map(|id| stored(id)).collect()
}

/// These experiments, in no particular order; what is not there is left out.
pub async fn list_by_ids(
    connection: &mut Connection,
    organization: OrganizationId,
    ids: &[ExperimentId],
) -> Result<Vec<ExperimentSummary>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{} AND experiments.id IN ({})", select_summaries!(), places(2, ids.len()));
    let statement = sqlx::query_as::<_, SummaryRow>(AssertSqlSafe(text)).bind(organization.to_string());
    let statement = ids.iter().fold(statement, |statement, id| statement.bind(id.to_string()));
    statement.fetch_all(connection).await?.into_iter().map(ExperimentSummary::try_from).collect()
}

/// Some parameters of some experiments, as `(experiment, key, value)`.
pub async fn list_parameter_values(
    connection: &mut Connection,
    organization: OrganizationId,
    ids: &[ExperimentId],
    keys: &[&str],
) -> Result<Vec<(ExperimentId, String, Value)>, sqlx::Error> {
    if ids.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT experiment_id, key, value FROM experiment_parameters
         WHERE organization_id = $1 AND experiment_id IN ({}) AND key IN ({})",
        places(2, ids.len()),
        places(2 + ids.len(), keys.len())
    );
    let statement = sqlx::query_as(AssertSqlSafe(text)).bind(organization.to_string());
    let statement = ids.iter().fold(statement, |statement, id| statement.bind(id.to_string()));
    let statement = keys.iter().fold(statement, |statement, key| statement.bind((*key).to_owned()));
    let rows: Vec<(String, String, String)> = statement.fetch_all(connection).await?;
    rows.into_iter().map(|(id, key, value)| Ok((stored(&id)?, key, stored_json(&value)?))).collect()
}

/// The metrics and parameters that the newest experiments of a project have, by name; at most 200 of each.
pub async fn list_columns(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<Column>, sqlx::Error> {
    const NEWEST: &str = "(SELECT id FROM experiments WHERE organization_id = $1 AND project_id = $2 AND deleted_at IS NULL ORDER BY id DESC LIMIT 200)";
    let mut columns = Vec::new();
    for (table, make) in
        [("metric_series", Column::Metric as fn(String) -> Column), ("experiment_parameters", Column::Parameter)]
    {
        let text = format!(
            "SELECT DISTINCT key FROM {table} WHERE organization_id = $1 AND experiment_id IN {NEWEST} ORDER BY key LIMIT 200"
        );
        let keys: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
            .bind(organization.to_string())
            .bind(project.to_string())
            .fetch_all(&mut *connection)
            .await?;
        columns.extend(keys.into_iter().map(make));
    }
    Ok(columns)
}
