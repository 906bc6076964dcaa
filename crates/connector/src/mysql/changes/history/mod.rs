//! What tables looked like at the place that is being read: known at the beginning, and changed by
//! each statement of the log that changes a definition.

mod apply;
mod complete;
mod draft;
mod types;

pub(super) use complete::complete;

use super::texts::Texts;
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::change::Change;
use oms_model::Table;
use std::collections::HashMap;
use std::sync::Arc;

/// Where MariaDB keeps until when a row was true, in tables that keep what was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Versioning {
    #[default]
    None,
    /// In the last of two columns that are not shown.
    Hidden,
    /// In a column of this name.
    Column(String),
    /// In one of its columns, and nobody knows which.
    Unclear,
}

/// A table as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub table: Arc<Table>,
    /// What text columns get that say nothing of it.
    pub collation: Option<String>,
    pub versioning: Versioning,
}

impl Known {
    pub fn new(table: Table) -> Self {
        let versioning = Versioning::None;
        Self { table: Arc::new(table), collation: None, versioning }
    }
}

/// A table by its database and its name, as the server tells names apart.
pub(super) type TableName = (String, String);

/// All tables that are known.
#[derive(Debug, Default)]
pub(super) struct History {
    tables: HashMap<TableName, Known>,
    /// The server keeps names in lower case, or compares them so.
    folds: bool,
    /// Counts what was changed, so that whoever has looked something up knows when to look again.
    pub era: u64,
}

/// What a statement says about tables.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// In the order of the statement.
    pub touched: Vec<TableName>,
    /// Those of them that have to be asked for: what they are now does not follow from what is known.
    pub doubtful: Vec<TableName>,
}

/// What a statement is read with.
#[derive(Debug)]
pub(super) struct Circumstances<'a> {
    /// Of names that say none.
    pub database: &'a str,
    pub texts: &'a Texts,
    /// What a table gets that says nothing of it, if its database is the current one.
    pub collation: Option<String>,
    /// A TIMESTAMP may be NULL unless it says otherwise.
    pub explicit_timestamps: bool,
}

impl History {
    pub fn new(folds: bool) -> Self {
        Self { folds, ..Self::default() }
    }

    pub fn key(&self, database: &str, table: &str) -> TableName {
        match self.folds {
            true => (database.to_lowercase(), table.to_lowercase()),
            false => (database.to_owned(), table.to_owned()),
        }
    }

    pub fn get(&self, name: &TableName) -> Option<&Known> {
        self.tables.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &TableName> {
        self.tables.keys()
    }

    pub fn learn(&mut self, name: TableName, known: Known) {
        self.era += 1;
        self.tables.insert(name, known);
    }

    pub fn forget(&mut self, name: &TableName) -> Option<Known> {
        self.era += 1;
        self.tables.remove(name)
    }

    /// Makes a statement's changes, and says what it was about.
    pub fn apply(&mut self, change: &Change, with: &Circumstances<'_>) -> Effect {
        let mut effect = Effect::default();
        let key = |history: &Self, name: &Name| {
            let database = name.database.as_deref().unwrap_or(with.database);
            history.key(database, &name.name)
        };
        match change {
            Change::Create(table) => {
                let name = key(self, &table.name);
                let like = table.like.as_ref().map(|like| key(self, like));
                self.create(table, (name, like), with, &mut effect);
            }
            Change::Alter(alter) => {
                let name = key(self, &alter.table);
                self.alter(alter, name, with, &mut effect);
            }
            Change::Drop { temporary: true, .. } | Change::Other | Change::Database(_) => {}
            Change::Drop { tables, .. } => {
                for name in tables.iter().map(|name| key(self, name)).collect::<Vec<_>>() {
                    self.forget(&name);
                    effect.touched.push(name);
                }
            }
            Change::Rename(pairs) => {
                for (from, to) in pairs {
                    let (from, to) = (key(self, from), key(self, to));
                    self.rename(from, to, &mut effect);
                }
            }
            Change::Truncate(name) => effect.touched.push(key(self, name)),
            Change::CreateIndex { table, key: index } => {
                let name = key(self, table);
                self.index(name, with, &mut effect, |draft| draft.add_key(index, false));
            }
            Change::DropIndex { table, name: index } => {
                let name = key(self, table);
                self.index(name, with, &mut effect, |draft| {
                    draft.drop_key(index);
                    true
                });
            }
            Change::DropDatabase(database) => {
                let (database, _) = self.key(database, "");
                let within = |name: &&TableName| name.0 == database;
                let mut gone: Vec<TableName> = self.tables.keys().filter(within).cloned().collect();
                gone.sort();
                for name in gone {
                    self.forget(&name);
                    effect.touched.push(name);
                }
            }
        }
        effect
    }

    fn rename(&mut self, from: TableName, to: TableName, effect: &mut Effect) {
        match self.forget(&from) {
            Some(mut known) => {
                let mut table = Table::clone(&known.table);
                (table.database, table.name) = to.clone();
                known.table = Arc::new(table);
                self.learn(to.clone(), known);
            }
            None => {
                self.forget(&to);
                effect.doubtful.push(to.clone());
            }
        }
        // What was renamed before within the same statement is where it is now.
        effect.doubtful.retain(|name| *name != from);
        effect.touched.extend([from, to]);
    }
}

#[cfg(test)]
mod tests;
