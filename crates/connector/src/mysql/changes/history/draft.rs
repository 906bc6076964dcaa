//! A table while a statement changes it: keys name their columns, so that columns may come, go and
//! move.

use super::types::{Defaults, column_of, recharset};
use super::{Circumstances, Known, TableName, Versioning};
use crate::mysql::ddl::ast::{self, ColumnKey, KeyKind, PartOf, RowBound, same_name};
use crate::mysql::ddl::change::Spot;
use oms_model::{Column, LogicalType, Table, UniqueKey, UniquePart};
use std::sync::Arc;

#[derive(Debug)]
struct Key {
    name: String,
    primary: bool,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    /// `None` for an expression.
    column: Option<String>,
    prefix: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Draft<'a> {
    columns: Vec<Column>,
    keys: Vec<Key>,
    pub collation: Option<String>,
    pub versioning: Versioning,
    pub with: &'a Circumstances<'a>,
}

impl<'a> Draft<'a> {
    pub fn empty(collation: Option<String>, with: &'a Circumstances<'a>) -> Self {
        Self { columns: vec![], keys: vec![], collation, versioning: Versioning::None, with }
    }

    pub fn of(known: &Known, with: &'a Circumstances<'a>) -> Self {
        let columns = known.table.columns.clone();
        let name = |at: usize| columns.get(at).map(|column| column.name.clone());
        let part =
            |part: &UniquePart| Part { column: part.column.and_then(name), prefix: part.prefix };
        let key = |key: &UniqueKey| Key {
            name: key.name.clone(),
            primary: key.primary,
            parts: key.parts.iter().map(part).collect(),
        };
        let keys = known.table.keys.iter().map(key).collect();
        let (collation, versioning) = (known.collation.clone(), known.versioning.clone());
        Self { columns, keys, collation, versioning, with }
    }

