//! Why a table was not loaded.

use oms_connector::{DataError, WriteError};
use oms_contracts::ErrorCode;

/// The end of a table, or of the whole load, that nobody wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// A row cannot be written.
    Row,
    /// A row of the target is in the way.
    Conflict,
    /// The target table holds rows already.
    NotEmpty,
    /// The table is not there, or not as it was, or does not fit.
    Table,
    Forbidden,
    /// The target has no room left.
    Full,
    /// A database could not be reached for too long.
    Unreachable,
    /// A database could not do it in time: a lock that others hold, a deadlock, too much load.
    Busy,
    /// What an earlier run left at the target may still be at work.
    Haunted,
    /// The row filter.
    Filter,
    /// Anything else a database said.
    Database,
}

impl FailureKind {
    /// Whether the same may work later: nothing is wrong with the data or the rights.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::Busy)
    }
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What a database said, about that side.
    pub fn of_data(side: &str, error: &DataError) -> Self {
        let kind = match error {
            DataError::NoSuchTable { .. }
            | DataError::NoSuchDatabase(_)
            | DataError::Changed { .. }
            | DataError::Unsupported(_) => FailureKind::Table,
            DataError::Forbidden { .. } => FailureKind::Forbidden,
            DataError::Full { .. } => FailureKind::Full,
            DataError::BadFilter { .. } => FailureKind::Filter,
            DataError::Passing { .. } => FailureKind::Busy,
            DataError::Broken { .. } => FailureKind::Unreachable,
            DataError::Connect(cause) if cause.is_passing() => FailureKind::Unreachable,
            // A password that is wrong stays so.
            DataError::Connect(_) | DataError::Server { .. } => FailureKind::Database,
        };
        Self::new(kind, format!("{side}: {error}"))
    }

    /// Why a row, or what holds all of them, could not be written.
    pub fn of_write(error: &WriteError) -> Self {
        match error {
            WriteError::Duplicate { message } => Self::new(FailureKind::Conflict, message),
            WriteError::Rejected { .. } | WriteError::Unwritable { .. } => {
                Self::new(FailureKind::Row, error.to_string())
            }
            WriteError::Passing { .. } => Self::new(FailureKind::Busy, format!("target: {error}")),
            WriteError::Unknown(cause) | WriteError::Failed(cause) => {
                Self::of_data("target", cause)
            }
        }
    }

    /// The code of the catalogue.
    pub fn code(&self) -> ErrorCode {
        match self.kind {
            FailureKind::Row => ErrorCode::RowRefused,
            FailureKind::Conflict => ErrorCode::RowInTheWay,
            FailureKind::NotEmpty => ErrorCode::TargetNotEmpty,
            FailureKind::Table => ErrorCode::TableUnusable,
            FailureKind::Forbidden => ErrorCode::MoveForbidden,
            FailureKind::Full => ErrorCode::TargetFull,
            FailureKind::Unreachable => ErrorCode::MoveUnreachable,
            FailureKind::Busy => ErrorCode::MoveBusy,
            FailureKind::Haunted => ErrorCode::EarlierRunRemains,
            FailureKind::Filter => ErrorCode::FilterRefused,
            FailureKind::Database => ErrorCode::MoveFailed,
        }
    }
}
