//! Projects.

use super::Error;
use oms_chassis::Conn;
use oms_model::{EndpointId, ProjectId, UserId};

/// A project that still needs what it refers to: neither released nor deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveProject {
    pub id: ProjectId,
    pub name: String,
}

/// The live projects that read from or write to a data source, by name.
pub fn live_on(_: &mut Conn, _: &EndpointId) -> Result<Vec<LiveProject>, Error> {
    Ok(Vec::new())
}

/// How many live projects a user owns.
pub fn live_of(_: &mut Conn, _: &UserId) -> Result<u64, Error> {
    Ok(0)
}
