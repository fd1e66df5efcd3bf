//! The registration of calls of other people's protocols, which are for tokens.

use super::{Declared, Need, Subject, enter};
use crate::services::Services;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    http::Method,
    middleware::from_fn,
    routing::{MethodRouter, delete, get, patch, post, put},
};

/// Calls, each with what it demands.
#[derive(Default)]
pub struct Calls {
    for_tokens: Router<Services>,
    signed: Router<Services>,
    declared: Vec<Declared>,
}

impl Calls {
    /// No calls yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A call that reads.
    pub fn get<H: Handler<T, Services>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.for_tokens(Method::GET, path, Need::Read, get(handler))
    }

    /// A call that creates something, or does something.
    pub fn post<H: Handler<T, Services>, T: 'static>(self, path: &'static str, need: Need, handler: H) -> Self {
        self.for_tokens(Method::POST, path, need, post(handler))
    }

    /// A call that changes something.
    pub fn patch<H: Handler<T, Services>, T: 'static>(self, path: &'static str, need: Need, handler: H) -> Self {
        self.for_tokens(Method::PATCH, path, need, patch(handler))
    }

    /// A call that deletes something.
    pub fn delete<H: Handler<T, Services>, T: 'static>(self, path: &'static str, need: Need, handler: H) -> Self {
        self.for_tokens(Method::DELETE, path, need, delete(handler))
    }

    /// A download whose handler demands an address that was signed for it.
    pub fn signed_get<H: Handler<T, Services>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.for_signed(Method::GET, path, get(handler))
    }

    /// An upload whose handler demands an address that was signed for it, and limits the body by itself.
    pub fn signed_put<H: Handler<T, Services>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.for_signed(Method::PUT, path, put(handler).layer(DefaultBodyLimit::disable()))
    }

    /// Lets the bodies of these calls have up to `max_bytes`.
    pub fn with_bodies_of(mut self, max_bytes: usize) -> Self {
        self.for_tokens = self.for_tokens.layer(DefaultBodyLimit::max(max_bytes));
        self
    }

    /// These calls and those.
    pub fn merge(mut self, other: Self) -> Self {
        self.for_tokens = self.for_tokens.merge(other.for_tokens);
        self.signed = self.signed.merge(other.signed);
        self.declared.extend(other.declared);
        self
    }

    /// Every registered call.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The calls for tokens, and those for signed addresses.
    pub fn into_routers(self) -> (Router<Services>, Router<Services>) {
        (self.for_tokens, self.signed)
    }

    fn for_tokens(mut self, method: Method, path: &'static str, need: Need, route: MethodRouter<Services>) -> Self {
        let subject = Subject::of(path);
        let route = route.route_layer(from_fn(move |request: Request, next| enter(need, subject, request, next)));
        self.for_tokens = self.for_tokens.route(path, route);
        self.declared.push(Declared { method, path: path.to_owned(), need: Some(need) });
        self
    }

    fn for_signed(mut self, method: Method, path: &'static str, route: MethodRouter<Services>) -> Self {
        self.signed = self.signed.route(path, route);
        self.declared.push(Declared { method, path: path.to_owned(), need: None });
        self
    }
}
