//! The use cases of project-service: one folder a resource, one use case a file.

pub mod data_source;
mod enrol;
mod fresh;
pub mod label;
pub mod project;
pub mod selection;

pub use enrol::enrol;
pub use fresh::{fresh_id, now};

use crate::Error;
use oms_model::{Actor, Right};

/// Refuses an actor whose role has not the right over anything at all.
pub fn require(actor: &Actor, right: Right) -> Result<(), Error> {
    if actor.role.may(right) { Ok(()) } else { Err(Error::Forbidden(actor.role)) }
}
