//! Real servers for tests and for people: fetched once, started when needed, gone with the process.
//!
//! A test asks for [`mysql()`], [`mariadb()`], [`postgres()`] or [`oceanbase()`] and gets the server that
//! the environment names, as under `servers exec`; without one, this process starts its own on the
//! first call. There is no third way: a server that cannot be had fails the test that needs it.

mod apt;
mod cache;
mod command;
mod error;
mod guardian;
mod instance;
mod kind;
mod mariadb;
mod mysql;
mod pip;
mod postgres;
mod probe;
mod recipe;
mod runtime;
mod seekdb;
mod server;

use std::sync::OnceLock;

pub use cache::{Cache, Installation};
pub use error::ServerError;
pub use instance::{Instance, fetch, fetch_all};
pub use kind::{ServerKind, UnknownKind};
pub use probe::version;
pub use server::Server;

/// The MySQL server of this test run.
///
/// # Panics
/// If there is none and none can be started: the message says why and what helps.
pub fn mysql() -> &'static Server {
    of_this_run(ServerKind::MySql)
}

/// The MariaDB server of this test run.
///
/// # Panics
/// If there is none and none can be started: the message says why and what helps.
pub fn mariadb() -> &'static Server {
    of_this_run(ServerKind::MariaDb)
}

/// The PostgreSQL server of this test run.
///
/// # Panics
/// If there is none and none can be started: the message says why and what helps.
pub fn postgres() -> &'static Server {
    of_this_run(ServerKind::Postgres)
}

/// The OceanBase kernel of this test run.
///
/// # Panics
/// If there is none and none can be started: the message says why and what helps.
pub fn oceanbase() -> &'static Server {
    of_this_run(ServerKind::OceanBase)
}

/// The server of a kind: the one that the environment names, or one that this process starts on
/// the first call and that ends with it.
///
/// # Panics
/// If there is none and none can be started: the message says why and what helps.
pub fn of_this_run(kind: ServerKind) -> &'static Server {
    static RUNNING: [OnceLock<Result<Running, String>>; ServerKind::ALL.len()] =
        [const { OnceLock::new() }; ServerKind::ALL.len()];
    let running = RUNNING[kind as usize].get_or_init(|| match from_environment(kind) {
        Ok(Some(server)) => Ok(Running::Elsewhere(server)),
        Ok(None) => Instance::start(kind).map(Running::Here).map_err(|e| e.with_causes()),
        Err(error) => Err(error.with_causes()),
    });
    match running {
        Ok(Running::Elsewhere(server)) => server,
        Ok(Running::Here(instance)) => &instance.server,
        Err(reason) => panic!("this test needs a {kind} server: {reason}"),
    }
}

/// The server that the kind's environment variable names, if it is set.
pub fn from_environment(kind: ServerKind) -> Result<Option<Server>, ServerError> {
    match std::env::var(kind.variable()) {
        Ok(url) if !url.is_empty() => Server::from_url(kind, &url).map(Some),
        Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(ServerError::BadUrl { kind, reason: error.to_string() }),
    }
}

#[derive(Debug)]
enum Running {
    Elsewhere(Server),
    Here(Instance),
}
