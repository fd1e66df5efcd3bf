//! The server that people leave: it answers what a test tells it to.

use crate::builders::*;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use heirloom::{
    compat::picsellia::import::{ImportError, Report, Source, import},
    vocabulary::Actor,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// Its organization.
pub const ORGANIZATION: &str = "5f0c1d7e-0000-4000-8000-000000000001";

/// An id of the other server.
pub fn there(number: u8) -> String {
    format!("5f0c1d7e-0000-4000-8000-0000000001{number:02}")
}

/// What the other server answers: by address, several in their order, the last one for good.
#[derive(Clone)]
pub struct Other {
    pub address: SocketAddr,
    answers: Arc<Mutex<BTreeMap<String, Vec<Answer>>>>,
    /// How many more requests it answers before it knows the token no more.
    pub patience: Arc<Mutex<usize>>,
}

#[derive(Clone)]
pub enum Answer {
    Json(u16, Value),
    Bytes(Vec<u8>),
    /// Announces more than it sends.
    BrokenOff,
}

impl Other {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let other = Self { address, answers: Arc::default(), patience: Arc::new(Mutex::new(usize::MAX)) };
        let router = Router::new().fallback(answer).with_state(other.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        other.says("home/ping", json!({ "sdk_version": "6.37.0", "username": "ann", "default_organization": null }));
        other.says("organizations/find", json!({ "id": ORGANIZATION }));
        let organization = json!({ "id": ORGANIZATION, "name": "Zoo", "default_connector_id": there(99) });
        other.says(&format!("organization/{ORGANIZATION}"), organization);
        for list in ["datasets", "projects", "models"] {
            other.says(&format!("organization/{ORGANIZATION}/{list}"), json!({ "items": [] }));
        }
        other
    }

    pub fn answers(&self, path: &str, answers: impl Into<Vec<Answer>>) {
        self.answers.lock().unwrap().insert(format!("/api/{path}"), answers.into());
    }

    pub fn says(&self, path: &str, answer: Value) {
        self.answers(path, [Answer::Json(200, answer)]);
    }

    pub fn lists(&self, path: &str, items: Value) {
        self.says(path, json!({ "items": items }));
    }

    /// An object, alone and in its list.
    pub fn has(&self, list: &str, path: &str, object: Value) {
        self.lists(list, json!([object]));
        self.says(path, object);
    }

    async fn source(&self) -> Source {
        let address = format!("http://{}", self.address);
        Source::open(&address, "token".to_owned().into(), "Zoo").await.unwrap()
    }

    pub async fn moved(&self, world: &World) -> Report {
        let (report, outcome) = self.try_move(world, &world.editor).await;
        outcome.unwrap();
        report
    }

    pub async fn try_move(&self, world: &World, actor: &Actor) -> (Report, Result<(), ImportError>) {
        import(&world.services, actor, &self.source().await).await
    }
}

async fn answer(State(other): State<Other>, uri: Uri) -> Response {
    {
        let mut patience = other.patience.lock().unwrap();
        if *patience == 0 {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        *patience -= 1;
    }
    let next = {
        let mut answers = other.answers.lock().unwrap();
        match answers.get_mut(uri.path()) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => Answer::Json(404, json!({ "message": "This does not exist" })),
        }
    };
    match next {
        Answer::Json(status, body) => (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response(),
        Answer::Bytes(bytes) => bytes.into_response(),
        Answer::BrokenOff => {
            let chunks = futures::stream::iter([Ok("beginning"), Err("the connection broke")]);
            ([(header::CONTENT_LENGTH, "5000")], Body::from_stream(chunks)).into_response()
        }
    }
}

/// A project with one experiment, which says what must be said.
pub fn tell_of_an_experiment(other: &Other) {
    let [project, experiment] = [there(1), there(2)];
    let listed = json!({ "id": project, "name": "Animals" });
    other.has(&format!("organization/{ORGANIZATION}/projects"), &format!("project/{project}"), listed);
    other.lists(&format!("project/{project}/datasets"), json!([]));
    let told = json!({ "id": experiment, "name": "run", "project_id": project, "status": "SUCCESS",
                       "base_model_version_id": null, "base_experiment_id": null });
    other.has(&format!("project/{project}/experiments"), &format!("experiment/{experiment}"), told);
    for list in ["datasets", "logs/extended", "artifacts"] {
        other.lists(&format!("experiment/{experiment}/{list}"), json!([]));
    }
}

/// A model with one version, likewise.
pub fn tell_of_a_version(other: &Other, version: Value) {
    let [model, id] = [there(3), there(4)];
    let listed = json!({ "id": model, "name": "Detector", "private": true });
    other.has(&format!("organization/{ORGANIZATION}/models"), &format!("model/{model}"), listed);
    let mut told = json!({ "id": id, "version": 0, "name": "first", "type": "OBJECT_DETECTION", "framework": "PYTORCH",
                           "origin": { "id": model, "name": "Detector", "private": true }, "labels": null });
    told.as_object_mut().unwrap().extend(version.as_object().unwrap().clone());
    other.has(&format!("model/{model}/versions"), &format!("model/version/{id}"), told);
    other.says(
        &format!("model/version/{id}/context"),
        json!({ "id": there(5), "experiment_id": null, "datas": [], "parameters": {} }),
    );
    other.lists(&format!("model/version/{id}/modelfiles"), json!([]));
}

/// An artifact of the experiment, and where its bytes are.
pub fn tell_of_an_artifact(other: &Other, bytes: impl Into<Vec<Answer>>) {
    let file =
        json!({ "id": there(6), "name": "weights", "filename": "w.pt", "object_name": "o/w.pt", "large": false });
    other.lists(&format!("experiment/{}/artifacts", there(2)), json!([file]));
    tell_of_bytes(other, &format!("http://{}/api/bytes", other.address));
    other.answers("bytes", bytes);
}

pub fn tell_of_bytes(other: &Other, url: &str) {
    other.says(&format!("object-storage/{}/retrieve_presigned_url", there(99)), json!({ "presigned_url": url }));
}
