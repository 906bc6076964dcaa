//! What outlives the process: which tables are done, and how far the others are.

use super::fate::Failure;
use async_trait::async_trait;
use oms_contracts::ErrorCode;
use oms_model::{Chunk, Key, Position};

/// Where a load is recorded. What has been recorded stays, whatever happens to the process.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Everything that was recorded before.
    async fn tables(&self) -> Result<Vec<StoredTable>, LedgerError>;

    /// Makes sure that the load is still ours to record.
    async fn hold(&self) -> Result<(), LedgerError>;

    /// Records that tables are begun, with their ranges. Nothing of them is written before.
    async fn open(&self, tables: Vec<Opened>) -> Result<(), LedgerError>;

    /// Records that a range now ends at a key, and that another one goes on from there.
    async fn split(&self, table: u32, range: u32, upper: StoredRange) -> Result<(), LedgerError>;

    /// Records where in the source's log a table is read.
    async fn place(&self, table: u32, place: &Position) -> Result<(), LedgerError>;

    /// Records what was written, and which tables came to their end, all at once.
    async fn record(&self, progress: Vec<Progressed>, ends: Vec<Ended>) -> Result<(), LedgerError>;

    /// Records rows of the target that were kept.
    async fn conflicts(&self, table: u32, keys: Vec<String>) -> Result<(), LedgerError>;
}

/// Why nothing could be recorded. The load ends; it resumes from what was recorded last.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the progress could not be recorded: {message}")]
pub struct LedgerError {
    pub code: ErrorCode,
    pub message: String,
}

/// A table as it was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredTable {
    pub number: u32,
    pub finished: bool,
    /// It was begun before: rows of it may be at the target.
    pub begun: bool,
    /// The target was empty then.
    pub owned: bool,
    /// What its partitions were like then, if they are read one by one.
    pub layout: Option<String>,
    /// Those not written to their end.
    pub open_ranges: Vec<StoredRange>,
    /// The number of the next range.
    pub next_range: u32,
}

/// A range as it was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredRange {
    pub number: u32,
    pub chunk: Chunk,
    /// Everything up to here is written.
    pub done: Option<Key>,
}

/// A table that is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub number: u32,
    pub owned: bool,
    pub layout: Option<String>,
    /// What was recorded of it before no longer holds: it begins anew.
    pub anew: bool,
    pub estimate: u64,
    pub ranges: Vec<StoredRange>,
}

/// What was written of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progressed {
    pub table: u32,
    pub range: u32,
    pub key: Option<Key>,
    pub rows: u64,
    pub bytes: u64,
    /// Nothing of it is left.
    pub finished: bool,
}

/// A table that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub table: u32,
    /// Why, if it failed.
    pub failure: Option<Failure>,
}
