//! Moving over from a server that says little, says wrong things, or stops in the middle.

use super::builders::*;
use crate::on_every_database;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use heirloom::{
    compat::picsellia::import::{Counted, ImportError, Report, Source, import},
    error::Failure,
    experiment::operations as experiments,
    model::{ModelVersion, operations as models},
    vocabulary::{Actor, ExperimentId},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

const ORGANIZATION: &str = "5f0c1d7e-0000-4000-8000-000000000001";

/// An id of the other server.
fn there(number: u8) -> String {
    format!("5f0c1d7e-0000-4000-8000-0000000001{number:02}")
}

/// What the other server answers: by address, several in their order, the last one for good.
#[derive(Clone)]
struct Other {
    address: SocketAddr,
    answers: Arc<Mutex<BTreeMap<String, Vec<Answer>>>>,
    /// How many more requests it answers before it knows the token no more.
    patience: Arc<Mutex<usize>>,
}

#[derive(Clone)]
enum Answer {
    Json(u16, Value),
    Bytes(Vec<u8>),
    /// Announces more than it sends.
    BrokenOff,
}

impl Other {
    async fn start() -> Self {
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

    fn answers(&self, path: &str, answers: impl Into<Vec<Answer>>) {
        self.answers.lock().unwrap().insert(format!("/api/{path}"), answers.into());
    }

    fn says(&self, path: &str, answer: Value) {
        self.answers(path, [Answer::Json(200, answer)]);
    }

    fn lists(&self, path: &str, items: Value) {
        self.says(path, json!({ "items": items }));
    }

    /// An object, alone and in its list.
    fn has(&self, list: &str, path: &str, object: Value) {
        self.lists(list, json!([object]));
        self.says(path, object);
    }

    async fn source(&self) -> Source {
        let address = format!("http://{}", self.address);
        Source::open(&address, "token".to_owned().into(), "Zoo").await.unwrap()
    }

    async fn moved(&self, world: &World) -> Report {
        let (report, outcome) = self.try_move(world, &world.editor).await;
        outcome.unwrap();
        report
    }

    async fn try_move(&self, world: &World, actor: &Actor) -> (Report, Result<(), ImportError>) {
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
fn tell_of_an_experiment(other: &Other) {
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
fn tell_of_a_version(other: &Other, version: Value) {
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
fn tell_of_an_artifact(other: &Other, bytes: impl Into<Vec<Answer>>) {
    let file =
        json!({ "id": there(6), "name": "weights", "filename": "w.pt", "object_name": "o/w.pt", "large": false });
    other.lists(&format!("experiment/{}/artifacts", there(2)), json!([file]));
    tell_of_bytes(other, &format!("http://{}/api/bytes", other.address));
    other.answers("bytes", bytes);
}

fn tell_of_bytes(other: &Other, url: &str) {
    other.says(&format!("object-storage/{}/retrieve_presigned_url", there(99)), json!({ "presigned_url": url }));
}

async fn only_version(world: &World) -> ModelVersion {
    let model = models::find_by_name(world.database(), &world.viewer, &name("Detector")).await.unwrap().unwrap();
    let versions = models::list_versions(world.database(), &world.viewer, model, None, 10).await.unwrap();
    assert_eq!(versions.items.len(), 1);
    models::find_version(world.database(), &world.viewer, versions.items[0].id).await.unwrap()
}

async fn find_run(world: &World, project: &str) -> Option<ExperimentId> {
    let project = experiments::find_project_by_name(world.database(), &world.viewer, project).await.unwrap()?;
    experiments::find_by_name(world.database(), &world.viewer, project.id, "run").await.unwrap()
}

fn told(report: &Report) -> Vec<(&str, &str)> {
    report.missed.iter().map(|missed| (missed.what.as_str(), missed.why.as_str())).collect()
}

on_every_database! {
    async fn a_server_that_says_only_what_it_must_is_understood(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_a_version(&other, json!({}));
        let report = other.moved(world).await;
        assert_eq!(told(&report), [("model Detector", "its versions have other numbers here: those of there plus 1")]);
        let run = world.experiment(find_run(world, "Animals").await.unwrap()).await;
        assert_eq!((run.summary.status.as_str(), run.artifact_count), ("succeeded", 0));
        let version = only_version(world).await;
        assert_eq!((version.number, version.name.as_str(), version.files.len()), (1, "first", 0));
        assert_eq!((version.inference_type.as_deref(), version.framework.as_deref()), (Some("object_detection"), Some("pytorch")));
        assert!(version.source_experiment.is_none() && version.labels.is_empty() && version.docker_image.is_none());
    }

    async fn what_cannot_be_kept_is_told_and_the_rest_comes(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let experiment = there(2);
        other.lists(&format!("experiment/{experiment}/datasets"), json!([{ "name": "train", "dataset_version": { "id": there(50) } }]));
        other.lists(&format!("experiment/{experiment}/logs/extended"), json!([
            { "id": there(7), "name": "good", "type": "VALUE", "data": 1.5 },
            { "id": there(8), "name": "new", "type": "HOLOGRAM", "data": 1 },
            { "id": there(9), "name": "bare" },
        ]));
        tell_of_a_version(&other, json!({
            "version": 7, "type": "TELEPATHY", "labels": ["cat"], "parameters": "many", "docker_image": "team/yolo",
            "docker_env_variables": { "KEY": "secret" }, "thumbnail_object_name": "o/thumb.png",
        }));
        other.says(&format!("model/version/{}/context", there(4)), json!({
            "id": there(5), "experiment_id": there(60), "parameters": {}, "datas": [{ "name": "train", "version_id": there(50), "repartition": {} }],
        }));
        let report = other.moved(world).await;
        let version = "model version Detector › first";
        let experiment = "experiment Animals › run";
        let expected = [
            (experiment, "the dataset version that it calls train is not here"),
            ("experiment Animals › run, log new", "is not known"),
            (experiment, "the answer cannot be read: missing field `type`"),
            (version, "environment variables are kept by their names, without values"),
            (version, "thumbnails are not kept"),
            (version, "type \"TELEPATHY\" is not known"),
            (version, "labels"),
            (version, "the experiment that it came from is not here"),
            (version, "the dataset version that it calls train is not here"),
        ];
        let told = told(&report);
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for ((what, why), (expected_what, expected_why)) in told.iter().zip(expected) {
            assert!(*what == expected_what && why.contains(expected_why), "{what}: {why}");
        }
        assert!(!told.iter().any(|(_, why)| why.contains("secret")));
        let version = only_version(world).await;
        assert_eq!((version.number, version.inference_type, version.docker_image.unwrap().environment), (7, None, vec!["KEY".to_owned()]));
        assert_eq!(report.counts[&Counted::Logs].new, 1);
    }

    async fn bytes_are_fetched_again_when_they_broke_off_and_pictures_are_pictures(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let picture = b"\x89PNG\r\n\x1a\n and more".to_vec();
        tell_of_an_artifact(&other, [Answer::BrokenOff, Answer::Json(503, json!({})), Answer::Bytes(picture.clone())]);
        let data = json!({ "object_name": "o/p.png", "filename": "p.png", "name": "p.png", "large": false });
        let log = json!({ "id": there(7), "name": "picture", "type": "IMAGE", "data": data });
        other.lists(&format!("experiment/{}/logs/extended", there(2)), json!([log]));
        let report = other.moved(world).await;
        assert_eq!(told(&report), []);
        let run = find_run(world, "Animals").await.unwrap();
        let (_, content_type) = experiments::find_image(world.database(), &world.viewer, run, "picture").await.unwrap();
        assert_eq!(content_type, "image/png");
        let exported = world.exported(run, "Next").await;
        assert_eq!((world.model_file(exported.id, "weights").await, exported.files[0].file_name.as_str()), (picture, "w.pt"));
    }

    async fn files_are_fetched_from_web_servers_alone(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_an_artifact(&other, [Answer::Bytes(b"secret".to_vec())]);
        for url in ["file:///etc/passwd", "ftp://127.0.0.1/", "", "/etc/passwd"] {
            tell_of_bytes(&other, url);
            let report = other.moved(world).await;
            assert_eq!(report.missed.len(), 1, "{url}");
            assert!(report.missed[0].why.contains("is not an address to download from"), "{:?}", report.missed);
        }
    }

    async fn an_import_that_stopped_is_finished_by_the_next_one(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_an_artifact(&other, [Answer::Bytes(b"weights".to_vec())]);
        tell_of_a_version(&other, json!({ "version": 1 }));
        let before = world.rows_of(&["blobs"]).await;
        // Further each time; every import begins with three requests.
        for patience in 3.. {
            *other.patience.lock().unwrap() = patience;
            let (_, outcome) = other.try_move(world, &world.editor).await;
            match outcome {
                Ok(()) => break,
                Err(error) => assert!(error.to_string().contains("does not accept the token"), "{error}"),
            }
            assert!(patience < 100, "it never came to its end");
        }
        *other.patience.lock().unwrap() = usize::MAX;
        assert_ne!(world.rows_of(&["blobs"]).await, before);
        let run = find_run(world, "Animals").await.unwrap();
        let moved = world.experiment(run).await;
        assert_eq!((moved.artifact_count, moved.summary.status.as_str()), (1, "succeeded"));
        assert_eq!(only_version(world).await.number, 1);
        let report = other.moved(world).await;
        assert!(report.counts.values().all(|count| count.new == 0), "{report}");
        assert_eq!(told(&report), []);
    }

    async fn namesakes_are_added_to_and_experiments_are_not_mixed(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        tell_of_a_version(&other, json!({ "version": 1 }));
        let mine = an_experiment().named("run").with_artifact("mine.bin").create(world).await;
        world.exported(mine, "Detector").await;
        // The project of the builders is called Digits.
        let project = json!({ "id": there(1), "name": "Digits" });
        other.has(&format!("organization/{ORGANIZATION}/projects"), &format!("project/{}", there(1)), project);
        let report = other.moved(world).await;
        assert_eq!((report.counts[&Counted::Projects].new, report.counts[&Counted::Models].new), (0, 0));
        let told = told(&report);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].0 == "experiment Digits › run" && told[0].1.contains("run"), "{told:?}");
        assert_eq!(told[1], ("model version Detector › first", "it is version 1 there and version 2 here"));
        assert_eq!(world.experiment(mine).await.artifact_count, 1);
    }

    async fn who_may_not_write_brings_nothing(world) {
        let other = Other::start().await;
        tell_of_an_experiment(&other);
        let before = world.rows().await;
        let (report, outcome) = other.try_move(world, &world.viewer).await;
        assert!(matches!(outcome, Err(ImportError::Failure(Failure::App(error))) if error.code == "role_too_low"));
        assert_eq!(report, Report::default());
        assert_eq!(world.rows().await, before);
    }
}
