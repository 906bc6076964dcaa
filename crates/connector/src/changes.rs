//! Following what a source commits: from a place in its log on, transaction by transaction, in the
//! order of its commits, with every image in the form that is kept ([`Entries`]).
//!
//! A stream hands over what it reads as steps. Between two steps that end a transaction, everything
//! it put into the [`Entries`] belongs to one transaction; whoever gathers keeps it until the stream
//! says what became of it. So a transaction that is rolled back, in part or as a whole, leaves no
//! trace, however large it is, and one that was prepared waits for its verdict.
//!
//! Positions mean something to the connector alone. Each step that ends a transaction has the place
//! to continue from if nothing behind it was kept.

use crate::data_error::DataError;
use async_trait::async_trait;
use oms_model::change::{Definitions, Entries};
use oms_model::{Position, Table};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Follows the log of a database.
#[async_trait]
pub trait ChangeReader: Send + Sync {
    /// The end of the log: everything that is committed from here on comes behind it.
    async fn end(&self) -> Result<Position, ChangeError>;

    /// A place such that everything committed at the moment or later comes behind it, and as little
    /// else as the log lets one tell. Where that takes long, it is told of it.
    async fn at(&self, moment: SystemTime, headway: &Headway) -> Result<Position, ChangeError>;

    /// How far back the log goes, and whether a place is still in it.
    async fn horizon(&self, place: &Position) -> Result<Horizon, ChangeError>;

    /// Puts in place what capturing takes at the source, and gives the place where it begins: all that
    /// is committed from then on comes behind it, and nothing else. Doing it again changes nothing
    /// that is there, and begins later. A log takes nothing.
    async fn install(&self, _capture: &Capture) -> Result<Position, ChangeError> {
        self.end().await
    }

    /// Removes all that was put in place under the name.
    async fn remove(&self, _name: &str) -> Result<(), ChangeError> {
        Ok(())
    }

    /// Writes to a table of ours, which is made where it is not there, so that the log goes on while
    /// nobody else writes. What needs no log needs no heartbeat.
    async fn beat(&self, _heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        Ok(())
    }

    /// Removes that table.
    async fn stop_beating(&self, _heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        Ok(())
    }

    /// Whether everything up to the other place is up to this one as well. Nobody is asked: what cannot
    /// be told from the places alone is a place of another log.
    fn includes(&self, place: &Position, other: &Position) -> Result<bool, ChangeError>;

    /// Whether a transaction is up to a place, by what the source calls it ([`Commit::id`]). Nobody is
    /// asked.
    fn covers(&self, place: &Position, transaction: &str) -> Result<bool, ChangeError>;

    /// Begins to read behind a place.
    async fn follow(&self, follow: Follow) -> Result<Box<dyn ChangeStream>, ChangeError>;
}

/// What is to be captured.
#[derive(Clone)]
pub struct Capture {
    /// What is put in place at the source has it in its name: up to 32 small letters, digits and
    /// underscores.
    pub name: String,
    pub selection: Arc<dyn Selection>,
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A table that is written to for the sake of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// Where the table is.
    pub database: String,
    /// What it has in its name: small letters, digits and underscores.
    pub name: String,
}

/// What is to be followed, and from where.
#[derive(Clone)]
pub struct Follow {
    pub from: Position,
    pub selection: Arc<dyn Selection>,
    /// Tables as they were at that place, as far as somebody kept them. Those that are not among them
    /// are read from the source as they are now.
    pub tables: Vec<Table>,
    /// A number that no other reader of this server has, where its protocol wants one.
    pub reader: u32,
    /// How often the source is to say that nothing happened.
    pub heartbeat: Duration,
    /// Told of whatever takes long before something can be said.
    pub headway: Headway,
}

/// Counts on while something goes on that takes long, so that whoever waits can tell it from nothing.
#[derive(Debug, Clone, Default)]
pub struct Headway(Arc<AtomicU64>);

