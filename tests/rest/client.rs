//! Requests with a token, and what came back.

use crate::builders::World;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use heirloom::{
    auth::operations as auth,
    vocabulary::{Actor, Role},
};
use serde_json::Value;
use tower::ServiceExt;

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The status and the stable code of a problem.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

/// The router, and a token for each role.
pub struct Client {
    router: Router,
    pub owner: String,
    pub editor: String,
    pub viewer: String,
    pub stranger: String,
}

impl Client {
    pub async fn of(world: &World) -> Self {
        let token = async |actor: &Actor| auth::create_token(world.database(), actor, "test", None).await.unwrap();
        let member = async |email: &str, role: Role| {
            let password = "correct horse".to_owned();
            let passwords = &world.services.passwords;
            auth::create_user(world.database(), passwords, "Acme", email, role, password).await.unwrap()
        };
        Self {
            router: heirloom::server::router(world.services.clone()),
            owner: token(&world.owner).await,
            editor: token(&member("script@acme.example", Role::Editor).await).await,
            viewer: token(&member("reader@acme.example", Role::Viewer).await).await,
            stranger: token(&world.stranger).await,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, bytes: to_bytes(body, usize::MAX).await.unwrap() }
    }

    pub async fn call(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn json(&self, token: &str, method: &str, path: &str, body: Value) -> Answer {
        self.call(token, method, path, &[("content-type", "application/json")], body.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(&self.viewer, "GET", path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(&self.editor, "POST", path, body).await
    }

    /// Creates something and gives its id.
    pub async fn create(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// An experiment with nothing but a name.
    pub async fn experiment(&self, world: &World, name: &str) -> String {
        self.create("/experiments", serde_json::json!({ "project_id": world.project, "name": name })).await
    }
}
