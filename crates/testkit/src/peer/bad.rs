//! Servers that accept and then do the wrong thing, and the port that does not accept.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

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
        socket.bind(LOOPBACK)?;
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
    pub async fn start() -> io::Result<Self> {
        let mut held = Vec::new();
        Acceptor::start(move |stream| held.push(stream)).await.map(Self)
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
    pub async fn start() -> io::Result<Self> {
        Acceptor::start(drop).await.map(Self)
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
    task: JoinHandle<()>,
}

impl Acceptor {
    async fn start(mut receive: impl FnMut(TcpStream) + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(LOOPBACK).await?;
        let address = listener.local_addr()?;
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                receive(stream);
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        Ok(Self { address, accepted, task })
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.task.abort();
    }
}
