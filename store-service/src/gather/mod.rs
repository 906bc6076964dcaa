//! From the steps of a stream to transactions of a log.
//!
//! ```text
//!   ChangeStream ──step──▶ Gatherer ──whole, committed──▶ Appender
//!                            │   │
//!                     too much   prepared
//!                            ▼   ▼
//!                         Spill  Asides
//! ```
//!
//! | file | what it is |
//! |---|---|
//! | `spill` | the part of a transaction that does not fit into memory |
//! | `aside` | prepared transactions, until they are decided |
//! | `chunks` | items in a file, some at a time |
//!
//! What is of a transaction that never was leaves no trace. Positions go into the log with what was
//! committed before them; where nothing is, they are noted every now and then.

mod aside;
mod chunks;
mod spill;

use crate::log::{Appender, LogError, Opening, Resumed};
use aside::Asides;
use chunks::Chunks;
use oms_connector::changes::{Commit, Moved, Step};
use oms_model::change::{Definitions, Entries};
use spill::{Spill, Spot};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// Memory that stays for the next transaction.
const KEEP: usize = 1 << 20;

/// Why what was read could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("the transaction {0} was prepared before the capture began, and is committed now")]
    Unprepared(String),
    #[error("a transaction is taken back to {0}, which it never passed")]
    NoSavepoint(String),
}

/// How to gather.
#[derive(Debug, Clone)]
pub struct GatherSettings {
    /// Where what does not fit into memory is kept, and what is prepared.
    pub folder: PathBuf,
    /// Bytes of one transaction that are kept in memory.
    pub memory: usize,
    /// How often a position is noted while nothing is committed.
    pub beat: Duration,
    /// Whether transactions that a task of ours wrote are left out.
    pub leave_out_own: bool,
}

/// What was gathered since the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub transactions: u64,
    pub changes: u64,
    /// Of the source's log.
    pub bytes: u64,
    /// Transactions that a task of ours wrote.
    pub left_out: u64,
}

impl Tally {
    /// Together with what an earlier one gathered.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            transactions: self.transactions + other.transactions,
            changes: self.changes + other.changes,
            bytes: self.bytes + other.bytes,
            left_out: self.left_out + other.left_out,
        }
    }
}

/// Gathers for one appender.
#[derive(Debug)]
pub struct Gatherer {
    settings: GatherSettings,
    appender: Box<dyn Appender>,
    definitions: Definitions,
    entries: Entries,
    spill: Spill,
    asides: Asides,
    savepoints: Vec<(Vec<u8>, Spot)>,
    /// Where the source is, if that is not in the log.
    unnoted: Option<Moved>,
    noted: Instant,
    tally: Tally,
}

impl Gatherer {
    /// Goes on where a log ends.
    pub fn new(resumed: Resumed, settings: GatherSettings) -> Result<Self, GatherError> {
        Ok(Self {
            appender: resumed.appender,
            definitions: resumed.definitions,
            entries: Entries::default(),
            spill: Spill::new(settings.folder.clone()),
            asides: Asides::open(&settings.folder)?,
            savepoints: Vec::new(),
            unnoted: None,
            noted: Instant::now(),
            tally: Tally::default(),
            settings,
        })
    }

    /// Where a stream puts what it reads.
    pub fn room(&mut self) -> (&mut Entries, &mut Definitions) {
        (&mut self.entries, &mut self.definitions)
    }

    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Takes a step of the stream.
    pub async fn take(&mut self, step: Step) -> Result<(), GatherError> {
        match step {
            Step::More => self.spill_if_large().await,
            Step::Commit(commit) => self.commit(commit).await,
            Step::Rollback(moved) => {
                self.forget();
                self.moved(moved).await
            }
            Step::Savepoint(name) => {
                let spot = self.spot();
                // Another one of the same name takes its place.
                self.savepoints.retain(|(known, _)| *known != name);
                self.savepoints.push((name, spot));
                self.spill_if_large().await
            }
            Step::RollbackTo(name) => self.rollback_to(&name),
            Step::Prepared { name, moved } => {
                let (spot, spilled) = (self.spot(), self.spill.file());
                let entries = std::mem::take(&mut self.entries);
                self.asides.keep(&name, spot.changes, spilled, entries).await?;
                self.forget();
                self.moved(moved).await
            }
            Step::CommitPrepared { name, commit } => self.commit_prepared(&name, commit).await,
            Step::RollbackPrepared { name, moved } => {
                self.asides.remove(&name).await?;
                self.moved(moved).await
            }
            Step::Moved(moved) => self.moved(moved).await,
        }
    }

