//! Keeping, changing and removing the logs of an experiment by their names and ids.

use super::{
    curves::extend_outline,
    log::keep,
    metrics::summary,
    named_logs::{find_in, find_log, place},
    touch,
};
use crate::{
    audit::{self, Change},
    auth,
    database::{Connection, Database, Transaction},
    error::Failure,
    experiment::{
        ExperimentError, IfThere, Kept, LABEL_MAP_LOG, LogChange, LogContent, LogKind, LogRef, MAX_LINE_VALUES,
        MAX_SERIES, NamedLog, NewNamedLog, Numbers, PARAMETERS_LOG, appended,
        store::{
            experiments, given,
            logs::{self, NewLog},
            metrics,
            named_series::{self, SeriesLog},
            parts,
        },
    },
    storage::Blob,
    vocabulary::{
        Actor, ExperimentId, LabelMap, LogId, MetricValue, Name, Parameters, SeriesPoint, Timestamp,
        label_map::indices::from_index_object,
    },
};
use serde_json::{Value, json};

/// What has a name, without its content.
#[derive(Clone, Copy)]
struct Former {
    id: LogId,
    kind: LogKind,
}

/// An experiment whose logs are being changed, held until the transaction ends.
struct Changing {
    transaction: Transaction,
    actor: Actor,
    experiment: ExperimentId,
    now: Timestamp,
}

async fn begin(database: &Database, actor: &Actor, experiment: ExperimentId, what: &str) -> Result<Changing, Failure> {
    let actor = auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write(what)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, &actor, experiment, now).await?;
    Ok(Changing { transaction, actor, experiment, now })
}

/// Keeps a log under its name and type.
pub async fn log_named(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    new: NewNamedLog,
    if_there: IfThere,
) -> Result<NamedLog, Failure> {
    let mut changing = begin(database, actor, experiment, "logging").await?;
    let NewNamedLog { name, kind, data } = new;
    let former = changing.find_former(&name).await?;
    match (former, if_there) {
        (Some(_), IfThere::Refuse) => return Err(ExperimentError::LogExists(name.to_string()).into()),
        (Some(former @ Former { kind: LogKind::Line, .. }), IfThere::ReplaceOrAppend) if kind == LogKind::Line => {
            changing.append(&name, data, former).await?;
        }
        (former, _) => changing.put(&name, kind, data, former).await?,
    }
    changing.commit(&name).await
}

/// Adds to a line.
pub async fn append_to_log(database: &Database, actor: &Actor, id: LogId, data: Value) -> Result<NamedLog, Failure> {
    let (experiment, name) = place(database, actor, id).await?;
    let name = Name::parse(&name).map_err(|_| ExperimentError::LogNotFound)?;
    let mut changing = begin(database, actor, experiment, "logging").await?;
    match changing.find_former(&name).await? {
        None => return Err(ExperimentError::LogNotFound.into()),
        Some(former) if former.kind == LogKind::Line => changing.append(&name, data, former).await?,
        Some(_) => return Err(ExperimentError::LogData("only lines can be appended to".to_owned()).into()),
    }
    changing.commit(&name).await
}

/// Changes name or data of a log; its type stays. Data replaces what was there, also that of a line.
pub async fn change_log(database: &Database, actor: &Actor, id: LogId, change: LogChange) -> Result<NamedLog, Failure> {
    let (experiment, name) = place(database, actor, id).await?;
    let mut name = Name::parse(&name).map_err(|_| ExperimentError::LogNotFound)?;
    let mut changing = begin(database, actor, experiment, "changing a log").await?;
    let former = changing.find_former(&name).await?.ok_or(ExperimentError::LogNotFound)?;
    if let Some(data) = change.data {
        if former.kind == LogKind::Image {
            return Err(ExperimentError::LogData("the bytes of an image are logged anew".to_owned()).into());
        }
        changing.put(&name, former.kind, data, Some(former)).await?;
    }
    if let Some(wanted) = change.name.filter(|wanted| *wanted != name) {
        changing.rename(&name, &wanted).await?;
        name = wanted;
    }
    changing.commit(&name).await
}

