//! Why something about a project is refused.

use crate::{
    domain::{
        lifecycle::{IllegalTransition, NotAllowed, ProjectEvent, ProjectState},
        project::Seen,
    },
    ops::first_of,
};
use oms_contracts::{Detail, ErrorCode};
use oms_model::ProjectId;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no project {0}")]
    NoSuch(ProjectId),
    #[error("the project cannot be like that: {}", first_of(.0))]
    Invalid(Vec<Detail>),
    #[error("another project of the same owner is called {0:?}")]
    NameTaken(String),
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error("a project in {0} cannot be edited")]
    NotEditable(ProjectState),
    #[error("the project is at revision {is}, not {wanted}")]
    Stale { is: i64, wanted: i64 },
    /// Nobody said which revision they meant, so nobody is told to read first: repeating is enough.
    #[error("the project was changed by somebody else at the same moment")]
    Changed,
    #[error("the name given does not repeat the project's")]
    NameNotConfirmed,
    /// Everything was in order, but for the machinery.
    #[error("{0} is not available yet")]
    NotAvailableYet(ProjectEvent),
}

impl Error {
    pub fn invalid(field: &str, message: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![Detail::new(field, message.to_string())])
    }

    pub fn stale(seen: Seen, wanted: i64) -> Self {
        Self::Stale { is: seen.revision, wanted }
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchProject,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::NameTaken(_) => ErrorCode::ProjectNameTaken,
            Self::Illegal(_) | Self::NotAllowed(_) => ErrorCode::IllegalTransition,
            Self::NotEditable(_) => ErrorCode::NotEditable,
            Self::Stale { .. } => ErrorCode::Stale,
            Self::Changed => ErrorCode::ProjectChanged,
            Self::NameNotConfirmed => ErrorCode::NameNotConfirmed,
            Self::NotAvailableYet(_) => ErrorCode::NotAvailableYet,
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Invalid(details) => details.clone(),
            Self::NoSuch(_)
            | Self::NameTaken(_)
            | Self::Illegal(_)
            | Self::NotAllowed(_)
            | Self::NotEditable(_)
            | Self::Stale { .. }
            | Self::Changed
            | Self::NameNotConfirmed
            | Self::NotAvailableYet(_) => Vec::new(),
        }
    }
}
