//! What went wrong, told apart by what to do about it.

use crate::ops::full::Failure as OfRows;
use crate::runner::Failure;
use oms_connector::{ClaimError, DataError, WriteError};
use oms_contracts::ErrorCode;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It may work if all is begun anew from what is recorded.
    Again(Failure),
    /// Somebody has to change something first.
    End(Failure),
}

impl Trouble {
    pub fn end(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::End(Failure { code, message: message.into() })
    }

    pub fn failure(self) -> Failure {
        match self {
            Self::Again(failure) | Self::End(failure) => failure,
        }
    }

    /// The task is somebody else's by now.
    pub fn fenced() -> Self {
        Self::end(ErrorCode::TaskTaken, "somebody else goes on with the task")
    }

    pub fn of_data(error: &DataError) -> Self {
        let failure = failure(OfRows::of_data("target", error));
        if error.is_passing() { Self::Again(failure) } else { Self::End(failure) }
    }

    pub fn of_write(error: &WriteError) -> Self {
        let failure = failure(OfRows::of_write(error));
        match error {
            WriteError::Passing { .. } | WriteError::Unknown(_) => Self::Again(failure),
            WriteError::Failed(cause) if cause.is_passing() => Self::Again(failure),
            WriteError::Duplicate { .. }
            | WriteError::Rejected { .. }
            | WriteError::Unwritable { .. }
            | WriteError::Failed(_) => Self::End(failure),
        }
    }
}

impl From<ClaimError> for Trouble {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Fenced { .. } => Self::fenced(),
            ClaimError::Data(error) => Self::of_data(&error),
        }
    }
}

fn failure(of_rows: OfRows) -> Failure {
    Failure { code: of_rows.code(), message: of_rows.message }
}
