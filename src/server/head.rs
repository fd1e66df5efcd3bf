//! What the head of a request may be: its method, its size.

use super::problem;
use crate::error::{AppError, ErrorKind};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::Response,
};

/// The longest path with its query, in bytes. Filters and comparisons are such addresses.
const MAX_ADDRESS_BYTES: usize = 8 << 10;
/// The most headers of a request.
pub const MAX_HEADERS: usize = 100;
/// The most bytes that the head of a request may have.
pub const MAX_HEAD_BYTES: u32 = 32 << 10;
/// What is served at all; each address takes some of these.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Refuses what no address of this server takes, before anything looks at it.
pub async fn check(request: Request, next: Next) -> Response {
    match objection(&request) {
        None => next.run(request).await,
        Some(error) => {
            let is_method = error.kind == ErrorKind::MethodNotAllowed;
            let mut response = problem::answer(error);
            if is_method {
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
            }
            response
        }
    }
}

fn objection(request: &Request) -> Option<AppError> {
    let error = |kind, code, detail: String| Some(AppError::new(kind, code, detail));
    let method = request.method();
    let is_known =
        METHODS.split(", ").any(|known| known == method.as_str()) || is_of_other_protocol(method, request.uri());
    if !is_known || request.uri().path() == "*" {
        return error(ErrorKind::MethodNotAllowed, "method_not_allowed", format!("This server takes {METHODS}."));
    }
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > MAX_ADDRESS_BYTES) {
        let detail = format!("The address has more than {MAX_ADDRESS_BYTES} bytes.");
        return error(ErrorKind::AddressTooLong, "address_too_long", detail);
    }
    // HTTP/1 has refused these already; HTTP/2 counts bytes alone.
    if request.headers().len() > MAX_HEADERS || size(request.headers()) > MAX_HEAD_BYTES as usize {
        let detail = format!("A request has at most {MAX_HEADERS} headers, and {MAX_HEAD_BYTES} bytes of them.");
        return error(ErrorKind::HeadersTooLarge, "headers_too_large", detail);
    }
    None
}

/// Picsellia's SDK reads long lists with a body, by a method of its own. Its door names the call and refuses it.
fn is_of_other_protocol(method: &Method, uri: &Uri) -> bool {
    method.as_str() == "XGET" && uri.path().starts_with("/api/") && !uri.path().starts_with("/api/v1")
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}
