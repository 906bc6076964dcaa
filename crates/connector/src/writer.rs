//! Writing rows: batches into one table, each a transaction of its own, and every way in which that
//! can fail told apart, since each calls for something else.

use crate::data_error::DataError;
use crate::seat::{Seat, Seating, Standing};
use async_trait::async_trait;
use oms_model::{Column, LogicalType, Rows};
use std::ops::Range;
use std::time::Duration;

/// Writes rows. Each session is one connection, kept for many batches.
#[async_trait]
pub trait RowWriter: Send + Sync {
    /// Connects, and takes a seat, if one is given. Whoever sits there is ended first, and nothing
    /// it was told takes effect afterwards.
    async fn writing(&self, seat: Option<&Seat>) -> Result<Box<dyn WriteSession>, DataError>;

    /// Ends whoever sits in any of the seats, within `limit`. Nothing they were told takes effect
    /// afterwards.
    async fn vacate(&self, seating: &Seating, limit: Duration) -> Result<(), DataError>;
}

/// One connection that writes.
#[async_trait]
pub trait WriteSession: std::fmt::Debug + Send {
    /// Inserts rows, all or none. What is in the way is never overwritten and never passed over.
    async fn insert(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<(), WriteError>;

    /// The rows of the target that have the keys of these, as they are there: one for each that has
    /// one, in any order, with the destination's columns.
    async fn existing(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<Rows, DataError>;

    /// Puts rows in place of those with the same keys, all or none.
    async fn replace(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<(), WriteError>;

    /// Removes every row.
    async fn empty(&mut self, into: &Destination) -> Result<(), DataError>;

    /// Of each of some tables, by database and name, whether there is any row.
    async fn have_rows(&mut self, tables: &[(&str, &str)]) -> Result<Vec<bool>, DataError>;

    /// Whether there is any row.
    async fn has_rows(&mut self, into: &Destination) -> Result<bool, DataError> {
        let found = self.have_rows(&[(&into.database, &into.table)]).await?;
        Ok(found.contains(&true))
    }

    /// How many rows there are, exactly.
    async fn count(&mut self, into: &Destination) -> Result<u64, DataError>;

    /// Asks for nothing but an answer: what that takes is the way there and back.
    async fn ping(&mut self) -> Result<(), DataError>;

    /// How often it has waited for an answer so far.
    fn trips(&self) -> u64;

    /// How many bytes of rows the database takes at once; more are told in parts.
    fn largest(&self) -> usize;

    /// Whether it has the seat it was to take; also for one that was to take none.
    fn standing(&self) -> Standing;

    /// Gives the seat up and says goodbye.
    async fn leave(self: Box<Self>);
}

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub database: String,
    pub table: String,
    /// What the first values of a row go into; further ones are not written.
    pub columns: Vec<TargetColumn>,
    /// The places of the values that tell rows apart; empty where nothing does.
    pub key: Vec<usize>,
}

/// A column that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetColumn {
    pub name: String,
    pub logical: LogicalType,
    /// The type as its database writes it.
    pub native: String,
}

impl From<&Column> for TargetColumn {
    fn from(column: &Column) -> Self {
        let Column { name, logical, native, .. } = column.clone();
        Self { name, logical, native }
    }
}

/// Some rows that lie together.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    pub rows: &'a Rows,
    pub range: Range<usize>,
}

impl<'a> Batch<'a> {
    pub fn all(rows: &'a Rows) -> Self {
        Self { rows, range: 0..rows.len() }
    }

    pub fn len(&self) -> usize {
        self.range.len()
    }

    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Two halves, to find the row that cannot be written.
    pub fn halves(&self) -> (Self, Self) {
        let middle = self.range.start + self.len() / 2;
        let part = |range| Self { rows: self.rows, range };
        (part(self.range.start..middle), part(middle..self.range.end))
    }
}

/// Why rows were not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A row with the same key is there already.
    #[error("a row with the same key is there already: {message}")]
    Duplicate { message: String },
    /// The database does not take a row of the batch, and would not later either.
    #[error("the database refused a row with {code}: {message}")]
    Rejected { code: String, message: String },
    /// A row cannot be put into the database's words.
    #[error("the row cannot be written: {reason}")]
    Unwritable { reason: String },
    /// Nothing was written, and the same may work in a moment: a deadlock, a lock that was waited
    /// for too long, memory that is being freed.
    #[error("the database could not write now: {code}: {message}")]
    Passing { code: String, message: String },
    /// The connection broke at a moment when the rows may or may not have been written.
    #[error("the connection broke while rows were written")]
    Unknown(#[source] DataError),
    /// The table or the database as a whole cannot be written.
    #[error(transparent)]
    Failed(DataError),
}