/// Removes a log.
pub async fn delete_log(database: &Database, actor: &Actor, id: LogId) -> Result<(), Failure> {
    let log = find_log(database, actor, id).await?;
    match delete_logs(database, actor, log.experiment_id, &[id]).await? {
        0 => Err(ExperimentError::LogNotFound.into()),
        _ => Ok(()),
    }
}

/// Removes those of the logs that the experiment has; says how many.
pub async fn delete_logs(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    ids: &[LogId],
) -> Result<usize, Failure> {
    let mut found = Vec::new();
    for id in ids {
        match find_log(database, actor, *id).await.map_err(Failure::into_shown) {
            Ok(log) if log.experiment_id == experiment => found.push(log),
            Ok(_) => {}
            Err(error) if error.code == "not_found" => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut changing = begin(database, actor, experiment, "deleting logs").await?;
    for log in &found {
        let name = Name::parse(&log.name).map_err(|_| ExperimentError::LogNotFound)?;
        changing.remove(&name).await?;
    }
    changing.transaction.commit().await?;
    Ok(found.len())
}

/// Makes the bytes of an upload a logged image.
pub(super) async fn put_image_log(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    name: &Name,
    (blob, content_type, file_name): (&Blob, &str, &str),
) -> Result<NamedLog, Failure> {
    let mut changing = begin(database, actor, experiment, "logging an image").await?;
    if changing.find_former(name).await?.is_some_and(|former| former.kind != LogKind::Image) {
        changing.remove(name).await?;
    }
    let new = NewLog::Image { blob, content_type, file_name: Some(file_name) };
    changing.keep_row(name, &new, LogId::generate()).await?;
    changing.commit(name).await
}

impl Changing {
    /// What has this name.
    async fn find_former(&mut self, name: &Name) -> Result<Option<Former>, Failure> {
        let (organization, experiment) = (self.actor.organization_id, self.experiment);
        let connection = &mut self.transaction;
        let special = |kind| Former { id: special_id(experiment, name), kind };
        if name.as_str() == PARAMETERS_LOG {
            let parameters = parts::list_parameters(connection, organization, experiment).await?;
            return Ok((!parameters.is_empty()).then(|| special(LogKind::Table)));
        }
        if name.as_str() == LABEL_MAP_LOG {
            let labels = parts::list_labels(connection, organization, experiment).await?;
            return Ok((!labels.is_empty()).then(|| special(LogKind::LabelMap)));
        }
        if let Some(row) = logs::list_by_key(connection, organization, experiment, name.as_str()).await?.first() {
            let kind = match &row.content {
                LogContent::Image { .. } => LogKind::Image,
                LogContent::Table { .. } => LogKind::Table,
                LogContent::Data { data_type, .. } => *data_type,
            };
            return Ok(Some(Former { id: row.id, kind }));
        }
        let series = named_series::find(connection, organization, experiment, name.as_str()).await?;
        Ok(series.map(|series| {
            let kind = if series.is_single { LogKind::Value } else { LogKind::Line };
            Former { id: series.log_id, kind }
        }))
    }

    /// Keeps data in place of what has the name. A log that stays of its type keeps its id, however its data is kept.
    async fn put(&mut self, name: &Name, kind: LogKind, data: Value, former: Option<Former>) -> Result<(), Failure> {
        match name.as_str() {
            PARAMETERS_LOG => return self.put_parameters(data).await,
            LABEL_MAP_LOG => return self.put_labels(&data).await,
            _ => {}
        }
        let kept = Kept::of(kind, data)?;
        let organization = self.actor.organization_id;
        let series = named_series::find(&mut self.transaction, organization, self.experiment, name.as_str()).await?;
        let rows = logs::list_by_key(&mut self.transaction, organization, self.experiment, name.as_str()).await?;
        let is_series = !matches!(kept, Kept::Data(_));
        let same = former.filter(|former| former.kind == kind);
        match (rows.as_slice(), &series) {
            ([], Some(series)) if is_series && same.is_some() => {
                named_series::clear(&mut self.transaction, organization, series.id).await?;
            }
            ([row], None) if !is_series && same.is_some() && matches!(row.content, LogContent::Data { .. }) => {}
            _ => self.remove(name).await?,
        }
        let id = same.map_or_else(LogId::generate, |former| former.id);
        match kept {
            Kept::Data(data) => self.keep_row(name, &NewLog::Data(kind, &data), id).await,
            Kept::Series(Numbers { values, are_integers }) => {
                self.add_points(name, &values, 0, SeriesLog { id, is_single: false, are_integers }).await
            }
            Kept::Single(Numbers { values, are_integers }) => {
                self.add_points(name, &values, 0, SeriesLog { id, is_single: true, are_integers }).await
            }
        }
    }

    async fn put_parameters(&mut self, data: Value) -> Result<(), Failure> {
        let unusable = |_| ExperimentError::LogData("parameters are an object".to_owned());
        let after: Parameters = serde_json::from_value(data).map_err(unusable)?;
        after.validate().map_err(ExperimentError::Parameters)?;
        let (organization, experiment) = (self.actor.organization_id, self.experiment);
        let before = parts::list_parameters(&mut self.transaction, organization, experiment).await?;
        parts::replace_parameters(&mut self.transaction, organization, experiment, &after).await?;
        self.record_part("parameters", json!(before), json!(after)).await
    }

    async fn put_labels(&mut self, data: &Value) -> Result<(), Failure> {
        let after = from_index_object(data).map_err(|error| ExperimentError::LogData(error.to_string()))?;
        self.set_labels(&after, "script").await
    }

    async fn set_labels(&mut self, after: &LabelMap, from: &str) -> Result<(), Failure> {
        let (organization, experiment) = (self.actor.organization_id, self.experiment);
        let before = parts::list_labels(&mut self.transaction, organization, experiment).await?;
        given::replace_labels(&mut self.transaction, organization, experiment, after, from).await?;
        self.record_part("label_map", json!({ "labels": before }), json!({ "labels": after })).await
    }

    async fn record_part(&mut self, part: &'static str, before: Value, after: Value) -> Result<(), Failure> {
        let (organization, experiment) = (self.actor.organization_id, self.experiment);
        let summary = experiments::find(&mut self.transaction, organization, experiment).await?;
        let summary = summary.ok_or(ExperimentError::NotFound)?;
        let change = Change::updated(part, &experiment, before, after).with("name", summary.name);
        Ok(audit::record(&mut self.transaction, &self.actor, self.now, change).await?)
    }

    /// Adds to the line of this name. Numbers go to the end of its series, and nothing that is there is written again.
    async fn append(&mut self, name: &Name, data: Value, former: Former) -> Result<(), Failure> {
        let organization = self.actor.organization_id;
        let kept = Kept::of(LogKind::Line, data.clone())?;
        let series = named_series::find(&mut self.transaction, organization, self.experiment, name.as_str()).await?;
        match (series, kept) {
            (Some(series), Kept::Series(numbers)) => {
                let are_integers = series.are_integers && numbers.are_integers;
                let log = SeriesLog { id: series.log_id, is_single: false, are_integers };
                self.add_points(name, &numbers.values, series.last_step + 1, log).await
            }
            (Some(_), _) if data.as_array().is_some_and(Vec::is_empty) => Ok(()),
            (_, _) => {
                let before = find_in(&mut self.transaction, organization, self.experiment, name.as_str()).await?;
                let before = before.ok_or(ExperimentError::LogNotFound)?.data;
                self.put(name, LogKind::Line, appended(before, data)?, Some(former)).await
            }
        }
    }

    /// Adds values to the series of this name, which is made if there is none, with steps from `first_step` on.
    async fn add_points(
        &mut self,
        name: &Name,
        values: &[MetricValue],
        first_step: i64,
        log: SeriesLog,
    ) -> Result<(), Failure> {
        let (organization, experiment, time) = (self.actor.organization_id, self.experiment, self.now);
        let points: Vec<SeriesPoint> =
            (first_step..).zip(values).map(|(step, value)| SeriesPoint { step, time, value: *value }).collect();
        let connection: &mut Connection = &mut self.transaction;
        let added = summary(name.as_str(), &points);
        let (series, count) = metrics::upsert_series(connection, organization, experiment, &added).await?;
        let is_new = count == added.count;
        if is_new && metrics::count_series(connection, organization, experiment).await? > MAX_SERIES {
            return Err(ExperimentError::TooManySeries.into());
        }
        if count > MAX_LINE_VALUES {
            let reason = format!("a line has at most {MAX_LINE_VALUES} values");
            return Err(ExperimentError::LogData(reason).into());
        }
        named_series::describe(connection, organization, series, log).await?;
        metrics::insert_points(connection, series, count - added.count, &points).await?;
        extend_outline(connection, series, count, added.count).await?;
        let change =
            Change::act("log", "metrics", &experiment).with("points", points.len()).with("series", vec![name.as_str()]);
        Ok(audit::record(connection, &self.actor, self.now, change).await?)
    }

    async fn keep_row(&mut self, name: &Name, new: &NewLog<'_>, id: LogId) -> Result<(), Failure> {
        keep(&mut self.transaction, &self.actor, self.experiment, (id, name, new), self.now).await.map(|_| ())
    }

    /// Takes away whatever has the name, and writes down what that was.
    async fn remove(&mut self, name: &Name) -> Result<(), Failure> {
        let (organization, experiment) = (self.actor.organization_id, self.experiment);
        match name.as_str() {
            PARAMETERS_LOG => return self.put_parameters(json!({})).await,
            LABEL_MAP_LOG => return self.set_labels(&LabelMap::default(), "none").await,
            _ => {}
        }
        for row in logs::list_by_key(&mut self.transaction, organization, experiment, name.as_str()).await? {
            logs::delete(&mut self.transaction, organization, row.id).await?;
            self.record_removal(name, row.id, row.facts()).await?;
        }
        let series = named_series::find(&mut self.transaction, organization, experiment, name.as_str()).await?;
        if let Some(series) = series {
            named_series::delete(&mut self.transaction, organization, series.id).await?;
            let facts = json!({ "kind": if series.is_single { "value" } else { "line" }, "points": series.count });
            self.record_removal(name, series.log_id, facts).await?;
        }
        Ok(())
    }

    async fn record_removal(&mut self, name: &Name, id: LogId, facts: Value) -> Result<(), Failure> {
        let change = Change::deleted("log", &id, facts)
            .with("name", name.as_str())
            .with("experiment_id", self.experiment.to_string());
        Ok(audit::record(&mut self.transaction, &self.actor, self.now, change).await?)
    }

    async fn rename(&mut self, name: &Name, wanted: &Name) -> Result<(), Failure> {
        let is_special = |name: &Name| [PARAMETERS_LOG, LABEL_MAP_LOG].contains(&name.as_str());
        if is_special(name) || is_special(wanted) {
            return Err(ExperimentError::LogNameFixed.into());
        }
        if self.find_former(wanted).await?.is_some() {
            return Err(ExperimentError::LogExists(wanted.to_string()).into());
        }
        let organization = self.actor.organization_id;
        let log = self.find_former(name).await?.ok_or(ExperimentError::LogNotFound)?;
        logs::rename(&mut self.transaction, organization, log.id, wanted).await?;
        named_series::rename(&mut self.transaction, organization, log.id, wanted).await?;
        let change = Change::updated("log", &log.id, json!({ "name": name }), json!({ "name": wanted }))
            .with("name", wanted.as_str())
            .with("experiment_id", self.experiment.to_string());
        Ok(audit::record(&mut self.transaction, &self.actor, self.now, change).await?)
    }

    async fn commit(mut self, name: &Name) -> Result<NamedLog, Failure> {
        let organization = self.actor.organization_id;
        let log = find_in(&mut self.transaction, organization, self.experiment, name.as_str()).await?;
        self.transaction.commit().await?;
        match log {
            Some(log) => Ok(log),
            // Empty parameters and an empty label map are kept as none.
            None => Ok(NamedLog {
                id: special_id(self.experiment, name),
                experiment_id: self.experiment,
                name: name.to_string(),
                kind: if name.as_str() == LABEL_MAP_LOG { LogKind::LabelMap } else { LogKind::Table },
                data: json!({}),
                image: None,
                logged_at: self.now,
            }),
        }
    }
}

fn special_id(experiment: ExperimentId, name: &Name) -> LogId {
    match name.as_str() {
        LABEL_MAP_LOG => LogRef::LabelMap(experiment).id(),
        _ => LogRef::Parameters(experiment).id(),
    }
}
