//! The REST API, through the router that the server runs, on every database.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;
mod client;

mod access;
mod audit;
mod console;
mod curves;
mod description;
mod errors;
mod export;
mod files;
mod gate;
mod given;
mod hostile;
mod images_and_tables;
mod journey;
mod label_map;
mod lineage;
mod lists;
mod moving;
mod names;
mod parts;
mod people;
mod registry;
mod rights;
mod search;
mod signed_addresses;
mod takeover;
mod values;
mod versions;
mod web;
