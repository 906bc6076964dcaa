//! Ports that answer badly or not at all. Whatever they do, a call ends in time with an error that
//! says what it was, and its connection is closed.

use crate::host::{Host, MYSQL, ON_TIME, POSTGRES, address, impatient, timed};
use futures::future::join_all;
use oms_connector::{Address, ConnectError, Phase, TlsFailure, TlsMode, open};
use oms_testkit::eventually;
use oms_testkit::peer::{ClosingServer, HangingServer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;

/// One for each protocol: relatives share the code that is tested here.
const PROTOCOLS: [Host; 2] = [MYSQL, POSTGRES];

pub fn at(host: &Host, peer: SocketAddr, mode: TlsMode) -> Address {
    let mut address = Address { database: None, ..any_account(host) };
    address.host = peer.ip().to_string();
    address.port = peer.port();
    address.tls.mode = mode;
    address
}

fn any_account(host: &Host) -> Address {
    let scheme = if host.is_postgres() { "postgres" } else { "mysql" };
    Address::parse(&format!("{scheme}://me:secret@127.0.0.1")).unwrap().1
}

/// Fails against `peer` under a limit of one second, in each mode that begins differently.
async fn failures(host: &Host, peer: SocketAddr) -> Vec<ConnectError> {
    let modes = [TlsMode::Disable, TlsMode::Prefer, TlsMode::Require];
    join_all(modes.map(async |mode| {
        let connector = impatient(host.kind, at(host, peer, mode));
        let (outcome, took) = timed(connector.probe().probe()).await;
        let error = outcome.unwrap_err();
        assert!(took < ON_TIME, "{mode}: {took:?}: {error:?}");
        error
    }))
    .await
}

/// A peer of the test's own, which counts the connections that are still open.
pub struct Peer {
    pub address: SocketAddr,
    open: Arc<AtomicUsize>,
}

impl Peer {
    pub async fn start<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = TcpStream> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&open);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (serving, count) = (serve(stream), Arc::clone(&count));
                tokio::spawn(async move {
                    let mut stream = serving.await;
                    // Until the other side is gone.
                    let mut rest = [0; 1024];
                    while matches!(stream.read(&mut rest).await, Ok(length) if length > 0) {}
                    count.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, open }
    }

    /// Says something to everybody and then waits.
    async fn saying(words: &'static [u8]) -> Self {
        Self::start(move |mut stream| async move {
            let _ = stream.write_all(words).await;
            stream
        })
        .await
    }

    pub async fn is_left_alone(&self) {
        eventually(Duration::from_secs(5), || async { self.open.load(Ordering::SeqCst) == 0 })
            .await;
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_hangs_times_out_within_five_seconds() {
    join_all(PROTOCOLS.map(async |host| {
        let peer = HangingServer::start().unwrap();
        let connector = open(host.kind, at(&host, peer.address(), TlsMode::Prefer)).unwrap();
        let (outcome, took) = timed(connector.probe().probe()).await;
        let error = outcome.unwrap_err();
        let ConnectError::Timeout { phase, limit } = error else { panic!("{error:?}") };
        assert_eq!((phase, limit), (Phase::Handshake, Duration::from_secs(5)));
        assert!(took < Duration::from_millis(5_300), "{took:?}");
        assert!(peer.accepted() > 0);
    }))
    .await;
}

#[tokio::test]
async fn a_connection_that_timed_out_is_closed_and_leaves_no_task() {
    for host in PROTOCOLS {
        let peer = Peer::start(|stream| async { stream }).await;
        let before = Handle::current().metrics().num_alive_tasks();
        for error in failures(&host, peer.address).await {
            assert!(matches!(error, ConnectError::Timeout { phase: Phase::Handshake, .. }));
        }
        peer.is_left_alone().await;
        eventually(Duration::from_secs(5), || async {
            Handle::current().metrics().num_alive_tasks() <= before
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_drips_bytes_times_out() {
    for host in PROTOCOLS {
        // The beginning of a greeting in either protocol, one byte at a time.
        let peer = Peer::start(|mut stream| async {
            let mut pace = tokio::time::interval(Duration::from_millis(150));
            for byte in b"\x4a\x00\x00\x00\x0a9.7.4-never-comes-to-an-end" {
                pace.tick().await;
                if stream.write_all(&[*byte]).await.is_err() {
                    break;
                }
            }
            stream
        })
        .await;
        let connector = impatient(host.kind, at(&host, peer.address, TlsMode::Disable));
        let (outcome, took) = timed(connector.probe().probe()).await;
        let error = outcome.unwrap_err();
        assert!(took < ON_TIME, "{took:?}");
        assert!(
            matches!(error, ConnectError::Timeout { .. } | ConnectError::Protocol { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_black_hole_times_out_while_connecting() {
    let hole = BlackHole::dig().await;
    for host in PROTOCOLS {
        for error in failures(&host, hole.address).await {
            let phase = matches!(error, ConnectError::Timeout { phase: Phase::Connect, .. });
            assert!(phase, "{error:?}");
        }
    }
}

/// A port whose queue of connections is full, so that the kernel drops further ones.
struct BlackHole {
    address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl BlackHole {
    async fn dig() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        while let Ok(stream) =
            tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await
        {
            queue.push(stream.unwrap());
        }
        Self { address, _listener: listener, _queue: queue }
    }
}

#[tokio::test]
async fn one_black_hole_among_several_addresses_does_not_swallow_the_time() {
    // Found by name, the host has the addresses of both families; only one of them listens.
    let peer = Peer::saying(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let mut address = at(&MYSQL, peer.address, TlsMode::Disable);
    address.host = "localhost".to_owned();
    let error = impatient(MYSQL.kind, address).probe().probe().await.unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn something_that_is_no_database_is_quoted() {
    for words in [
        &b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"[..],
        b"220 mail.example ESMTP\r\n",
        b"\x00\x01\x02\x03\x04\x05\x06\x07",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        for host in PROTOCOLS {
            let peer = Peer::saying(words).await;
            for error in failures(&host, peer.address).await {
                let ConnectError::Protocol { reason } = &error else {
                    panic!("{words:?} as {}: {error:?}", host.kind)
                };
                let expected = if words.starts_with(b"SSH") { "SSH-2.0" } else { "it says" };
                assert!(reason.contains(expected), "{reason}");
            }
            peer.is_left_alone().await;
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_at_once_is_told_from_a_closed_port() {
    for host in PROTOCOLS {
        let peer = ClosingServer::start().unwrap();
        for error in failures(&host, peer.address()).await {
            assert!(matches!(error, ConnectError::Dropped), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_malformed_login_answer_is_a_violation_and_no_panic() {
    // A true greeting that asks for full authentication, then empty packets.
    let peer = Peer::start(|mut stream| async {
        let mut greeting =
            b"\x0a9.7.4\0\x01\0\0\0abcdefgh\0\xff\xf7\xff\x02\0\xff\xdf\x15".to_vec();
        greeting.extend(b"\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0caching_sha2_password\0");
        let mut packet = vec![u8::try_from(greeting.len()).unwrap(), 0, 0, 0];
        packet.extend(greeting);
        let _ = stream.write_all(&packet).await;
        let mut heard = [0; 1024];
        let _ = stream.read(&mut heard).await;
        let _ = stream.write_all(b"\x02\0\0\x02\x01\x04").await;
        let _ = stream.read(&mut heard).await;
        let _ = stream.write_all(b"\0\0\0\x04").await;
        stream
    })
    .await;
    let connector = impatient(MYSQL.kind, at(&MYSQL, peer.address, TlsMode::Disable));
    let error = connector.probe().probe().await.unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    peer.is_left_alone().await;
}

#[tokio::test]
async fn words_that_come_with_the_consent_to_tls_are_refused() {
    // Somebody in between could put them there: nothing before the handshake is protected.
    let peer = Peer::start(|mut stream| async {
        let mut request = [0; 8];
        let _ = stream.read_exact(&mut request).await;
        let _ = stream.write_all(b"Sinjected").await;
        stream
    })
    .await;
    let connector = impatient(POSTGRES.kind, at(&POSTGRES, peer.address, TlsMode::Require));
    let error = connector.probe().probe().await.unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn a_handshake_that_fails_is_no_reason_to_go_on_in_plain_text() {
    let peer = Peer::start(|mut stream| async {
        let mut request = [0; 8];
        let _ = stream.read_exact(&mut request).await;
        let _ = stream.write_all(b"S").await;
        let mut hello = [0; 1024];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(b"no TLS here after all").await;
        stream
    })
    .await;
    let connector = impatient(POSTGRES.kind, at(&POSTGRES, peer.address, TlsMode::Prefer));
    let error = connector.probe().probe().await.unwrap_err();
    assert!(matches!(error, ConnectError::Tls(TlsFailure::Handshake(_))), "{error:?}");
}

#[tokio::test]
async fn accounts_are_not_sent_to_a_server_of_another_protocol() {
    for (host, other) in [(&MYSQL, &POSTGRES), (&POSTGRES, &MYSQL)] {
        let mut address = address(other.server());
        address.tls.mode = TlsMode::Prefer;
        let error = impatient(host.kind, address).probe().probe().await.unwrap_err();
        assert!(matches!(error, ConnectError::WrongKind { .. }), "{error:?}");
    }
}
