//! Why a log cannot be written or read.

use oms_chassis::Cancelled;
use oms_contracts::ErrorCode;
use oms_model::change::Seq;
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    #[error("the disk of the change log takes no more: {}", .path.display())]
    Full {
        path: PathBuf,
        #[source]
        source: Arc<io::Error>,
    },
    #[error("{} cannot be {doing}", .path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: Arc<io::Error>,
    },
    #[error("the change log {} is in use by another process", .0.display())]
    InUse(PathBuf),
    #[error("{} is damaged at byte {at}: {reason}", .path.display())]
    Damaged { path: PathBuf, at: u64, reason: &'static str },
    /// A part in the middle is not there.
    #[error("the change log {} lacks the changes from {from} on, up to {upto}", .path.display())]
    Missing { path: PathBuf, from: Seq, upto: Seq },
    #[error("changes from {} on are no longer kept: the log begins behind {begin}", .after.next())]
    Gone { after: Seq, begin: Seq },
    #[error("there is no change {after}: the log ends with {end}")]
    Ahead { after: Seq, end: Seq },
    /// Changes that are none; whoever appends them is wrong.
    #[error("what was captured cannot be kept: {0}")]
    Malformed(String),
    #[error("somebody else has begun to write the change log")]
    CutOff,
    #[error("the service is stopping")]
    Ending,
}

impl LogError {
    /// What went wrong with a file.
    pub fn of(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let (path, source) = (path.to_owned(), Arc::new(source));
            match source.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => Self::Full { path, source },
                _ => Self::Io { doing, path, source },
            }
        }
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Full { .. } => ErrorCode::LogFull,
            Self::Io { .. } => ErrorCode::LogUnusable,
            Self::InUse(_) | Self::CutOff => ErrorCode::LogInUse,
            Self::Damaged { .. } | Self::Missing { .. } => ErrorCode::LogDamaged,
            Self::Gone { .. } => ErrorCode::ChangesGone,
            Self::Ahead { .. } => ErrorCode::NoSuchChange,
            Self::Malformed(_) => ErrorCode::Internal,
            Self::Ending => ErrorCode::ShuttingDown,
        }
    }

    /// Whether the same may work later without anybody but the system doing something: there is room
    /// again, the disk is back.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Io { .. } | Self::InUse(_) | Self::Ending)
    }
}

impl From<Cancelled> for LogError {
    fn from(_: Cancelled) -> Self {
        Self::Ending
    }
}
