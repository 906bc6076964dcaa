//! One connection for one call: opening it under the address's wishes, running statements under the
//! call's deadline, and leaving nothing behind.

use super::dialect::Member;
use super::fault;
use super::row::{self, Row, Trouble};
use super::wire::{Limits, Options, Param, Prepared, Wire};
use crate::allowance::Allowance;
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use crate::product::Server;
use crate::registry::Site;
use std::collections::HashMap;

/// No row of a catalog comes near this.
const LARGEST_PACKET: usize = 16 << 20;
/// Answers are short, and many calls may run at once.
const BUFFER: usize = 32 << 10;

/// An open session. It ends with the call that opened it: statements share that call's deadline.
#[derive(Debug)]
pub(super) struct Session<'a> {
    /// `None` once a statement was given up: the server may still be sending its answer.
    wire: Option<Wire>,
    /// By their text. They are few, and the server forgets them with the session.
    prepared: HashMap<String, Prepared>,
    site: &'a Site,
    deadline: Deadline,
    allowance: Allowance,
    server: Server,
    version: String,
}

impl<'a> Session<'a> {
    /// Logs in, makes sure the product is the one expected, and sets the session up.
    pub async fn open(
        site: &'a Site,
        member: &dyn Member,
        deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        // The deadline comes first, whatever is waited for.
        let limits = Limits { statement: deadline.limit(), idle: deadline.limit() };
        let options = Options {
            limits,
            buffer: BUFFER,
            largest_packet: LARGEST_PACKET,
            ..Options::default()
        };
        let mut session = Self {
            wire: Some(Wire::connect(site, &options, deadline).await?),
            prepared: HashMap::new(),
            site,
            deadline,
            allowance: Allowance::default(),
            server: Server::of_mysql_protocol("", ""),
            version: String::new(),
        };
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
        self.wire.as_ref().is_some_and(Wire::is_encrypted)
    }

    /// Runs a statement with parameters bound by the server.
    pub async fn rows(&mut self, sql: &str, params: &[&str]) -> Result<Vec<Row>, ConnectError> {
        let statement = self.prepared(sql).await?;
        let params: Vec<_> = params.iter().map(|text| Param::Text(text.as_bytes())).collect();
        let allowance = self.allowance.clone();
        self.run(async |wire| {
            let rows = wire.read(&statement, &params).await?;
            row::taken(rows.into_text(), &allowance).await
        })
        .await
    }

    /// Runs a statement that takes no parameters, such as `SHOW`, in one round trip.
    pub async fn plain(&mut self, sql: &str) -> Result<Vec<Row>, ConnectError> {
        let allowance = self.allowance.clone();
        self.run(async |wire| {
            let rows = wire.read_text(sql.as_bytes()).await?;
            row::taken(rows, &allowance).await
        })
        .await
    }

    /// Says goodbye, so that the server counts no aborted connection.
    pub async fn close(mut self) {
        if let Some(wire) = self.wire.take() {
            // A goodbye that is late changes nothing: the socket is closed either way.
            let _ = self.deadline.run(Phase::Query, wire.quit()).await;
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
        let sql = format!("SET {}", settings.join(", "));
        self.run(async |wire| Ok(wire.execute(sql.as_bytes()).await.map(drop)?)).await
    }

    /// Each text is prepared once: long listings run the same statement for each piece.
    async fn prepared(&mut self, sql: &str) -> Result<Prepared, ConnectError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.run(async |wire| Ok(wire.prepare(sql.as_bytes()).await?)).await?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Wire) -> Result<T, Trouble>,
    ) -> Result<T, ConnectError> {
        let wire = self.wire.as_mut().ok_or(ConnectError::Dropped)?;
        let outcome = match self.deadline.run(Phase::Query, work(wire)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(Trouble::Wire(error))) => Err(fault::of_wire(error, self.site)),
            Ok(Err(Trouble::Excess(excess))) => Err(excess.refusal()),
            Err(timeout) => Err(timeout),
        };
        if let Err(ConnectError::Timeout { .. } | ConnectError::TooMuch { .. }) = &outcome {
            // Closes the socket at once, whatever is still to come.
            self.wire = None;
        }
        outcome
    }
}
