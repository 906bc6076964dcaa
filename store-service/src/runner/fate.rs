//! What an error means for a capture: whether it may pass, and what users are told.

use super::source::NotOffered;
use crate::{gather::GatherError, log::LogError};
use oms_connector::{ChangeError, DataError};
use oms_contracts::{ErrorCode, sync::TaskError};

/// Why a capture does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    /// For people; it is shown to users.
    pub message: String,
    /// The same may work after a pause, without anybody changing the store.
    pub is_passing: bool,
    /// The number that another reader of the source has.
    pub taken: Option<u32>,
}

impl Failure {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), is_passing: false, taken: None }
    }

    pub fn passing(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { is_passing: true, ..Self::new(code, message) }
    }

    /// As users are told.
    pub fn told(&self) -> TaskError {
        TaskError::new(self.code, self.message.as_str())
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        let code = match &error {
            ChangeError::Data(cause) => match cause {
                DataError::Forbidden { .. } => ErrorCode::MoveForbidden,
                cause if cause.is_passing() => ErrorCode::SourceUnreachable,
                _ => ErrorCode::SourceRefused,
            },
            ChangeError::NotLogged { .. } => ErrorCode::SourceNotLogged,
            ChangeError::Purged { .. } => ErrorCode::SourceLogGone,
            ChangeError::Foreign { .. } => ErrorCode::SourceForeign,
            ChangeError::StatementLogged { .. } => ErrorCode::StatementLogged,
            ChangeError::ImageTooSmall { .. } => ErrorCode::ImageTooSmall,
            ChangeError::Undecodable { .. } => ErrorCode::RowsUndecodable,
            ChangeError::Damaged { .. } => ErrorCode::SourceLogDamaged,
            ChangeError::Silent(_) | ChangeError::ReaderTaken(_) => ErrorCode::SourceUnreachable,
        };
        let taken = match &error {
            ChangeError::ReaderTaken(number) => Some(*number),
            _ => None,
        };
        let is_passing = error.is_passing();
        Self { is_passing, taken, ..Self::new(code, format!("source: {error}")) }
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        let is_passing = error.is_passing();
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        let message = format!("{error}{}", cause.unwrap_or_default());
        Self { is_passing, ..Self::new(error.code(), message) }
    }
}

impl From<GatherError> for Failure {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::Log(error) => error.into(),
            GatherError::Unprepared(_) => Self::new(ErrorCode::PreparedEarlier, error.to_string()),
            GatherError::NoSavepoint(_) => Self::new(ErrorCode::RowsUndecodable, error.to_string()),
        }
    }
}

impl From<NotOffered> for Failure {
    fn from(error: NotOffered) -> Self {
        Self::new(ErrorCode::CaptureNotOffered, error.to_string())
    }
}