    /// Waits until all that was committed is durable, and the position behind it.
    pub async fn flush(&mut self) -> Result<(), GatherError> {
        self.note().await?;
        Ok(self.appender.flush().await?)
    }

    fn spot(&mut self) -> Spot {
        let mark = self.entries.mark();
        self.spill.spot().plus(mark.bytes as u64, mark.changes)
    }

    async fn spill_if_large(&mut self) -> Result<(), GatherError> {
        if self.entries.size() <= self.settings.memory {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.entries);
        self.entries = self.spill.push(entries).await?;
        self.entries.clear(KEEP);
        Ok(())
    }

    fn rollback_to(&mut self, name: &[u8]) -> Result<(), GatherError> {
        let known = self.savepoints.iter().rposition(|(known, _)| known == name);
        let words = || GatherError::NoSavepoint(String::from_utf8_lossy(name).into_owned());
        let at = known.ok_or_else(words)?;
        self.savepoints.truncate(at + 1);
        let spot = self.savepoints[at].1;
        match spot.behind(self.spill.spot()) {
            Some(mark) => self.entries.rewind(mark),
            None => {
                self.entries.clear(KEEP);
                self.spill.back_to(spot);
            }
        }
        Ok(())
    }

    /// Nothing of the transaction is wanted any more.
    fn forget(&mut self) {
        self.entries.clear(KEEP);
        self.spill.clear();
        self.savepoints.clear();
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), GatherError> {
        let spot = self.spot();
        let spilled = self.spill.chunks();
        if self.is_wanted(&commit, spot.changes) {
            self.append(&commit, spot.changes, spilled).await?;
        } else {
            self.pass(commit).await?;
        }
        self.forget();
        Ok(())
    }

    async fn commit_prepared(&mut self, name: &[u8], commit: Commit) -> Result<(), GatherError> {
        let unknown = || GatherError::Unprepared(String::from_utf8_lossy(name).into_owned());
        let (changes, kept) = self.asides.find(name).await?.ok_or_else(unknown)?;
        // What the stream put there itself was of no transaction.
        self.forget();
        if self.is_wanted(&commit, changes) {
            self.append(&commit, changes, Some(kept)).await?;
        } else {
            self.pass(commit).await?;
        }
        // Not before the log is behind it for good.
        self.flush().await?;
        Ok(self.asides.remove(name).await?)
    }

    fn is_wanted(&self, commit: &Commit, changes: u64) -> bool {
        changes > 0 && !(self.settings.leave_out_own && commit.origin.is_some())
    }

    /// Passes over a transaction of which nothing is wanted.
    async fn pass(&mut self, commit: Commit) -> Result<(), GatherError> {
        let is_own = self.settings.leave_out_own && commit.origin.is_some();
        self.tally.left_out += u64::from(is_own);
        let at = commit.moved.at.max(Some(commit.committed));
        self.moved(Moved { at, ..commit.moved }).await
    }

    async fn append(
        &mut self,
        commit: &Commit,
        changes: u64,
        spilled: Option<Chunks>,
    ) -> Result<(), GatherError> {
        let opening = Opening {
            changes,
            committed: commit.committed,
            id: &commit.id,
            origin: commit.origin.as_deref().unwrap_or_default(),
        };
        self.appender.begin(opening).await?;
        if let Some(mut chunks) = spilled {
            while let Some(items) = chunks.next().await? {
                self.appender.items(items, &mut self.definitions).await?;
            }
        }
        self.appender.items(self.entries.bytes(), &mut self.definitions).await?;
        self.appender.end(&commit.moved.position).await?;
        self.unnoted = None;
        self.noted = Instant::now();
        self.tally.transactions += 1;
        self.tally.changes += changes;
        self.tally.bytes += commit.moved.bytes;
        Ok(())
    }

    /// The source is further, and nothing came of it.
    async fn moved(&mut self, moved: Moved) -> Result<(), GatherError> {
        self.tally.bytes += moved.bytes;
        self.unnoted = Some(moved);
        if self.noted.elapsed() >= self.settings.beat { self.note().await } else { Ok(()) }
    }

    async fn note(&mut self) -> Result<(), GatherError> {
        if let Some(moved) = self.unnoted.take() {
            self.appender.moved(&moved.position, moved.at, &mut self.definitions).await?;
            self.noted = Instant::now();
        }
        Ok(())
    }
}
