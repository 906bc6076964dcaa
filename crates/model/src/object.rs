//! Tables and views: how they are named and what the source says about them.

use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

wire_enum! {
    /// What an object of a database is.
    pub enum ObjectKind {
        Table = "TABLE",
        View = "VIEW",
    }
}

/// A table's or view's full name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectName {
    /// The database; the schema, where a database has schemas.
    pub database: String,
    /// The table or view.
    pub name: String,
}

impl ObjectName {
    /// Names an object. Which names can be migrated is said elsewhere: any may exist.
    pub fn new(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: database.into(), name: name.into() }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.name)
    }
}

/// An object that exists at the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceObject {
    pub database: String,
    pub name: String,
    pub kind: ObjectKind,
}

impl SourceObject {
    /// A table of the source.
    pub fn table(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: database.into(), name: name.into(), kind: ObjectKind::Table }
    }

    /// A view of the source.
    pub fn view(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: database.into(), name: name.into(), kind: ObjectKind::View }
    }

    /// The object's full name.
    pub fn full_name(&self) -> ObjectName {
        ObjectName::new(&self.database, &self.name)
    }
}
