//! Finding the logs of an experiment by their names and ids.

use crate::{
    auth,
    database::{Connection, Database},
    error::Failure,
    experiment::{
        ExperimentError, LABEL_MAP_LOG, Log, LogContent, LogKind, LogRef, LoggedImage, NamedLog, PARAMETERS_LOG,
        store::{
            experiments, logs, metrics,
            named_series::{self, Series},
            parts,
        },
        value_of,
    },
    vocabulary::{Actor, ExperimentId, LogId, Name, OrganizationId, label_map::indices::to_index_object},
};
use serde_json::{Value, json};

/// All logs of an experiment: parameters and label map first, then the others by name.
pub async fn list_named_logs(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Vec<NamedLog>, Failure> {
    let organization = actor.organization_id;
    let mut connection = database.read().await?;
    experiments::find(&mut connection, organization, id).await?.ok_or(ExperimentError::NotFound)?;
    let mut found = Vec::new();
    for name in [PARAMETERS_LOG, LABEL_MAP_LOG] {
        found.extend(find_special(&mut connection, organization, id, name).await?);
    }
    let mut others: Vec<NamedLog> = Vec::new();
    for log in logs::list(&mut connection, organization, id).await? {
        others.push(of_row(id, log));
    }
    for series in named_series::list(&mut connection, organization, id).await? {
        others.push(of_series(&mut connection, id, series).await?);
    }
    // One name is one log: of several that came through other doors, the newest.
    others.sort_by(|first, second| first.name.cmp(&second.name).then(second.logged_at.cmp(&first.logged_at)));
    others.dedup_by(|second, first| second.name == first.name);
    others.retain(|log| ![PARAMETERS_LOG, LABEL_MAP_LOG].contains(&log.name.as_str()));
    found.extend(others);
    Ok(found)
}

/// The log of this name, which is compared as it would be kept.
pub async fn find_named_log(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    name: &str,
) -> Result<Option<NamedLog>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    match Name::parse(name) {
        Ok(name) => find_in(&mut connection, actor.organization_id, id, name.as_str()).await,
        Err(_) => Ok(None),
    }
}

/// The log of this id.
pub async fn find_log(database: &Database, actor: &Actor, id: LogId) -> Result<NamedLog, Failure> {
    let (experiment, name) = place(database, actor, id).await?;
    let mut connection = database.read().await?;
    let found = find_in(&mut connection, actor.organization_id, experiment, &name).await?;
    Ok(found.filter(|log| log.id == id).ok_or(ExperimentError::LogNotFound)?)
}

/// The experiment that a log belongs to, which the actor may enter, and the log's name.
pub(super) async fn place(database: &Database, actor: &Actor, id: LogId) -> Result<(ExperimentId, String), Failure> {
    let organization = actor.organization_id;
    let mut connection = database.read().await?;
    let place = match LogRef::of(id) {
        LogRef::Own(id) => match logs::find_place(&mut connection, organization, id).await? {
            Some(place) => Some(place),
            None => named_series::find_place(&mut connection, organization, id).await?,
        },
        LogRef::Parameters(experiment) => Some((experiment, PARAMETERS_LOG.to_owned())),
        LogRef::LabelMap(experiment) => Some((experiment, LABEL_MAP_LOG.to_owned())),
    };
    let (experiment, name) = place.ok_or(ExperimentError::LogNotFound)?;
    experiments::find(&mut connection, organization, experiment).await?.ok_or(ExperimentError::LogNotFound)?;
    drop(connection);
    auth::operations::still_in(database, actor, experiment).await?;
    Ok((experiment, name))
}

/// The log of a name, also inside a transaction.
pub(super) async fn find_in(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    name: &str,
) -> Result<Option<NamedLog>, Failure> {
    if [PARAMETERS_LOG, LABEL_MAP_LOG].contains(&name) {
        return find_special(connection, organization, id, name).await;
    }
    if let Some(log) = logs::list_by_key(connection, organization, id, name).await?.into_iter().next() {
        return Ok(Some(of_row(id, log)));
    }
    match named_series::find(connection, organization, id, name).await? {
        Some(series) => Ok(Some(of_series(connection, id, series).await?)),
        None => Ok(None),
    }
}

async fn find_special(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    name: &str,
) -> Result<Option<NamedLog>, Failure> {
    let (log, kind, data) = if name == PARAMETERS_LOG {
        let parameters = parts::list_parameters(connection, organization, id).await?;
        (LogRef::Parameters(id), LogKind::Table, (!parameters.is_empty()).then(|| json!(parameters)))
    } else {
        let labels = parts::list_labels(connection, organization, id).await?;
        (LogRef::LabelMap(id), LogKind::LabelMap, (!labels.is_empty()).then(|| to_index_object(&labels)))
    };
    let Some(data) = data else { return Ok(None) };
    let summary = experiments::find(connection, organization, id).await?.ok_or(ExperimentError::NotFound)?;
    let logged_at = summary.updated_at;
    Ok(Some(NamedLog { id: log.id(), experiment_id: id, name: name.to_owned(), kind, data, image: None, logged_at }))
}

fn of_row(experiment_id: ExperimentId, log: Log) -> NamedLog {
    let (kind, data, image) = match log.content {
        LogContent::Image { content_type, size_bytes, file_name, .. } => {
            (LogKind::Image, Value::Null, Some(LoggedImage { content_type, size_bytes, file_name }))
        }
        LogContent::Table { table } => (LogKind::Table, json!({ "data": table.rows, "columns": table.columns }), None),
        LogContent::Data { data_type, data } => (data_type, data, None),
    };
    NamedLog { id: log.id, experiment_id, name: log.key, kind, data, image, logged_at: log.logged_at }
}

async fn of_series(
    connection: &mut Connection,
    experiment_id: ExperimentId,
    series: Series,
) -> Result<NamedLog, Failure> {
    let mut values = Vec::new();
    let are_integers = series.are_integers;
    let mut keep = |value| values.push(value_of(value, are_integers));
    metrics::for_each_point(connection, series.id, -1, i64::MAX, |stored| keep(stored.point.value)).await?;
    let (kind, data) = match series.is_single {
        true => (LogKind::Value, values.pop().unwrap_or_default()),
        false => (LogKind::Line, Value::Array(values)),
    };
    let Series { log_id: id, key: name, last_time: logged_at, .. } = series;
    Ok(NamedLog { id, experiment_id, name, kind, data, image: None, logged_at })
}
