//! From a port to a connection that takes commands.

use super::auth::{Method, Move, Proof};
use super::cursor::Cursor;
use super::error::WireError;
use super::handshake::{self, Entry, Greeting};
use super::packet::Channel;
use super::reply;
use super::stream::Stream;
use super::{Options, Wire};
use crate::address::TlsMode;
use crate::answerer::{self, Protocol};
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::mysql::fault;
use crate::net;
use crate::registry::Site;
use crate::tls::{self, TlsFailure};
use mysql_common::constants::CapabilityFlags;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use socket2::{SockRef, TcpKeepalive};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a connection may be silent before the operating system asks whether the other side is
/// still there, and how often it asks.
const KEEPALIVE: Duration = Duration::from_secs(10);
/// Nothing that is said during a login takes more, keys included.
const LARGEST_WORDS: usize = 64 << 10;
/// Accounts can have several methods; no server goes through so many.
const MOST_SWITCHES: usize = 8;

impl Wire {
    /// Logs in as the site's account. Which product answers is for the caller to ask.
    pub async fn connect(
        site: &Site,
        options: &Options,
        deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        check_names(site)?;
        let log_in =
            async |places: &[SocketAddr], patience| log_in(site, options, places, patience).await;
        answerer::enter(site, Protocol::Mysql, deadline, log_in).await
    }
}

/// In the protocol a NUL ends a name: what is behind it would be read as something else.
fn check_names(site: &Site) -> Result<(), ConnectError> {
    let address = &site.address;
    if address.user.contains('\0') {
        let reason = "no user's name holds a NUL".to_owned();
        return Err(ConnectError::LoginBarred { user: address.user.clone(), reason });
    }
    match &address.database {
        Some(name) if name.contains('\0') => {
            Err(ConnectError::UnknownDatabase { database: name.clone() })
        }
        _ => Ok(()),
    }
}

async fn log_in(
    site: &Site,
    options: &Options,
    places: &[SocketAddr],
    deadline: Deadline,
) -> Result<Wire, ConnectError> {
    let protected = tls::client_config(&site.address.tls).map_err(ConnectError::Tls)?;
    let stream = net::dial(&site.address, places, deadline).await?;
    keep_alive(&stream).map_err(|error| net::of_io(&site.address, error))?;
    let channel = Channel::new(Stream::Plain(stream), options.buffer, LARGEST_WORDS);
    let entering = Entering { site, options, channel };
    deadline.run(Phase::Handshake, Box::pin(entering.run(protected))).await?
}

fn keep_alive(stream: &TcpStream) -> std::io::Result<()> {
    let wishes = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    SockRef::from(stream).set_tcp_keepalive(&wishes)
}

/// A connection on which nobody is logged in yet.
struct Entering<'a> {
    site: &'a Site,
    options: &'a Options,
    channel: Channel<Stream>,
}

