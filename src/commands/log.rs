//! The log: lines on standard error. Each line about a request has its id; none has a query or a body, which may hold secrets.

use clap::ValueEnum;
use std::io;
use tracing_subscriber::EnvFilter;

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object for each line, for programs.
    Json,
}

/// Writes the log from now on.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_env("HEIRLOOM_LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Pretty => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
