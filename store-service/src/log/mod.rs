//! The change log of a store: what its source committed, numbered, durable, for several readers.
//!
//! ```text
//!              Appender (one)                              LogReader (many)
//!   begin items* end · moved · flush                    whole frames, in order
//!                  │                                            ▲
//!                  └────────────▶  ChangeLog  ──────────────────┘
//! ```
//!
//! | file | what it is |
//! |---|---|
//! | `error` | why a log cannot be written or read |
//! | `place` | why no change stands for a place of the source |
//! | `segments` | a log in files of this machine |
//!
//! Only whole transactions are ever visible. A change has its number from the moment it is appended, and
//! numbers are dense; what was not durable when its appender failed or went away never was, and its
//! numbers are given again.

mod error;
mod place;
mod segments;

pub use error::LogError;
pub use place::PlaceError;
pub use segments::{SegmentLog, SegmentSettings, WeakLog, make_folder, remove_file, sync_folder};

use async_trait::async_trait;
use bytes::Bytes;
use oms_connector::ChangeReader;
use oms_model::{
    Position, Table,
    change::{Definitions, Seq},
};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::watch;

/// What of a log is durable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// The last change that is no longer kept: everything behind it is.
    pub begin: Seq,
    /// The last change.
    pub end: Seq,
    /// What was committed from then on is in the log, in microseconds since 1970 by the source's clock; 0
    /// as long as nobody knows.
    pub began: i64,
    /// What the source committed up to then is in the log.
    pub current: i64,
    /// Where in the source to go on.
    pub position: Option<Position>,
    /// Bytes that the log takes.
    pub bytes: u64,
}

/// What is said of a transaction before its changes.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// How many changes it has.
    pub changes: u64,
    /// In microseconds since 1970 by the source's clock.
    pub committed: i64,
    pub id: &'a str,
    /// Empty if no task of ours wrote it.
    pub origin: &'a str,
}

/// What may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// What was committed longer ago.
    pub age: Duration,
    /// What is older than the newest so many bytes.
    pub bytes: u64,
    /// Nothing behind this one, however old: somebody has yet to read it.
    pub floor: Option<Seq>,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trimmed {
    pub bytes: u64,
    /// More would have been removed, had not somebody yet to read it.
    pub held: bool,
}

/// A log. Local files are one; a broker could be another.
#[async_trait]
pub trait ChangeLog: fmt::Debug + Send + Sync {
    /// What of it is durable, as it grows.
    fn extent(&self) -> watch::Receiver<Extent>;

    /// Begins to append behind what is durable. Whoever appended before is cut off.
    async fn append(&self) -> Result<Resumed, LogError>;

    /// Reads what follows a change, and goes on as the log grows.
    async fn read(&self, after: Seq) -> Result<Box<dyn LogReader>, LogError>;

    /// A place such that everything committed at a moment or later comes behind it, and as little else
    /// as the log can tell.
    async fn at(&self, moment: i64) -> Result<Seq, LogError>;

    /// The last change that is up to a place of the source: all that was committed up to the place has
    /// its number or a smaller one, and nothing else has. The source's connector compares places.
    async fn behind(
        &self,
        place: Position,
        order: Arc<dyn ChangeReader>,
    ) -> Result<Seq, PlaceError>;

    /// Removes what is old.
    async fn trim(&self, retention: Retention) -> Result<Trimmed, LogError>;
}

/// Where appending goes on.
#[derive(Debug)]
pub struct Resumed {
    pub appender: Box<dyn Appender>,
    /// All that is still known.
    pub definitions: Definitions,
    /// The tables as they are behind the last transaction, as far as the log was told.
    pub tables: Vec<Arc<Table>>,
    /// Where in the source to go on; none for a log that has only been made.
    pub position: Option<Position>,
}

/// Appends to a log. What it takes is durable once a flush says so, or the extent does; it waits where
/// more is given than the log can write. After an error it is of no more use, and what was not durable
/// is gone.
#[async_trait]
pub trait Appender: fmt::Debug + Send {
    /// Begins a transaction.
    async fn begin(&mut self, opening: Opening<'_>) -> Result<(), LogError>;

    /// Adds whole items to it. Their tables have their numbers from these definitions, and tables that
    /// statements leave behind get theirs.
    async fn items(&mut self, items: &[u8], definitions: &mut Definitions) -> Result<(), LogError>;

    /// Ends it. Gives the number of its last change.
    async fn end(&mut self, position: &Position) -> Result<Seq, LogError>;

    /// Notes that up to a position, and to a moment if it is known, nothing else was committed. Tables
    /// that were defined meanwhile are kept.
    async fn moved(
        &mut self,
        position: &Position,
        at: Option<i64>,
        definitions: &mut Definitions,
    ) -> Result<(), LogError>;

    /// Waits until all of it is durable.
    async fn flush(&mut self) -> Result<(), LogError>;
}

/// Reads a log.
#[async_trait]
pub trait LogReader: fmt::Debug + Send {
    /// The next frames, each of them whole: first the definitions that are needed, then blocks. The first
    /// one may begin before what was asked for. Waits for more at the end. Nothing is lost when it is
    /// dropped while it waits.
    async fn next(&mut self) -> Result<Bytes, LogError>;
}
