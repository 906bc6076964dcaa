//! A table as rows are moved: what its columns hold, in which order, and by what its rows are told
//! apart. How a database declares it is its connector's affair.

use crate::LogicalType;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A table, or a view that is read like one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    pub database: String,
    pub name: String,
    /// In the order of the database.
    pub columns: Vec<Column>,
    /// The primary key first, then by name. Only what tells rows apart: no plain indexes.
    pub keys: Vec<UniqueKey>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    pub name: String,
    pub logical: LogicalType,
    /// The type as its database writes it.
    pub native: String,
    pub nullable: bool,
    /// The collation of text, by its database's name.
    pub collation: Option<String>,
    /// Computed by the database: read, compared, never written.
    pub generated: bool,
}

/// Columns whose values no two rows share, where none of them is NULL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UniqueKey {
    pub name: String,
    pub primary: bool,
    pub parts: Vec<UniquePart>,
}

/// One column of a key, or an expression over columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UniquePart {
    /// The place of the column in its table; `None` for an expression.
    pub column: Option<usize>,
    /// Only so much of the column counts.
    pub prefix: Option<u32>,
}

impl Table {
    /// The columns that are written: all that the database does not compute.
    pub fn stored(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| !column.generated)
    }

    /// The place of a column.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// The place of a column by a name from elsewhere: names of columns are the same in any case of
    /// letters.
    pub fn place_like(&self, column: &str) -> Option<usize> {
        let alike = |known: &Column| known.name.to_lowercase() == column.to_lowercase();
        self.place(column).or_else(|| self.columns.iter().position(alike))
    }

    /// Whether a key alone tells every row apart: whole columns, none ever NULL.
    pub fn identifies(&self, key: &UniqueKey) -> bool {
        key.parts.iter().all(|part| {
            part.prefix.is_none() && part.column.is_some_and(|at| !self.columns[at].nullable)
        })
    }

    /// The keys that tell every row apart.
    pub fn identifying(&self) -> impl Iterator<Item = &UniqueKey> {
        self.keys.iter().filter(|key| self.identifies(key))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, nullable: bool) -> Column {
        Column {
            name: name.into(),
            logical: LogicalType::Int { bytes: 4, signed: true },
            native: "int".into(),
            nullable,
            collation: None,
            generated: name.starts_with('g'),
        }
    }

    fn key(name: &str, columns: &[usize], prefix: Option<u32>) -> UniqueKey {
        let part = |column: &usize| UniquePart { column: Some(*column), prefix };
        let parts = columns.iter().map(part).collect();
        UniqueKey { name: name.into(), primary: false, parts }
    }

    #[test]
    fn only_keys_that_tell_every_row_apart_identify() {
        let expression = UniquePart { column: None, prefix: None };
        let table = Table {
            database: "d".into(),
            name: "t".into(),
            columns: vec![column("a", false), column("b", true), column("g", false)],
            keys: vec![
                key("whole", &[0], None),
                key("part may be NULL", &[0, 1], None),
                key("prefix", &[0], Some(3)),
                UniqueKey { name: "e".into(), primary: false, parts: vec![expression] },
                key("generated", &[2, 0], None),
            ],
        };
        let found: Vec<&str> = table.identifying().map(|key| key.name.as_str()).collect();
        assert_eq!(found, ["whole", "generated"]);
        assert_eq!(table.stored().map(|(at, _)| at).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((table.place("b"), table.place("B")), (Some(1), None));
        assert_eq!((table.place_like("B"), table.place_like("x")), (Some(1), None));
    }
}
