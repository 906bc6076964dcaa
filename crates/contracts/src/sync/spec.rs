//! What a task is to do.

use super::{Endpoint, IncrSettings, Limits};
use oms_model::ObjectName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// What a sync task does.
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
pub enum TaskKind {
    /// Creates at the target what the source has.
    Schema,
    /// Copies the rows that are there.
    Full,
    /// Applies the changes that come after.
    Incr,
}

/// What an object of a task is.
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
pub enum SyncObjectKind {
    Table,
    View,
    Sequence,
}

/// A task: from where, to where, what, and how. Its secrets are sealed when it is stored, and never
/// answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskSpec {
    pub kind: TaskKind,
    pub source: Endpoint,
    pub target: Endpoint,
    /// In the order in which they are worked on, as far as what depends on what allows it.
    #[schema(min_items = 1)]
    pub objects: Vec<ObjectSpec>,
    /// Of a SCHEMA task, and of an INCR task that makes definitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaSettings>,
    /// Of a FULL task only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<FullSettings>,
    /// Of an INCR task only, which has to have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr: Option<IncrSettings>,
    /// What the task begins with.
    #[serde(default)]
    pub limits: Limits,
}

/// One object and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectSpec {
    pub kind: SyncObjectKind,
    pub source: ObjectName,
    pub target: ObjectName,
    /// Which rows, as a condition in the source's SQL. Tables only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_clause: Option<String>,
    /// Which columns, by name; all when absent. Tables only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

impl ObjectSpec {
    /// A whole table that keeps its name.
    pub fn table(database: &str, name: &str) -> Self {
        let name = ObjectName::new(database, name);
        let kind = SyncObjectKind::Table;
        Self { kind, source: name.clone(), target: name, where_clause: None, columns: None }
    }
}

/// When secondary indexes that are not unique are made.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum IndexStrategy {
    /// Not at all.
    None,
    #[default]
    WithSchema,
    /// When the rows are there: `deferIndexCreation`. The task finishes without them, and builds
    /// them when it is asked to.
    AfterLoad,
}

/// What to do about a table that the target has already.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ExistingTable {
    /// It takes what the source has, column by column: then use it. Else the object fails.
    #[default]
    UseIfCompatible,
    /// The object fails.
    Fail,
}

/// How schemas are converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaSettings {
    /// Charsets of the source and what they become; `*` stands for those not named.
    pub charset_map: BTreeMap<String, String>,
    /// The same for collations.
    pub collation_map: BTreeMap<String, String>,
    pub index_strategy: IndexStrategy,
    /// Tables that have fewer rows, as far as the source knows, get their indexes at once where those
    /// of others wait: building an index takes a while, whatever its size.
    pub index_at_once_below: u64,
    /// Give tables without a key that tells rows apart a hidden column with one.
    pub hidden_key: bool,
    pub existing_table: ExistingTable,
}

impl Default for SchemaSettings {
    fn default() -> Self {
        Self {
            charset_map: BTreeMap::new(),
            collation_map: BTreeMap::new(),
            index_strategy: IndexStrategy::default(),
            index_at_once_below: 0,
            hidden_key: true,
            existing_table: ExistingTable::default(),
        }
    }
}

/// How rows are copied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FullSettings {
    /// Accept target tables that hold rows: those stay, and each that stands in the way of one of
    /// the source is recorded as a conflict. Else such a table fails.
    pub allow_dest_table_not_empty: bool,
    /// Changes are captured meanwhile, to be applied behind the load: a table without a key that
    /// tells rows apart is read in one piece, and it is recorded where in the source's log.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub changes_follow: bool,
    /// Empty target tables without a key that tells rows apart before they are loaded.
    pub none_pk_uk_truncate_dst_table: bool,
}
