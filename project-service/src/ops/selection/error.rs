//! Why something about a selection is refused.

use crate::{
    domain::selection::{path, said},
    ops::first_of,
};
use oms_contracts::{Detail, ErrorCode};
use oms_model::{Complaint, Complaints, ProjectId};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself, apart from the selection it brings.
    #[error("the request cannot be answered: {}", first_of(.0))]
    Request(Vec<Detail>),
    #[error("the selection is wrong: {}", first_of(.0))]
    Invalid(Vec<Detail>),
    #[error("the objects cannot be imported: {}", first_of(.0))]
    Import(Vec<Detail>),
    #[error("the project {0} names no objects: it chooses them by rules")]
    NotNamed(ProjectId),
}

impl Error {
    pub fn request(field: &str, message: impl std::fmt::Display) -> Self {
        Self::Request(vec![Detail::new(field, message.to_string())])
    }

    /// A mapping that was not understood.
    pub fn mapping(Complaints(complaints): &Complaints) -> Self {
        Self::Invalid(complaints.iter().map(|c| Detail::new(path(c), said(c))).collect())
    }

    /// Lines that cannot be imported.
    pub fn lines(complaints: &[Complaint]) -> Self {
        Self::Import(complaints.iter().map(|c| Detail::new(&c.place, said(c))).collect())
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Request(_) => ErrorCode::Invalid,
            Self::Invalid(_) => ErrorCode::SelectionInvalid,
            Self::Import(_) => ErrorCode::ImportInvalid,
            Self::NotNamed(_) => ErrorCode::ObjectsNotNamed,
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Request(details) | Self::Invalid(details) | Self::Import(details) => {
                details.clone()
            }
            Self::NotNamed(_) => Vec::new(),
        }
    }
}
