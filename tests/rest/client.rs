//! What a script has: an address and a token.

use super::builders::*;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Request},
};
use heirloom::{
    auth::{self, NewMember, operations::Visitor, request::ClientAddress},
    server,
    services::Services,
    vocabulary::{Actor, ProjectId, Role, Scopes, Timestamp},
};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Where all requests come from.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// Talks to the router that the server runs, in the name of one token.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
}

/// What came back, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    asked: String,
}

impl World {
    /// An owner of the first organization.
    pub async fn client(&self) -> Client {
        self.client_of(&self.owner).await
    }

    /// An owner of the other organization.
    pub async fn foreign_client(&self) -> Client {
        self.client_of(&self.stranger).await
    }

    /// A new member of the first organization.
    pub async fn client_with(&self, role: Role) -> Client {
        let Self { services, owner, .. } = self;
        let email = format!("{role}@real.example");
        let new = NewMember { organization: &owner.organization_name, email: &email, role, password: Some(password()) };
        let created = auth::operations::create_user(services, new);
        self.client_of(&created.await.unwrap()).await
    }

    async fn client_of(&self, actor: &Actor) -> Client {
        self.client_limited_to(actor, Scopes::ALL, None).await
    }

    /// A token that may do less than its owner.
    pub async fn client_limited_to(&self, actor: &Actor, scopes: Scopes, project_id: Option<ProjectId>) -> Client {
        let token = self.token_of(actor, scopes, project_id).await;
        // A use that is noted while a test compares rows would look like a change.
        let now = Timestamp::now().as_micros();
        self.execute(format!("UPDATE tokens SET last_used_at = {now} WHERE last_used_at IS NULL")).await;
        Client { token: Some(token), ..self.nobody() }
    }

    /// The cookie of somebody who has just signed in.
    pub async fn cookie_of(&self, email: &str) -> String {
        let signed_in =
            auth::operations::sign_in(&self.services, &Visitor::default(), email, password()).await.unwrap();
        format!("{}={}", auth::request::cookie_name(false), signed_in.secret.expose())
    }

    /// Without a token.
    pub fn nobody(&self) -> Client {
        Client { router: server::router(self.services.clone()), token: None }
    }

    /// The rows of some tables, to see that they stayed.
    pub async fn rows_of(&self, tables: &[&str]) -> Vec<Vec<String>> {
        let mut rows = self.rows().await;
        tables.iter().map(|table| rows.remove(*table).unwrap()).collect()
    }

    /// The files of the blob store, unfinished ones included.
    pub fn stored_files(&self) -> Vec<std::path::PathBuf> {
        fn collect(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { collect(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        for part in ["blobs", "tmp"] {
            collect(&self.folder.join(part), &mut found);
        }
        found.sort();
        found
    }
}

impl Client {
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), router: self.router.clone() }
    }

    /// The same client of a server with other settings.
    pub fn on(&self, services: Services) -> Self {
        Self { router: server::router(services), token: self.token.clone() }
    }

    /// Serves on an address of its own, for requests that are written byte by byte.
    pub async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Sends a request to an address below `/api/v1`, which goes out as it is written.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.send_to(&format!("/api/v1{path}"), method, headers, body.into()).await
    }

    /// Sends a request to any address.
    pub async fn send_to(&self, address: &str, method: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.extension(ClientAddress(ADDRESS)).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, asked: format!("{method} {address}") }
    }

    /// Sends JSON text as it is written.
    pub async fn send_text(&self, method: &str, path: &str, json: impl Into<Body>) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], json).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send_text("POST", path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send_text("PUT", path, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send_text("PATCH", path, body.to_string()).await
    }

    /// Uploads bytes.
    pub async fn upload(&self, path: &str, bytes: impl Into<Body>) -> Answer {
        self.send("PUT", path, &[], bytes).await
    }

    /// Creates an experiment and answers its address.
    pub async fn experiment(&self, world: &World, name: &str) -> String {
        let new = serde_json::json!({ "project_id": world.project, "name": name });
        format!("/experiments/{}", self.post("/experiments", new).await.expect(201).id())
    }
}

impl Answer {
    /// Insists on a status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, String::from_utf8_lossy(&self.body));
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}: {}", self.asked, String::from_utf8_lossy(&self.body)),
        }
    }

    /// The id of what was answered.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Insists on a problem after RFC 9457 with this status and code, and hands it out.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let shown = format!("{}: {} {}", self.asked, self.status, String::from_utf8_lossy(&self.body));
        assert_eq!(self.status, status, "{shown}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{shown}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{shown}");
        assert_eq!(problem["status"], status, "{shown}");
        assert_eq!(problem["type"], "about:blank", "{shown}");
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{shown}");
        }
        let detail = problem["detail"].as_str().unwrap_or_default().to_lowercase();
        for inside in ["sqlx", "sqlite", "postgres", "constraint", "panicked", "/tmp"] {
            assert!(!detail.contains(inside), "{shown}");
        }
        problem
    }
}
