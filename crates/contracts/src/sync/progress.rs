//! How far a task is and how fast it goes.

use super::{IncrProgress, ObjectState};
use crate::PageQuery;
use oms_model::ObjectName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// What holds a full load back.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Bottleneck {
    /// The source.
    Read,
    /// The way to one of them: waiting for answers takes longer than what is done for them.
    Network,
    /// The target.
    Write,
    /// The limits of the task.
    Throttle,
    /// Nothing, or nobody knows yet.
    #[default]
    None,
}

/// How many connections are at work. It follows from the limits and from what the databases make of
/// them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Widths {
    pub read: u32,
    pub write: u32,
}

/// Where a table of a full load is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
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
pub enum TableState {
    /// Its turn has not come.
    Init,
    Running,
    Failed,
    Finished,
}

/// Why a table could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TableFailure {
    /// Of the catalogue.
    pub code: String,
    /// With the key, the column and the reason, where a row is the cause.
    pub message: String,
    pub advice: String,
}

/// A table of a full load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TableView {
    /// Its place among the objects of the task, from 0.
    pub number: u32,
    pub source: ObjectName,
    pub target: ObjectName,
    pub state: TableState,
    /// Written, and recorded as written.
    pub rows: u64,
    pub bytes: u64,
    /// What the source thinks it has; exact once the table is finished.
    pub estimated_rows: u64,
    /// Rows a second, at the moment.
    pub rows_per_second: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<u64>,
    /// Rows kept at the target because they were there.
    pub conflicts: u64,
    /// How often it was begun.
    pub attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<TableFailure>,
}

/// How fast it goes at the moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveView {
    pub bottleneck: Bottleneck,
    pub widths: Widths,
    /// How many bytes of rows are written at once, at most.
    #[serde(default)]
    pub batch_bytes: u64,
    pub rows_per_second: f64,
    pub bytes_per_second: f64,
}

/// The objects of a schema task by state, and the statements that are kept for later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SchemaProgress {
    /// States that no object is in are left out.
    #[schema(value_type = std::collections::HashMap<String, u64>)]
    pub objects: BTreeMap<ObjectState, u64>,
    pub deferred: u64,
    pub deferred_done: u64,
    pub deferred_failed: u64,
}

/// The whole task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgressView {
    /// Tables of a full load, objects of a schema task.
    pub total: u64,
    pub done: u64,
    pub failed: u64,
    pub rows: u64,
    pub bytes: u64,
    pub estimated_rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<u64>,
    pub conflicts: u64,
    pub live: LiveView,
    /// The tables that are being loaded and those that failed, at most 100. The others are listed
    /// under the task's tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaProgress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr: Option<IncrProgress>,
}

/// Which tables to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<TableState>,
    /// Part of the database's or table's name at the source or target, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl TableQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
