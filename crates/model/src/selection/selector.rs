//! One line of a selection after it was understood: whom it is about, what it says of them, and how
//! much its word weighs against other lines.

use crate::{
    object::{ObjectKind, SourceObject},
    selection::{
        mapping::{AdbTableSchema, ObkvPartitionConfig},
        pattern::Pattern,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How narrowly a line speaks of an object; the narrowest decides its name. In this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A rule with wildcards in the schema, or one that names nothing anew.
    Broad,
    /// Everything in one schema.
    WholeSchema,
    /// Some objects of one schema, by wildcards.
    Some,
    /// One object, by a rule.
    One,
    /// One object, in the list of objects.
    Named,
}

/// What is said of an object besides its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The condition its rows must meet, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The columns to keep; none named keeps all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed_columns: Vec<ColumnRenaming>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shard_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adb_table_schema: Option<AdbTableSchema>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obkv_partition_config: Option<ObkvPartitionConfig>,
}

/// A column that has another name at the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ColumnRenaming {
    pub source: String,
    pub target: String,
}

#[derive(Debug, Clone)]
pub(super) struct Selector {
    pub(super) database: Pattern,
    pub(super) name: Pattern,
    /// Tables and views alike, where none is said.
    pub(super) kind: Option<ObjectKind>,
    /// Whether it puts objects into the set, or only speaks of those that others put there.
    pub(super) selects: bool,
    pub(super) rank: Rank,
    pub(super) target_database: Option<String>,
    pub(super) target_name: Option<String>,
    pub(super) settings: Option<Settings>,
    /// Where the user wrote it, and what.
    pub(super) place: String,
    pub(super) text: String,
}

impl Selector {
    /// A line that takes or leaves out what matches, and says no more.
    pub(super) fn plain(place: String, text: String, database: Pattern, name: Pattern) -> Self {
        let rank = match (database.as_exact(), name.as_exact()) {
            (Some(_), Some(_)) => Rank::One,
            (Some(_), None) if name.is_everything() => Rank::WholeSchema,
            (Some(_), None) => Rank::Some,
            (None, _) => Rank::Broad,
        };
        let (target_database, target_name, settings) = (None, None, None);
        Self {
            database,
            name,
            kind: None,
            selects: true,
            rank,
            target_database,
            target_name,
            settings,
            place,
            text,
        }
    }

    /// Whether it is about the object, given that it is about its database.
    pub(super) fn takes_name(&self, object: &SourceObject) -> bool {
        self.takes_kind(object) && self.name.matches(&object.name)
    }

    pub(super) fn takes_kind(&self, object: &SourceObject) -> bool {
        self.kind.is_none_or(|kind| kind == object.kind)
    }
}
