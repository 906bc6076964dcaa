//! Labels: names that projects carry. Everybody uses them all; who changes which, the role says.

mod change;
mod create;
mod list;

pub use change::{delete, rename};
pub use create::create;
pub use list::list;

use oms_contracts::{Detail, ErrorCode};
use oms_model::{LabelId, names::LABELS_MAX};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no label {0}")]
    NoSuch(LabelId),
    #[error("the label cannot be called that: {0}")]
    Name(oms_model::NameFault),
    #[error("another label is called {0:?}")]
    Taken(String),
    #[error("there are {LABELS_MAX} labels already")]
    TooMany,
    #[error("{0} projects carry the label")]
    InUse(u64),
    #[error("the label belongs to {0}")]
    Foreign(String),
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchLabel,
            Self::Name(_) => ErrorCode::Invalid,
            Self::Taken(_) => ErrorCode::LabelTaken,
            Self::TooMany => ErrorCode::TooManyLabels,
            Self::InUse(_) => ErrorCode::LabelInUse,
            Self::Foreign(_) => ErrorCode::Forbidden,
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Name(fault) => vec![Detail::new("name", format!("{fault}: {}", fault.advice()))],
            Self::InUse(count) => vec![Detail::new("usedBy", count.to_string())],
            Self::NoSuch(_) | Self::Taken(_) | Self::TooMany | Self::Foreign(_) => Vec::new(),
        }
    }
}

fn checked(name: &str) -> Result<(), Error> {
    oms_model::names::check_label_name(name).map_err(|invalid| Error::Name(invalid.fault))
}
