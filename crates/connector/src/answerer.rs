//! Who answers at a port: asked only after a login failed in a way that its error does not explain, so
//! that "no answer" can become "that is a PostgreSQL".

use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::net;
use crate::product::{Product, Server};
use crate::registry::Site;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Logs in by `log_in`, which gets the host's addresses and the time it may take; where that fails
/// without a reason, asks who answers.
pub(crate) async fn enter<T>(
    site: &Site,
    ours: Protocol,
    deadline: Deadline,
    log_in: impl AsyncFnOnce(&[SocketAddr], Deadline) -> Result<T, ConnectError>,
) -> Result<T, ConnectError> {
    let places = net::resolve(&site.address, deadline).await?;
    let patience = deadline.keeping(reserve(deadline.limit()));
    match log_in(&places, patience).await {
        Err(error) if error.is_unexplained() => {
            Err(explain(error, site, ours, &places, deadline).await)
        }
        outcome => outcome,
    }
}

/// What is kept of a call's limit for asking who answers.
fn reserve(limit: Duration) -> Duration {
    (limit / 5).min(Duration::from_secs(1))
}

/// The protocols there are connectors for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Mysql,
    Postgres,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// It greets as MySQL does, or answers a request for TLS as PostgreSQL does.
    Speaks(Protocol, Server),
    /// It says something else.
    Noise(String),
    Silence,
}

/// Makes an error that says little say more, if the port gives away what is there.
async fn explain(
    error: ConnectError,
    site: &Site,
    ours: Protocol,
    places: &[SocketAddr],
    deadline: Deadline,
) -> ConnectError {
    let stream = match net::dial(&site.address, places, deadline.share(2)).await {
        Ok(stream) => stream,
        Err(ConnectError::Timeout { .. }) => return deadline.missed(Phase::Connect),
        Err(_) => return error,
    };
    let asked = ask(stream, deadline.remaining() / 2);
    let answer = deadline.run(Phase::Handshake, asked).await.unwrap_or(Answer::Silence);
    tracing::debug!(address = %site.address, ?answer, %error, "asked who answers");
    match answer {
        Answer::Noise(words) => ConnectError::protocol(format!("it says {words:?}")),
        Answer::Speaks(theirs, server) if theirs != ours => site.wrong_kind(&server),
        Answer::Speaks(..) | Answer::Silence => error,
    }
}

/// Listens first, since MySQL and most others greet; then asks for TLS as a PostgreSQL client does,
/// which needs no login and leaves no trace at a PostgreSQL.
async fn ask(mut stream: TcpStream, patience: Duration) -> Answer {
    let mut heard = [0; 64];
    if let Ok(outcome) = tokio::time::timeout(patience, stream.read(&mut heard)).await {
        return match outcome {
            Ok(0) | Err(_) => Answer::Silence,
            Ok(length) => recognise(&heard[..length]),
        };
    }
    if stream.write_all(&POSTGRES_TLS_REQUEST).await.is_err() {
        return Answer::Silence;
    }
    match stream.read(&mut heard).await {
        Ok(1) if matches!(heard[0], b'S' | b'N') => {
            Answer::Speaks(Protocol::Postgres, Server::unversioned(Product::Postgresql))
        }
        Ok(0) | Err(_) => Answer::Silence,
        Ok(length) => recognise(&heard[..length]),
    }
}

/// Length 8, then the number that stands in the place of a protocol version.
pub(crate) const POSTGRES_TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

const SOME_MYSQL: Product = Product::Another("a server of the MySQL protocol");

/// A MySQL greeting is the first packet (number 0). It begins with the protocol's version, 10, and
/// the server's, or with the mark of an error.
fn recognise(heard: &[u8]) -> Answer {
    let server = match heard {
        [_, _, 0, 0, 10, rest @ ..] => {
            let version = rest.split(|byte| *byte == 0).next().unwrap_or_default();
            let server = Server::of_mysql_protocol(&String::from_utf8_lossy(version), "");
            // Relatives greet as MySQL and tell the truth only after the login.
            match server.product {
                Product::Mysql => Server { product: SOME_MYSQL, ..server },
                _ => server,
            }
        }
        [_, _, 0, 0, 0xff, ..] => Server::unversioned(SOME_MYSQL),
        _ => return Answer::Noise(excerpt(heard)),
    };
    Answer::Speaks(Protocol::Mysql, server)
}

/// The beginning of what a stranger said, fit for a message.
pub(crate) fn excerpt(heard: &[u8]) -> String {
    let text = String::from_utf8_lossy(&heard[..heard.len().min(32)]);
    text.chars().map(|c| if c.is_control() { '.' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mysql_greeting_is_recognised_with_its_version() {
        let said = |heard: &[u8]| match recognise(heard) {
            Answer::Speaks(Protocol::Mysql, server) => server.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said(b"\x4a\0\0\0\x0a9.7.4\0more"), "a server of the MySQL protocol 9.7.4");
        assert_eq!(said(b"\x4a\0\0\0\x0a5.5.5-10.11.19-MariaDB\0"), "MariaDB 10.11.19");
        assert_eq!(said(b"\x17\0\0\0\xff\x10\x04Too many"), "a server of the MySQL protocol");
    }

    #[test]
    fn other_greetings_are_quoted_without_control_characters() {
        let noise = |text: &str| Answer::Noise(text.to_owned());
        assert_eq!(recognise(b"SSH-2.0-OpenSSH_9.2\r\n"), noise("SSH-2.0-OpenSSH_9.2.."));
        assert_eq!(recognise(b"\x4a\x00"), noise("J."));
    }

    #[test]
    fn the_reserve_is_a_fifth_but_no_more_than_a_second() {
        assert_eq!(reserve(Duration::from_secs(5)), Duration::from_secs(1));
        assert_eq!(reserve(Duration::from_secs(60)), Duration::from_secs(1));
        assert_eq!(reserve(Duration::from_secs(1)), Duration::from_millis(200));
    }
}
