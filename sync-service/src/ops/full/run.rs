//! A run of a full load: from what was recorded before to the end, or as far as it comes.

use super::fate::Failure;
use super::flow::Flow;
use super::job::Job;
use super::ledger::{Ended, Ledger, LedgerError, StoredTable};
use super::opener::Opener;
use super::reader::Reader;
use super::shared::Shared;
use super::tracker::Tracker;
use super::writer::Writer;
use oms_connector::{Connector, Seating};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A table to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePlan {
    pub number: u32,
    pub source_database: String,
    pub source_table: String,
    pub target_database: String,
    pub target_table: String,
    /// A condition in the source's language.
    pub filter: Option<String>,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// No other table goes into the same target.
    pub sole: bool,
}

/// Everything a run needs.
pub struct Load {
    pub source: Arc<dyn Connector>,
    pub target: Arc<dyn Connector>,
    pub ledger: Arc<dyn Ledger>,
    pub flow: Arc<Flow>,
    pub tables: Vec<TablePlan>,
    /// Connections that read, and that write.
    pub readers: usize,
    pub writers: usize,
    /// What its sessions are known by at the target, the same in every run.
    pub seating: Seating,
    /// Keep rows that target tables hold already.
    pub keeps: bool,
    /// How long a database may be away.
    pub patience: Duration,
    pub stop: CancellationToken,
}

impl std::fmt::Debug for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (readers, writers) = (self.readers, self.writers);
        write!(f, "Load of {} tables by {readers} and {writers}", self.tables.len())
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every table is finished or failed.
    Ended { failed: usize },
    /// It was told to stop, and nothing of it is at work any more.
    Stopped,
    /// Its progress could not be recorded.
    Broken(LedgerError),
}

/// The seats of writers are the first ones; those of openers follow.
pub const WRITERS: u32 = 256;
/// Batches that wait for a writer, besides those being written.
const WAITING: usize = 4;

impl Load {
    /// Runs to the end. What was recorded by earlier runs is not repeated.
    pub async fn run(self) -> Outcome {
        let stored = match self.ledger.tables().await {
            Ok(stored) => stored,
            Err(error) => return Outcome::Broken(error),
        };
        let stored: HashMap<u32, StoredTable> =
            stored.into_iter().map(|table| (table.number, table)).collect();
        let stop = self.stop.child_token();
        let is_repeated = stored.values().any(|table| table.begun && !table.finished);
        let shared = Arc::new(Shared::of(&self, stop, is_repeated).await);
        for plan in &self.tables {
            if let Some(table) = stored.get(&plan.number).filter(|table| table.begun) {
                shared.decide(plan, table.owned);
            }
        }
        let ticking = CancellationToken::new();
        let ticker = {
            let (shared, ticking) = (Arc::clone(&shared), ticking.clone());
            tokio::spawn(async move {
                if let Err(error) = shared.tracker.run(&ticking).await {
                    shared.break_down(error);
                }
            })
        };
        let failed = self.move_rows(&shared, &stored).await;
        ticking.cancel();
        // A panic there is one of ours, and must not be taken for success.
        if let Err(panic) = ticker.await {
            std::panic::resume_unwind(panic.into_panic());
        }
        if let Some(error) = shared.broken() {
            return Outcome::Broken(error);
        }
        match self.stop.is_cancelled() {
            true => Outcome::Stopped,
            false => Outcome::Ended { failed },
        }
    }

    /// Starts everybody, opens the tables, and waits until all is written. Says how many failed.
    async fn move_rows(&self, shared: &Arc<Shared>, stored: &HashMap<u32, StoredTable>) -> usize {
        let (parcels, arriving) = mpsc::channel(WAITING);
        let arriving = Arc::new(AsyncMutex::new(arriving));
        let mut crew = JoinSet::new();
        for seat in (0..WRITERS).take(self.writers.max(1)) {
            let (writer, arriving) = (Writer::new(Arc::clone(shared), seat), Arc::clone(&arriving));
            crew.spawn(async move { writer.run(&arriving).await });
        }
        for _ in 0..self.readers.max(1) {
            crew.spawn(Reader::new(Arc::clone(shared), parcels.clone()).run());
        }
        drop(parcels);
        let (jobs, unopened) = self.open(shared, stored).await;
        shared.queue.opened();
        while let Some(ended) = crew.join_next().await {
            if let Err(panic) = ended {
                std::panic::resume_unwind(panic.into_panic());
            }
        }
        unopened + jobs.iter().filter(|job| job.failure().is_some()).count()
    }

    async fn open(
        &self,
        shared: &Arc<Shared>,
        stored: &HashMap<u32, StoredTable>,
    ) -> (Vec<Arc<Job>>, usize) {
        let mut opener = Opener::new(Arc::clone(shared));
        let (mut jobs, mut failed) = (Vec::new(), 0);
        let unknown = StoredTable::default();
        for plan in &self.tables {
            let stored = stored.get(&plan.number).unwrap_or(&unknown);
            if stored.finished {
                continue;
            }
            if shared.stop.is_cancelled() {
                break;
            }
            match opener.open_patiently(plan, stored).await {
                Ok(job) => jobs.push(job),
                Err(failure) => {
                    failed += 1;
                    shared.tracker.fail(plan.number, failure);
                }
            }
        }
        (jobs, failed)
    }
}

impl Tracker {
    /// A table could not even be opened.
    fn fail(&self, table: u32, failure: Failure) {
        self.ended(Ended { table, failure: Some(failure) });
    }
}
