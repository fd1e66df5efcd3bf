use super::*;
use axum::body::{Body, to_bytes};
use axum::routing::get;
use tower::ServiceExt;

/// H8. A person sees a page.
#[tokio::test]
async fn a_page_that_panics_is_shown_as_an_error_in_the_frame() {
    async fn broken() -> Page {
        panic!("a secret of the inside")
    }
    let pages = Router::new().route("/broken", get(broken)).layer(from_fn(frame));
    let answer = pages.oneshot(Request::get("/broken").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let html = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let html = String::from_utf8_lossy(&html);
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Something went wrong on our side"), "{html}");
    assert!(!html.contains("secret"), "{html}");
}
