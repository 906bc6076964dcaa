//! One connection for one call: opening it under the address's wishes, running statements under the
//! call's deadline, and leaving nothing behind.

use super::fault;
use crate::address::{Address, TlsMode};
use crate::allowance::{Allowance, Excess, Metered};
use crate::answerer::{self, POSTGRES_TLS_REQUEST, Protocol};
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::net;
use crate::product::{Product, Server};
use crate::registry::Site;
use crate::tls::{self, TlsFailure};
use futures::TryStreamExt;
use secrecy::ExposeSecret;
use std::future::Future;
use std::net::SocketAddr;
use std::ops::Range;
use std::pin::pin;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, NoTls, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A value and its type, so that a statement takes one round trip.
pub(super) type Bound<'a> = (&'a (dyn ToSql + Sync), Type);

/// An open session. It ends with the call that opened it: statements share that call's deadline.
#[derive(Debug)]
pub(super) struct Session<'a> {
    /// `None` once the session said goodbye.
    client: Option<Client>,
    /// Moves the bytes; stopped with the session, whatever the peer does.
    wire: JoinHandle<()>,
    site: &'a Site,
    deadline: Deadline,
    allowance: Allowance,
    server: Server,
    version: String,
}

impl<'a> Session<'a> {
    /// Logs in, makes sure the product is the one expected, and sets the session up.
    pub async fn open(site: &'a Site, deadline: Deadline) -> Result<Self, ConnectError> {
        let allowance = Allowance::default();
        let log_in = async |places: &[SocketAddr], patience| {
            let entered = log_in(site, places, &allowance, patience).await;
            // The driver only says that the connection is gone.
            entered.map_err(|error| match allowance.is_exceeded() {
                true => Excess.refusal(),
                false => error,
            })
        };
        let entering = answerer::enter(site, Protocol::Postgres, deadline, log_in);
        let (client, wire) = entering.await?;
        let server = Server::unversioned(Product::Postgresql);
        let version = String::new();
        let client = Some(client);
        let mut session = Self { client, wire, site, deadline, allowance, server, version };
        session.introduce().await?;
        if session.server.product != Product::Postgresql {
            return Err(site.wrong_kind(&session.server));
        }
        session.set_up().await?;
        Ok(session)
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The version text, whole.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Runs a statement with its parameters bound by the server.
    pub async fn rows(&self, sql: &str, params: &[Bound<'_>]) -> Result<Vec<Row>, ConnectError> {
        let params = params.iter().map(|(value, kind)| (*value, kind.clone()));
        let answer = self.run(self.client()?.query_typed_raw(sql, params)).await?;
        let mut answer = pin!(answer);
        let mut rows = Vec::new();
        while let Some(row) = self.run(answer.try_next()).await? {
            // The text is counted as it comes; where in it each field is found takes as much again.
            let places = row.len() * size_of::<Option<Range<usize>>>();
            self.allowance.take_row(places).map_err(Excess::refusal)?;
            rows.push(row);
        }
        Ok(rows)
    }

    /// Runs a statement that answers with one row.
    pub async fn row(&self, sql: &str, params: &[Bound<'_>]) -> Result<Row, ConnectError> {
        let rows = self.rows(sql, params).await?;
        rows.into_iter().next().ok_or_else(|| ConnectError::protocol("an answer has no row"))
    }

    /// Says goodbye, so that the server counts no lost connection.
    pub async fn close(mut self) {
        // Without its client, the wire says goodbye and ends.
        self.client = None;
        let _ = self.deadline.run(Phase::Query, &mut self.wire).await;
    }

    fn client(&self) -> Result<&Client, ConnectError> {
        self.client.as_ref().ok_or(ConnectError::Dropped)
    }

    async fn introduce(&mut self) -> Result<(), ConnectError> {
        let row = self.row("SELECT version()", &[]).await?;
        self.version = field(&row, 0)?;
        self.server = Server::of_postgres_protocol(&self.version);
        Ok(())
    }

    /// Instants are read in UTC, catalogs cannot be hidden by objects of the same name, and nothing
    /// of ours changes anything or runs on after we have stopped waiting for it.
    async fn set_up(&self) -> Result<(), ConnectError> {
        let sql = format!(
            "SET TimeZone = 'UTC'; SET statement_timeout = {}; SET search_path = pg_catalog; \
             SET default_transaction_read_only = on",
            self.deadline.limit().as_millis().max(1)
        );
        self.run(self.client()?.batch_execute(&sql)).await
    }

    async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, ConnectError> {
        let outcome = self.deadline.run(Phase::Query, work).await?;
        outcome.map_err(|error| match self.allowance.is_exceeded() {
            // The driver only says that the connection is gone.
            true => Excess.refusal(),
            false => fault::of_driver(&error, self.site),
        })
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.wire.abort();
    }
}

/// A field of a row. A type that does not fit is the server's deviation, not a reason to panic.
pub(super) fn field<'r, T: tokio_postgres::types::FromSql<'r>>(
    row: &'r Row,
    at: usize,
) -> Result<T, ConnectError> {
    row.try_get(at).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|c| format!(": {c}")).unwrap_or_default();
        ConnectError::protocol(format!("{error}{cause}"))
    })
}

