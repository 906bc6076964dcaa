//! Peers do the wrong thing they promise, and nothing else.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use oms_testkit::{
    TestDb, eventually,
    peer::{ClosedPort, ClosingServer, CutProxy, HangingServer},
    servers::mysql,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const DEADLINE: Duration = Duration::from_secs(10);

/// Long enough for an answer on loopback, short enough to wait for none.
const SILENCE: Duration = Duration::from_millis(200);

/// Answers every byte with the same byte.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut reads, mut writes) = stream.split();
                tokio::io::copy(&mut reads, &mut writes).await
            });
        }
    });
    address.to_string()
}

async fn say(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(text).await.unwrap();
}

async fn hear(stream: &mut TcpStream, length: usize) -> std::io::Result<Vec<u8>> {
    let mut buffer = vec![0; length];
    timeout(DEADLINE, stream.read_exact(&mut buffer)).await.expect("an answer")?;
    Ok(buffer)
}

/// How a new connection ends that should not work: at once or when something is awaited from it.
async fn end_of_new_connection(address: SocketAddr) -> ErrorKind {
    match TcpStream::connect(address).await {
        Ok(mut stream) => hear(&mut stream, 1).await.unwrap_err().kind(),
        Err(error) => error.kind(),
    }
}

#[tokio::test]
async fn a_closed_port_refuses_and_stays_reserved() {
    let port = ClosedPort::reserve().unwrap();
    let refusal = TcpStream::connect(port.address()).await.unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::ConnectionRefused);
    let taken = TcpListener::bind(port.address()).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_hanging_server_accepts_and_never_answers() {
    let server = HangingServer::start().unwrap();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    say(&mut stream, b"anybody there?").await;
    assert!(timeout(SILENCE, stream.read_u8()).await.is_err(), "no answer and no end");
    assert_eq!(server.accepted(), 1);
    drop(server);
    assert!(hear(&mut stream, 1).await.is_err(), "it ends with the server");
}

#[tokio::test]
async fn a_closing_server_accepts_and_hangs_up() {
    let server = ClosingServer::start().unwrap();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    assert_eq!(hear(&mut stream, 1).await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    eventually(DEADLINE, || async { server.accepted() == 1 }).await;
}

#[tokio::test]
async fn an_open_proxy_passes_both_directions_and_their_ends() {
    let proxy = CutProxy::start(echo().await).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    let text = vec![7; 300_000];
    let (mut reads, mut writes) = stream.split();
    let (sent, mut heard) = (
        async {
            writes.write_all(&text).await.unwrap();
            writes.shutdown().await.unwrap();
        },
        Vec::new(),
    );
    let (heard_all, ()) = tokio::join!(reads.read_to_end(&mut heard), sent);
    heard_all.unwrap();
    assert_eq!(heard, text);
    assert_eq!((proxy.bytes_to_server(), proxy.bytes_to_client()), (300_000, 300_000));
    eventually(DEADLINE, || async { proxy.open_connections() == 0 }).await;
}

#[tokio::test]
async fn a_frozen_proxy_is_silent_and_goes_on_where_it_stopped() {
    let proxy = CutProxy::start(echo().await).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"one").await;
    assert_eq!(hear(&mut stream, 3).await.unwrap(), b"one");
    proxy.freeze();
    say(&mut stream, b"two").await;
    assert!(timeout(SILENCE, stream.read_u8()).await.is_err());
    assert_eq!(proxy.bytes_to_server(), 3);
    proxy.restore();
    assert_eq!(hear(&mut stream, 3).await.unwrap(), b"two");
}

#[tokio::test]
async fn a_cut_proxy_resets_old_and_new_connections() {
    let proxy = CutProxy::start(echo().await).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"one").await;
    assert_eq!(hear(&mut stream, 3).await.unwrap(), b"one");
    proxy.cut();
    assert_eq!(hear(&mut stream, 1).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(end_of_new_connection(proxy.address()).await, ErrorKind::ConnectionReset);
    proxy.restore();
    let mut again = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut again, b"two").await;
    assert_eq!(hear(&mut again, 3).await.unwrap(), b"two");
    assert_eq!(proxy.accepted(), 3);
}

#[tokio::test]
async fn a_lost_connection_is_silent_for_ever_and_nobody_is_told() {
    let proxy = CutProxy::start(echo().await).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"one").await;
    assert_eq!(hear(&mut stream, 3).await.unwrap(), b"one");
    proxy.lose();
    say(&mut stream, b"two").await;
    assert!(timeout(SILENCE, stream.read_u8()).await.is_err());
    proxy.restore();
    say(&mut stream, b"three").await;
    assert!(timeout(SILENCE, stream.read_u8()).await.is_err());
    assert_eq!((proxy.lost(), proxy.bytes_to_server()), (1, 3));
    drop(stream);
    let mut other = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut other, b"four").await;
    assert_eq!(hear(&mut other, 4).await.unwrap(), b"four");
    assert_eq!(proxy.open_connections(), 2, "the server still has the lost one");
}

#[tokio::test]
async fn a_connection_is_lost_by_what_it_carries() {
    let proxy = CutProxy::start(echo().await).unwrap();
    proxy.lose_beyond(10);
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"12345").await;
    assert_eq!(hear(&mut stream, 5).await.unwrap(), b"12345");
    say(&mut stream, b"6").await;
    assert!(timeout(SILENCE, stream.read_u8()).await.is_err());
    proxy.restore();
    let mut other = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut other, b"123456789012").await;
    assert_eq!(hear(&mut other, 12).await.unwrap(), b"123456789012");
    assert_eq!(proxy.lost(), 1);
}

#[tokio::test]
async fn a_proxy_without_a_server_resets() {
    let nobody = ClosedPort::reserve().unwrap();
    let proxy = CutProxy::start(nobody.address().to_string()).unwrap();
    assert_eq!(end_of_new_connection(proxy.address()).await, ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_database_session_breaks_when_its_proxy_is_cut() {
    let server = mysql();
    let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
    let db = TestDb::create(&server.with_port(proxy.address().port())).await.unwrap();
    assert_eq!(db.value("SELECT 1").await.unwrap().as_deref(), Some("1"));
    proxy.cut();
    assert!(db.value("SELECT 1").await.is_err());
    // The database is dropped through the same proxy.
    proxy.restore();
}

#[tokio::test]
async fn a_long_line_delays_each_answer_and_no_more() {
    const LINE: Duration = Duration::from_millis(100);
    let proxy = CutProxy::start(echo().await).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    proxy.delay_answers(LINE);
    let started = std::time::Instant::now();
    for _ in 0..3 {
        say(&mut stream, b"one").await;
        hear(&mut stream, 3).await.unwrap();
    }
    assert!(started.elapsed() >= 3 * LINE, "{:?}", started.elapsed());

    // What is said in a row arrives in a row: waiting for each piece would take ten seconds.
    let started = std::time::Instant::now();
    for _ in 0..100 {
        say(&mut stream, b"many").await;
    }
    hear(&mut stream, 400).await.unwrap();
    assert!(started.elapsed() < 50 * LINE, "{:?}", started.elapsed());
    assert_eq!(proxy.bytes_to_client(), 409);
}
