//! Projects and experiments, through their operations, on every database.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;

mod begins;
mod changes;
mod compared;
mod curves;
mod dataset_labels;
mod datasets;
mod edited;
mod given;
mod lists;
mod measures;
mod named_logs;
mod projects;
mod tags;
