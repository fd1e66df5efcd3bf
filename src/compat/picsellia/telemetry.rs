//! What a training prints: line by line in chapters, and as one file.

use super::{
    ask::Body,
    objects::{self, Addresses, Deed, Object, ObjectName},
};
use crate::{
    auth::gate::{Calls, Need},
    error::Failure,
    experiment::{ConsoleFile, ExperimentError, NewConsoleLine, Stream, operations},
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
    /// A text is as many lines as it has; a list has a line in each element.
    fn lines(&self) -> Vec<NewConsoleLine> {
        let texts: Vec<String> = match &self.log {
            Value::Array(items) => items.iter().map(text_of).collect(),
            one => text_of(one).lines().map(str::to_owned).collect(),
        };
        let chapter = Some(self.part.clone());
        let line = |text| NewConsoleLine { text, stream: Stream::Stdout, time: None, chapter: chapter.clone() };
        texts.into_iter().map(line).collect()
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
    let mut lines = printed.lines();
    if lines.is_empty() {
        // An empty text is an empty line.
        lines = Printed { log: json!([""]), part: printed.part }.lines();
    }
    operations::log_console(&services.database, &actor, experiment, lines).await?;
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

async fn save_file(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    headers: HeaderMap,
    Body(named): Body<NamedObject>,
) -> Result<Json<Value>, Failure> {
    let upload = objects::upload(&named.object_name)?;
    let file = operations::put_console_file(&services.database, &actor, experiment, upload).await?;
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
    let upload = objects::upload(&named.object_name)?;
    let file = operations::put_console_file(&services.database, &actor, file.experiment_id, upload).await?;
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
    }
}
