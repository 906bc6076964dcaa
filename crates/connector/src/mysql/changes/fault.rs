//! Why an event cannot be used, before anybody knows where it stood.

use super::bytes::Short;
use crate::changes::ChangeError;
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Bytes that are not what was written.
    Damaged(Cow<'static, str>),
    /// Rows that do not fit what is known of their table.
    Undecodable { table: String, message: Cow<'static, str> },
    /// An image that lacks what is needed.
    TooSmall { table: String, message: Cow<'static, str> },
    /// A statement in place of rows.
    Statement { table: String, statement: String },
    /// Something the server was told not to log.
    NotLogged(Cow<'static, str>),
}

impl Fault {
    pub fn damaged(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Damaged(message.into())
    }

    pub fn at(self, place: String) -> ChangeError {
        match self {
            Self::Damaged(message) => ChangeError::Damaged { place, message: message.into() },
            Self::Undecodable { table, message } => {
                ChangeError::Undecodable { table, place, message: message.into() }
            }
            Self::TooSmall { table, message } => {
                ChangeError::ImageTooSmall { table, place, message: message.into() }
            }
            Self::Statement { table, statement } => {
                ChangeError::StatementLogged { table, place, statement }
            }
            Self::NotLogged(message) => {
                ChangeError::NotLogged { message: format!("{message}, at {place}") }
            }
        }
    }
}

impl From<Short> for Fault {
    #[cold]
    fn from(_: Short) -> Self {
        Self::damaged("an event ends too early")
    }
}
