//! One connection for one call: opening it under the address's wishes, running statements under the
//! call's deadline, and leaving nothing behind.

use super::dialect::Member;
use super::fault;
use super::row::{Fields, taken};
use crate::address::{Address, TlsMode};
use crate::allowance::Allowance;
use crate::answerer::{self, Protocol};
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::product::Server;
use crate::registry::Site;
use crate::tls::{self, TlsFailure};
use futures::FutureExt;
use mysql_async::prelude::Queryable;
use mysql_async::{
    ClientIdentity, Conn, DriverError, Error, Opts, OptsBuilder, Params, Row, SslOpts, Value,
};
use secrecy::ExposeSecret;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// An open session. It ends with the call that opened it: statements share that call's deadline.
/// Not `Debug`: the driver's connection shows its password.
pub(super) struct Session<'a> {
    /// `None` once a statement was given up: the server may still be sending its answer.
    conn: Option<Conn>,
    site: &'a Site,
    deadline: Deadline,
    allowance: Allowance,
    server: Server,
    version: String,
    encrypted: bool,
}

impl<'a> Session<'a> {
    /// Logs in, makes sure the product is the one expected, and sets the session up.
    pub async fn open(
        site: &'a Site,
        member: &dyn Member,
        deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        let log_in = async |places: &[SocketAddr], patience| log_in(site, places, patience).await;
        let entering = answerer::enter(site, Protocol::Mysql, deadline, log_in);
        let (conn, encrypted) = entering.await?;
        let server = Server::of_mysql_protocol("", "");
        let version = String::new();
        let allowance = Allowance::default();
        let conn = Some(conn);
        let mut session = Self { conn, site, deadline, allowance, server, version, encrypted };
        session.introduce().await?;
        if session.server.product != member.product() {
            return Err(site.wrong_kind(&session.server));
        }
        session.set_up(member).await?;
        Ok(session)
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The version as the protocol shows it.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Runs a statement with parameters bound by the server.
    pub async fn rows(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, ConnectError> {
        let allowance = self.allowance.clone();
        let params = Params::Positional(params);
        self.run(async |conn| taken(conn.exec_iter(sql, params).await?, &allowance).await).await
    }

    /// Runs a statement that takes no parameters, such as `SHOW`, in one round trip.
    pub async fn plain(&mut self, sql: &str) -> Result<Vec<Row>, ConnectError> {
        let allowance = self.allowance.clone();
        self.run(async |conn| taken(conn.query_iter(sql).await?, &allowance).await).await
    }

    /// Says goodbye, so that the server counts no aborted connection.
    pub async fn close(mut self) {
        if let Some(conn) = self.conn.take() {
            // A goodbye that fails or is late changes nothing: the socket is closed either way.
            let _ = self.deadline.run(Phase::Query, guarded(conn.disconnect())).await;
        }
    }

    async fn introduce(&mut self) -> Result<(), ConnectError> {
        let rows = self.plain("SELECT VERSION() AS version, @@version_comment AS remark").await?;
        let row = rows.first().ok_or_else(|| ConnectError::protocol("it has no version"))?;
        self.version = row.text("version")?;
        self.server = Server::of_mysql_protocol(&self.version, &row.text_or_empty("remark")?);
        Ok(())
    }

    /// Instants are read in UTC everywhere, names in full Unicode, and nothing of ours runs on after
    /// we have stopped waiting for it.
    async fn set_up(&mut self, member: &dyn Member) -> Result<(), ConnectError> {
        let mut settings =
            vec!["NAMES utf8mb4".to_owned(), "time_zone = '+00:00'".into(), "sql_mode = ''".into()];
        settings.extend(member.statement_limit(&self.server, self.deadline.limit()));
        settings.extend(member.more_settings(&self.server));
        self.plain(&format!("SET {}", settings.join(", "))).await.map(drop)
    }

    async fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, ConnectError> {
        let conn = self.conn.as_mut().ok_or(ConnectError::Dropped)?;
        let outcome = match self.deadline.run(Phase::Query, guarded(work(conn))).await {
            Ok(outcome) => {
                outcome.and_then(|done| done.map_err(|e| fault::of_driver(e, self.site)))
            }
            Err(timeout) => Err(timeout),
        };
        if let Err(ConnectError::Timeout { .. } | ConnectError::TooMuch { .. }) = &outcome {
            self.abandon();
        }
        outcome
    }

    /// Closes the socket at once. Merely dropped, the driver would first read the rest of a pending
    /// answer in a task of its own, for ever if the peer is dead. A command that is cut short marks
    /// the connection as broken, and a broken one is just closed.
    fn abandon(&mut self) {
        if let Some(mut conn) = self.conn.take() {
            let _ = AssertUnwindSafe(conn.ping()).catch_unwind().now_or_never();
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// The driver indexes into packets whose length the peer chose: what a hostile peer can make panic
/// is reported as a violation of the protocol.
async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, ConnectError> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|_| ConnectError::protocol("malformed packets"))
}

/// Tries the places in order, each with an equal share of the time. Only a place that cannot be
/// reached makes the next one be tried.
async fn log_in(
    site: &Site,
    places: &[SocketAddr],
    deadline: Deadline,
) -> Result<(Conn, bool), ConnectError> {
    let mut last = deadline.missed(Phase::Connect);
    for (tried, place) in places.iter().enumerate() {
        let share = deadline.share(u32::try_from(places.len() - tried).unwrap_or(u32::MAX));
        match log_in_at(site, place.ip(), share).await {
            Err(
                error @ (ConnectError::Refused { .. }
                | ConnectError::Unreachable { .. }
                | ConnectError::Timeout { .. }),
            ) => last = error,
            outcome => return outcome,
        }
    }
    Err(last)
}

async fn log_in_at(
    site: &Site,
    ip: IpAddr,
    deadline: Deadline,
) -> Result<(Conn, bool), ConnectError> {
    let protected = protection(&site.address).map_err(ConnectError::Tls)?;
    let encrypted = protected.is_some();
    let attempt = connect(&site.address, ip, protected, deadline).await?;
    match attempt {
        Ok(conn) => Ok((conn, encrypted)),
        // The server said in its greeting that it has no TLS; nothing was sent to it yet.
        Err(Error::Driver(DriverError::NoClientSslFlagFromServer))
            if site.address.tls.mode == TlsMode::Prefer =>
        {
            let plain = connect(&site.address, ip, None, deadline).await?;
            Ok((plain.map_err(|error| fault::of_driver(error, site))?, false))
        }
        Err(error) => Err(fault::of_driver(error, site)),
    }
}

async fn connect(
    address: &Address,
    ip: IpAddr,
    protected: Option<SslOpts>,
    deadline: Deadline,
) -> Result<Result<Conn, Error>, ConnectError> {
    let conn = Conn::new(options(address, ip, protected));
    deadline.run(Phase::Handshake, guarded(conn)).await?
}

fn options(address: &Address, ip: IpAddr, protected: Option<SslOpts>) -> Opts {
    OptsBuilder::default()
        .ip_or_hostname(address.host.clone())
        .resolved_ips(Some(vec![ip]))
        .tcp_port(address.port)
        .user(Some(address.user.clone()))
        .pass(Some(address.password.expose_secret().to_owned()))
        .db_name(address.database.clone())
        .ssl_opts(protected)
        // Stay on the address that was given, whatever socket the server is known by locally.
        .prefer_socket(false)
        // Given here, these two spare a round trip that would ask the server for them.
        .max_allowed_packet(Some(LARGEST_PACKET))
        .wait_timeout(Some(IDLE_SECONDS))
        .tcp_keepalive(Some(KEEPALIVE))
        .connect_attribute("program_name", "oms")
        .into()
}

/// No row of a catalog comes near this.
const LARGEST_PACKET: usize = 16 * 1024 * 1024;
const IDLE_SECONDS: usize = 28_800;
const KEEPALIVE: Duration = Duration::from_secs(10);

/// The driver's form of our wishes; `None` for plain text.
fn protection(address: &Address) -> Result<Option<SslOpts>, TlsFailure> {
    let wishes = &address.tls;
    let name = match wishes.mode {
        TlsMode::VerifyCa => ANY_NAME.to_owned(),
        _ => tls::server_name(address)?.to_owned(),
    };
    let mut options = SslOpts::default().with_danger_tls_hostname_override(Some(name));
    match wishes.mode {
        TlsMode::Disable => return Ok(None),
        TlsMode::Prefer | TlsMode::Require => {
            options = options.with_danger_accept_invalid_certs(true);
        }
        TlsMode::VerifyCa => {
            options = options.with_danger_skip_domain_validation(true);
        }
        TlsMode::VerifyFull => {}
    }
    if matches!(wishes.mode, TlsMode::VerifyCa | TlsMode::VerifyFull) {
        // Read here for the error; the driver reads them again.
        tls::roots(wishes)?;
        if let Some(pem) = &wishes.ca_pem {
            options = options
                .with_root_certs(vec![pem.clone().into_bytes().into()])
                .with_disable_built_in_roots(true);
        }
    }
    if let Some(client) = &wishes.client {
        tls::identity(client)?;
        options = options.with_client_identity(Some(ClientIdentity::new(
            client.chain_pem.clone().into_bytes().into(),
            client.key_pem.expose_secret().as_bytes().to_vec().into(),
        )));
    }
    tls::settle_process_default();
    Ok(Some(options))
}

/// The name that `verify-ca` asks the driver to verify.
///
/// The driver verifies the chain first and the name last, and skips the name when the text of the
/// error contains this word. Since rustls 0.23 the text no longer names the error but still repeats
/// the name that was asked for, so asking for this name makes the driver do what it promises, and
/// no more: any failure of the chain has another text. A driver that is mended behaves the same; if
/// either text changes, `verify-ca` refuses every certificate, which the TLS tests notice.
const ANY_NAME: &str = "NotValidForName";
