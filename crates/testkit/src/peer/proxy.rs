//! A TCP proxy whose network can be cut, frozen or slowed down while connections run through it, or
//! lose them without a word.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

use super::{backstage::Backstage, listen};

/// What the network between client and server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    /// Passes everything on.
    Open,
    /// Keeps connections, passes nothing on: packets lost without a word.
    Frozen,
    /// Passes on only what servers say.
    Mute,
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
    to_server: Way,
    to_client: Way,
    /// Connections up to this number are lost.
    lost_upto: AtomicUsize,
    /// A connection that has carried more is lost; no limit is 0.
    lost_beyond: AtomicU64,
    lost: AtomicUsize,
}

/// One direction of all connections.
#[derive(Debug, Default)]
struct Way {
    passed: AtomicU64,
    /// What came in while the network was frozen.
    held: AtomicU64,
    /// How late what comes in is passed on, in milliseconds.
    lag: AtomicU64,
    /// It leads to clients.
    answers: bool,
}

impl Way {
    fn is_open(&self, network: Network) -> bool {
        network == Network::Open || (network == Network::Mute && self.answers)
    }
}

/// One connection.
struct Passage<'a> {
    traffic: &'a Traffic,
    number: usize,
    carried: AtomicU64,
    is_lost: AtomicBool,
}

impl<'a> Passage<'a> {
    fn new(traffic: &'a Traffic, number: usize) -> Self {
        Self { traffic, number, carried: AtomicU64::new(0), is_lost: AtomicBool::new(false) }
    }

    /// Whether what comes in from here on goes nowhere. Once lost, a connection stays lost.
    fn is_lost(&self, more: usize) -> bool {
        let carried = self.carried.fetch_add(more as u64, Ordering::SeqCst) + more as u64;
        let beyond = self.traffic.lost_beyond.load(Ordering::SeqCst);
        let is_lost = self.is_lost.load(Ordering::SeqCst)
            || self.number <= self.traffic.lost_upto.load(Ordering::SeqCst)
            || (beyond > 0 && carried > beyond);
        if is_lost && !self.is_lost.swap(true, Ordering::SeqCst) {
            self.traffic.lost.fetch_add(1, Ordering::SeqCst);
        }
        is_lost
    }
}

impl CutProxy {
    /// Listens on a free port and connects each client to `server`, such as `127.0.0.1:3306`.
    pub fn start(server: impl Into<String>) -> io::Result<Self> {
        let server = server.into();
        let (listener, address) = listen()?;
        let (network, watched) = watch::channel(Network::Open);
        let to_client = Way { answers: true, ..Way::default() };
        let traffic = Arc::new(Traffic { to_client, ..Traffic::default() });
        let counted = Arc::clone(&traffic);
        let running = Backstage::run(move || async move {
            let listener = listener();
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let number = counted.accepted.fetch_add(1, Ordering::SeqCst) + 1;
                let (server, network) = (server.clone(), watched.clone());
                let traffic = Arc::clone(&counted);
                connections.spawn(async move {
                    let passage = Passage::new(&traffic, number);
                    relay(client, &server, network, &passage).await;
                });
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

    /// Holds back what clients say until [`CutProxy::restore`]. What servers say passes, so whatever
    /// was asked before is answered.
    pub fn mute(&self) {
        self.network.send_replace(Network::Mute);
    }

    /// Loses the connections that there are: what either side sends goes nowhere from here on, and
    /// neither learns that the other has closed. New connections work.
    pub fn lose(&self) {
        self.traffic.lost_upto.store(self.accepted(), Ordering::SeqCst);
    }

    /// Loses each connection that has carried so many bytes, both directions together, until
    /// [`CutProxy::restore`]. Those that are lost stay so.
    pub fn lose_beyond(&self, bytes: u64) {
        self.traffic.lost_beyond.store(bytes, Ordering::SeqCst);
    }

    /// How many connections are lost. One that is silent shows it with the next byte.
    pub fn lost(&self) -> usize {
        self.traffic.lost.load(Ordering::SeqCst)
    }

    /// Lets everything that servers say from here on arrive so much later, as on a long line: what
    /// they say in a row arrives in a row. Whoever asks one question after another feels it.
    pub fn delay_answers(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.traffic.to_client.lag.store(millis, Ordering::SeqCst);
    }

    /// Passes everything on again. Connections that were frozen continue; those cut are gone, and
    /// those lost stay lost.
    pub fn restore(&self) {
        self.traffic.lost_beyond.store(0, Ordering::SeqCst);
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
        self.traffic.to_server.passed.load(Ordering::SeqCst)
    }

    /// How many bytes of clients have come in while the network is frozen.
    pub fn bytes_held_back(&self) -> u64 {
        self.traffic.to_server.held.load(Ordering::SeqCst)
    }

    /// How many bytes went from the server to clients.
    pub fn bytes_to_client(&self) -> u64 {
        self.traffic.to_client.passed.load(Ordering::SeqCst)
    }
}

/// Serves one client until either side closes or the network is cut.
async fn relay(
    mut client: TcpStream,
    server: &str,
    network: watch::Receiver<Network>,
    passage: &Passage<'_>,
) {
    let mut cut = network.clone();
    let is_cut = cut.wait_for(|network| *network == Network::Cut);
    let served = async {
        let mut server = TcpStream::connect(server).await?;
        let traffic = passage.traffic;
        let open = Open::count(&traffic.open);
        let (client_reads, client_writes) = client.split();
        let (server_reads, server_writes) = server.split();
        // The end of one direction is passed on; the other may go on until it ends too.
        let ended = tokio::try_join!(
            pump(client_reads, server_writes, network.clone(), passage, &traffic.to_server),
            pump(server_reads, client_writes, network.clone(), passage, &traffic.to_client),
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

/// How many pieces can be on their way in one direction.
const ON_THE_WAY: usize = 256;

/// Copies one direction while the network is open, each piece as late as `lag` says.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut network: watch::Receiver<Network>,
    passage: &Passage<'_>,
    way: &Way,
) -> io::Result<()> {
    let (pieces, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    let mut entrance = network.clone();
    let departing = async move {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from.read(&mut buffer).await;
            if passage.is_lost(*read.as_ref().unwrap_or(&0)) {
                match read {
                    Ok(1..) => continue,
                    // Nobody is told that this side is gone.
                    Ok(0) | Err(_) => return std::future::pending().await,
                }
            }
            let length = read?;
            if !way.is_open(*entrance.borrow()) {
                way.held.fetch_add(length as u64, Ordering::SeqCst);
            }
            // When the sender is gone the proxy is being dropped, and this with it.
            let _ = entrance.wait_for(|network| way.is_open(*network)).await;
            let due = Instant::now() + Duration::from_millis(way.lag.load(Ordering::SeqCst));
            // Without anybody there the other half has failed, and says why.
            let sent = pieces.send((due, buffer[..length].to_vec())).await;
            if length == 0 || sent.is_err() {
                return Ok(());
            }
        }
    };
    let passing = async move {
        while let Some((due, piece)) = arriving.recv().await {
            sleep_until(due).await;
            let _ = network.wait_for(|network| way.is_open(*network)).await;
            if piece.is_empty() {
                break;
            }
            to.write_all(&piece).await?;
            way.passed.fetch_add(piece.len() as u64, Ordering::SeqCst);
        }
        to.shutdown().await
    };
    tokio::try_join!(departing, passing).map(drop)
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
