//! A peer that follows a script: it says what the test gives it and remembers what it hears.

use crate::address::Address;
use crate::registry::Site;
use crate::waits::Waits;
use oms_model::DatabaseKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The limit for everything that is done with a peer.
pub(super) const LIMIT: Duration = Duration::from_millis(300);

pub(super) fn framed(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&[length[0], length[1], length[2], sequence], payload].concat()
}

/// A greeting that offers TLS and an OK for ends of rows where asked to.
pub(super) fn greeting(tls: bool, deprecate_eof: bool) -> Vec<u8> {
    let mut payload = b"\x0a9.7.4\0\x07\0\0\0abcdefgh\0\xff".to_vec();
    payload.push(if tls { 0xff } else { 0xf7 });
    payload.extend(b"\xff\x02\0\xff");
    payload.push(if deprecate_eof { 0xdf } else { 0xde });
    payload.extend(b"\x15\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0caching_sha2_password\0");
    framed(0, &payload)
}

pub(super) fn welcome() -> Vec<u8> {
    framed(2, OK)
}

pub(super) const OK: &[u8] = b"\0\0\0\x02\0\0\0";

/// Definitions of columns of some types.
pub(super) fn column(name: &str, kind: u8) -> Vec<u8> {
    let mut payload = b"\x03def\x01s\x01t\x01t".to_vec();
    payload.push(name.len() as u8);
    payload.extend(name.as_bytes());
    payload.extend(b"\0\x0c\x3f\0\xff\0\0\0");
    payload.extend([kind, 0, 0, 0, 0, 0]);
    payload
}

/// What a peer does after it said its piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Then {
    FallSilent,
    HangUp,
    /// Sends packets of this payload for as long as it is listened to, numbered from here on.
    Repeat(u8, Vec<u8>),
    /// Says these again and again, one after each pause.
    Drip(Vec<Vec<u8>>, Duration),
}

/// A peer, and everything that was said to it.
pub(super) struct Peer {
    pub site: Site,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Peer {
    /// Says `script` to everybody at once, whatever they say.
    pub async fn start(script: Vec<u8>, then: Then) -> Self {
        Self::playing(vec![script], then).await
    }

    /// Says one line, and each further one when it has heard something.
    pub async fn playing(lines: Vec<Vec<u8>>, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (memory, lines) = (Arc::clone(&heard), Arc::new(lines));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(play(stream, Arc::clone(&lines), then.clone(), Arc::clone(&memory)));
            }
        });
        let (_, address) = Address::parse("mysql://me:secret@127.0.0.1?tls=disable").unwrap();
        let address = Address { port, ..address };
        Self {
            site: Site {
                kind: DatabaseKind::Mysql,
                address,
                limit: LIMIT,
                waits: Waits::default(),
            },
            heard,
        }
    }

    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

async fn play(
    mut stream: TcpStream,
    lines: Arc<Vec<Vec<u8>>>,
    then: Then,
    memory: Arc<Mutex<Vec<u8>>>,
) {
    let mut heard = [0; 4096];
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            match stream.read(&mut heard).await {
                Ok(count) if count > 0 => memory.lock().unwrap().extend(&heard[..count]),
                _ => return,
            }
        }
        if stream.write_all(line).await.is_err() {
            return;
        }
    }
    match then {
        Then::FallSilent => {}
        Then::HangUp => {
            let _ = stream.shutdown().await;
        }
        Then::Repeat(mut number, payload) => {
            while stream.write_all(&framed(number, &payload)).await.is_ok() {
                number = number.wrapping_add(1);
            }
        }
        Then::Drip(words, pause) => {
            for word in words.iter().cycle() {
                tokio::time::sleep(pause).await;
                if stream.write_all(word).await.is_err() {
                    break;
                }
            }
        }
    }
    while let Ok(count) = stream.read(&mut heard).await {
        if count == 0 {
            return;
        }
        memory.lock().unwrap().extend(&heard[..count]);
    }
}
