//! Connections, as a stranger on the network finds them: the server that `heirloom serve` runs, on a port of its own.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;
mod process;
mod server;

mod drain;
mod frames;
mod heads;
mod hosts;
mod load;
mod operation;
mod panics;
mod slow;
mod tls;
mod uploads;
