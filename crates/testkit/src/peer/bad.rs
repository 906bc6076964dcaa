//! Servers that accept and then do the wrong thing, and the port that does not accept.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::net::{TcpSocket, TcpStream};

use super::{backstage::Backstage, listen};

/// A port where connections are refused. It is reserved: nobody else can start to listen there
/// while this value lives.
#[derive(Debug)]
pub struct ClosedPort {
    address: SocketAddr,
    _bound: TcpSocket,
}

impl ClosedPort {
    pub fn reserve() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { address: socket.local_addr()?, _bound: socket })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Accepts connections, reads nothing and never answers.
#[derive(Debug)]
pub struct HangingServer(Acceptor);

impl HangingServer {
    pub fn start() -> io::Result<Self> {
        let mut held = Vec::new();
        Acceptor::start(move |stream| held.push(stream)).map(Self)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// How many connections it has accepted.
    pub fn accepted(&self) -> usize {
        self.0.accepted.load(Ordering::SeqCst)
    }
}

/// Accepts connections and closes each at once.
#[derive(Debug)]
pub struct ClosingServer(Acceptor);

impl ClosingServer {
    pub fn start() -> io::Result<Self> {
        Acceptor::start(drop).map(Self)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// How many connections it has accepted.
    pub fn accepted(&self) -> usize {
        self.0.accepted.load(Ordering::SeqCst)
    }
}

/// Accepts until dropped, then closes the port and all that was accepted.
#[derive(Debug)]
struct Acceptor {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    _running: Backstage,
}

impl Acceptor {
    fn start(mut receive: impl FnMut(TcpStream) + Send + 'static) -> io::Result<Self> {
        let (listener, address) = listen()?;
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        let running = Backstage::run(move || async move {
            let listener = listener();
            while let Ok((stream, _)) = listener.accept().await {
                receive(stream);
                counter.fetch_add(1, Ordering::SeqCst);
            }
        })?;
        Ok(Self { address, accepted, _running: running })
    }
}
