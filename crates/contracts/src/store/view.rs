//! A store as it is seen.

use super::{CaptureMethod, ConsumerView, Start, StoreHeartbeat, StoreId, StoreRetention};
use crate::{
    PageQuery,
    sync::{EndpointView, TaskError},
};
use chrono::{DateTime, Utc};
use oms_model::{change::Seq, selection::TransferMapping};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// Where a store is in its life. The words are those of tasks, of which it has all but the end: a log
/// has none.
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
pub enum StoreState {
    /// Kept and never started.
    Init,
    /// Wanted to capture. A restart, or a source that is away, does not change this.
    Running,
    /// Asked to stop; something of it may still be at work.
    Stopping,
    /// Stopped: nothing is captured. What is kept can be read.
    Suspend,
    /// It cannot go on until somebody changes something. Can be started again.
    Failed,
}

/// A store in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreSummary {
    pub id: StoreId,
    pub state: StoreState,
    /// When it came into that state.
    pub since: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// When it was started last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// How often it was taken up: by a start, and after each restart.
    pub epoch: u64,
    /// The instance that keeps its log; none before it is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Of a FAILED store; of a RUNNING one, what holds it up at the moment, or what it has to do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TaskError>,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreView {
    #[serde(flatten)]
    pub summary: StoreSummary,
    pub source: EndpointView,
    pub method: CaptureMethod,
    pub objects: TransferMapping,
    pub start: Start,
    pub retention: StoreRetention,
    pub leave_out_own: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<StoreHeartbeat>,
    /// What the store puts in place at its source has this in its name: the database
    /// `oms_capture_{capture}`, triggers `oms_{capture}_…`, the table `oms_heartbeat_{capture}`.
    pub capture: String,
    pub live: StoreLive,
    pub consumers: Vec<ConsumerView>,
}

/// What a store has, and how it goes. Moments are of the source's clock.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct StoreLive {
    /// It has found its place: whatever is committed from now on will be in it.
    pub has_begun: bool,
    /// Everything committed from then on is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<DateTime<Utc>>,
    /// Everything committed up to then is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<DateTime<Utc>>,
    /// How far `current` was behind the clock when this was said. Negative where clocks differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<i64>,
    /// The last change that is no longer kept.
    #[schema(value_type = u64)]
    pub first_seq: Seq,
    /// The last change.
    #[schema(value_type = u64)]
    pub last_seq: Seq,
    /// Where in the source's log it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// On the disk.
    pub bytes: u64,
    /// Of the present run.
    pub transactions: u64,
    pub changes: u64,
    /// Transactions that were left out because a task of ours wrote them.
    pub left_out: u64,
    /// Bytes of the source's log.
    pub source_bytes: u64,
    pub changes_per_second: f64,
    pub source_bytes_per_second: f64,
    /// How long the source still has what the store has yet to read, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_left_seconds: Option<u64>,
    /// The number that the source knows it by, where its protocol wants one.
    pub reader: u32,
    /// More is kept than was said, since a consumer has yet to read it (`STORE-0012`).
    pub retention_held: bool,
}

/// How to delete a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteStore {
    /// Also if what the store put in place at the source cannot be removed: it is left there then, and
    /// triggers go on to write.
    pub force: bool,
}

/// Which stores to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StoreQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<StoreState>,
    /// What ids begin with, such as a project's id and a dot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl StoreQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
