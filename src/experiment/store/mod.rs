//! SQL for projects and experiments.

pub mod console;
pub mod console_files;
pub mod experiments;
pub mod given;
pub mod listing;
pub mod logs;
pub mod metrics;
pub mod named_series;
pub mod outline;
pub mod parts;
pub mod projects;
