//! Logs of experiments.

use super::{
    Became, Counted, Import, ImportError,
    answers::{File, Log, LogImage},
    changed_here,
    experiments::Run,
    name,
};
use crate::{
    artifact::{UploadOwner, UploadPurpose, operations::uploads},
    compat::picsellia::logs,
    error::AppError,
    experiment::{
        IfThere, LABEL_MAP_LOG, LogChange, LogKind, MAX_LOG_VALUES, NamedLog, NewNamedLog, PARAMETERS_LOG, operations,
    },
    vocabulary::Name,
};
use serde_json::Value;

impl Import<'_> {
    pub(super) async fn logs(&mut self, run: &Run<'_>) -> Result<(), ImportError> {
        let here = operations::list_named_logs(&self.services.database, self.actor, run.experiment).await?;
        for item in self.source.list(&format!("/api/experiment/{}/logs/extended", run.id)).await? {
            let Some(told) = self.read::<Log>(run.what, item) else { continue };
            let what = format!("{}, log {}", run.what, told.name);
            let outcome = self.log(run, &here, told).await;
            if let Some(became) = self.went(&what, outcome)? {
                self.report.count(Counted::Logs, became);
            }
        }
        Ok(())
    }

    async fn log(&self, run: &Run<'_>, here: &[NamedLog], told: Log) -> Result<Became, ImportError> {
        let key = name(&told.name)?;
        let kind = logs::kind(&told.kind)?;
        let known = here.iter().find(|log| log.name == key.as_str());
        let is_special = [PARAMETERS_LOG, LABEL_MAP_LOG].contains(&key.as_str());
        let became = match known {
            Some(known) if is_same(known, kind, &told.data) => return Ok(Became::Same),
            Some(_) if !run.may_change => return Err(changed_here()),
            Some(_) => Became::Changed,
            // Empty parameters and an empty label map are none.
            None if is_special && told.data.as_object().is_some_and(|data| data.is_empty()) => return Ok(Became::Same),
            None => Became::New,
        };
        match kind {
            LogKind::Image => self.image(run, key, told.data).await?,
            kind => self.keep_log(run, key, kind, told.data, known).await?,
        }
        Ok(became)
    }

    /// In as many calls as the values of a line need.
    async fn keep_log(
        &self,
        run: &Run<'_>,
        key: Name,
        kind: LogKind,
        data: Value,
        known: Option<&NamedLog>,
    ) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let mut pieces = pieces(kind, data).into_iter();
        let first = pieces.next().unwrap_or_default();
        match known {
            Some(known) if known.kind == kind => {
                let change = LogChange { name: None, data: Some(first) };
                operations::change_log(database, actor, known.id, change).await?;
            }
            known => {
                let if_there = known.map_or(IfThere::Refuse, |_| IfThere::ReplaceOrAppend);
                let new = NewNamedLog { name: key.clone(), kind, data: first };
                operations::log_named(database, actor, run.experiment, new, if_there).await?;
            }
        }
        for data in pieces {
            let new = NewNamedLog { name: key.clone(), kind, data };
            operations::log_named(database, actor, run.experiment, new, IfThere::ReplaceOrAppend).await?;
        }
        Ok(())
    }

    async fn image(&self, run: &Run<'_>, key: Name, data: Value) -> Result<(), ImportError> {
        let unreadable = |_| AppError::invalid_field("data", "of an image has object_name and filename");
        let image: LogImage = serde_json::from_value(data).map_err(unreadable)?;
        let file = File::of_object(image.object_name, image.filename);
        let owner = UploadOwner::Experiment(run.experiment);
        let upload = self.fetch(UploadPurpose::LogImage, owner, &file).await?;
        let (_, blob) = uploads::find_content(&self.services.database, self.actor, upload).await?;
        operations::put_uploaded_image(self.services, self.actor, run.experiment, key, blob, &file.filename).await?;
        Ok(())
    }
}

fn pieces(kind: LogKind, data: Value) -> Vec<Value> {
    match data {
        Value::Array(values) if kind == LogKind::Line && values.len() > MAX_LOG_VALUES => {
            values.chunks(MAX_LOG_VALUES).map(|piece| Value::Array(piece.to_vec())).collect()
        }
        data => vec![data],
    }
}

/// Of an image, the name of its file is compared; the protocol tells nothing of its bytes.
fn is_same(here: &NamedLog, kind: LogKind, told: &Value) -> bool {
    match (&here.image, here.kind == kind) {
        (_, false) => false,
        (Some(image), true) => image.file_name.as_deref() == told["filename"].as_str(),
        (None, true) => is_same_json(&here.data, told),
    }
}

/// Whether two values are the same, however their numbers are written.
fn is_same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_json(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same_json(a, b)))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        assert!(is_same_json(&json!({ "a": [1, 0.5, null] }), &json!({ "a": [1.0, 0.5, null] })));
        for (one, other) in
            [(json!([1]), json!([1, 2])), (json!({ "a": 1 }), json!({ "b": 1 })), (json!(1), json!("1"))]
        {
            assert!(!is_same_json(&one, &other), "{one} {other}");
        }
    }

    #[test]
    fn a_long_line_comes_in_pieces() {
        let line: Vec<Value> = (0..MAX_LOG_VALUES + 1).map(|value| json!(value)).collect();
        let sizes: Vec<usize> =
            pieces(LogKind::Line, json!(line)).iter().map(|piece| piece.as_array().unwrap().len()).collect();
        assert_eq!(sizes, [MAX_LOG_VALUES, 1]);
        assert_eq!(pieces(LogKind::Bar, json!(line)).len(), 1);
    }
}
