//! Peers whose answers do not end: each is left in time, and before it has filled the memory.

use super::peer::{LIMIT, OK, Peer, Then, column, framed, greeting, welcome};
use crate::deadline::Deadline;
use crate::mysql::wire::{Limits, Options, Waiting, Wire, WireError};
use std::time::{Duration, Instant};

/// By when everything has ended on a busy machine.
const ON_TIME: Duration = Duration::from_secs(30);

/// A connection to a peer that says one thing and then goes on.
async fn listening(once: Vec<u8>, then: Then, limit: Duration) -> Wire {
    let script = vec![greeting(false, true), welcome(), once];
    let peer = Peer::playing(script, then).await;
    let limits = Limits { statement: limit, idle: limit };
    let options = Options { limits, ..Options::default() };
    Wire::connect(&peer.site, &options, Deadline::after(ON_TIME)).await.unwrap()
}

/// A definition with a long name.
fn wide(length: usize) -> Vec<u8> {
    let mut payload = b"\x03def\x01s\x01t\x01t\xfd".to_vec();
    payload.extend(&length.to_le_bytes()[..3]);
    payload.resize(payload.len() + length, b'x');
    payload.extend(b"\0\x0c\x3f\0\xff\0\0\0\x03\0\0\0\0\0");
    payload
}

fn is_left(wire: &Wire, error: &WireError, started: Instant) {
    assert!(started.elapsed() < ON_TIME, "{:?}: {error:?}", started.elapsed());
    assert!(!wire.is_usable(), "{error:?}");
}

#[tokio::test]
async fn more_columns_than_there_can_be_are_not_waited_for() {
    for count in [&b"\xfc\x01\x10"[..], b"\xfd\xff\xff\xff", b"\xfe\xff\xff\xff\xff\0\0\0\0"] {
        let mut wire = listening(framed(1, count), Then::FallSilent, ON_TIME).await;
        let error = wire.query(b"SELECT 1").await.unwrap_err();
        assert!(matches!(error, WireError::Protocol(_)), "{error:?}");
    }
    let prepared = framed(1, b"\0\x01\0\0\0\xff\xff\0\0\0\0\0");
    let mut wire = listening(prepared, Then::FallSilent, ON_TIME).await;
    let error = wire.prepare(b"SELECT 1").await.unwrap_err();
    assert!(matches!(error, WireError::Protocol(_)), "{error:?}");
}

#[tokio::test]
async fn definitions_have_a_limit_in_size() {
    let started = Instant::now();
    // The last one is a packet that does not end.
    for payload in [wide(100 << 10), wide(1 << 20), vec![3; 0xff_ffff]] {
        let then = Then::Repeat(2, payload);
        let mut wire = listening(framed(1, b"\xfc\0\x10"), then, ON_TIME).await;
        let error = wire.query(b"SELECT 1").await.unwrap_err();
        assert!(matches!(error, WireError::TooLarge { limit } if limit == 16 << 20), "{error:?}");
        is_left(&wire, &error, started);
    }
}

#[tokio::test]
async fn definitions_that_drip_have_a_limit_in_time() {
    let id = column("id", 3);
    let once = [framed(1, b"\xfc\0\x10"), framed(2, &id)].concat();
    let more = (3..=u8::MAX).map(|number| framed(number, &id)).collect();
    let mut wire = listening(once, Then::Drip(more, LIMIT / 3), LIMIT).await;
    let started = Instant::now();
    let error = wire.query(b"SELECT 1").await.unwrap_err();
    assert!(matches!(error, WireError::TimedOut { waiting: Waiting::Rows, .. }), "{error:?}");
    is_left(&wire, &error, started);
}

#[tokio::test]
async fn rows_that_nobody_wanted_have_a_limit() {
    let once = [framed(1, b"\x01"), framed(2, &column("id", 253))].concat();
    let row = [&b"\xfd\0\0\x01"[..], &[b'x'; 1 << 16]].concat();
    let mut wire = listening(once.clone(), Then::Repeat(3, row.clone()), ON_TIME).await;
    let started = Instant::now();
    let error = wire.execute(b"DO 1").await.unwrap_err();
    assert!(matches!(error, WireError::TooLarge { .. }), "{error:?}");
    is_left(&wire, &error, started);
    // Of rows that were wanted, only so many are kept.
    let mut wire = listening(once, Then::Repeat(3, row), ON_TIME).await;
    let error = wire.query(b"SELECT 1").await.unwrap_err();
    assert!(matches!(error, WireError::TooLarge { .. }), "{error:?}");
    is_left(&wire, &error, started);
}

#[tokio::test]
async fn results_without_end_have_a_limit() {
    // Each says that another one follows.
    let more = [&OK[..3], b"\x0a\0\0\0"].concat();
    let padded = [&more[..], &[0xfd, 0, 0, 1], &[b'x'; 1 << 16]].concat();
    let mut wire = listening(framed(1, &more), Then::Repeat(2, padded), ON_TIME).await;
    let started = Instant::now();
    let error = wire.execute(b"DO 1").await.unwrap_err();
    assert!(matches!(error, WireError::TooLarge { .. }), "{error:?}");
    is_left(&wire, &error, started);
}

#[tokio::test]
async fn a_login_that_takes_more_than_any_login_is_refused() {
    // The beginning of a packet of sixteen mebibytes, in the place of a welcome.
    let script = vec![greeting(false, true), b"\xfe\xff\xff\x02\0".to_vec()];
    let peer = Peer::playing(script, Then::Repeat(0, vec![0; 1 << 16])).await;
    let started = Instant::now();
    let deadline = Deadline::after(ON_TIME);
    let error = Wire::connect(&peer.site, &Options::default(), deadline).await.unwrap_err();
    assert!(error.to_string().contains("its login has no end"), "{error:?}");
    assert!(started.elapsed() < ON_TIME);
}
