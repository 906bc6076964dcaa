//! What can go wrong on a connection once somebody is logged in.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

/// Why a command has no result. What the caller may do about it depends on the statement, so there
/// is no notion of "worth a retry" here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The server refused or gave up. The connection goes on unless the server closed it.
    #[error("the server answered {code} ({state}): {message}")]
    Server { code: u16, state: String, message: String },
    /// Nothing came within the limit. The connection is closed; what the server does with the
    /// statement is unknown.
    #[error("{waiting} took longer than {limit:?}")]
    TimedOut { waiting: Waiting, limit: Duration },
    /// The other side closed the connection.
    #[error("the connection was closed by the other side")]
    Dropped,
    #[error("the connection failed")]
    Io(#[source] io::Error),
    /// The other side does not keep to the protocol. The connection is closed.
    #[error("the other side broke the protocol: {0}")]
    Protocol(Cow<'static, str>),
    /// A packet, or all rows of a small result, would take more memory than was granted. The
    /// connection is closed.
    #[error("the server sent more than {limit} bytes at once")]
    TooLarge { limit: usize },
    /// The connection was closed, or a command was given up half-way: the rest of its answer would
    /// be taken for the next one's. It is closed by the attempt to use it.
    #[error("the connection cannot be used any more: {reason}")]
    Unusable { reason: &'static str },
    /// The statement was run, and its rows were thrown away. The connection goes on.
    #[error("the statement returned rows where none were expected")]
    UnexpectedRows,
    /// The statement was run and returned no rows. The connection goes on.
    #[error("the statement returned no rows where some were expected")]
    NoRows,
    #[error("the statement was prepared on another connection")]
    ForeignStatement,
    #[error("the statement takes {expected} parameters, and {given} were given")]
    Parameters { expected: usize, given: usize },
    /// The server asked for a file of ours that no statement named. It got none of it.
    #[error("the server asked for the local file {name:?}, which it was not offered")]
    UninvitedFile { name: String },
    /// What was to be loaded could not be read. The server took what it got before as the whole.
    /// The connection goes on.
    #[error("the data to load could not be read")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
pub(crate) enum Waiting {
    #[strum(serialize = "the answer to a statement")]
    Answer,
    #[strum(serialize = "the next packet of an answer")]
    Rows,
    #[strum(serialize = "sending a piece of local data")]
    Send,
}

impl WireError {
    pub fn protocol(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Protocol(reason.into())
    }

    /// Whether the answer has ended where the protocol says, so that another command may follow.
    pub(super) fn leaves_the_connection_usable(&self) -> bool {
        match self {
            Self::Server { .. }
            | Self::UnexpectedRows
            | Self::NoRows
            | Self::ForeignStatement
            | Self::Parameters { .. }
            | Self::UninvitedFile { .. }
            | Self::Source(_) => true,
            Self::TimedOut { .. }
            | Self::Dropped
            | Self::Io(_)
            | Self::Protocol(_)
            | Self::TooLarge { .. }
            | Self::Unusable { .. } => false,
        }
    }
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as K;
        match error.kind() {
            K::ConnectionReset
            | K::ConnectionAborted
            | K::BrokenPipe
            | K::UnexpectedEof
            | K::WriteZero => Self::Dropped,
            _ => Self::Io(error),
        }
    }
}
