//! Why something was not done about a definition.

use crate::data_error::DataError;

/// A definition that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the definition cannot be read: {0}")]
pub struct Unreadable(pub String);

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database refused the statement. The session goes on.
    #[error("the database answered {code}: {message}")]
    Refused { code: String, message: String, why: Refusal },
    /// Everything else: there is no connection any more.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// Why a database refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is something of that name.
    Exists,
    /// There is nothing of that name, or the user may not see it.
    Missing,
    Forbidden,
    Full,
    /// The same may work in a moment.
    Busy,
    Other,
}

impl SchemaError {
    /// Whether the same may work in a moment, perhaps on a new connection.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused { why, .. } => *why == Refusal::Busy,
            Self::Data(error) => error.is_passing(),
        }
    }
}
