//! What carries the product: start-up, router, middleware, shutdown. It knows every slice; no slice knows it, but for the doors.

pub mod door;
pub mod problem;
