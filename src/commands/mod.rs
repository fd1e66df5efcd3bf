//! Commands beside serving, each with its arguments.

pub mod audit;
