//! The client against real servers, and against peers that lie.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

mod basics;
mod endless;
mod infile;
mod kill;
mod large;
mod lies;
mod login;
mod peer;
mod types;
mod volume;

use super::table::Table;
use super::{Limits, Options, TextRow, Wire, WireError};
use crate::address::{Address, Tls, TlsMode};
use crate::deadline::Deadline;
use crate::error::ConnectError;
use crate::registry::Site;
use crate::waits::Waits;
use oms_model::DatabaseKind;
use oms_testkit::servers::{Server, ServerKind, of_this_run};
use std::time::Duration;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

fn options() -> Options {
    Options { limits: Limits { statement: PATIENCE, idle: PATIENCE }, ..Options::default() }
}

/// The address of a server with its own account.
pub(in crate::mysql) fn site_of(server: &Server, mode: TlsMode) -> Site {
    let address = Address {
        host: server.host.clone(),
        port: server.port,
        user: server.user.clone(),
        password: server.password.clone().into(),
        database: None,
        tls: Tls::mode(mode),
    };
    let kind = match server.kind {
        ServerKind::MariaDb => DatabaseKind::Mariadb,
        ServerKind::OceanBase => DatabaseKind::ObMysql,
        _ => DatabaseKind::Mysql,
    };
    Site { kind, address, limit: PATIENCE, waits: Waits::default() }
}

async fn enter(site: &Site) -> Result<Wire, ConnectError> {
    Wire::connect(site, &options(), Deadline::after(site.limit)).await
}

/// A connection to the server of a kind, in plain text where nothing else is asked for.
async fn wire(kind: ServerKind) -> Wire {
    enter(&site_of(of_this_run(kind), TlsMode::Disable)).await.unwrap()
}

/// A connection whose limits run out soon.
async fn impatient(kind: ServerKind, limits: Limits) -> Wire {
    let mut wire = wire(kind).await;
    wire.limits = limits;
    wire
}

/// What only tests ask for.
impl Wire {
    /// Whether another command may be sent.
    fn is_usable(&self) -> bool {
        self.channel.is_open() && !self.busy
    }

    /// The server's number for this connection.
    async fn number(&mut self) -> u32 {
        let table = self.query(b"SELECT CONNECTION_ID()").await.unwrap();
        table.value().unwrap().unwrap().parse().unwrap()
    }
}

impl WireError {
    pub(super) fn code(&self) -> Option<u16> {
        match self {
            Self::Server { code, .. } => Some(*code),
            _ => None,
        }
    }
}

/// Whether the server has a connection of this number.
async fn lives(other: &mut Wire, connection: u32) -> bool {
    let list = other.query(b"SHOW PROCESSLIST").await.unwrap();
    let id = connection.to_string();
    list.rows.iter().any(|row| row.text(0).unwrap() == Some(&id))
}

/// The rows of a query as text.
fn texts<'a>(table: &'a Table) -> Vec<Vec<Option<&'a str>>> {
    let row = |row: &'a TextRow| (0..row.0.len()).map(|at| row.text(at).unwrap()).collect();
    table.rows.iter().map(row).collect()
}

/// Runs the same checks on every server: a module per server, a test per check.
macro_rules! on_every_server {
    ($($check:ident),+ $(,)?) => {
        on_every_server!(@module mysql, MySql, $($check),+);
        on_every_server!(@module mariadb, MariaDb, $($check),+);
        on_every_server!(@module oceanbase, OceanBase, $($check),+);
    };
    (@module $name:ident, $kind:ident, $($check:ident),+) => {
        mod $name {
            $(
                #[tokio::test]
                async fn $check() {
                    super::$check(oms_testkit::servers::ServerKind::$kind).await;
                }
            )+
        }
    };
}
use on_every_server;
