//! The registration of pages and server functions, which are for people in a browser.

use super::{Declared, Need, Subject, enter};
use crate::services::Services;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    http::Method,
    middleware::from_fn,
    routing::{MethodRouter, get, post},
};
use leptos::server_fn::ServerFn;

/// Pages, each with what it demands.
#[derive(Default)]
pub struct Pages {
    members: Router<Services>,
    open: Router<Services>,
    declared: Vec<Declared>,
}

impl Pages {
    /// No pages yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that members with `need` may open.
    pub fn get<H: Handler<T, Services>, T: 'static>(self, path: &'static str, need: Need, handler: H) -> Self {
        self.for_members(Method::GET, path, need, get(handler))
    }

    /// A form that members with `need` may send.
    pub fn post<H: Handler<T, Services>, T: 'static>(self, path: &'static str, need: Need, handler: H) -> Self {
        self.for_members(Method::POST, path, need, post(handler))
    }

    /// A form of up to `max_bytes`.
    pub fn post_at_most<H: Handler<T, Services>, T: 'static>(
        self,
        path: &'static str,
        need: Need,
        max_bytes: usize,
        handler: H,
    ) -> Self {
        self.for_members(Method::POST, path, need, post(handler).layer(DefaultBodyLimit::max(max_bytes)))
    }

    /// A form whose handler limits the body by itself.
    pub fn post_unlimited<H: Handler<T, Services>, T: 'static>(
        self,
        path: &'static str,
        need: Need,
        handler: H,
    ) -> Self {
        self.for_members(Method::POST, path, need, post(handler).layer(DefaultBodyLimit::disable()))
    }

    /// A server function that members with `need` may call.
    pub fn server_function<F: ServerFn, H: Handler<T, Services>, T: 'static>(self, need: Need, handler: H) -> Self {
        self.for_members(Method::POST, F::PATH, need, post(handler))
    }

    /// A page for everybody, signed in or not.
    pub fn open_get<H: Handler<T, Services>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.for_everybody(Method::GET, path, get(handler))
    }

    /// A form that everybody may send, signed in or not.
    pub fn open_post<H: Handler<T, Services>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.for_everybody(Method::POST, path, post(handler))
    }

    /// These pages and those.
    pub fn merge(mut self, other: Self) -> Self {
        self.members = self.members.merge(other.members);
        self.open = self.open.merge(other.open);
        self.declared.extend(other.declared);
        self
    }

    /// Every registered page.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The pages for members, and those for everybody.
    pub fn into_routers(self) -> (Router<Services>, Router<Services>) {
        (self.members, self.open)
    }

    fn for_members(mut self, method: Method, path: &'static str, need: Need, route: MethodRouter<Services>) -> Self {
        let subject = Subject::of(path);
        let route = route.route_layer(from_fn(move |request: Request, next| enter(need, subject, request, next)));
        self.members = self.members.route(path, route);
        self.declared.push(Declared { method, path: path.to_owned(), need: Some(need) });
        self
    }

    fn for_everybody(mut self, method: Method, path: &'static str, route: MethodRouter<Services>) -> Self {
        self.open = self.open.route(path, route);
        self.declared.push(Declared { method, path: path.to_owned(), need: None });
        self
    }
}
