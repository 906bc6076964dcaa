//! Peers that break off, fall silent or lie. Whatever they do, a call ends in time with an error.

use super::peer::{LIMIT, OK, Peer, Then, column, framed, greeting, welcome};
use crate::address::TlsMode;
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::mysql::wire::{Cells, Chunks, Limits, Options, Param, Wire, WireError};
use futures::future::join_all;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::error::Error;
use std::time::{Duration, Instant};

/// By when a call with the limit of these tests has ended on a busy machine.
const ON_TIME: Duration = Duration::from_secs(5);

async fn enter(peer: &Peer) -> Result<Wire, ConnectError> {
    let limits = Limits { statement: LIMIT, idle: LIMIT };
    let options = Options { limits, largest_packet: 1 << 20, ..Options::default() };
    Wire::connect(&peer.site, &options, Deadline::after(LIMIT)).await
}

/// What a server says to one who logs in, prepares a statement with one parameter, and reads two
/// rows of two columns.
fn conversation(deprecate_eof: bool) -> Vec<u8> {
    let (id, name) = (column("id", 3), column("name", 253));
    let (definitions_end, end): (&[u8], &[u8]) = match deprecate_eof {
        true => (b"", b"\xfe\0\0\x02\0\0\0"),
        false => (b"\xfe\0\0\x02\0", b"\xfe\0\0\x02\0"),
    };
    let mut said = [greeting(false, deprecate_eof), welcome()].concat();
    let prepared = b"\0\x01\0\0\0\x02\0\x01\0\0\0\0";
    let first: Vec<u8> = b"\0\0\x05\0\0\0\x03abc".to_vec();
    let second: Vec<u8> = b"\0\x08\x06\0\0\0".to_vec();
    for answer in [
        vec![prepared, &id[..], definitions_end, &id, &name, definitions_end],
        vec![b"\x02", &id, &name, definitions_end, &first, &second, end],
    ] {
        let packets = answer.into_iter().filter(|payload| !payload.is_empty());
        for (at, payload) in packets.enumerate() {
            said.extend(framed(at as u8 + 1, payload));
        }
    }
    said
}

#[derive(Debug)]
enum Trouble {
    Connecting(ConnectError),
    Talking(WireError),
}

impl From<WireError> for Trouble {
    fn from(error: WireError) -> Self {
        Self::Talking(error)
    }
}

/// The client's part of the conversation: how many cells it was given.
async fn converse(peer: &Peer) -> Result<usize, Trouble> {
    let mut wire = enter(peer).await.map_err(Trouble::Connecting)?;
    let statement = wire.prepare(b"SELECT id, name FROM t WHERE id > ?").await?;
    let mut rows = wire.read(&statement, &vec![Param::Int(1); statement.params]).await?;
    let columns = rows.columns().clone();
    let mut cells = 0;
    while let Some(row) = rows.next().await? {
        for cell in Cells::new(row, &columns)? {
            cell?;
            cells += 1;
        }
    }
    Ok(cells)
}

/// The outcome of a script, which has to come in time.
async fn outcome(script: Vec<u8>, then: Then) -> Result<usize, Trouble> {
    let peer = Peer::start(script, then).await;
    let started = Instant::now();
    let outcome = converse(&peer).await;
    assert!(started.elapsed() < ON_TIME, "{:?}: {outcome:?}", started.elapsed());
    outcome
}

#[tokio::test]
async fn the_whole_conversation_is_understood() {
    for deprecate_eof in [true, false] {
        let outcome = outcome(conversation(deprecate_eof), Then::FallSilent).await;
        assert!(matches!(outcome, Ok(4)), "{outcome:?}");
    }
}

