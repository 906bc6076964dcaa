//! Tasks: storing, starting, stopping, watching and deleting them.

mod delete;
mod find;
mod limits;
mod list;
mod put;
mod reseal;
mod run;
mod secrets;
mod statements;

pub use delete::delete;
pub use find::{Shown, find};
pub use limits::set_limits;
pub use list::{conflicts, drift, list, tables};
pub use put::{Put, put};
pub use reseal::reseal;
pub use run::{build_indexes, start, stop};
pub use secrets::{sealed, unsealed};
pub use statements::{decide, statements};

use crate::{
    domain::{Outline, Task, lifecycle::IllegalTransition},
    repo,
};
use oms_chassis::Conn;
use oms_connector::NotSupportedYet;
use oms_contracts::{
    Detail, ErrorCode,
    sync::{TaskId, TaskKind, TaskState},
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no task {0}")]
    NoSuch(TaskId),
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    #[error("a task in {0} cannot be deleted")]
    Active(TaskState),
    #[error("the task is in {0}, and what it is to do is not what was sent: {differing}", differing = first_of(.1))]
    Differs(TaskState, Vec<Detail>),
    #[error("the task moved at the same moment")]
    Moved,
    #[error("the task cannot be done as it is said: {}", first_of(.0))]
    Invalid(Vec<Detail>),
    #[error("the limits cannot be kept: {}", first_of(.0))]
    Limits(Vec<Detail>),
    #[error("tasks of the kind {0} cannot be run yet")]
    NotAvailable(TaskKind),
    #[error(transparent)]
    Kind(#[from] NotSupportedYet),
    #[error("only a task of the kind {wanted} has that, and this is of the kind {found}")]
    WrongKind { wanted: TaskKind, found: TaskKind },
    #[error("the service is stopping")]
    Ending,
    /// The text itself must not be told.
    #[error("the secrets of the task are not what was sealed")]
    Secrets,
    #[error("the secrets of {0:?} cannot be sealed anew")]
    Unsealable(Vec<TaskId>, #[source] oms_chassis::vault::VaultError),
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchTask,
            Self::Illegal(_) | Self::Active(_) | Self::Moved => ErrorCode::TaskNotReady,
            Self::Differs(..) => ErrorCode::TaskDiffers,
            Self::Invalid(_) | Self::Limits(_) => ErrorCode::Invalid,
            Self::NotAvailable(_) => ErrorCode::NotAvailableYet,
            Self::Kind(_) => ErrorCode::KindNotSupported,
            Self::WrongKind { .. } => ErrorCode::WrongTaskKind,
            Self::Ending => ErrorCode::ShuttingDown,
            Self::Secrets => ErrorCode::Internal,
            Self::Unsealable(_, error) => error.code(),
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Invalid(details) | Self::Limits(details) | Self::Differs(_, details) => {
                details.clone()
            }
            Self::Unsealable(ids, _) => {
                ids.iter().map(|id| Detail::new(id.as_str(), "its secrets do not open")).collect()
            }
            Self::NoSuch(_)
            | Self::Illegal(_)
            | Self::Active(_)
            | Self::Moved
            | Self::NotAvailable(_)
            | Self::Kind(_)
            | Self::WrongKind { .. }
            | Self::Ending
            | Self::Secrets => Vec::new(),
        }
    }
}

/// The first of several faults in words, and how many there are besides.
fn first_of(details: &[Detail]) -> String {
    let rest = details.len().saturating_sub(1);
    match details.first() {
        Some(detail) if rest > 0 => {
            format!("{}: {}, and {rest} more", detail.field, detail.message)
        }
        Some(detail) => format!("{}: {}", detail.field, detail.message),
        None => "it is incomplete".into(),
    }
}

/// A task that has to be there.
pub fn require(conn: &mut Conn, id: &TaskId) -> Result<Task, crate::Error> {
    Ok(repo::task::find(conn, id)?.ok_or_else(|| Error::NoSuch(id.clone()))?)
}

/// The same without what can be long: with thousands of objects, reading those costs more than
/// most of what is asked.
pub fn require_outline(conn: &mut Conn, id: &TaskId) -> Result<Outline, crate::Error> {
    Ok(repo::task::outline(conn, id)?.ok_or_else(|| Error::NoSuch(id.clone()))?)
}

/// Refuses what tasks of another kind have.
pub fn require_kind(task: TaskKind, wanted: TaskKind) -> Result<(), Error> {
    if task == wanted { Ok(()) } else { Err(Error::WrongKind { wanted, found: task }) }
}
