//! Connections, as a stranger on the network finds them: the server that `heirloom serve` runs, on a port of its own.
#![cfg(feature = "ssr")]

#[path = "../support/builders.rs"]
mod builders;
mod server;

mod heads;

mod hosts;
mod load;
mod slow;
