//! How a change log is captured.

use oms_contracts::service::Capability;
use strum::{AsRefStr, EnumIter, IntoEnumIterator};

/// How a change log is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumIter)]
pub enum CaptureMethod {
    /// The server log of MySQL, MariaDB and the OceanBase Binlog Service.
    #[strum(serialize = "BINLOG")]
    Binlog,
    /// The logical decoding of PostgreSQL.
    #[strum(serialize = "LOGICAL_DECODING")]
    LogicalDecoding,
    /// Triggers, for databases that offer no log.
    #[strum(serialize = "TRIGGER")]
    Trigger,
}

impl CaptureMethod {
    /// Whether this version can do it. None can yet: the data plane comes with the next issues
    /// of the road map, and saying so is better than accepting what would not run.
    pub fn is_available(self) -> bool {
        false
    }
}

/// All kinds, for the instance's description of itself.
pub fn capabilities() -> Vec<Capability> {
    CaptureMethod::iter()
        .map(|kind| Capability { name: kind.as_ref().into(), available: kind.is_available() })
        .collect()
}
