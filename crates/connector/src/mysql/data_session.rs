//! A connection that moves rows: set up so that what is stored comes out, and goes in, unchanged.

use super::data_fault;
use super::dialect::Member;
use super::wire::{Limits, Options, TextRow, Wire, WireError};
use crate::data_error::DataError;
use crate::deadline::Deadline;
use crate::error::ConnectError;
use crate::product::Server;
use crate::registry::Site;
use crate::waits::Waits;
use std::time::Duration;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Reading,
    Writing,
    /// Reading definitions.
    Describing,
    /// Running definitions.
    Defining,
    /// Following the log.
    Following,
}

/// How long to wait for a connection and its first words.
const ENTRY: Duration = Duration::from_secs(10);
/// How long a statement on definitions may take: an index of a large table takes hours, and so does
/// a look at all of its keys.
const DEFINITION: Duration = Duration::from_secs(48 * 3_600);
/// How long the server waits for us: a slow target must not break the reading of a source.
const PATIENCE_SECONDS: u32 = 3_600;

impl Use {
    fn longest(self, waits: &Waits) -> Duration {
        match self {
            Self::Reading | Self::Writing => waits.statement,
            Self::Describing | Self::Defining | Self::Following => DEFINITION,
        }
    }
}

/// An open connection, and what answers there.
#[derive(Debug)]
pub(super) struct DataSession {
    pub wire: Wire,
    pub server: Server,
    pub member: &'static dyn Member,
}

impl DataSession {
    pub async fn open(
        site: &Site,
        member: &'static dyn Member,
        purpose: Use,
    ) -> Result<Self, DataError> {
        let limits = Limits { statement: site.waits.statement, idle: site.waits.silence };
        let options = Options { limits, ..Options::default() };
        let deadline = Deadline::after(site.limit.max(ENTRY));
        let mut wire = Wire::connect(site, &options, deadline).await?;
        let said = |error| ConnectError::protocol(format!("{error}"));
        let words = wire.query(b"SELECT VERSION(), @@version_comment").await;
        let words = words.map_err(data_fault::of_wire)?;
        let row = words.rows.first().ok_or_else(|| ConnectError::protocol("it has no version"))?;
        let text = |at| row.text(at).map(Option::unwrap_or_default).map_err(said);
        let server = Server::of_mysql_protocol(text(0)?, text(1)?);
        if server.product != member.product() {
            return Err(site.wrong_kind(&server).into());
        }
        let mut session = Self { wire, server, member };
        session.set_up(purpose, &site.waits).await?;
        Ok(session)
    }

    async fn set_up(&mut self, purpose: Use, waits: &Waits) -> Result<(), DataError> {
        let mut settings = match purpose {
            // What a column holds comes as it is, in the column's own charset.
            Use::Reading | Use::Following => vec![
                "NAMES utf8mb4".to_owned(),
                "character_set_results = NULL".into(),
                "sql_mode = ''".into(),
            ],
            // A value that does not fit is an error; dates that any mode would take are taken, and
            // zero is a number.
            Use::Writing => vec![
                "NAMES binary".to_owned(),
                "sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,\
                 NO_AUTO_VALUE_ON_ZERO'"
                    .into(),
                "foreign_key_checks = 0".into(),
            ],
            // Printed with all quotes and nothing of an older dialect.
            Use::Describing => vec![
                "NAMES utf8mb4".to_owned(),
                "sql_mode = ''".into(),
                "sql_quote_show_create = 1".into(),
            ],
            // What the server would change without a word is an error instead; dates that any mode
            // would take as a default are taken. Tables come before those they refer to.
            Use::Defining => vec![
                "NAMES utf8mb4".to_owned(),
                "sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,\
                 NO_ENGINE_SUBSTITUTION'"
                    .into(),
                "foreign_key_checks = 0".into(),
            ],
        };
        settings.push("time_zone = '+00:00'".into());
        settings.push(format!("net_write_timeout = {PATIENCE_SECONDS}"));
        settings.push(format!("net_read_timeout = {PATIENCE_SECONDS}"));
        if purpose != Use::Describing {
            settings.extend(self.member.lock_limit(waits.lock));
        }
        // A log is read for as long as anybody wants to.
        if purpose != Use::Following {
            settings.extend(self.member.statement_limit(&self.server, purpose.longest(waits)));
        }
        settings.extend(self.member.more_settings(&self.server));
        self.run(format!("SET {}", settings.join(", ")).as_bytes()).await?;
        if purpose == Use::Writing {
            self.limit_row_locks(waits.lock).await?;
        }
        Ok(())
    }

    /// A server too old for that waits as long as the statement may take.
    async fn limit_row_locks(&mut self, limit: Duration) -> Result<(), DataError> {
        const UNKNOWN_VARIABLE: u16 = 1193;
        let sql = format!("SET {}", self.member.row_lock_limit(limit));
        match self.wire.execute(sql.as_bytes()).await {
            Ok(_) | Err(WireError::Server { code: UNKNOWN_VARIABLE, .. }) => Ok(()),
            Err(error) => Err(data_fault::of_wire(error)),
        }
    }

    /// Runs a statement without rows.
    pub async fn run(&mut self, sql: &[u8]) -> Result<(), DataError> {
        self.wire.execute(sql).await.map(drop).map_err(data_fault::of_wire)
    }

    /// Runs a statement whose first cell is a number.
    pub async fn number(&mut self, sql: &str) -> Result<u64, DataError> {
        let table = self.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let text = table.value().map_err(data_fault::of_wire)?;
        text.and_then(|text| text.parse().ok()).ok_or_else(|| {
            data_fault::of_wire(WireError::protocol("a number was asked for and none came"))
        })
    }

    /// Runs a statement whose first cells are numbers.
    pub async fn numbers(&mut self, sql: &str) -> Result<Vec<u64>, DataError> {
        let table = self.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let number = |row: &TextRow| row.text(0).ok().flatten()?.parse().ok();
        let numbers: Option<Vec<u64>> = table.rows.iter().map(number).collect();
        numbers.ok_or_else(|| {
            data_fault::of_wire(WireError::protocol("numbers were asked for and others came"))
        })
    }

    /// A table's full name, quoted.
    pub fn name(&self, database: &str, table: &str) -> String {
        self.member.qualified(database, table)
    }
}
