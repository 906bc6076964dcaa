//! Stores: keeping, starting, stopping, watching, reading and deleting them.

mod changes;
mod clear;
mod consumer;
mod delete;
mod find;
mod put;
mod reseal;
mod run;
mod secrets;

pub use changes::{Chunks, changes, seq};
pub use clear::heartbeat;
pub use consumer::{advance_consumer, delete_consumer};
pub use delete::delete;
pub use find::{Shown, find, list};
pub use put::{Put, put, reader_number};
pub use reseal::reseal;
pub use run::{start, stop};
pub use secrets::{sealed, unsealed};

use crate::{
    domain::{Outline, Store, lifecycle::IllegalTransition},
    log::PlaceError,
    repo,
    runner::NotOffered,
};
use oms_chassis::Conn;
use oms_contracts::{
    Detail, ErrorCode,
    store::{StoreId, StoreState},
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no store {0}")]
    NoSuch(StoreId),
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    #[error("a store in {0} cannot be deleted")]
    Active(StoreState),
    #[error("the store has begun, and what was sent is not what it began with: {}", first_of(.0))]
    Fixed(Vec<Detail>),
    #[error("the store moved at the same moment")]
    Moved,
    #[error("the store cannot be kept as it is said: {}", first_of(.0))]
    Invalid(Vec<Detail>),
    #[error(transparent)]
    NotOffered(#[from] NotOffered),
    #[error("the instance {0} keeps the log of the store")]
    Elsewhere(String),
    #[error("the store was never started, so it has no log")]
    NoLog,
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("either a moment is asked for or a place")]
    OneOfTwo,
    #[error("the store is being deleted")]
    Leaving,
    #[error("{left} could not be removed: {message}")]
    NotCleared { left: String, message: String },
    #[error("the service is stopping")]
    Ending,
    /// The text itself must not be told.
    #[error("the secrets of the store are not what was sealed")]
    Secrets,
    #[error("the secrets of {0:?} cannot be sealed anew")]
    Unsealable(Vec<StoreId>, #[source] oms_chassis::vault::VaultError),
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchStore,
            Self::Illegal(_) | Self::Active(_) | Self::Moved | Self::NoLog | Self::Leaving => {
                ErrorCode::StoreNotReady
            }
            Self::Place(error) => error.code(),
            Self::OneOfTwo => ErrorCode::InvalidParameter,
            Self::NotCleared { .. } => ErrorCode::SourceNotCleared,
            Self::Fixed(_) => ErrorCode::StoreFixed,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::NotOffered(_) => ErrorCode::CaptureNotOffered,
            Self::Elsewhere(_) => ErrorCode::StoreElsewhere,
            Self::Ending => ErrorCode::ShuttingDown,
            Self::Secrets => ErrorCode::Internal,
            Self::Unsealable(_, error) => error.code(),
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Invalid(details) | Self::Fixed(details) => details.clone(),
            Self::Unsealable(ids, _) => {
                ids.iter().map(|id| Detail::new(id.as_str(), "its secrets do not open")).collect()
            }
            Self::NoSuch(_)
            | Self::Illegal(_)
            | Self::Active(_)
            | Self::Moved
            | Self::NotOffered(_)
            | Self::Elsewhere(_)
            | Self::NoLog
            | Self::Place(_)
            | Self::OneOfTwo
            | Self::Leaving
            | Self::NotCleared { .. }
            | Self::Ending
            | Self::Secrets => Vec::new(),
        }
    }
}

/// The first of several faults in words.
fn first_of(details: &[Detail]) -> String {
    let words = |detail: &Detail| format!("{}: {}", detail.field, detail.message);
    details.first().map(words).unwrap_or_default()
}

/// A store that has to be there.
pub fn require(conn: &mut Conn, id: &StoreId) -> Result<Store, crate::Error> {
    Ok(repo::store::find(conn, id)?.ok_or_else(|| Error::NoSuch(id.clone()))?)
}

/// The same without what can be long.
pub fn require_outline(conn: &mut Conn, id: &StoreId) -> Result<Outline, crate::Error> {
    Ok(repo::store::outline(conn, id)?.ok_or_else(|| Error::NoSuch(id.clone()))?)
}
