//! A run of a full load: from what was recorded before to the end, or as far as it comes.

use super::crew::Crew;
use super::flow::Flow;
use super::hands::Hands;
use super::ledger::{Ledger, LedgerError, StoredTable};
use super::look::Wanted;
use super::opener::Opener;
use super::retry::{Attempt, Retries};
use super::shared::Shared;
use oms_connector::{Connector, Seating};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
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
    /// How many read, and write.
    pub crew: Arc<Crew>,
    /// What its sessions are known by at the target, the same in every run.
    pub seating: Seating,
    /// Keep rows that target tables hold already.
    pub keeps: bool,
    /// Changes follow the load: what reading them twice would alter is read at one place of the
    /// source's log, which is recorded.
    pub followed: bool,
    /// How long a database may be away.
    pub patience: Duration,
    /// What is done about tables that fail by what may pass.
    pub retries: Retries,
    pub stop: CancellationToken,
}

impl std::fmt::Debug for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Load of {} tables by {:?}", self.tables.len(), self.crew)
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

/// How an attempt ended.
struct AttemptEnd {
    failed: usize,
    /// Tables that may be taken up again.
    postponed: HashSet<u32>,
}

/// How many look at tables at the same time.
const OPENERS: u32 = 2;
/// How many tables are looked at together.
const FIRST_PIECE: usize = 8;
const LARGEST_PIECE: usize = 128;

impl Load {
    /// Runs to the end. What was recorded by earlier runs is not repeated.
    pub async fn run(self) -> Outcome {
        let mut attempt = Attempt::first(self.retries);
        let (mut failed, mut only) = (0, None);
        loop {
            let ended = match self.attempt(attempt, only.as_ref()).await {
                Ok(ended) => ended,
                Err(error) => return Outcome::Broken(error),
            };
            failed += ended.failed;
            if ended.postponed.is_empty() && !self.stop.is_cancelled() {
                return Outcome::Ended { failed };
            }
            attempt = attempt.next();
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Outcome::Stopped,
                () = tokio::time::sleep(attempt.pause()) => {}
            }
            only = Some(ended.postponed);
        }
    }

    /// Takes up what is not finished, or only some tables of that.
    async fn attempt(
        &self,
        attempt: Attempt,
        only: Option<&HashSet<u32>>,
    ) -> Result<AttemptEnd, LedgerError> {
        let stored = self.ledger.tables().await?;
        let stored: HashMap<u32, StoredTable> =
            stored.into_iter().map(|table| (table.number, table)).collect();
        let stop = self.stop.child_token();
        let is_repeated = stored.values().any(|table| table.begun && !table.finished);
        let shared = Arc::new(Shared::of(self, attempt, stop, is_repeated).await);
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
        self.move_rows(&shared, self.pieces(stored, only)).await;
        ticking.cancel();
        // A panic there is one of ours, and must not be taken for success.
        if let Err(panic) = ticker.await {
            std::panic::resume_unwind(panic.into_panic());
        }
        match shared.broken() {
            Some(error) => Err(error),
            None => Ok(AttemptEnd {
                failed: shared.tracker.failures(),
                postponed: shared.tracker.postponed(),
            }),
        }
    }

    /// Starts everybody, opens the tables, and waits until all is written.
    async fn move_rows(
        &self,
        shared: &Arc<Shared>,
        pieces: impl Iterator<Item = Vec<Wanted>> + Send + 'static,
    ) {
        let pieces = Arc::new(AsyncMutex::new(pieces));
        let mut opening = JoinSet::new();
        for number in 0..OPENERS {
            let (opener, pieces) = (Opener::new(Arc::clone(shared), number), Arc::clone(&pieces));
            opening.spawn(async move { opener.run(&pieces).await });
        }
        let opened = async {
            ended(opening).await;
            shared.queue.opened();
        };
        tokio::join!(opened, Hands::new(shared).work());
    }

    /// The tables that are not finished, some at a time: few at first, so that readers need not
    /// wait.
    fn pieces(
        &self,
        mut stored: HashMap<u32, StoredTable>,
        only: Option<&HashSet<u32>>,
    ) -> impl Iterator<Item = Vec<Wanted>> + Send + use<> {
        let mut plans = self.tables.clone();
        plans.retain(|plan| only.is_none_or(|only| only.contains(&plan.number)));
        let tables = plans.into_iter().filter_map(move |plan| {
            let stored = stored.remove(&plan.number).unwrap_or_default();
            (!stored.finished).then_some(Wanted { plan, stored })
        });
        let mut tables = tables.fuse();
        let mut size = FIRST_PIECE;
        std::iter::from_fn(move || {
            let piece: Vec<Wanted> = tables.by_ref().take(size).collect();
            size = (size * 4).min(LARGEST_PIECE);
            (!piece.is_empty()).then_some(piece)
        })
    }
}

/// Waits until all are done. A panic there is one of ours, and must not be taken for success.
async fn ended(mut crew: JoinSet<()>) {
    while let Some(ended) = crew.join_next().await {
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic.into_panic());
        }
    }
}
