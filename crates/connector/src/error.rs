//! What can go wrong between us and a database, told apart as far as a person can act on it.

use crate::tls::TlsFailure;
use oms_model::DatabaseKind;
use std::io;
use std::time::Duration;

/// How far a call had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Phase {
    /// Asking the name service for the host.
    Resolve,
    /// Reaching the port.
    Connect,
    /// The port took the connection; protocol, TLS and login were not through.
    Handshake,
    /// Logged in; a statement was running.
    Query,
}

/// Why a database could not be used. Every variant is reached within the limit of the call.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the host {host:?} is unknown")]
    UnknownHost {
        host: String,
        #[source]
        source: io::Error,
    },
    /// The machine is there and nothing listens on the port.
    #[error("{host}:{port} refused the connection")]
    Refused { host: String, port: u16 },
    #[error("{host}:{port} cannot be reached")]
    Unreachable {
        host: String,
        port: u16,
        #[source]
        source: io::Error,
    },
    #[error("no answer within {limit:?}, in the phase {phase}")]
    Timeout { phase: Phase, limit: Duration },
    #[error("the TLS connection could not be made")]
    Tls(#[source] TlsFailure),
    /// Databases do not say whether it is the user or the password. MySQL 9 even invents another
    /// authentication method for users that do not exist; that is reported as this, too.
    #[error("access denied for the user {user:?}")]
    WrongPassword { user: String },
    /// The password is not the reason: the account is locked, expired, or barred from our machine.
    #[error("the user {user:?} may not log in: {reason}")]
    LoginBarred { user: String, reason: String },
    #[error("the user {user:?} logs in with {method}, which is not supported")]
    LoginMethod { user: String, method: String },
    #[error("the database {database:?} does not exist")]
    UnknownDatabase { database: String },
    #[error("the user {user:?} may not do that: {reason}")]
    Forbidden { user: String, reason: String },
    #[error("the database takes no more connections")]
    TooManyConnections,
    /// Saving it as `expected` would break every later step.
    #[error("a {expected} was expected, but {} answers", describe(found, *found_kind))]
    WrongKind {
        expected: DatabaseKind,
        /// The product that answers, with its version where it said.
        found: String,
        /// The kind to choose instead, where there is one.
        found_kind: Option<DatabaseKind>,
    },
    /// What answers does not keep to the protocol of this kind.
    #[error("what answers there does not speak the protocol: {reason}")]
    Protocol { reason: String },
    #[error("the connection was closed by the other side")]
    Dropped,
    /// Taking it all would fill our memory.
    #[error("one call was answered with more than {rows} rows or {mebibytes} MiB")]
    TooMuch { rows: usize, mebibytes: usize },
    /// Anything else the database says.
    #[error("the database answered {code}: {message}")]
    Server { code: String, message: String },
}

fn describe(found: &str, kind: Option<DatabaseKind>) -> String {
    match kind {
        Some(kind) => format!("{found} (kind {kind})"),
        None => found.to_owned(),
    }
}

impl ConnectError {
    pub(crate) fn protocol(reason: impl Into<String>) -> Self {
        Self::Protocol { reason: reason.into() }
    }

    /// Whether asking the port who is there can say more than the error does.
    pub(crate) fn is_unexplained(&self) -> bool {
        match self {
            Self::Timeout { phase, .. } => matches!(phase, Phase::Connect | Phase::Handshake),
            Self::Tls(failure) => failure.may_be_another_protocol(),
            Self::Protocol { .. } | Self::Dropped => true,
            Self::UnknownHost { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::WrongPassword { .. }
            | Self::LoginBarred { .. }
            | Self::LoginMethod { .. }
            | Self::UnknownDatabase { .. }
            | Self::Forbidden { .. }
            | Self::TooManyConnections
            | Self::WrongKind { .. }
            | Self::TooMuch { .. }
            | Self::Server { .. } => false,
        }
    }
}

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no database {0:?}, or the user may not see it")]
    NoSuchDatabase(String),
    #[error("there is no table {table:?} in {database:?}, or the user may not see it")]
    NoSuchTable { database: String, table: String },
    #[error(transparent)]
    Connect(#[from] ConnectError),
}
