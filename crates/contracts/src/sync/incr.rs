//! How changes are applied, and how that goes.

use super::TaskId;
use crate::{PageQuery, store::StoreId};
use chrono::{DateTime, Utc};
use oms_model::{
    ObjectName,
    change::{Action, Seq, Treatment},
    selection::TransferMapping,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// In which pieces changes are committed at the target.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplyMode {
    /// By many sessions at once: the target is like the source whenever it has caught up.
    #[default]
    Eventual,
    /// Whole transactions of the source, in their order.
    Transactional,
}

/// What is done about a row of the target that is not what a change begins with.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DriftPolicy {
    /// The task fails, until somebody has looked.
    Stop,
    /// The source's row is put there, and that is recorded.
    #[default]
    Repair,
    /// The target stays as it is, and that is recorded.
    Record,
}

/// A kind of change of rows.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum RecordType {
    Insert,
    Update,
    Delete,
}

/// Where changes come from, and how they are applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncrSettings {
    /// The store that captures them.
    pub store: StoreId,
    /// Behind which change the task begins; with all that the store has by default.
    #[serde(default)]
    #[schema(value_type = u64)]
    pub after: Seq,
    /// The full load that the task goes on from. Rows that it read may hold changes of the store
    /// already; they are applied so that this makes no difference. It must be done when this one is
    /// started, and the store have begun before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<TaskId>,
    #[serde(default)]
    pub mode: ApplyMode,
    #[serde(default)]
    pub on_drift: DriftPolicy,
    /// Which kinds of changes are applied; all by default.
    #[serde(default = "all_records")]
    pub records: BTreeSet<RecordType>,
    /// What is done about statements on definitions. How definitions are converted is in the task's
    /// `schema`.
    #[serde(default)]
    pub ddl: DdlSettings,
    /// Tables that are made while the task follows, and are to be followed as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_tables: Option<NewTables>,
    /// A lag up to this is no lag any more: the task has caught up. In milliseconds.
    #[serde(default = "caught_up_ms")]
    #[schema(minimum = 1000, maximum = 86_400_000)]
    pub caught_up_ms: u64,
}

impl IncrSettings {
    /// All changes of a store, in the usual way.
    pub fn of(store: StoreId) -> Self {
        Self {
            store,
            after: Seq::START,
            load: None,
            mode: ApplyMode::default(),
            on_drift: DriftPolicy::default(),
            records: all_records(),
            ddl: DdlSettings::default(),
            new_tables: None,
            caught_up_ms: caught_up_ms(),
        }
    }
}

/// What is done about statements on definitions, kind by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct DdlSettings {
    /// What moves rows is never ignored: the task stops there instead.
    pub default: Treatment,
    /// Kinds that are treated in another way.
    #[schema(value_type = std::collections::HashMap<String, Treatment>)]
    pub kinds: BTreeMap<Action, Treatment>,
}

impl Default for DdlSettings {
    fn default() -> Self {
        Self { default: Treatment::Replicate, kinds: BTreeMap::new() }
    }
}

/// Which tables are followed that are not among the objects of the task, since they are only made
/// later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTables {
    pub rules: TransferMapping,
    /// What they are called at the target, where that is something else. It selects nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naming: Option<TransferMapping>,
    /// Tables that were there and left out: the rules take them, and the task does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<ObjectName>,
}

fn all_records() -> BTreeSet<RecordType> {
    [RecordType::Insert, RecordType::Update, RecordType::Delete].into()
}

fn caught_up_ms() -> u64 {
    10_000
}

/// How far an incremental task is. Moments are of the source's clock.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct IncrProgress {
    /// The last change that is applied.
    #[schema(value_type = u64)]
    pub seq: Seq,
    /// The last change that the store has, as far as is known.
    #[schema(value_type = u64)]
    pub stored: Seq,
    /// Everything committed up to then is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<DateTime<Utc>>,
    /// How far that was behind the clock when this was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
    /// How much of it was the store's, which had yet to capture it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_lag_ms: Option<u64>,
    /// What the last second went into.
    pub spent: Spent,
    /// It has caught up since it was started: the lag was within the threshold. The published word
    /// for such a task is MONITORING.
    pub monitoring: bool,
    pub inserts_per_second: f64,
    pub updates_per_second: f64,
    pub deletes_per_second: f64,
    /// Written at the target; less than what the source did where changes of a row were merged.
    pub written_per_second: f64,
    pub bytes_per_second: f64,
    /// Of one transaction at the target, on average, in microseconds.
    pub execute_us: u64,
    pub commit_us: u64,
    /// How often something was tried again in this run.
    pub retries: u64,
    /// Statements on definitions that concern nothing of the task, in this run.
    pub statements_passed: u64,
    /// Rows that were not as expected, all in all.
    pub drifted: u64,
    /// What holds the store up, if something does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_error: Option<String>,
    /// The tables with the most changes in this run, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<IncrTable>,
}

/// What a second went into, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spent {
    /// Nothing came.
    pub waiting_ms: u64,
    /// Changes were decoded and sorted while nothing was at work.
    pub planning_ms: u64,
    /// The target was at work.
    pub working_ms: u64,
    /// The limits let nothing pass.
    pub throttled_ms: u64,
}

/// The changes of one table of the target, in this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncrTable {
    pub target: ObjectName,
    pub inserts: u64,
    pub updates: u64,
    pub deletes: u64,
}

/// What was wrong with a row of the target.
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
pub enum DriftKind {
    /// There was none where one was to be changed.
    NothingToChange,
    /// There was none, or fewer equal ones, where some were to be removed.
    NothingToRemove,
    /// It had one of the keys of a new one.
    InTheWay,
}

/// A row of the target that was not what a change begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftView {
    pub target: ObjectName,
    /// The change that met it; the last one, where several were applied together.
    #[schema(value_type = u64)]
    pub seq: Seq,
    pub kind: DriftKind,
    /// The key, for people: `id=7`.
    pub key: String,
    /// The source's row before the change and after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The source's row is there now.
    pub repaired: bool,
    pub recorded_at: DateTime<Utc>,
}

/// Which of them to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DriftQuery {
    /// Of this database and table of the target only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl DriftQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
