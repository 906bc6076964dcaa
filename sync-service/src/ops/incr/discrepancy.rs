//! Rows of the target that are not what a change of the source begins with.

use crate::ops::full::LedgerError;
use async_trait::async_trait;
use oms_model::change::Seq;

/// What is done about such a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Nothing more, until somebody has looked.
    Stop,
    /// The source's row is put there.
    #[default]
    Repair,
    /// The target stays as it is.
    Record,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// No row where one was to be changed.
    NothingToChange,
    /// No row, or fewer equal ones, where some were to be removed.
    NothingToRemove,
    /// A row with one of the keys of a new one.
    InTheWay,
}

/// A row that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The table of the target.
    pub database: String,
    pub table: String,
    /// The change that met it; the last one, where several were done together.
    pub seq: Seq,
    pub found: Found,
    /// For people.
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The source's row is there now.
    pub is_repaired: bool,
}

/// Keeps what was found, for whoever asks later.
#[async_trait]
pub trait Records: Send + Sync {
    /// Records rows before what was done about them is committed: one may be recorded twice, and none
    /// is missed.
    async fn record(&self, found: Vec<Discrepancy>) -> Result<(), LedgerError>;
}
