//! Other people's protocols over the same operations: whoever has their clients can use them here.

pub mod pages;
pub mod picsellia;
