//! Packets cut and joined in every way.

use super::*;
use crate::mysql::wire::WireError as E;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::io::{DuplexStream, duplex};

const BUFFER: usize = 1024;

fn channels(pipe: usize) -> (Channel<DuplexStream>, Channel<DuplexStream>) {
    let (one, other) = duplex(pipe);
    (Channel::new(one, BUFFER, 1 << 30), Channel::new(other, BUFFER, 1 << 30))
}

/// A channel that reads what a hostile peer wrote before it fell silent or hung up.
async fn reading(bytes: &[u8], hangs_up: bool) -> (Channel<DuplexStream>, DuplexStream) {
    let (mut peer, stream) = duplex(1 << 20);
    peer.write_all(bytes).await.unwrap();
    if hangs_up {
        peer.shutdown().await.unwrap();
    }
    (Channel::new(stream, BUFFER, 20 << 20), peer)
}

fn framed(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&[length[0], length[1], length[2], sequence], payload].concat()
}

/// Sends the payloads, each in several parts, and gets them back.
async fn round_trip(payloads: &[Vec<u8>], part: usize, pipe: usize) {
    let (mut near, mut far) = channels(pipe);
    let sending = async {
        for payload in payloads {
            let (head, rest) = payload.split_at(payload.len().min(part));
            let parts: Vec<&[u8]> = rest.chunks(part).collect();
            near.send(head, &parts).await.unwrap();
        }
    };
    let receiving = async {
        for payload in payloads {
            let place = far.packet().await.unwrap();
            assert!(far.payload(place) == payload, "{} bytes arrived otherwise", payload.len());
        }
        assert!(far.is_drained());
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn packets_arrive_whole_however_the_stream_is_cut() {
    let lengths = [0, 1, 2, 5, 250, 1_016, 1_019, 1_020, 1_021, 1_024, 2_000, 5_000, 0, 3];
    let payloads: Vec<Vec<u8>> =
        lengths.iter().map(|length| (0..*length).map(|at| at as u8).collect()).collect();
    for pipe in (1..=40).chain([255, 1_023, 1_024, 1_025, 100_000]) {
        round_trip(&payloads, 100, pipe).await;
    }
}

#[test]
fn any_packets_in_any_parts_arrive() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let packets = vec(vec(any::<u8>(), 0..3_000), 0..8);
    TestRunner::new(Config::with_cases(150))
        .run(&(packets, 1_usize..700, 1_usize..5_000), |(packets, part, pipe)| {
            runtime.block_on(round_trip(&packets, part, pipe));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn packets_of_and_around_a_whole_frame_arrive() {
    for length in [FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 7] {
        let payload: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        round_trip(&[payload, b"next".to_vec()], 1 << 20, 1 << 20).await;
    }
}

#[tokio::test]
async fn a_packet_of_exactly_one_frame_is_followed_by_an_empty_one() {
    let (one, mut other) = duplex(FRAME + 100);
    let mut channel = Channel::new(one, BUFFER, 0);
    channel.send(&[7], &[&vec![8; FRAME - 1]]).await.unwrap();
    drop(channel);
    let mut sent = Vec::new();
    other.read_to_end(&mut sent).await.unwrap();
    assert_eq!(sent.len(), FRAME + 8);
    assert_eq!((&sent[..5], &sent[FRAME + 4..]), (&b"\xff\xff\xff\0\x07"[..], &b"\0\0\0\x01"[..]));
}

#[tokio::test]
async fn the_memory_of_a_large_packet_is_given_back() {
    let (mut near, mut far) = channels(1 << 20);
    let large = vec![1; 5 << 20];
    let sending = async {
        near.send(&large, &[]).await.unwrap();
        near.send(b"small", &[]).await.unwrap();
    };
    let receiving = async {
        let place = far.packet().await.unwrap();
        assert_eq!(far.payload(place).len(), 5 << 20);
        let place = far.packet().await.unwrap();
        assert_eq!(far.payload(place), b"small");
        assert_eq!(far.spill.capacity(), 0);
        assert_eq!(far.buffer.len(), BUFFER);
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn a_number_out_of_order_breaks_the_connection() {
    for payload in [&b"x"[..], b"\xff\x10\x04", &[0; 3_000]] {
        let (mut channel, _peer) = reading(&framed(3, payload), false).await;
        assert!(matches!(channel.packet().await, Err(E::Protocol(_))));
    }
    let bytes = [framed(0, b"a"), framed(0, b"b")].concat();
    let (mut channel, _peer) = reading(&bytes, false).await;
    channel.packet().await.unwrap();
    assert!(matches!(channel.packet().await, Err(E::Protocol(_))));
    assert!(!channel.is_open());
}

#[tokio::test]
async fn an_error_sent_before_it_was_asked_for_is_told() {
    // As MySQL does when it closes a connection that was idle for too long.
    let (mut channel, _peer) = reading(&framed(0, b"\xff\xbf\x0f#HY000Bye"), true).await;
    channel.send(b"\x0e", &[]).await.unwrap();
    let error = channel.packet().await.unwrap_err();
    assert_eq!((error.code(), channel.is_open()), (Some(4_031), false), "{error}");
}

#[tokio::test]
async fn a_stream_that_ends_inside_a_packet_is_dropped() {
    let whole = [framed(0, &[1; 50]), framed(1, &[2; 3_000])].concat();
    for cut in 0..whole.len() {
        let (mut channel, _peer) = reading(&whole[..cut], true).await;
        let first = channel.packet().await;
        assert_eq!(first.is_ok(), cut >= 54, "{cut}");
        let outcome = if first.is_ok() { channel.packet().await } else { first };
        assert!(matches!(outcome, Err(E::Dropped)), "{cut}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_length_alone_takes_no_memory() {
    let mut bytes = b"\xff\xff\xff\0".to_vec();
    bytes.extend([1; 10_000]);
    let (mut channel, _peer) = reading(&bytes, false).await;
    let patience = std::time::Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, channel.packet()).await.is_err());
    assert!(channel.spill.capacity() <= SPILL_STEP + 20_000, "{}", channel.spill.capacity());
    // Whoever gave up there cannot go on.
    assert!(matches!(channel.packet().await, Err(E::Unusable { .. })));
    assert!(matches!(channel.send(b"x", &[]).await, Err(E::Unusable { .. })));
}

#[tokio::test]
async fn more_than_was_granted_is_refused() {
    let (mut near, stream) = channels(1 << 20);
    let mut far = Channel::new(stream.stream.unwrap(), BUFFER, 20 << 20);
    let payload = vec![0; (20 << 20) + 1];
    let sending = async {
        let _ = near.send(&payload, &[]).await;
    };
    let receiving = async {
        let outcome = far.packet().await;
        assert!(matches!(outcome, Err(E::TooLarge { limit }) if limit == 20 << 20), "{outcome:?}");
        far.close();
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn why_a_packet_was_refused_while_it_was_sent_is_told() {
    let (mut peer, stream) = duplex(1_000);
    let mut channel = Channel::new(stream, BUFFER, 1 << 20);
    let refusing = async {
        let mut some = [0; 500];
        peer.read_exact(&mut some).await.unwrap();
        peer.write_all(&framed(1, b"\xff\x81\x04#08S01Too large")).await.unwrap();
        drop(peer);
    };
    let large = vec![0; 10_000];
    let (_, outcome) = tokio::join!(refusing, channel.send(&large, &[]));
    let error = outcome.unwrap_err();
    assert_eq!((error.code(), channel.is_open()), (Some(1_153), false), "{error}");
}
