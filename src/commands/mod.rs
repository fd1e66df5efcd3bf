//! Commands, each with its arguments.

pub mod audit;
pub mod doctor;
pub mod doors;
pub mod import;
pub mod log;
pub mod people;
pub mod serve;
