//! `servers`: real database servers for people and for test runs.
//!
//! `servers up` starts one of each and stays; `servers exec -- COMMAND` runs a command among them;
//! `servers fetch` only fills the cache.

mod busy;
mod exec;
mod fleet;
mod latency;
mod report;
mod signals;

use std::{ffi::OsString, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use oms_testkit::{
    run_sql,
    servers::{Server, ServerKind, fetch_all, from_environment},
};

use crate::{fleet::Fleet, signals::Signals};

/// Fetches, starts and stops real MySQL, MariaDB, PostgreSQL and OceanBase servers.
///
/// Nothing is installed: the servers are kept in `$OMS_SERVER_CACHE` (default
/// `~/.cache/oms-servers`), their data in temporary directories. They listen on loopback; only the
/// OceanBase kernel cannot be told to, so it gets a random password. A server whose URL is in
/// `OMS_TEST_MYSQL_URL`, `OMS_TEST_MARIADB_URL`, `OMS_TEST_POSTGRES_URL` or
/// `OMS_TEST_OCEANBASE_URL` is used as it is instead.
#[derive(Debug, Parser)]
#[command(name = "servers", version)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Start servers, print their URLs and keep them until Ctrl-C
    Up {
        /// mysql, mariadb, postgres, oceanbase; all of them by default
        kinds: Vec<ServerKind>,
        /// Print one JSON document instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Run a command among the servers, with their URLs in its environment
    Exec {
        /// Start only these, separated by commas
        #[arg(long, value_delimiter = ',', value_name = "KINDS")]
        only: Vec<ServerKind>,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Run the statements of a file on a server of `servers exec`
    Load {
        /// mysql, mariadb, postgres or oceanbase
        kind: ServerKind,
        /// SQL, one or several statements
        file: PathBuf,
    },
    /// Let a business work in a database of its own, on a server of `servers exec`, until Ctrl-C
    Busy {
        /// mysql, mariadb or oceanbase
        kind: ServerKind,
        /// Its database; made if it is not there
        database: String,
        /// The same number makes the same statements
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only make the tables and their first rows
        #[arg(long)]
        prepare: bool,
        /// Transactions a second, at most
        #[arg(long)]
        rate: Option<u32>,
    },
    /// Compare the values of a business on two servers of `servers exec`, row for row in sums
    Same { kind: ServerKind, other: ServerKind, database: String },
    /// Write rows on one server of `servers exec` and see how long they take to another
    Latency {
        kind: ServerKind,
        other: ServerKind,
        /// The database of the table `latency`
        database: String,
        /// Its name at the other server, if it is another
        #[arg(long)]
        arrives: Option<String>,
        /// Only make the table
        #[arg(long)]
        prepare: bool,
        /// Transactions a second, of a row each
        #[arg(long, default_value_t = 1_000)]
        rate: u32,
        /// How long
        #[arg(long, default_value_t = 20)]
        seconds: u32,
    },
    /// Fetch servers into the cache without starting them
    Fetch {
        /// mysql, mariadb, postgres, oceanbase; all of them by default
        kinds: Vec<ServerKind>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .init();
    act(arguments.action).unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::FAILURE
    })
}

fn act(action: Action) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let _inside = runtime.enter();
    match action {
        Action::Up { kinds, json } => {
            let fleet = Fleet::raise(&chosen(&kinds))?;
            // Whoever reads the report may send a signal at once.
            let mut signals = Signals::listen()?;
            if json {
                report::json(&fleet)?;
            } else {
                report::table(&fleet)?;
            }
            runtime.block_on(signals.next());
            fleet.stop();
            Ok(ExitCode::SUCCESS)
        }
        Action::Exec { only, command } => {
            let fleet = Fleet::raise(&chosen(&only))?;
            report::one_line_each(&fleet);
            let end = runtime.block_on(exec::run(&command, &fleet, Signals::listen()?));
            if !matches!(end, Ok(0)) {
                fleet.keep_logs();
            }
            fleet.stop();
            Ok(ExitCode::from(end?))
        }
        Action::Load { kind, file } => {
            let sql = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let server = here(kind)?;
            runtime.block_on(run_sql(&server, &sql))?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Busy { kind, database, seed, prepare, rate } => {
            let server = here(kind)?;
            let business = busy::Business { server, database, seed, rate };
            let work = async {
                match prepare {
                    true => business.prepare().await,
                    false => business.work(Signals::listen()?).await,
                }
            };
            runtime.block_on(work)?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Same { kind, other, database } => {
            let (one, two) = (here(kind)?, here(other)?);
            let same = runtime.block_on(busy::compare(&one, &two, &database))?;
            Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Action::Latency { kind, other, database, arrives, prepare, rate, seconds } => {
            let (source, target) = (here(kind)?, here(other)?);
            let arrives = arrives.unwrap_or_else(|| database.clone());
            let probe = latency::Probe { source, target, database, arrives, rate, seconds };
            let work = async {
                match prepare {
                    true => probe.prepare().await,
                    false => probe.measure().await,
                }
            };
            runtime.block_on(work)?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Fetch { kinds } => {
            fleet::all_or_errors(fetch_all(&chosen(&kinds)))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// A server of `servers exec`.
fn here(kind: ServerKind) -> anyhow::Result<Server> {
    from_environment(kind)?
        .with_context(|| format!("no {kind} here; run this under `servers exec`"))
}

/// Each kind once, in a fixed order; all of them if none was named.
fn chosen(named: &[ServerKind]) -> Vec<ServerKind> {
    if named.is_empty() {
        return ServerKind::ALL.to_vec();
    }
    ServerKind::ALL.into_iter().filter(|kind| named.contains(kind)).collect()
}
