//! How much of the machines a task may take: all of it can be changed while the task runs.

use oms_model::transfer::SpeedMode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The limits of a task, in the published words of `fullTransferConfig` and its speed block. What is
/// left out is decided by the mode, or is without limit. How many connections a load really has
/// follows from what the databases make of them: never more than a number given here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    pub full_transfer_speed_mode: SpeedMode,
    /// Connections that read, at most; 1 to 256.
    #[schema(minimum = 1, maximum = 256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_worker_num: Option<u32>,
    /// Connections that write, at most; 1 to 256.
    #[schema(minimum = 1, maximum = 256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_worker_num: Option<u32>,
    /// Rows a second.
    #[schema(minimum = 1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_rps: Option<u64>,
    /// Bytes a second.
    #[schema(minimum = 1)]
    #[serde(rename = "throttleIOPS", skip_serializing_if = "Option::is_none")]
    pub throttle_iops: Option<u64>,
    /// Mebibytes of rows on their way at once, 16 to 65536.
    #[schema(minimum = 16, maximum = 65536)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    /// How many threads one index may be built with, 1 to 256.
    #[schema(minimum = 1, maximum = 256)]
    #[serde(rename = "indexDDLConcurrencyLimit", skip_serializing_if = "Option::is_none")]
    pub index_ddl_concurrency_limit: Option<u32>,
    /// How many indexes are built at once, 1 to 256.
    #[schema(minimum = 1, maximum = 256)]
    #[serde(rename = "maxConcurrentIndexDDLs", skip_serializing_if = "Option::is_none")]
    pub max_concurrent_index_ddls: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            full_transfer_speed_mode: SpeedMode::Normal,
            read_worker_num: None,
            write_worker_num: None,
            throttle_rps: None,
            throttle_iops: None,
            memory: None,
            index_ddl_concurrency_limit: None,
            max_concurrent_index_ddls: None,
        }
    }
}
