//! Why rows or definitions could not be read or written, told apart by what to do about it.

use crate::error::{CatalogError, ConnectError};

/// What a data session can fail with.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Nobody could log in, or the database is not what was expected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The table went away, or the user may no longer see it.
    #[error("there is no table {table:?} in {database:?}, or the user may not see it")]
    NoSuchTable { database: String, table: String },
    #[error("there is no database {0:?}, or the user may not see it")]
    NoSuchDatabase(String),
    /// Something is not as it was when the work was planned: a column was dropped, a partition.
    #[error("the table has changed since the work was planned: {message}")]
    Changed { message: String },
    #[error("the user may not do that: {message}")]
    Forbidden { message: String },
    /// Disk, tenant or table space.
    #[error("the database has no room left: {message}")]
    Full { message: String },
    /// A condition that the database does not understand.
    #[error("the database does not understand the condition: {message}")]
    BadFilter { message: String },
    /// The same may work in a moment: a deadlock, a lock that was waited for too long.
    #[error("the database could not answer now: {code}: {message}")]
    Passing { code: String, message: String },
    /// The connection broke, or went silent. A new one may do better.
    #[error("the connection broke: {reason}")]
    Broken { reason: String },
    /// A table of ours and one of theirs do not fit together.
    #[error("{0}")]
    Unsupported(String),
    /// Anything else the database says.
    #[error("the database answered {code}: {message}")]
    Server { code: String, message: String },
}

impl DataError {
    /// Whether the same may work on a new connection after a pause.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Passing { .. } | Self::Broken { .. } => true,
            Self::Connect(error) => error.is_passing(),
            Self::NoSuchTable { .. }
            | Self::NoSuchDatabase(_)
            | Self::Changed { .. }
            | Self::Forbidden { .. }
            | Self::Full { .. }
            | Self::BadFilter { .. }
            | Self::Unsupported(_)
            | Self::Server { .. } => false,
        }
    }

    /// Whether the database had too much to do. Less may be asked of it then.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Passing { .. } | Self::Connect(ConnectError::TooManyConnections))
    }
}

impl ConnectError {
    /// Whether the database may be back in a moment: it restarts, the network is down, it is full.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::TooManyConnections
            | Self::Dropped => true,
            Self::UnknownHost { .. }
            | Self::Tls(_)
            | Self::WrongPassword { .. }
            | Self::LoginBarred { .. }
            | Self::LoginMethod { .. }
            | Self::UnknownDatabase { .. }
            | Self::Forbidden { .. }
            | Self::WrongKind { .. }
            | Self::Protocol { .. }
            | Self::TooMuch { .. }
            | Self::Server { .. } => false,
        }
    }
}

impl From<CatalogError> for DataError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NoSuchDatabase(database) => Self::NoSuchDatabase(database),
            CatalogError::NoSuchTable { database, table } => Self::NoSuchTable { database, table },
            CatalogError::Connect(error) => Self::Connect(error),
        }
    }
}
