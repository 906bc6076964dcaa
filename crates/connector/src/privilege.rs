//! Rights an account lacks, and the statement that would give each of them.

/// What a right is needed for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    strum::Display,
    strum::EnumIter,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// Source: definitions of tables and views.
    SchemaRead,
    /// Source: rows.
    FullRead,
    /// Source: changes.
    IncrementalRead,
    /// Target: rows and changes.
    Write,
    /// Target: definitions.
    SchemaWrite,
}

impl Purpose {
    /// Needed when the database is a source.
    pub fn of_source(self) -> bool {
        matches!(self, Self::SchemaRead | Self::FullRead | Self::IncrementalRead)
    }
}

/// A right the account does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPrivilege {
    /// As the database names it.
    pub privilege: String,
    /// On what: `*.*`, a database, a schema, or the account itself.
    pub object: String,
    /// In the order of [`Purpose`].
    pub needed_for: Vec<Purpose>,
    /// The statement that gives it, ready to be run by an administrator.
    pub grant: String,
}
