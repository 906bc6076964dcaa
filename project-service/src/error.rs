//! Why project-service refuses or fails.

use oms_chassis::{Coded, DbError, instance::InstanceError};
use oms_contracts::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Instance(#[from] InstanceError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Instance(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }
}

oms_chassis::answers_with_problems!(Error);
