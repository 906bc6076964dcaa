//! A table that is being loaded, and the ranges it is cut into.

use super::fate::Failure;
use super::look::Fitted;
use super::shared::Shared;
use crate::domain::full::{Statement, Watermark};
use oms_connector::{Destination, Scan};
use oms_model::Chunk;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, AtomicU64, Ordering},
};
use tokio_util::sync::CancellationToken;

/// A table on its way.
#[derive(Debug)]
pub struct Job {
    pub number: u32,
    pub scan: Scan,
    pub into: Destination,
    /// The target table was empty when the load began: every row in it is ours.
    pub owned: bool,
    /// No other table goes into the same target.
    pub sole: bool,
    /// Keep the target's rows that are in the way.
    pub keeps: bool,
    /// It is read in one piece, at one place of the source's log, which is recorded.
    pub still: bool,
    /// Rows the source thinks it has.
    pub estimate: u64,
    /// Bytes that a row takes, about.
    pub row_bytes: u64,
    /// What its partitions are like, where what is read holds only while they stay.
    pub layout: Option<String>,
    /// Ranges that are not read to their end.
    unread: AtomicU32,
    /// What one statement on it reads.
    statement: Mutex<Statement>,
    /// Ranges that are not written to their end.
    pub open_ranges: AtomicU32,
    /// The number of the next range.
    pub next_range: AtomicU32,
    pub rows_read: AtomicU64,
    /// Ends the work on this table.
    pub stop: CancellationToken,
    pub failure: Mutex<Option<Failure>>,
}

impl Job {
    pub fn new(shared: &Shared, table: Fitted, owned: bool) -> Self {
        let Fitted { wanted, scan, into, estimate, cut, still } = table;
        let row_bytes = estimate.bytes / estimate.rows.max(1);
        Self {
            number: wanted.plan.number,
            owned,
            sole: wanted.plan.sole,
            keeps: shared.keeps,
            still,
            estimate: estimate.rows,
            row_bytes,
            layout: cut.layout,
            unread: AtomicU32::new(0),
            statement: Mutex::new(Statement::of(row_bytes)),
            open_ranges: AtomicU32::new(0),
            next_range: AtomicU32::new(0),
            rows_read: AtomicU64::new(0),
            stop: shared.stop.child_token(),
            failure: Mutex::default(),
            scan,
            into,
        }
    }

    /// With so many ranges to begin with, and the number of the next one.
    #[must_use]
    pub fn with_ranges(self, open: usize, next: u32) -> Self {
        let open = || AtomicU32::new(u32::try_from(open).unwrap_or(u32::MAX));
        let (unread, open_ranges) = (open(), open());
        Self { unread, open_ranges, next_range: AtomicU32::new(next), ..self }
    }

    /// Ends the table with the first reason that is given. Says whether this is it.
    pub fn fail(&self, failure: Failure) -> bool {
        let mut first = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = first.is_none();
        first.get_or_insert(failure);
        self.stop.cancel();
        is_first
    }

    pub fn failure(&self) -> Option<Failure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One of its ranges was read to its end. Says whether none is left to be read.
    pub fn range_read(&self) -> bool {
        self.unread.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub fn statement<T>(&self, work: impl FnOnce(&mut Statement) -> T) -> T {
        work(&mut self.statement.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// About how many rows are still to be read.
    pub fn rows_left(&self) -> u64 {
        self.estimate.saturating_sub(self.rows_read.load(Ordering::Relaxed))
    }

    /// A number for another range.
    pub fn number_range(&self) -> u32 {
        self.unread.fetch_add(1, Ordering::AcqRel);
        self.open_ranges.fetch_add(1, Ordering::AcqRel);
        self.next_range.fetch_add(1, Ordering::AcqRel)
    }
}

/// Some of a table's rows, to be read by one reader.
#[derive(Debug)]
pub struct RangeJob {
    pub job: Arc<Job>,
    pub number: u32,
    pub chunk: Chunk,
    pub mark: Arc<Mutex<Watermark>>,
}

impl RangeJob {
    pub fn new(job: Arc<Job>, number: u32, chunk: Chunk) -> Self {
        Self { job, number, chunk, mark: Arc::default() }
    }

    /// What is left of it.
    pub fn rest(&self, chunk: Chunk) -> Self {
        let (job, mark) = (Arc::clone(&self.job), Arc::clone(&self.mark));
        Self { job, number: self.number, chunk, mark }
    }

    pub fn mark<T>(&self, work: impl FnOnce(&mut Watermark) -> T) -> T {
        work(&mut self.mark.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
