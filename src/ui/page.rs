//! A page as a handler answers it: a title and a view. The frame around it is drawn in one place, from the answer.

use super::address::{decoded_segment, encoded_segment};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// What a handler shows.
pub struct Page {
    /// For the window and for screen readers.
    pub title: String,
    /// The status of the answer.
    pub status: StatusCode,
    /// Which part of the product is open, as the address of its link in the main navigation.
    pub section: &'static str,
    /// The content of `<main>`.
    pub body: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Page {
    /// A page of the part of the product whose address is `section`.
    pub fn new<V: IntoView + 'static>(
        section: &'static str,
        title: impl Into<String>,
        body: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self { title: title.into(), status: StatusCode::OK, section, body: Box::new(move || body().into_any()) }
    }

    /// The same page under another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

/// The page inside an answer on its way to the frame.
#[derive(Clone)]
pub struct PageSlot(Arc<Mutex<Option<Page>>>);

impl PageSlot {
    /// Takes the page out; there is none the second time.
    pub fn take(&self) -> Option<Page> {
        self.0.lock().ok().and_then(|mut page| page.take())
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(PageSlot(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

/// A change was made: go on to another page, which says so.
pub struct Done {
    location: String,
    message: String,
}

impl Done {
    /// The cookie that carries the message to the next page; it is shown as text, once.
    pub const COOKIE: &'static str = "done";

    /// Goes to `location`, a path of ours, and says `message` there.
    pub fn at(location: impl Into<String>, message: impl Into<String>) -> Self {
        Self { location: location.into(), message: message.into() }
    }

    /// The message in the value of the cookie.
    pub fn message(cookie: &str) -> Option<String> {
        decoded_segment(cookie).filter(|message| !message.is_empty())
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let mut response = Redirect::to(&self.location).into_response();
        let message: String = self.message.chars().take(300).collect();
        let cookie =
            format!("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=30", Self::COOKIE, encoded_segment(&message));
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}
