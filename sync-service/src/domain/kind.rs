//! What a sync task does.

use oms_contracts::service::Capability;
use strum::{AsRefStr, EnumIter, IntoEnumIterator};

/// What a sync task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumIter)]
pub enum TaskKind {
    /// Creates at the target what the source has.
    #[strum(serialize = "SCHEMA")]
    Schema,
    /// Copies the rows that are there.
    #[strum(serialize = "FULL")]
    Full,
    /// Applies the changes that come after.
    #[strum(serialize = "INCR")]
    Incremental,
}

impl TaskKind {
    /// Whether this version can do it. None can yet: the data plane comes with the next issues
    /// of the road map, and saying so is better than accepting what would not run.
    pub fn is_available(self) -> bool {
        false
    }
}

/// All kinds, for the instance's description of itself.
pub fn capabilities() -> Vec<Capability> {
    TaskKind::iter()
        .map(|kind| Capability { name: kind.as_ref().into(), available: kind.is_available() })
        .collect()
}
