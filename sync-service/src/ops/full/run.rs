//! A run of a full load: from what was recorded before to the end, or as far as it comes.

use super::fate::Failure;
use super::flow::Flow;
use super::job::Job;
use super::ledger::{Ended, Ledger, LedgerError, StoredTable};
use super::opener::Opener;
use super::queue::Queue;
use super::reader::Reader;
use super::tracker::Tracker;
use super::writer::Writer;
use oms_connector::{Connector, DataError, ReadSession, WriteSession};
use oms_model::{Table, UniqueKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
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

/// What all parts of a run share.
pub struct Shared {
    source: Arc<dyn Connector>,
    target: Arc<dyn Connector>,
    pub ledger: Arc<dyn Ledger>,
    pub flow: Arc<Flow>,
    pub queue: Queue,
    pub tracker: Tracker,
    pub keeps: bool,
    pub patience: Duration,
    pub stop: CancellationToken,
    /// Which target tables were empty, by name.
    owned: Mutex<HashMap<(String, String), bool>>,
    broken: Mutex<Option<LedgerError>>,
}

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
        let shared = Arc::new(self.shared(stop.clone()));
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

    fn shared(&self, stop: CancellationToken) -> Shared {
        Shared {
            source: Arc::clone(&self.source),
            target: Arc::clone(&self.target),
            ledger: Arc::clone(&self.ledger),
            flow: Arc::clone(&self.flow),
            queue: Queue::opening(),
            tracker: Tracker::new(Arc::clone(&self.ledger), Arc::clone(&self.flow)),
            keeps: self.keeps,
            patience: self.patience,
            stop,
            owned: Mutex::default(),
            broken: Mutex::default(),
        }
    }

    /// Starts everybody, opens the tables, and waits until all is written. Says how many failed.
    async fn move_rows(&self, shared: &Arc<Shared>, stored: &HashMap<u32, StoredTable>) -> usize {
        let (parcels, arriving) = mpsc::channel(WAITING);
        let arriving = Arc::new(AsyncMutex::new(arriving));
        let mut crew = JoinSet::new();
        for _ in 0..self.writers.max(1) {
            let (writer, arriving) = (Writer::new(Arc::clone(shared)), Arc::clone(&arriving));
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

impl Shared {
    pub async fn reading(&self) -> Result<Box<dyn ReadSession>, DataError> {
        match self.source.snapshot() {
            Some(reader) => reader.reading().await,
            None => Err(unable("the source cannot be read")),
        }
    }

    pub async fn writing(&self) -> Result<Box<dyn WriteSession>, DataError> {
        match self.target.writer() {
            Some(writer) => writer.writing().await,
            None => Err(unable("the target cannot be written")),
        }
    }

    pub async fn source_layout(&self, database: &str, table: &str) -> Result<Table, DataError> {
        match self.source.snapshot() {
            Some(reader) => reader.layout(database, table).await,
            None => Err(unable("the source cannot be read")),
        }
    }

    pub async fn target_layout(&self, database: &str, table: &str) -> Result<Table, DataError> {
        match self.target.snapshot() {
            Some(reader) => reader.layout(database, table).await,
            None => Err(unable("the target cannot be read")),
        }
    }

    pub fn order_key(&self, table: &Table) -> Option<UniqueKey> {
        self.source.snapshot().and_then(|reader| reader.order_key(table))
    }

    /// How large batches of a table are.
    pub fn batch_bytes(&self, job: &Job) -> usize {
        let most_rows = usize::try_from(job.row_bytes.max(16)).unwrap_or(usize::MAX);
        let usual = BATCH_BYTES.min(most_rows.saturating_mul(BATCH_ROWS));
        usual.min(self.flow.step(job.row_bytes))
    }

    /// Whether somebody has seen already if a plan's target was empty.
    pub fn decided(&self, plan: &TablePlan) -> Option<bool> {
        let owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        owned.get(&target_of(plan)).copied()
    }

    pub fn decide(&self, plan: &TablePlan, is_owned: bool) {
        let mut owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        owned.entry(target_of(plan)).or_insert(is_owned);
    }

    /// Records rows that were kept at the target.
    pub async fn conflicts(&self, job: &Job, keys: Vec<String>) {
        if !keys.is_empty()
            && let Err(error) = self.ledger.conflicts(job.number, keys).await
        {
            self.break_down(error);
        }
    }

    /// Ends everything, since nothing can be recorded any more.
    pub fn break_down(&self, error: LedgerError) {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.get_or_insert(error);
        self.stop.cancel();
    }

    fn broken(&self) -> Option<LedgerError> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How large a batch is.
const BATCH_BYTES: usize = 512 << 10;
const BATCH_ROWS: usize = 4_000;

fn target_of(plan: &TablePlan) -> (String, String) {
    (plan.target_database.clone(), plan.target_table.clone())
}

fn unable(message: &str) -> DataError {
    DataError::Unsupported(message.to_owned())
}

impl Tracker {
    /// A table could not even be opened.
    fn fail(&self, table: u32, failure: Failure) {
        self.ended(Ended { table, failure: Some(failure) });
    }
}
