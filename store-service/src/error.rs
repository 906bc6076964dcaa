//! Why store-service refuses or fails.
//!
//! Each resource has an enum of its own refusals beside its operations, with a total `code()`; here
//! they meet what all of them share.

use crate::{log::LogError, ops, repo};
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
    Store(#[from] ops::store::Error),
    #[error(transparent)]
    Log(#[from] LogError),
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
            Self::Store(error) => error.code(),
            Self::Log(error) => error.code(),
        }
    }

    fn details(&self) -> Vec<Detail> {
        match self {
            Self::Store(error) => error.details(),
            Self::Instance(_)
            | Self::Db(_)
            | Self::Repo(_)
            | Self::Vault(_)
            | Self::Page(_)
            | Self::Log(_) => Vec::new(),
        }
    }
}

oms_chassis::answers_with_problems!(Error);
