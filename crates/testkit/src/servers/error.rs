//! What can go wrong between "I need a server" and a server that answers.

use std::{error::Error, fmt::Write as _, io, path::PathBuf};

use super::ServerKind;

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error(
        "cannot fetch {kind}; if it cannot be had on this machine, set {} to the URL of a running one",
        .kind.variable()
    )]
    Fetch {
        kind: ServerKind,
        #[source]
        source: Box<ServerError>,
    },
    #[error("there is no build of it for {os} on {arch}", os = std::env::consts::OS, arch = std::env::consts::ARCH)]
    NoBuild,
    #[error("{0}")]
    Unexpected(String),
    #[error("cannot {action}")]
    Io {
        action: String,
        #[source]
        source: io::Error,
    },
    #[error("`{command}` failed with {status}:\n{output}")]
    Command { command: String, status: String, output: String },
    #[error("{kind} ended before it answered; its logs are kept in {}\n{tail}", .logs.display())]
    Died { kind: ServerKind, logs: PathBuf, tail: String },
    #[error(
        "{kind} did not answer within {seconds} s (last answer: {last}); its logs are kept in {}\n{tail}",
        .logs.display()
    )]
    NotReady { kind: ServerKind, seconds: u64, last: String, logs: PathBuf, tail: String },
    #[error("{} is not the URL of a {kind} server: {reason}", .kind.variable())]
    BadUrl { kind: ServerKind, reason: String },
    #[error("the {kind} server that {} names does not answer: {reason}", .kind.variable())]
    Unreachable { kind: ServerKind, reason: String },
}

impl ServerError {
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }

    /// This error and all its causes, one a line.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let _ = write!(text, "\ncaused by: {error}");
            cause = error.source();
        }
        text
    }
}
