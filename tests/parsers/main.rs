//! Whatever somebody types or sends: no parser panics, what it accepts keeps its promise, and what it writes it reads again.
//!
//! Each target takes some seconds here; `make fuzz` lets each run a hundred times as long.
#![cfg(feature = "ssr")]

mod documents;
mod hostile;
mod lines;
mod words;
