//! Other people's protocols over the same operations: whoever has their clients can use them here.

pub mod operations;
pub mod origin;
pub mod pages;
pub mod picsellia;
pub mod store;
