//! Why an object is not created, and why a run ends before its time.

use crate::runner::Failure;
use oms_connector::{
    DataError,
    schema::{Refusal, SchemaError},
};
use oms_contracts::ErrorCode;

/// The run cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// It was asked to stop.
    Stopped,
    Broken(Failure),
}

impl Halt {
    /// A database that does not let us work.
    pub fn of_data(side: &str, error: &DataError) -> Self {
        let code = match error {
            DataError::Connect(_) | DataError::Broken { .. } | DataError::Passing { .. } => {
                ErrorCode::MoveUnreachable
            }
            DataError::Forbidden { .. } => ErrorCode::MoveForbidden,
            DataError::Unsupported(_) => ErrorCode::KindNotSupported,
            _ => ErrorCode::DatabaseRefused,
        };
        Self::Broken(Failure { code, message: format!("{side}: {error}") })
    }
}

/// A database refused something about one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub why: Refusal,
    /// Its code and its words.
    pub answer: Option<(String, String)>,
    pub message: String,
}

impl Refused {
    pub fn of(side: &str, error: SchemaError) -> Self {
        let message = format!("{side}: {error}");
        match error {
            SchemaError::Refused { code, message: words, why } => {
                Self { why, answer: Some((code, words)), message }
            }
            SchemaError::Data(_) => Self { why: Refusal::Other, answer: None, message },
        }
    }

    pub fn code(&self) -> ErrorCode {
        match self.why {
            Refusal::Forbidden => ErrorCode::MoveForbidden,
            Refusal::Full => ErrorCode::TargetFull,
            Refusal::Exists => ErrorCode::ObjectExists,
            Refusal::Missing | Refusal::Busy | Refusal::Other => ErrorCode::DatabaseRefused,
        }
    }
}

/// Why an object failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: ErrorCode,
    pub message: String,
    /// What the database answered.
    pub answer: Option<(String, String)>,
}

impl Fault {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), answer: None }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self { code: refused.code(), message: refused.message, answer: refused.answer }
    }
}
