//! The REST API as scripts meet it: real requests through the whole router, on every database.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;
mod client;

mod files;
mod gates;
mod journey;
mod values;
