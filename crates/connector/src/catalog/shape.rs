//! The shape of one table, as far as browsing shows it. Types stay the server's text here.

use super::Form;
use oms_model::ObjectKind;

/// The columns and keys of a table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    pub kind: ObjectKind,
    pub form: Form,
    pub columns: Vec<Column>,
    /// The primary key first, then the order of the names.
    pub keys: Vec<Key>,
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// From 1; positions of dropped columns may be missing.
    pub ordinal: u32,
    pub name: String,
    /// The full type, as the server writes it.
    pub type_text: String,
    pub nullable: bool,
    pub default: Option<ColumnDefault>,
    pub charset: Option<String>,
    pub collation: Option<String>,
    pub generated: Option<Generated>,
    /// Left out by `SELECT *`.
    pub invisible: bool,
    /// Filled by a counter: AUTO_INCREMENT, IDENTITY.
    pub auto_increment: bool,
    pub comment: String,
}

/// What a column gets when an insert leaves it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnDefault {
    /// A constant, as plain text.
    Value(String),
    /// An expression in the server's language.
    Expression(String),
}

/// A column that is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    pub expression: String,
    /// Computed on writing, not on reading.
    pub stored: bool,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyKind {
    Primary,
    Unique,
    Index,
    Fulltext,
    Spatial,
}

/// A key or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub kind: KeyKind,
    /// How it is stored, as the server names it: `BTREE`, `HASH`, `gin`.
    pub method: String,
    pub parts: Vec<KeyPart>,
    /// Covers only rows that meet a condition.
    pub partial: bool,
    /// Kept up to date and not used by the server's planner.
    pub invisible: bool,
}

/// One part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// `None` for an expression.
    pub column: Option<String>,
    pub expression: Option<String>,
    /// Only this many characters (bytes, for binary columns) of the column.
    pub prefix: Option<u32>,
    pub descending: bool,
}

/// A reference to another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    pub referenced_database: String,
    pub referenced_table: String,
    pub referenced_columns: Vec<String>,
    /// `CASCADE`, `SET NULL`, `RESTRICT`, `NO ACTION`, `SET DEFAULT`.
    pub on_update: String,
    pub on_delete: String,
}
