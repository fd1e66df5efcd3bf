//! The registration of API operations, which are for tokens.

use super::{Declared, Need, Subject, enter};
use crate::services::Services;
use axum::{
    extract::{DefaultBodyLimit, Request},
    http::Method,
    middleware::from_fn,
};
use utoipa::openapi::{OpenApi as Document, PathItem, path::Operation, security::SecurityRequirement};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Operations of the API, each with what it demands.
#[derive(Default)]
pub struct Api {
    router: OpenApiRouter<Services>,
    declared: Vec<Declared>,
}

impl Api {
    /// No operations yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Operations that tokens with `need` may call. Its scope becomes part of their description.
    pub fn add(mut self, need: Need, routes: UtoipaMethodRouter<Services>) -> Self {
        let (schemas, mut paths, mut route) = routes;
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations_of(item) {
                operation.security = Some(vec![SecurityRequirement::new("token", [need.as_str()])]);
                self.declared.push(Declared { method, path: path.clone(), need: Some(need) });
            }
            let subject = Subject::of(path);
            route = route.route_layer(from_fn(move |request: Request, next| enter(need, subject, request, next)));
        }
        self.router = self.router.routes((schemas, paths, route));
        self
    }

    /// Lets the bodies of these operations have up to `max_bytes`.
    pub fn with_bodies_of(mut self, max_bytes: usize) -> Self {
        self.router = self.router.layer(DefaultBodyLimit::max(max_bytes));
        self
    }

    /// These operations and those.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.declared.extend(other.declared);
        self
    }

    /// Every registered operation.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The router, and the description of the operations, below `prefix` and under the heading of `document`.
    pub fn into_parts(self, prefix: &str, document: Document) -> (axum::Router<Services>, Document) {
        OpenApiRouter::with_openapi(document).nest(prefix, self.router).split_for_parts()
    }
}

/// The operations at an address, by method.
pub fn operations_of(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let by_method = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    by_method.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