#[tokio::test]
async fn silence_after_any_byte_is_noticed() {
    for deprecate_eof in [true, false] {
        let whole = conversation(deprecate_eof);
        let cuts = (0..whole.len()).map(|cut| outcome(whole[..cut].to_vec(), Then::FallSilent));
        for (cut, outcome) in join_all(cuts).await.into_iter().enumerate() {
            let late = match &outcome {
                Err(Trouble::Connecting(ConnectError::Timeout { phase, .. })) => {
                    *phase == Phase::Handshake
                }
                // Asked once more what it is, it said the same beginning.
                Err(Trouble::Connecting(ConnectError::Protocol { .. })) => true,
                Err(Trouble::Talking(WireError::TimedOut { limit, .. })) => *limit == LIMIT,
                _ => false,
            };
            assert!(late, "{cut}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_closed_after_any_byte_is_noticed() {
    let whole = conversation(true);
    let cuts = (0..whole.len()).map(|cut| outcome(whole[..cut].to_vec(), Then::HangUp));
    for (cut, outcome) in join_all(cuts).await.into_iter().enumerate() {
        let dropped = match &outcome {
            Err(Trouble::Connecting(error)) => {
                matches!(error, ConnectError::Dropped | ConnectError::Protocol { .. })
            }
            Err(Trouble::Talking(error)) => matches!(error, WireError::Dropped),
            Ok(_) => false,
        };
        assert!(dropped, "{cut}: {outcome:?}");
    }
}

#[tokio::test]
async fn bytes_changed_at_random_cause_errors_and_no_panics() {
    let whole = conversation(true);
    let mut runner = TestRunner::deterministic();
    let change = (0..whole.len(), any::<u8>());
    let mut scripts = Vec::new();
    for _ in 0..1_000 {
        let changes = proptest::collection::vec(change.clone(), 1..4);
        let mut script = whole.clone();
        for (at, byte) in changes.new_tree(&mut runner).unwrap().current() {
            script[at] = byte;
        }
        scripts.push(script);
    }
    for some in scripts.chunks(200) {
        let outcomes = some.iter().map(|script| outcome(script.clone(), Then::HangUp));
        join_all(outcomes).await;
    }
}

/// A connection to a peer that then answers one command by some packets.
async fn answering(packets: &[&[u8]]) -> (Peer, Wire) {
    let mut answer = Vec::new();
    for (at, payload) in packets.iter().enumerate() {
        answer.extend(framed(at as u8 + 1, payload));
    }
    let script = vec![greeting(false, true), welcome(), answer, framed(3, OK)];
    let peer = Peer::playing(script, Then::FallSilent).await;
    let wire = enter(&peer).await.unwrap();
    (peer, wire)
}

#[tokio::test]
async fn an_answer_that_is_none_breaks_the_connection() {
    let id = column("id", 3);
    let unknown = column("id", 200);
    for packets in [
        vec![&b""[..]],
        vec![b"\x00"],
        vec![b"\xfe"],
        vec![b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff"],
        vec![b"\x01", b"\x03def"],
        vec![b"\x01", b"\xff\xff"],
        vec![b"\x01", &unknown],
        vec![b"\x01", &id, b""],
        vec![b"\x01", &id, b"\x05abc"],
        vec![b"\x01", &id, b"\x01a\x01b"],
    ] {
        let (_peer, mut wire) = answering(&packets).await;
        let outcome = wire.query(b"SELECT 1").await;
        assert!(matches!(outcome, Err(WireError::Protocol(_))), "{packets:?}: {outcome:?}");
        assert!(!wire.is_usable());
    }
}

#[tokio::test]
async fn nobody_gets_a_file_by_asking() {
    for command in ["execute", "ping", "load"] {
        let (peer, mut wire) = answering(&[b"\xfb/etc/passwd"]).await;
        let outcome = match command {
            "execute" => wire.execute(b"DO 1").await.map(drop),
            "ping" => wire.ping().await,
            _ => wire.load_local(b"LOAD", "passwd", &mut Secret).await.map(drop),
        };
        let Err(WireError::UninvitedFile { name }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(name, "/etc/passwd");
        let heard = peer.heard();
        assert!(heard.ends_with(b"\0\0\0\x02"), "{heard:?}");
        assert!(!heard.windows(6).any(|some| some == b"secret"), "{heard:?}");
    }
}

#[tokio::test]
async fn who_asks_for_files_again_and_again_is_left() {
    let script = vec![
        greeting(false, true),
        welcome(),
        framed(1, b"\xfbone"),
        framed(3, b"\xfbtwo"),
        framed(5, b"\xfbthree"),
    ];
    let peer = Peer::playing(script, Then::FallSilent).await;
    let mut wire = enter(&peer).await.unwrap();
    let outcome = wire.execute(b"DO 1").await;
    assert!(matches!(outcome, Err(WireError::Protocol(_))), "{outcome:?}");
}

struct Secret;

impl Chunks for Secret {
    async fn next(&mut self) -> Result<Option<&[u8]>, Box<dyn Error + Send + Sync>> {
        Ok(Some(b"secret"))
    }
}

#[tokio::test]
async fn words_between_the_greeting_and_the_tls_handshake_are_refused() {
    // Somebody in between could put them there.
    let script = [greeting(true, true), welcome()].concat();
    let mut peer = Peer::start(script, Then::FallSilent).await;
    peer.site.address.tls.mode = TlsMode::Require;
    let error = enter(&peer).await.unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn a_method_that_would_show_the_password_is_refused() {
    for method in ["mysql_clear_password", "mysql_old_password", "dialog"] {
        let switch = format!("\u{0}{method}\0").replacen('\0', "", 1);
        let switch = framed(2, &[b"\xfe", switch.as_bytes()].concat());
        let script = [greeting(false, true), switch].concat();
        let peer = Peer::start(script, Then::FallSilent).await;
        let error = enter(&peer).await.unwrap_err();
        let ConnectError::LoginMethod { method: named, .. } = error else { panic!("{error:?}") };
        assert_eq!(named, method);
        let heard = peer.heard();
        assert!(!heard.windows(6).any(|some| some == b"secret"), "{heard:?}");
    }
}

#[tokio::test]
async fn a_server_that_keeps_changing_the_method_is_left() {
    let switches =
        (0..20).map(|at| framed(2 + 2 * at, b"\xfemysql_native_password\0abcdefghijklmnopqrst\0"));
    let script = std::iter::once(greeting(false, true)).chain(switches).collect();
    let peer = Peer::playing(script, Then::FallSilent).await;
    let error = enter(&peer).await.unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn something_that_is_no_database_is_quoted() {
    let words: [&[u8]; 3] = [b"SSH-2.0-OpenSSH_9.2p1\r\n", b"220 mail ESMTP\r\n", &[0xff; 16]];
    for words in words {
        let peer = Peer::start(words.to_vec(), Then::FallSilent).await;
        let error = enter(&peer).await.unwrap_err();
        let ConnectError::Protocol { reason } = &error else { panic!("{error:?}") };
        assert!(reason.contains("it says"), "{reason}");
    }
}
