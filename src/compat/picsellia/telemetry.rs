//! What a training prints: line by line in chapters, and as one file.

use super::{
    ask::Body,
    objects::{self, Addresses, Deed, Object, ObjectName},
};
use crate::{
    artifact::{UploadOwner, UploadPurpose},
    auth::gate::{Calls, Need},
    error::Failure,
    experiment::{ConsoleFile, ExperimentError, MAX_CONSOLE_BATCH, NewConsoleLine, Stream, operations},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, ConsoleFileId, ExperimentId},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .post("/api/experiment/{experiment}/logging", Need::Write, print)
        .get("/api/experiment/{experiment}/logging", find_file)
        .post("/api/experiment/{experiment}/logging/save", Need::Write, save_file)
        .get("/api/logging/file/{file}", sync_file)
        .patch("/api/logging/file/{file}", Need::Write, change_file)
        .delete("/api/logging/file/{file}", Need::Write, delete_file)
}

#[derive(Deserialize)]
struct Printed {
    log: Value,
    #[serde(default)]
    part: String,
}

impl Printed {
    /// A text is as many lines as it has, and so is each text of a list.
    fn lines(&self) -> Vec<NewConsoleLine> {
        let texts: Vec<String> = match &self.log {
            Value::Array(items) => items.iter().map(text_of).collect(),
            one => vec![text_of(one)],
        };
        let line = |text: &str| NewConsoleLine {
            text: text.to_owned(),
            stream: Stream::Stdout,
            time: None,
            chapter: Some(self.part.clone()),
        };
        // An empty text is an empty line.
        let lines_of = |text: &String| match text.is_empty() {
            true => vec![line("")],
            false => text.lines().map(line).collect(),
        };
        texts.iter().flat_map(lines_of).collect()
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn print(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(printed): Body<Printed>,
) -> Result<Json<Value>, Failure> {
    for lines in printed.lines().chunks(MAX_CONSOLE_BATCH) {
        match operations::log_console(&services.database, &actor, experiment, lines.to_vec()).await {
            Ok(_) => {}
            // No training should end because its console is full.
            Err(Failure::App(error)) if error.code == "too_many_lines" => break,
            Err(failure) => return Err(failure),
        }
    }
    Ok(Json(json!({})))
}

fn shown(file: &ConsoleFile, addresses: &Addresses<'_>) -> Result<Value, Failure> {
    let object = file.upload_id.map_or(Object::ConsoleFile(file.id), Object::Upload);
    Ok(json!({
        "id": file.id,
        "object_name": ObjectName(object, &file.file_name).to_string(),
        "presigned_url": addresses.sign(Deed::Get(Object::ConsoleFile(file.id)))?,
    }))
}

#[derive(Deserialize)]
struct NamedObject {
    object_name: String,
}

async fn put_file(
    services: &Services,
    actor: &Actor,
    experiment: ExperimentId,
    object_name: &str,
) -> Result<ConsoleFile, Failure> {
    let what = (UploadPurpose::LogFile, UploadOwner::Experiment(experiment));
    let upload = objects::upload_of(services, actor, object_name, what).await?;
    operations::put_console_file(&services.database, actor, experiment, upload).await
}

async fn save_file(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    headers: HeaderMap,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    let file = put_file(&services, &actor, experiment, &named.object_name).await?;
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn find_file(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let found = operations::find_console_file(&services.database, &actor, experiment).await?;
    let file = found.ok_or(ExperimentError::ConsoleFileNotFound)?;
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn sync_file(
    State(services): State<Services>,
    actor: Actor,
    Id(file): Id<ConsoleFileId>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let (file, _) = operations::find_console_file_by_id(&services.database, &actor, file).await?;
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn change_file(
    State(services): State<Services>,
    actor: Actor,
    Id(file): Id<ConsoleFileId>,
    headers: HeaderMap,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    let (file, _) = operations::find_console_file_by_id(&services.database, &actor, file).await?;
    let file = put_file(&services, &actor, file.experiment_id, &named.object_name).await?;
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn delete_file(
    State(services): State<Services>,
    actor: Actor,
    Id(file): Id<ConsoleFileId>,
) -> Result<StatusCode, Failure> {
    operations::delete_console_file(&services.database, &actor, file).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_lines_and_so_is_a_list_under_the_heading_of_its_part() {
        let told = |log: Value, part: &str| {
            let lines = Printed { log, part: part.to_owned() }.lines();
            lines.into_iter().map(|line| (line.text, line.chapter)).collect::<Vec<_>>()
        };
        let under = |text: &str| (text.to_owned(), Some("train".to_owned()));
        assert_eq!(told(json!("one\ntwo"), "train"), [under("one"), under("two")]);
        assert_eq!(told(json!(["a", 1]), "train"), [under("a"), under("1")]);
        assert_eq!(told(json!(["a\nb", ""]), "train"), [under("a"), under("b"), under("")]);
        assert_eq!(told(json!(""), "train"), [under("")]);
        assert_eq!(told(json!([]), "train"), []);
    }
}