impl Entering<'_> {
    async fn run(mut self, protected: Option<ClientConfig>) -> Result<Wire, ConnectError> {
        let place = self.channel.packet().await.map_err(|error| self.fault(error))?;
        let greeting = Greeting::read(self.channel.payload(place));
        let greeting = greeting.map_err(|error| self.fault(error))?;
        let mut capabilities = handshake::capabilities(
            greeting.capabilities,
            self.site.address.database.is_some(),
            self.options.found_rows,
        );
        let encrypted = match protected {
            Some(config) if greeting.offers_tls() => {
                capabilities |= CapabilityFlags::CLIENT_SSL;
                self.protect(config, capabilities).await?;
                true
            }
            Some(_) if self.site.address.tls.mode != TlsMode::Prefer => {
                return Err(ConnectError::Tls(TlsFailure::NotOffered));
            }
            Some(_) | None => false,
        };
        self.prove(&greeting, capabilities, encrypted).await?;
        self.channel.set_largest(self.options.largest_packet);
        Ok(Wire {
            channel: self.channel,
            capabilities,
            encrypted,
            limits: self.options.limits,
            busy: false,
            era: super::new_era(),
            trips: 0,
            scratch: Vec::new(),
        })
    }

    /// Puts TLS around the connection.
    async fn protect(
        &mut self,
        config: ClientConfig,
        capabilities: CapabilityFlags,
    ) -> Result<(), ConnectError> {
        let name = tls::server_name(&self.site.address).map_err(ConnectError::Tls)?;
        let name = ServerName::try_from(name.to_owned())
            .map_err(|error| ConnectError::Tls(TlsFailure::WrongName(error.to_string())))?;
        let request = handshake::opening(capabilities);
        self.channel.send(&request, &[]).await.map_err(|error| self.fault(error))?;
        // Somebody in between could put more there: nothing before the handshake is protected.
        if !self.channel.is_drained() {
            return Err(ConnectError::protocol("it speaks before the TLS handshake"));
        }
        let Some(Stream::Plain(stream)) = self.channel.exchange(None) else {
            return Err(ConnectError::Dropped);
        };
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        let stream = connecting.map_err(|error| self.fault(WireError::Io(error)))?;
        self.channel.exchange(Some(Stream::Tls(Box::new(stream))));
        Ok(())
    }

    async fn prove(
        &mut self,
        greeting: &Greeting,
        capabilities: CapabilityFlags,
        encrypted: bool,
    ) -> Result<(), ConnectError> {
        let site = self.site;
        let password = site.address.password.expose_secret().as_bytes();
        let method = Method::first(&greeting.method);
        let proof = Proof::new(method, &greeting.nonce, password, encrypted);
        let mut proof = proof.map_err(|error| self.fault(error))?;
        let entry = Entry {
            user: &site.address.user,
            database: site.address.database.as_deref(),
            method: method.name(),
            proof: &proof.opening(),
        };
        let answer = handshake::answer(capabilities, &entry);
        self.channel.send(&answer, &[]).await.map_err(|error| self.fault(error))?;
        let mut switches = 0;
        loop {
            let place = self.channel.packet().await.map_err(|error| self.fault(error))?;
            let heard = heard(self.channel.payload(place)).map_err(|error| self.fault(error))?;
            let say = match heard {
                Heard::Welcome => return Ok(()),
                Heard::More(said) => match proof.respond(said) {
                    Ok(Move::Say(words)) => words,
                    Ok(Move::Listen) => continue,
                    Err(error) => return Err(self.fault(error)),
                },
                Heard::Switch { name, nonce } => {
                    let method = Method::named(name).ok_or_else(|| fault::of_method(name, site))?;
                    switches += 1;
                    if switches > MOST_SWITCHES {
                        return Err(ConnectError::protocol(
                            "it keeps changing the method of login",
                        ));
                    }
                    proof = Proof::new(method, nonce, password, encrypted)
                        .map_err(|error| self.fault(error))?;
                    proof.opening()
                }
            };
            self.channel.send(&say, &[]).await.map_err(|error| self.fault(error))?;
        }
    }

    fn fault(&self, error: WireError) -> ConnectError {
        match error {
            WireError::TooLarge { .. } => ConnectError::protocol("its login has no end"),
            other => fault::of_wire(other, self.site),
        }
    }
}

/// What a server may say while somebody logs in.
enum Heard<'a> {
    Welcome,
    More(&'a [u8]),
    Switch { name: &'a [u8], nonce: &'a [u8] },
}

fn heard(payload: &[u8]) -> Result<Heard<'_>, WireError> {
    match payload {
        [0x00, ..] => Ok(Heard::Welcome),
        [0x01, said @ ..] => Ok(Heard::More(said)),
        // The first servers with this method left out the mark before it.
        [b'P', ..] => Ok(Heard::More(payload)),
        [0xfe] => Ok(Heard::Switch { name: b"mysql_old_password", nonce: &[] }),
        [0xfe, rest @ ..] => {
            let mut cursor = Cursor::new(rest);
            Ok(Heard::Switch { name: cursor.until_nul(), nonce: cursor.rest() })
        }
        [0xff, ..] => Err(reply::server_error(payload)),
        _ => Err(WireError::protocol("the answer to a login begins with what begins none")),
    }
}
