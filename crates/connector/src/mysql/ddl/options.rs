//! What the user chooses about a conversion.

use super::ast::Name;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct Options {
    pub names: NameMap,
    /// Character sets and collations to use instead of others. `*` stands for every one that the
    /// target lacks.
    pub charsets: BTreeMap<String, String>,
    pub collations: BTreeMap<String, String>,
    pub indexes: IndexStrategy,
    /// Whether a table without a not-null unique key gets a column and index to identify its rows.
    pub hidden_key: bool,
    /// What MariaDB's JSON, which is text, becomes where JSON is a type of its own.
    pub mariadb_json: JsonAs,
    /// Whether views keep their DEFINER, who must exist at the target.
    pub keep_definer: bool,
}

impl Options {
    /// Everything as it is usually wanted, for the tables of `database`.
    pub fn within(database: impl Into<String>) -> Self {
        Self {
            names: NameMap::within(database),
            charsets: BTreeMap::new(),
            collations: BTreeMap::new(),
            indexes: IndexStrategy::Deferred,
            hidden_key: true,
            mariadb_json: JsonAs::Text,
            keep_definer: false,
        }
    }
}

/// When the indexes come that are not unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexStrategy {
    None,
    WithTable,
    /// After the data.
    Deferred,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonAs {
    /// The same bytes.
    Text,
    /// The same value, in the form of the target: spaces, order and repeated members are lost.
    Json,
}

/// What databases and tables are called at the target.
#[derive(Debug, Clone)]
pub struct NameMap {
    /// The database of names that say none.
    pub database: String,
    pub databases: BTreeMap<String, String>,
    /// By database and table at the source; stronger than `databases`.
    pub tables: BTreeMap<(String, String), (String, String)>,
}

impl NameMap {
    pub fn within(database: impl Into<String>) -> Self {
        let database = database.into();
        Self { database, databases: BTreeMap::new(), tables: BTreeMap::new() }
    }

    /// The name at the target, always with its database.
    pub fn map(&self, name: &Name) -> Name {
        let database = name.database.as_ref().unwrap_or(&self.database);
        if let Some((database, table)) = self.tables.get(&(database.clone(), name.name.clone())) {
            return Name::within(database, table);
        }
        Name::within(self.databases.get(database).unwrap_or(database), &name.name)
    }
}
