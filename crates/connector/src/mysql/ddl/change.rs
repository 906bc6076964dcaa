//! Statements that change definitions, as far as they change what rows look like.

use super::ast::{Column, Key, Name, Table};

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Create(Box<Table>),
    Alter(Alter),
    Drop {
        tables: Vec<Name>,
        temporary: bool,
    },
    /// One after the other, from the first name to the second.
    Rename(Vec<(Name, Name)>),
    Truncate(Name),
    CreateIndex {
        table: Name,
        key: Key,
    },
    DropIndex {
        table: Name,
        name: String,
    },
    DropDatabase(String),
    /// The rest of what may be done to databases.
    Database(String),
    /// Nothing that tables are made of.
    Other,
}

/// `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alter {
    pub table: Name,
    pub actions: Vec<Action>,
}

/// Where a column goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Spot {
    /// Where it is, or at the end if it is new.
    #[default]
    Usual,
    First,
    After(String),
}

/// One clause of `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `lenient`: not if there is one of that name.
    Add {
        column: Box<Column>,
        spot: Spot,
        lenient: bool,
    },
    DropColumn {
        name: String,
    },
    /// `from`: its name until then, which may be the same.
    Replace {
        from: String,
        column: Box<Column>,
        spot: Spot,
    },
    RenameColumn {
        from: String,
        to: String,
    },
    AddKey {
        key: Box<Key>,
        lenient: bool,
    },
    DropKey {
        name: String,
    },
    DropPrimary,
    RenameKey {
        from: String,
        to: String,
    },
    RenameTo(Name),
    /// Text columns get this charset; `None` is that of the database.
    Convert {
        charset: Option<String>,
        collation: Option<String>,
    },
    /// What columns get that are added later.
    Default {
        charset: Option<String>,
        collation: Option<String>,
    },
    Versioning(bool),
    /// A partition and this table change their rows.
    Exchange(Name),
    /// A partition becomes this table.
    PartOut(Name),
    /// This table becomes a partition.
    PartIn(Name),
    /// Something that changes no definition of a column or unique key.
    Nothing,
    /// Something that is not understood.
    Unknown,
}

impl Change {
    /// Whether columns and unique keys stay as they are.
    pub fn keeps_definitions(&self) -> bool {
        let keeps = |action: &Action| match action {
            Action::Nothing | Action::Exchange(_) => true,
            Action::AddKey { key, .. } => !key.is_unique(),
            _ => false,
        };
        match self {
            Self::Truncate(_) | Self::Database(_) | Self::Other => true,
            Self::Alter(alter) => alter.actions.iter().all(keeps),
            Self::CreateIndex { key, .. } => !key.is_unique(),
            Self::Create(_)
            | Self::Drop { .. }
            | Self::Rename(_)
            | Self::DropIndex { .. }
            | Self::DropDatabase(_) => false,
        }
    }
}
