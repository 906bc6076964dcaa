//! Why no change of a log stands for a place of its source.

use super::LogError;
use oms_connector::ChangeError;
use oms_contracts::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Log(#[from] LogError),
    /// The place is none of this source's log.
    #[error(transparent)]
    Source(#[from] ChangeError),
    #[error("the store has yet to come to that place")]
    Ahead,
    #[error("what the store has begins behind that place")]
    Gone,
    #[error("the place has {has}, and lacks {lacks}, which the source committed before it")]
    Inexact { has: String, lacks: String },
}

impl PlaceError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Log(error) => error.code(),
            Self::Source(_) => ErrorCode::SourceForeign,
            Self::Ahead => ErrorCode::PlaceAhead,
            Self::Gone => ErrorCode::PlaceGone,
            Self::Inexact { .. } => ErrorCode::PlaceInexact,
        }
    }
}
