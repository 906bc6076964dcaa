//! Applying changes: rows removed, changed and written inside transactions that also say how far the
//! changes are applied, so that neither is ever there without the other.
//!
//! How far a task is stands in a table of the target ([`oms_model::change::origin`]), one row for
//! the task as a whole and one for each lane. Each row carries the token of whoever may write: a
//! session whose token is older than the one there finds no row to mark, and takes back what it did.

use crate::data_error::DataError;
use crate::seat::{Seat, Seating, Standing};
use crate::writer::{Destination, WriteError};
use async_trait::async_trait;
use oms_model::Charset;
use oms_model::change::Seq;
use std::time::Duration;

/// Applies changes. Each session is one connection, kept for many transactions.
#[async_trait]
pub trait ChangeWriter: Send + Sync {
    /// Makes the table of progress if it is not there, and says which right is missing if it cannot.
    async fn prepare(&self) -> Result<(), DataError>;

    /// Connects, and takes a seat. Whoever sits there is ended first, and nothing it was told takes
    /// effect afterwards.
    async fn applying(&self, seat: &Seat) -> Result<Box<dyn ApplySession>, DataError>;

    /// References between tables that change or remove the rows that refer, when what they refer to
    /// changes or goes.
    async fn cascades(&self) -> Result<Vec<Cascade>, DataError>;

    /// Ends whoever sits in any of the seats, within `limit`. Nothing they were told takes effect
    /// afterwards.
    async fn vacate_applying(&self, seating: &Seating, limit: Duration) -> Result<(), DataError>;
}

/// One connection that applies. Whatever it does belongs to one transaction, until that is committed
/// or taken back. A session that failed with a broken connection is thrown away.
#[async_trait]
pub trait ApplySession: std::fmt::Debug + Send {
    /// Takes a task over: its rows carry the token from here on. Everything that is recorded of it,
    /// by lane; nothing of a task that is new.
    async fn claim(&mut self, task: &str, token: i64) -> Result<Vec<Progress>, ClaimError>;

    /// Records a lane that is new.
    async fn add_lane(&mut self, task: &str, token: i64, lane: &Progress)
    -> Result<(), ClaimError>;

    /// What is recorded of a lane.
    async fn progress(&mut self, task: &str, lane: u32) -> Result<Option<Progress>, DataError>;

    /// Removes all that is recorded of a task.
    async fn forget(&mut self, task: &str) -> Result<(), DataError>;

    /// Records how far a lane is, as part of the transaction. Says no where the token is not that of
    /// the task any more: the transaction must be taken back then.
    async fn mark(&mut self, task: &str, token: i64, lane: &Mark) -> Result<bool, WriteError>;

    /// Removes rows by their keys, and says how many there were.
    async fn delete(&mut self, table: &Applied, rows: &Images<'_>) -> Result<u64, WriteError>;

    /// Removes so many rows that are equal to this one in all that is written, and says how many
    /// there were.
    async fn delete_copies(
        &mut self,
        table: &Applied,
        row: &Images<'_>,
        copies: u32,
    ) -> Result<u64, WriteError>;

    /// Inserts rows. What is in the way is never overwritten.
    async fn insert(&mut self, table: &Applied, rows: &Images<'_>) -> Result<(), WriteError>;

    /// Puts rows in place of whatever has one of their unique values.
    async fn replace(&mut self, table: &Applied, rows: &Images<'_>) -> Result<(), WriteError>;

    /// Gives rows that are there these values, by their keys, none of which changes, nor any other
    /// unique value. Says how many of them there were; if not all, some may have been written none
    /// the less, and the transaction must be taken back.
    async fn update(&mut self, table: &Applied, rows: &Images<'_>) -> Result<u64, WriteError>;

    /// Gives one row, found by the key of `before`, the values of `after` that are said. Says how
    /// many such rows there were.
    async fn update_one(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<u64, WriteError>;

    /// Does to the rows that refer to these what their references say happens when these are gone, and
    /// to those that refer to them in turn. These themselves stay as they are.
    async fn follow_deletes(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
    ) -> Result<(), WriteError>;

    /// The same when one row, as it was before, has these values. It must have them already.
    async fn follow_update(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<(), WriteError>;

    /// Remembers this place of the transaction, in place of an earlier one of its kind.
    async fn set_savepoint(&mut self, place: Savepoint) -> Result<(), WriteError>;

    /// Takes back what was done since the place that was remembered.
    async fn back_to_savepoint(&mut self, place: Savepoint) -> Result<(), WriteError>;

    /// Ends the transaction: all of it is there.
    async fn commit(&mut self) -> Result<(), WriteError>;

    /// Ends the transaction: nothing of it is there.
    async fn rollback(&mut self) -> Result<(), DataError>;

    /// How many bytes of rows the database takes at once.
    fn largest(&self) -> usize;

    /// Whether it has the seat it was to take.
    fn standing(&self) -> Standing;

    /// Gives the seat up and says goodbye.
    async fn leave(self: Box<Self>);
}

/// A place of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Savepoint {
    /// Where a batch begins.
    Batch,
    /// Where some of its rows begin.
    Rows,
}

/// A table that changes are applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The written columns, and which of them tell rows apart.
    pub into: Destination,
    /// The charset that a column's text comes in, where that is not its own.
    pub charsets: Vec<Option<Charset>>,
    /// No other key of it is unique.
    pub sole_key: bool,
    /// It has no further columns that a row would lose by being written anew.
    pub whole: bool,
    /// Its other unique keys, as far as they are made of written columns.
    pub others: Vec<OtherKey>,
    /// What refers to it, and follows its rows.
    pub followers: Vec<Follower>,
}

/// A reference that changes or removes rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cascade {
    /// Database and name.
    pub child: (String, String),
    pub parent: (String, String),
    /// The child's columns, each with the one of the parent that it refers to.
    pub columns: Vec<(String, String)>,
    pub on_delete: Reaction,
    pub on_update: Reaction,
}

/// What happens to a row that refers to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing; there was none.
    Nothing,
    /// It goes, or changes with it.
    Cascade,
    /// It refers to none any more.
    SetNull,
}

/// A table whose rows follow those of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    pub database: String,
    pub table: String,
    /// Its columns, each with the place of the one that it refers to among the written columns.
    pub columns: Vec<(String, usize)>,
    pub on_delete: Reaction,
    pub on_update: Reaction,
}

/// A unique key besides the one that tells rows apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherKey {
    /// Places among the written columns, with how much of each counts where that is not all.
    pub parts: Vec<(usize, Option<u32>)>,
    /// The place of one that may be NULL.
    pub may_lack: Option<usize>,
}

/// Rows as somebody else keeps them.
#[derive(Debug, Clone, Copy)]
pub struct Images<'a> {
    /// In their stored form.
    pub rows: &'a [&'a [u8]],
    /// Where in a row the values for the written columns are.
    pub places: &'a [usize],
}

/// What is recorded of a lane. Lane 0 is the task as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub lane: u32,
    /// Everything up to here is applied.
    pub seq: Seq,
    /// Nothing behind here is.
    pub upto: Seq,
    /// When the last of it was committed at the source, in microseconds since 1970.
    pub committed: i64,
    /// How often it was recorded.
    pub batches: u64,
}

/// What a transaction records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub lane: u32,
    pub seq: Seq,
    pub upto: Seq,
    pub committed: i64,
}

/// Why a task could not be taken over.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Somebody with a newer token has it.
    #[error("somebody else goes on with the task: its token is {theirs}, ours {ours}")]
    Fenced { ours: i64, theirs: i64 },
    #[error(transparent)]
    Data(#[from] DataError),
}
