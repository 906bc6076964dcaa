//! Servers whose answers do not end. The deadline alone would not do: in that time more can come
//! than there is memory.

use crate::host::{MYSQL, POSTGRES, timed};
use crate::peers::{Peer, at};
use oms_connector::{ConnectError, TlsMode, open_within};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than taking all that is allowed takes on a slow machine.
const LIMIT: Duration = Duration::from_secs(60);
const MEBIBYTE: usize = 1 << 20;

async fn hear(stream: &mut TcpStream) {
    let mut heard = [0; 4096];
    let _ = stream.read(&mut heard).await;
}

/// Says something for as long as it is listened to.
async fn repeat(mut stream: TcpStream, words: &[u8]) -> TcpStream {
    while stream.write_all(words).await.is_ok() {}
    stream
}

fn mysql_packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = u32::try_from(payload.len()).unwrap().to_le_bytes()[..3].to_vec();
    packet.push(number);
    packet.extend(payload);
    packet
}

/// A true login, and then the first statement.
async fn mysql_login(stream: &mut TcpStream) {
    let mut greeting = b"\x0a9.7.4\0\x01\0\0\0abcdefgh\0\xff\xf7\xff\x02\0\xff\xdf\x15".to_vec();
    greeting.extend(b"\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0mysql_native_password\0");
    let _ = stream.write_all(&mysql_packet(0, &greeting)).await;
    hear(stream).await;
    let _ = stream.write_all(&mysql_packet(2, MYSQL_OK)).await;
    hear(stream).await;
}

const MYSQL_OK: &[u8] = b"\0\0\0\x02\0\0\0";

/// A definition of a column with some name.
fn mysql_column(name: &[u8]) -> Vec<u8> {
    let mut column = b"\x03def\0\0\0\xfd".to_vec();
    column.extend(&u32::try_from(name.len()).unwrap().to_le_bytes()[..3]);
    column.extend(name);
    column.extend(b"\0\x0c\x2d\0\xff\xff\xff\0\xfd\0\0\0\0\0");
    column
}

/// Packets for as long as it is listened to, numbered from some number on.
async fn mysql_repeat(mut stream: TcpStream, mut number: u8, payload: &[u8]) -> TcpStream {
    while stream.write_all(&mysql_packet(number, payload)).await.is_ok() {
        number = number.wrapping_add(1);
    }
    stream
}

/// A true login, and then a result of one column.
async fn mysql_result(stream: &mut TcpStream) {
    mysql_login(stream).await;
    let _ = stream.write_all(&mysql_packet(1, b"\x01")).await;
    let _ = stream.write_all(&mysql_packet(2, &mysql_column(b"version"))).await;
}

/// What a probe of a MySQL ends with, in time and with not too much memory.
async fn mysql_failure<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> ConnectError
where
    F: Future<Output = TcpStream> + Send + 'static,
{
    let peer = Peer::start(serve).await;
    let connector = open_within(MYSQL.kind, at(&MYSQL, peer.address, TlsMode::Disable), LIMIT);
    let (outcome, took) = timed(connector.unwrap().probe().probe()).await;
    assert!(took < LIMIT, "{took:?}");
    let most = most_memory();
    assert!(most < MEMORY, "{most}");
    peer.is_left_alone().await;
    outcome.unwrap_err()
}

/// What is allowed, as much again for what is being put together, and the test itself.
const MEMORY: usize = 512 * MEBIBYTE;

/// The most that the process ever had in memory.
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn rows_without_end_from_mysql_are_refused() {
    let error = mysql_failure(|mut stream| async {
        mysql_result(&mut stream).await;
        let mut field = vec![0xfd, 0, 0, 0x10];
        field.resize(4 + MEBIBYTE, b'x');
        mysql_repeat(stream, 3, &field).await
    })
    .await;
    assert!(matches!(error, ConnectError::TooMuch { .. }), "{error:?}");
}

#[tokio::test]
async fn a_packet_without_end_from_mysql_is_refused() {
    let error = mysql_failure(|mut stream| async {
        mysql_result(&mut stream).await;
        mysql_repeat(stream, 3, &vec![b'x'; 0xff_ffff]).await
    })
    .await;
    assert!(matches!(error, ConnectError::TooMuch { mebibytes: 16, .. }), "{error:?}");
}

#[tokio::test]
async fn more_columns_than_mysql_has_are_a_violation() {
    for count in
        [&b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"[..], b"\xfd\xff\xff\xff", b"\xfc\x01\x10"]
    {
        let error = mysql_failure(move |mut stream| async move {
            mysql_login(&mut stream).await;
            let _ = stream.write_all(&mysql_packet(1, count)).await;
            mysql_repeat(stream, 2, &mysql_column(b"c")).await
        })
        .await;
        assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn columns_without_end_from_mysql_are_refused() {
    for name in [vec![b'x'; 64 << 10], vec![b'x'; MEBIBYTE]] {
        let error = mysql_failure(move |mut stream| {
            let name = name.clone();
            async move {
                mysql_login(&mut stream).await;
                let _ = stream.write_all(&mysql_packet(1, b"\xfc\0\x10")).await;
                mysql_repeat(stream, 2, &mysql_column(&name)).await
            }
        })
        .await;
        assert!(matches!(error, ConnectError::TooMuch { .. }), "{error:?}");
    }
}

fn postgres_message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![tag];
    message.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
    message.extend(body);
    message
}

/// A true login, and then a result of one column.
async fn postgres_result(stream: &mut TcpStream) {
    hear(stream).await;
    let ready = [postgres_message(b'R', &[0; 4]), postgres_message(b'Z', b"I")].concat();
    let _ = stream.write_all(&ready).await;
    hear(stream).await;
    let column = b"\0\x01version\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0";
    for (tag, body) in [(b'1', &b""[..]), (b'2', b""), (b'T', column)] {
        let _ = stream.write_all(&postgres_message(tag, body)).await;
    }
}

#[tokio::test]
async fn rows_without_end_from_postgresql_are_refused() {
    let mut row = vec![0, 1, 0, 0x10, 0, 0];
    row.resize(6 + MEBIBYTE, b'x');
    postgres_is_refused(postgres_message(b'D', &row)).await;
}

#[tokio::test]
async fn a_message_without_end_from_postgresql_is_refused() {
    // Its length is written in front, and all of it is awaited before any of it is looked at.
    let mut message = vec![b'D'];
    message.extend(u32::try_from(i32::MAX).unwrap().to_be_bytes());
    message.resize(MEBIBYTE, b'x');
    postgres_is_refused(message).await;
}

/// Refuses what follows a result's description again and again.
async fn postgres_is_refused(words: Vec<u8>) {
    let peer = Peer::start(move |mut stream| {
        let words = words.clone();
        async move {
            postgres_result(&mut stream).await;
            repeat(stream, &words).await
        }
    })
    .await;
    let address = at(&POSTGRES, peer.address, TlsMode::Disable);
    let connector = open_within(POSTGRES.kind, address, LIMIT);
    let (outcome, took) = timed(connector.unwrap().probe().probe()).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, ConnectError::TooMuch { .. }), "{error:?}");
    assert!(took < LIMIT, "{took:?}");
    peer.is_left_alone().await;
}
