//! What is in a database: databases, tables and views, columns and keys.

use crate::PageQuery;
use oms_model::ObjectKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which databases to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatabasesQuery {
    /// Part of the name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Also those that belong to the product.
    #[serde(default)]
    pub with_system: bool,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl DatabasesQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}

/// Which tables and views to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ObjectsQuery {
    /// Part of the name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<ObjectKind>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl ObjectsQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}

/// A database; a schema, where a database has schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseView {
    pub name: String,
    pub charset: Option<String>,
    pub collation: Option<String>,
    pub is_system: bool,
}

/// What sort of table or view an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::Display)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectForm {
    Ordinary,
    /// Keeps its old rows.
    SystemVersioned,
    /// Divided into partitions that are tables of their own.
    Partitioned,
    /// One such partition.
    Partition,
    /// A view with rows of its own.
    Materialized,
    /// Rows kept elsewhere.
    Foreign,
    /// Gone with its session.
    Temporary,
    /// A counter, stored like a table.
    Sequence,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectView {
    pub name: String,
    pub kind: ObjectKind,
    pub form: ObjectForm,
    /// Whether it can be chosen for a project.
    pub migratable: bool,
    /// From the server's statistics.
    pub estimated_rows: Option<u64>,
    /// Of the rows, without indexes, from the server's statistics.
    pub data_bytes: Option<u64>,
    pub engine: Option<String>,
    pub comment: String,
    pub has_primary_key: bool,
    /// A unique key over columns that are never NULL, other than the primary key.
    pub has_unique_not_null: bool,
}

/// The columns and keys of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TableView {
    pub database: String,
    pub name: String,
    pub columns: Vec<ColumnView>,
    /// The primary key first.
    pub keys: Vec<KeyView>,
    pub foreign_keys: Vec<ForeignKeyView>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ColumnView {
    /// From 1; those of dropped columns may be missing.
    pub ordinal: u32,
    pub name: String,
    /// As the server writes it.
    #[serde(rename = "type")]
    pub type_text: String,
    pub nullable: bool,
    pub default: Option<ColumnDefaultView>,
    pub charset: Option<String>,
    pub collation: Option<String>,
    pub generated: Option<GeneratedView>,
    pub invisible: bool,
    pub auto_increment: bool,
    pub comment: String,
}

/// What a column gets when an insert leaves it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ColumnDefaultView {
    /// A constant, as plain text.
    Value(String),
    /// An expression in the server's language.
    Expression(String),
}

/// How a column is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedView {
    pub expression: String,
    /// Computed on writing, not on reading.
    pub stored: bool,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::Display)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    pub name: String,
    pub kind: KeyKind,
    /// How it is stored, as the server names it.
    pub method: String,
    pub parts: Vec<KeyPartView>,
    /// Covers only rows that meet a condition.
    pub partial: bool,
    pub invisible: bool,
}

/// One part of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyPartView {
    /// Absent for an expression.
    pub column: Option<String>,
    pub expression: Option<String>,
    /// Only this much of the column's beginning.
    pub prefix: Option<u32>,
    pub descending: bool,
}

/// A reference to another table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignKeyView {
    pub name: String,
    pub columns: Vec<String>,
    pub referenced_database: String,
    pub referenced_table: String,
    pub referenced_columns: Vec<String>,
    pub on_update: String,
    pub on_delete: String,
}