async fn log_in(
    site: &Site,
    places: &[SocketAddr],
    allowance: &Allowance,
    deadline: Deadline,
) -> Result<(Client, JoinHandle<()>), ConnectError> {
    let address = &site.address;
    let protected = tls::client_config(&address.tls).map_err(ConnectError::Tls)?;
    let mut stream = net::dial(address, places, deadline).await?;
    let mut config = settings(address);
    let Some(protected) = protected else {
        let stream = Metered::new(stream, allowance.clone());
        return enter(site, stream, NoTls, &config, deadline).await;
    };
    let offer = deadline.run(Phase::Handshake, offers_tls(site, &mut stream)).await??;
    let stream = Metered::new(stream, allowance.clone());
    match offer {
        true => {
            // The answer to the request for TLS is in: what is left is the handshake itself.
            config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
            let connect = MakeTlsConnect::<Metered<TcpStream>>::make_tls_connect(
                &mut MakeRustlsConnect::new(protected),
                tls::server_name(address).map_err(ConnectError::Tls)?,
            )
            .map_err(|never| match never {})?;
            enter(site, stream, connect, &config, deadline).await
        }
        false if address.tls.mode == TlsMode::Prefer => {
            enter(site, stream, NoTls, &config, deadline).await
        }
        false => Err(ConnectError::Tls(TlsFailure::NotOffered)),
    }
}

fn settings(address: &Address) -> Config {
    let mut config = Config::new();
    config
        .user(&address.user)
        .password(address.password.expose_secret())
        .application_name("oms")
        .ssl_mode(SslMode::Disable);
    if let Some(database) = &address.database {
        config.dbname(database);
    }
    config
}

/// Asks for TLS. A server that says more than the one letter is none, or somebody in between speaks
/// for it: whatever comes before the handshake is not protected.
async fn offers_tls(site: &Site, stream: &mut TcpStream) -> Result<bool, ConnectError> {
    let lost = |error| net::of_io(&site.address, error);
    stream.write_all(&POSTGRES_TLS_REQUEST).await.map_err(lost)?;
    let mut answer = [0; 32];
    match stream.read(&mut answer).await.map_err(lost)? {
        0 => Err(ConnectError::Dropped),
        1 if answer[0] == b'S' => Ok(true),
        1 if answer[0] == b'N' => Ok(false),
        length => {
            let words = answerer::excerpt(&answer[..length]);
            Err(ConnectError::protocol(format!("it says {words:?}")))
        }
    }
}

async fn enter<S, T>(
    site: &Site,
    stream: S,
    connect: T,
    config: &Config,
    deadline: Deadline,
) -> Result<(Client, JoinHandle<()>), ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let entering = config.connect_raw(stream, connect);
    let (client, connection) = deadline
        .run(Phase::Handshake, entering)
        .await?
        .map_err(|error| fault::of_driver(&error, site))?;
    let wire = tokio::spawn(async move {
        // Its errors reach the client's pending calls as well.
        let _ = connection.await;
    });
    Ok((client, wire))
}
