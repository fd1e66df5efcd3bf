//! Commands, each with its arguments.

pub mod audit;
pub mod log;
pub mod serve;
