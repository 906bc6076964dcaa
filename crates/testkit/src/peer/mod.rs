//! Peers on loopback that misbehave on request: a port where nothing listens, servers that hang or
//! hang up, and a proxy that cuts or freezes what runs through it.

mod bad;
mod proxy;

pub use bad::{ClosedPort, ClosingServer, HangingServer};
pub use proxy::CutProxy;