    /// The table as it is now.
    pub fn known(self, name: &TableName) -> Known {
        let columns = self.columns;
        let place = |name: &String| columns.iter().position(|column| same_name(&column.name, name));
        let part = |part: &Part| UniquePart {
            column: part.column.as_ref().and_then(place),
            prefix: part.prefix,
        };
        let mut keys: Vec<UniqueKey> = self
            .keys
            .iter()
            .map(|key| UniqueKey {
                name: key.name.clone(),
                primary: key.primary,
                parts: key.parts.iter().map(part).collect(),
            })
            .collect();
        keys.sort_by(|a, b| (!a.primary, &a.name).cmp(&(!b.primary, &b.name)));
        let (database, table) = name.clone();
        let table = Table { database, name: table, columns, keys };
        Known { table: Arc::new(table), collation: self.collation, versioning: self.versioning }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| same_name(&column.name, name))
    }

    pub fn has_column(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn defaults(&self) -> Defaults<'_> {
        Defaults { collation: self.collation.as_deref(), with: self.with }
    }

    /// Each of these says whether it could be done.
    pub fn add(&mut self, column: &ast::Column, spot: &Spot) -> bool {
        if self.has_column(&column.name) {
            return false;
        }
        let Some(made) = column_of(column, self.defaults()) else { return false };
        let at = match spot {
            Spot::Usual => Some(self.columns.len()),
            Spot::First => Some(0),
            Spot::After(name) => self.place(name).map(|at| at + 1),
        };
        let Some(at) = at else { return false };
        self.columns.insert(at, made);
        self.note_version(column);
        self.add_own_key(column);
        true
    }

    pub fn replace(&mut self, from: &str, column: &ast::Column, spot: &Spot) -> bool {
        let Some(at) = self.place(from) else { return false };
        // Two that change places: the order of the clauses says nothing then.
        if !same_name(from, &column.name) && self.has_column(&column.name) {
            return false;
        }
        let Some(mut made) = column_of(column, self.defaults()) else { return false };
        let is_primary = |key: &&Key| key.primary;
        let within = |key: &Key| key.parts.iter().any(|part| part.names(from));
        if self.keys.iter().find(is_primary).is_some_and(within) {
            made.nullable = false;
        }
        self.columns.remove(at);
        let at = match spot {
            Spot::Usual => Some(at),
            Spot::First => Some(0),
            Spot::After(name) => self.place(name).map(|at| at + 1),
        };
        let Some(at) = at else { return false };
        self.columns.insert(at, made);
        self.rename_in_keys(from, &column.name);
        self.add_own_key(column);
        true
    }

    pub fn rename_column(&mut self, from: &str, to: &str) -> bool {
        let Some(at) = self.place(from) else { return false };
        if !same_name(from, to) && self.has_column(to) {
            return false;
        }
        to.clone_into(&mut self.columns[at].name);
        self.rename_in_keys(from, to);
        true
    }

    fn rename_in_keys(&mut self, from: &str, to: &str) {
        for part in self.keys.iter_mut().flat_map(|key| &mut key.parts) {
            if part.names(from) {
                part.column = Some(to.to_owned());
            }
        }
    }

    /// Keys lose the column, and go with their last one.
    pub fn drop_column(&mut self, name: &str) -> bool {
        let Some(at) = self.place(name) else { return false };
        self.columns.remove(at);
        for key in &mut self.keys {
            key.parts.retain(|part| !part.names(name));
        }
        self.keys.retain(|key| !key.parts.is_empty());
        true
    }

    fn note_version(&mut self, column: &ast::Column) {
        if column.row_bound == Some(RowBound::End) {
            self.versioning = Versioning::Column(column.name.clone());
        }
    }

    fn add_own_key(&mut self, column: &ast::Column) {
        let kind = match column.key {
            Some(ColumnKey::Primary) => KeyKind::Primary,
            Some(ColumnKey::Unique) => KeyKind::Unique,
            None => return,
        };
        let part = ast::KeyPart::column(column.name.clone());
        self.add_key(&ast::Key::new(kind, None, vec![part]), false);
    }

    /// Keys that are not unique tell nothing about rows.
    pub fn add_key(&mut self, key: &ast::Key, lenient: bool) -> bool {
        if !key.is_unique() {
            return true;
        }
        let primary = key.kind == KeyKind::Primary;
        let name = match (primary, &key.name) {
            (true, _) => "PRIMARY".to_owned(),
            (false, Some(name)) => name.clone(),
            (false, None) => self.own_name(key),
        };
        if self.keys.iter().any(|known| same_name(&known.name, &name)) {
            return lenient;
        }
        let parts: Vec<Part> = key.parts.iter().map(|part| self.part(part)).collect();
        for part in parts.iter().filter(|_| primary) {
            let at = part.column.as_deref().and_then(|name| self.place(name));
            let Some(at) = at else { return false };
            self.columns[at].nullable = false;
        }
        self.keys.push(Key { name, primary, parts });
        true
    }

    /// A prefix of the whole column is none.
    fn part(&self, part: &ast::KeyPart) -> Part {
        let column = match &part.of {
            PartOf::Column(name) => Some(name.clone()),
            PartOf::Expression(_) => None,
        };
        let whole = column.as_deref().and_then(|name| self.place(name)).and_then(|at| {
            match self.columns[at].logical {
                LogicalType::Text { length, .. } | LogicalType::Bytes { length, .. } => length,
                _ => None,
            }
        });
        let prefix = part.prefix.filter(|prefix| whole != Some((*prefix).into()));
        Part { column, prefix }
    }

    /// What the server calls a key without a name.
    fn own_name(&self, key: &ast::Key) -> String {
        let first = key.parts.first().and_then(|part| part.column_name());
        let base = first.unwrap_or("functional_index");
        let taken = |name: &str| self.keys.iter().any(|known| same_name(&known.name, name));
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let mut names = std::iter::once(base.to_owned()).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or_default()
    }

    /// A key that is not known is one that is not unique.
    pub fn drop_key(&mut self, name: &str) {
        self.keys.retain(|key| !same_name(&key.name, name));
    }

    pub fn drop_primary(&mut self) {
        self.keys.retain(|key| !key.primary);
    }

    pub fn rename_key(&mut self, from: &str, to: &str) {
        for key in self.keys.iter_mut().filter(|key| same_name(&key.name, from)) {
            to.clone_into(&mut key.name);
        }
    }

    /// All text gets this collation.
    pub fn convert(&mut self, collation: &str) -> bool {
        let texts = self.with.texts;
        let made: Option<Vec<Column>> =
            self.columns.iter().map(|column| recharset(column, collation, texts)).collect();
        let Some(columns) = made else { return false };
        self.columns = columns;
        self.collation = Some(collation.to_owned());
        true
    }
}

impl Part {
    fn names(&self, column: &str) -> bool {
        self.column.as_deref().is_some_and(|name| same_name(name, column))
    }
}
