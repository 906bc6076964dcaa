//! The objects of schema tasks: looking at them, and what users do about them.

mod act;
mod find;

pub use act::{act, act_on_many, edit};
pub use find::{Detail, Listed, find, list, list_details};

use crate::domain::object::{IllegalTransition, NotAllowed};
use oms_contracts::{
    ErrorCode,
    sync::{ObjectOperation, TaskState},
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the task has no object {0}")]
    NoSuch(u32),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    #[error("the objects of a task in {0} cannot be changed")]
    Closed(TaskState),
    #[error("the object moved at the same moment")]
    Moved,
    #[error("{0} is no operation on objects: there are retry, skip and remove")]
    Operation(ObjectOperation),
    #[error("name objects, or ask for all that failed; not both")]
    Which,
    #[error("the statement is empty or holds a NUL")]
    Statement,
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchTaskObject,
            Self::NotAllowed(_) | Self::Illegal(_) | Self::Moved => ErrorCode::ObjectNotAllowed,
            Self::Closed(_) => ErrorCode::ObjectsClosed,
            Self::Operation(_) => ErrorCode::InvalidParameter,
            Self::Which | Self::Statement => ErrorCode::Invalid,
        }
    }
}
