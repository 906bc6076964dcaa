//! A TCP proxy whose network can be cut or frozen while connections run through it.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
};

use super::{backstage::Backstage, listen};

/// What the network between client and server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    /// Passes everything on.
    Open,
    /// Keeps connections, passes nothing on: packets lost without a word.
    Frozen,
    /// Resets connections, new ones too.
    Cut,
}

/// Stands between a client and a server on loopback.
#[derive(Debug)]
pub struct CutProxy {
    address: SocketAddr,
    network: watch::Sender<Network>,
    traffic: Arc<Traffic>,
    _running: Backstage,
}

#[derive(Debug, Default)]
struct Traffic {
    accepted: AtomicUsize,
    open: AtomicUsize,
    to_server: AtomicU64,
    to_client: AtomicU64,
}

impl CutProxy {
    /// Listens on a free port and connects each client to `server`, such as `127.0.0.1:3306`.
    pub fn start(server: impl Into<String>) -> io::Result<Self> {
        let server = server.into();
        let (listener, address) = listen()?;
        let (network, watched) = watch::channel(Network::Open);
        let traffic = Arc::new(Traffic::default());
        let counted = Arc::clone(&traffic);
        let running = Backstage::run(move || async move {
            let listener = listener();
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                counted.accepted.fetch_add(1, Ordering::SeqCst);
                let (server, network) = (server.clone(), watched.clone());
                let traffic = Arc::clone(&counted);
                connections.spawn(async move { relay(client, &server, network, &traffic).await });
                while connections.try_join_next().is_some() {}
            }
        })?;
        Ok(Self { address, network, traffic, _running: running })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Resets all connections, and new ones as they come, until [`CutProxy::restore`].
    pub fn cut(&self) {
        self.network.send_replace(Network::Cut);
    }

    /// Keeps all connections open but passes nothing on until [`CutProxy::restore`].
    pub fn freeze(&self) {
        self.network.send_replace(Network::Frozen);
    }

    /// Passes everything on again. Connections that were frozen continue; those cut are gone.
    pub fn restore(&self) {
        self.network.send_replace(Network::Open);
    }

    /// How many connections clients have made.
    pub fn accepted(&self) -> usize {
        self.traffic.accepted.load(Ordering::SeqCst)
    }

    /// How many connections are open from end to end.
    pub fn open_connections(&self) -> usize {
        self.traffic.open.load(Ordering::SeqCst)
    }

    /// How many bytes went from clients to the server.
    pub fn bytes_to_server(&self) -> u64 {
        self.traffic.to_server.load(Ordering::SeqCst)
    }

    /// How many bytes went from the server to clients.
    pub fn bytes_to_client(&self) -> u64 {
        self.traffic.to_client.load(Ordering::SeqCst)
    }
}

/// Serves one client until either side closes or the network is cut.
async fn relay(
    mut client: TcpStream,
    server: &str,
    network: watch::Receiver<Network>,
    traffic: &Traffic,
) {
    let mut cut = network.clone();
    let is_cut = cut.wait_for(|network| *network == Network::Cut);
    let served = async {
        let mut server = TcpStream::connect(server).await?;
        let open = Open::count(&traffic.open);
        let (client_reads, client_writes) = client.split();
        let (server_reads, server_writes) = server.split();
        // The end of one direction is passed on; the other may go on until it ends too.
        let ended = tokio::try_join!(
            pump(client_reads, server_writes, network.clone(), &traffic.to_server),
            pump(server_reads, client_writes, network.clone(), &traffic.to_client),
        );
        drop(open);
        ended
    };
    let orderly = tokio::select! {
        _ = is_cut => false,
        ended = served => ended.is_ok(),
    };
    if !orderly {
        // The client sees a reset, as from a network that broke, and not an orderly end.
        let _ = client.set_zero_linger();
    }
}

/// Copies one direction while the network is open.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut network: watch::Receiver<Network>,
    count: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        // When the sender is gone the proxy is being dropped, and this with it.
        let _ = network.wait_for(|network| *network == Network::Open).await;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
        count.fetch_add(length as u64, Ordering::SeqCst);
    }
}

/// Counts a connection as open as long as it lives, however its end comes.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn count(open: &'a AtomicUsize) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
