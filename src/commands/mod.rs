//! Commands, each with its arguments.

pub mod audit;
pub mod doors;
pub mod log;
pub mod people;
pub mod serve;
