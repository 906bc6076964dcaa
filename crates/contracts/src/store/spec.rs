//! What a store is to capture, and how long it keeps it.

use crate::sync::Endpoint;
use chrono::{DateTime, Utc};
use oms_model::{Position, selection::TransferMapping};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// How changes are captured.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CaptureMethod {
    /// From the server log of MySQL, MariaDB and the OceanBase Binlog Service.
    Binlog,
    /// By the logical decoding of PostgreSQL.
    LogicalDecoding,
    /// By triggers, for databases that offer no log. They are put in place when the store is started for
    /// the first time, go on to write down what happens while it is stopped, and are removed with it.
    Trigger,
}

/// Where a store begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum Start {
    /// With what is committed once it is started for the first time.
    #[default]
    Now,
    /// With what was committed at a moment, by the source's clock.
    Time { at: DateTime<Utc> },
    /// Behind a place in the source's log.
    Position {
        #[schema(value_type = String)]
        at: Position,
    },
}

/// How long changes are kept. What a registered consumer has yet to read is kept longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct StoreRetention {
    #[schema(minimum = 60, maximum = 31_536_000)]
    pub seconds: u64,
    /// Bytes on the disk.
    #[schema(minimum = 1_048_576)]
    pub bytes: u64,
}

impl Default for StoreRetention {
    /// A week, and as much as 100 GiB.
    fn default() -> Self {
        Self { seconds: 7 * 86_400, bytes: 100 << 30 }
    }
}

/// A table of the store's own at the source that is written to every so often, so that the source's log
/// goes on while nothing else happens there. Readers of the store hear nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoreHeartbeat {
    /// Where the table is to be. The source's user needs CREATE, INSERT, UPDATE and DROP in it.
    pub database: String,
    #[serde(default = "ten_seconds")]
    #[schema(minimum = 1, maximum = 3_600)]
    pub every_seconds: u32,
}

fn ten_seconds() -> u32 {
    10
}

/// A store: from where, what, and how long it is kept. Its secrets are sealed when it is kept, and never
/// answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoreSpec {
    pub source: Endpoint,
    pub method: CaptureMethod,
    /// Which tables, also those that are only made later.
    pub objects: TransferMapping,
    #[serde(default)]
    pub start: Start,
    #[serde(default)]
    pub retention: StoreRetention,
    /// Leave out transactions that a task of ours wrote.
    #[serde(default)]
    pub leave_out_own: bool,
    /// Nothing is written to the source without it, but what triggers write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<StoreHeartbeat>,
}
