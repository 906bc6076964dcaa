//! Clauses of `ALTER TABLE`, all of them: for whoever has to do the same elsewhere.

use super::ast::{
    Check, Column, Default, ForeignKey, Key, Name, Partition, Partitioning, TableOption,
};
use super::change::Spot;

/// `ALTER TABLE`, and `CREATE INDEX` and `DROP INDEX`, which are the same in other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Altered {
    pub table: Name,
    pub clauses: Vec<Clause>,
}

/// One clause. `lenient`: not if that is so already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clause {
    AddColumn {
        column: Box<Column>,
        spot: Spot,
        lenient: bool,
    },
    DropColumn {
        name: String,
        lenient: bool,
    },
    /// `from`: its name until then, which may be the same.
    ChangeColumn {
        from: String,
        column: Box<Column>,
        spot: Spot,
        lenient: bool,
    },
    RenameColumn {
        from: String,
        to: String,
        lenient: bool,
    },
    /// Without a value it has none.
    SetDefault {
        column: String,
        default: Option<Default>,
    },
    ShowColumn {
        column: String,
        invisible: bool,
    },
    AddKey {
        key: Box<Key>,
        lenient: bool,
    },
    DropKey {
        name: String,
        lenient: bool,
    },
    DropPrimary,
    RenameKey {
        from: String,
        to: String,
    },
    HideKey {
        name: String,
        hidden: bool,
    },
    AddForeignKey(Box<ForeignKey>),
    DropForeignKey {
        name: String,
    },
    AddCheck(Check),
    DropCheck {
        name: String,
    },
    EnforceCheck {
        name: String,
        enforced: bool,
    },
    /// A key, a reference or a check.
    DropConstraint {
        name: String,
        lenient: bool,
    },
    RenameTo(Name),
    Convert {
        charset: Option<String>,
        collation: Option<String>,
    },
    Options(Vec<TableOption>),
    Versioning(bool),
    Partitions(Division),
    /// It says nothing about what the table is or holds.
    Physical,
    /// It is not understood.
    Other(String),
}

/// What is done to partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Division {
    By(Box<Partitioning>),
    Remove,
    Add {
        partitions: Vec<Partition>,
        count: Option<u32>,
    },
    Drop(Vec<String>),
    /// Without names all of them.
    Truncate(Vec<String>),
    Coalesce(u32),
    Reorganize {
        from: Vec<String>,
        into: Vec<Partition>,
    },
    Exchange {
        partition: String,
        table: Name,
    },
    /// MariaDB makes a table of a partition, or the other way round.
    Convert,
}
