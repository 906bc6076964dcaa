//! How often a call waits for the server. On a line of 100 ms every one of them is felt.

use crate::for_the_family;
use crate::host::{Host, address};
use oms_connector::{Connector, DatabaseScope, ObjectQuery, Page, open};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

for_the_family!(a_call_takes_no_more_round_trips_than_it_has_questions);

/// Passes on what both sides say, and counts how often the client took its turn.
struct Counter {
    address: SocketAddr,
    turns: Arc<AtomicUsize>,
}

impl Counter {
    async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let turns = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&turns);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                server.set_nodelay(true).unwrap();
                client.set_nodelay(true).unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let answered = Arc::new(AtomicBool::new(false));
                let (heard, turns) = (Arc::clone(&answered), Arc::clone(&count));
                tokio::spawn(pass(from_server, to_client, move || {
                    heard.store(true, Ordering::SeqCst);
                }));
                tokio::spawn(pass(from_client, to_server, move || {
                    if answered.swap(false, Ordering::SeqCst) {
                        turns.fetch_add(1, Ordering::SeqCst);
                    }
                }));
            }
        });
        Self { address, turns }
    }

    /// The turns of a call, without those of the login, which is as good as over with the first.
    async fn of<T>(&self, call: impl Future<Output = T>) -> (T, usize) {
        self.turns.store(0, Ordering::SeqCst);
        let outcome = call.await;
        (outcome, self.turns.load(Ordering::SeqCst))
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut note: impl FnMut(),
) {
    let mut some = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut some).await {
        note();
        if to.write_all(&some[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

async fn a_call_takes_no_more_round_trips_than_it_has_questions(host: &Host) {
    let place = host.furnished().await;
    let server = host.server();
    let counter = Counter::start(format!("{}:{}", server.host, server.port)).await;
    let mut through = address(server);
    through.port = counter.address.port();
    let connector: Box<dyn Connector> = open(host.kind, through).unwrap();
    let (probe, catalog) = (connector.probe(), connector.catalog());
    // The first login of an account may take more.
    probe.probe().await.unwrap();
    let (report, taken) = counter.of(probe.probe()).await;
    report.unwrap();
    // Its questions are the round trip's five, the settings, the clock, the rights, the databases.
    assert_eq!(taken, AROUND + 9, "a probe");
    let query = ObjectQuery { search: None, kind: None, page: Page::ALL };
    let (found, taken) = counter.of(catalog.objects(&place.schema, &query)).await;
    let found = found.unwrap();
    // The names, the numbers and the keys, each prepared and run.
    assert_eq!(taken, AROUND + 6, "a list of {}", found.total);
    let table = found.items.iter().find(|object| object.has_primary_key).unwrap();
    let (shape, taken) = counter.of(catalog.table(&place.schema, &table.name)).await;
    let references = usize::from(!shape.unwrap().foreign_keys.is_empty());
    // The kind, the columns, the references and their actions; the keys need no preparation.
    assert_eq!(taken, AROUND + 7 + 2 * references, "a look at {}", table.name);
    let nowhere = (0..1_500).map(|at| format!("no_such_{at}")).collect();
    let (names, taken) = counter.of(catalog.names(&DatabaseScope::Only(nowhere))).await;
    assert_eq!(names.unwrap(), []);
    // Three pieces of five hundred: one statement, prepared once.
    assert_eq!(taken, AROUND + 4, "names");
}

/// The login, who is there, the settings of the session, and the goodbye.
const AROUND: usize = 4;