impl Headway {
    /// Something was done.
    pub fn made(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How much was done so far.
    pub fn seen(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Which tables are captured. It is asked once for each definition of a table, not for each row.
pub trait Selection: Send + Sync {
    /// Whether changes of the table are wanted.
    fn wants(&self, database: &str, table: &str) -> bool;
}

/// A log that is being read. Once it failed, it is thrown away.
#[async_trait]
pub trait ChangeStream: Send {
    /// Reads on until something ends, or until the entries hold about as much as `enough`. Comes back
    /// without waiting for more when the source has nothing further at hand and something was read.
    ///
    /// Tables get their numbers from the definitions.
    async fn next(
        &mut self,
        into: &mut Entries,
        definitions: &mut Definitions,
        enough: usize,
    ) -> Result<Step, ChangeError>;

    /// Everything up to this place is kept for good: the source need not keep it.
    fn kept(&mut self, _place: &Position) {}
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A part of a transaction that goes on.
    More,
    /// The transaction is committed. Its entries are empty if nothing of it is wanted.
    Commit(Commit),
    /// The transaction never was.
    Rollback(Moved),
    /// Everything of the transaction that follows may be taken back to here.
    Savepoint(Vec<u8>),
    /// What followed the latest savepoint of this name never was; the savepoint stays.
    RollbackTo(Vec<u8>),
    /// The transaction is kept aside under its name until it is decided.
    Prepared { name: Vec<u8>, moved: Moved },
    /// A transaction that was kept aside is committed now.
    CommitPrepared { name: Vec<u8>, commit: Commit },
    /// A transaction that was kept aside never was.
    RollbackPrepared { name: Vec<u8>, moved: Moved },
    /// Nothing happened, up to here.
    Moved(Moved),
}

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// What the source calls it, in the terms of its places.
    pub id: String,
    /// In microseconds since 1970 by the source's clock.
    pub committed: i64,
    /// Who wrote it, if that was a task of ours.
    pub origin: Option<String>,
    pub moved: Moved,
}

/// Where the reading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The place to continue from.
    pub position: Position,
    /// The latest moment known of the source, in microseconds since 1970 by its own clock: what was
    /// committed before has been read.
    pub at: Option<i64>,
    /// Bytes of the source's log that were read since the step before.
    pub bytes: u64,
}

/// How far back a log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Horizon {
    /// Whether all that follows the place is still there.
    pub reaches: bool,
    /// When the oldest part of the log begins.
    pub oldest: Option<SystemTime>,
    /// How long until the source removes what follows the place, if it says when it does.
    pub left: Option<Duration>,
}

/// Why a log cannot be followed, told apart by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The source cannot be asked.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The source has no log, or one that does not say enough. Says what has to be set.
    #[error("the source does not log what is needed: {message}")]
    NotLogged { message: String },
    /// What follows the place was removed.
    #[error("the source has removed a part of its log that is still needed: {message}")]
    Purged { message: String, oldest: Option<SystemTime> },
    /// The place means nothing to this server, or something else.
    #[error("the place {place} is not one of this server: {message}")]
    Foreign { place: String, message: String },
    /// The log has a statement in place of the rows it changed.
    #[error("the change of {table} at {place} was logged as a statement: {statement}")]
    StatementLogged { table: String, place: String, statement: String },
    /// An image lacks what is needed to be exact.
    #[error("the change of {table} at {place} was logged in part: {message}")]
    ImageTooSmall { table: String, place: String, message: String },
    /// The rows do not fit what is known of their table.
    #[error("the rows of {table} at {place} cannot be read: {message}")]
    Undecodable { table: String, place: String, message: String },
    /// Bytes that are not what was written.
    #[error("the log is damaged at {place}: {message}")]
    Damaged { place: String, message: String },
    /// The source said nothing for longer than it promised to be silent.
    #[error("the source has been silent for {0:?}")]
    Silent(Duration),
    /// Somebody else reads with the same number.
    #[error("another reader has the number {0}")]
    ReaderTaken(u32),
}

impl ChangeError {
    /// Whether the same may work on a new connection after a pause.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Data(error) => error.is_passing(),
            Self::Silent(_) | Self::ReaderTaken(_) | Self::Damaged { .. } => true,
            Self::NotLogged { .. }
            | Self::Purged { .. }
            | Self::Foreign { .. }
            | Self::StatementLogged { .. }
            | Self::ImageTooSmall { .. }
            | Self::Undecodable { .. } => false,
        }
    }
}
