//! Why project-service refuses or fails.
//!
//! Each resource has an enum of its own refusals beside its operations, with a total `code()`;
//! here they meet what all of them share. Operations return [`Error`], so `?` takes a resource's
//! refusal, a repository error or a diesel error alike, inside [`oms_chassis::Conn::write`] too.

use crate::{ops, repo};
use oms_chassis::{Coded, DbError, instance::InstanceError, vault::VaultError};
use oms_contracts::{Detail, ErrorCode, page::PageError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Instance(#[from] InstanceError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Repo(#[from] repo::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error(transparent)]
    DataSource(#[from] ops::data_source::Error),
    #[error(transparent)]
    Label(#[from] ops::label::Error),
    #[error(transparent)]
    Project(#[from] ops::project::Error),
    #[error(transparent)]
    Selection(#[from] ops::selection::Error),
    /// The role as such may not; what belongs to somebody else is not there instead.
    #[error("{0} may not do that")]
    Forbidden(oms_model::Role),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Repo(error.into())
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Instance(error) => error.code(),
            Self::Db(error) => error.code(),
            Self::Repo(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Page(_) => ErrorCode::InvalidParameter,
            Self::DataSource(error) => error.code(),
            Self::Label(error) => error.code(),
            Self::Project(error) => error.code(),
            Self::Selection(error) => error.code(),
            Self::Forbidden(_) => ErrorCode::Forbidden,
        }
    }

    fn details(&self) -> Vec<Detail> {
        match self {
            Self::DataSource(error) => error.details(),
            Self::Label(error) => error.details(),
            Self::Project(error) => error.details(),
            Self::Selection(error) => error.details(),
            Self::Instance(_)
            | Self::Db(_)
            | Self::Repo(_)
            | Self::Vault(_)
            | Self::Page(_)
            | Self::Forbidden(_) => Vec::new(),
        }
    }
}

oms_chassis::answers_with_problems!(Error);
