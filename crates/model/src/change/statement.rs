//! A change of definitions, in the words of its database.

use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A statement that changed definitions, or emptied a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// The database that names without one belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// As the user wrote it.
    pub text: String,
    /// What its session was set to, as far as that decides what the text means: modes, charsets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// The tables that it says something about, by database and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<(String, String)>,
    /// Those of them that are there afterwards, as they are then. What it touches and is not here is
    /// gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
}
