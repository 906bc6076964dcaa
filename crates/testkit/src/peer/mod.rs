//! Peers on loopback that misbehave on request: a port where nothing listens, servers that hang or
//! hang up, and a proxy that cuts, freezes or loses what runs through it.

mod backstage;
mod bad;
mod proxy;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use tokio::net::TcpListener;

pub use bad::{ClosedPort, ClosingServer, HangingServer};
pub use proxy::CutProxy;

/// A free port that listens already: connections wait until the closure has turned it into a
/// listener of the runtime it is called in.
fn listen() -> io::Result<(impl FnOnce() -> TcpListener + Send + 'static, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let register =
        move || TcpListener::from_std(listener).expect("the runtime can register one more socket");
    Ok((register, address))
}
