//! Heirloom: a self-hosted model registry where every model version remembers where it came from.
//!
//! The modules stand in reading order: first the words that everything shares, then the product's
//! nouns from the ground up to the export, then what carries them.

// Views are types, nested as deeply as their elements.
#![recursion_limit = "512"]

pub mod error;
#[cfg(feature = "ssr")]
pub mod services;
pub mod vocabulary;

#[cfg(feature = "ssr")]
pub mod artifact;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod compat;
#[cfg(feature = "ssr")]
pub mod dataset;
#[cfg(feature = "ssr")]
pub mod experiment;
pub mod export;
#[cfg(feature = "ssr")]
pub mod lineage;
pub mod model;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod tag;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod database;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod storage;

/// Wakes the interactive islands of a page that the server has rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
