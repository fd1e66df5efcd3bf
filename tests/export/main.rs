//! The export, through its operations, on every database.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;

mod at_once;
mod circles;
mod inherits;
mod injected_failures;
mod keeps;
mod lineage;
mod models;
mod named;
mod refuses;
mod warns;
