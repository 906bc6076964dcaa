//! What all parts of a run share: the two databases, the ledger, the queue, and what was found out.

use super::crew::Crew;
use super::fate::{Failure, FailureKind};
use super::flow::Flow;
use super::job::Job;
use super::ledger::{Ledger, LedgerError};
use super::patience::Patience;
use super::queue::Queue;
use super::retry::Attempt;
use super::run::{Load, TablePlan};
use super::tracker::Tracker;
use oms_connector::{Connector, DataError, ReadSession, Seating, Standing, WriteSession};
use oms_model::{Position, Table, UniqueKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What all parts of a run share.
pub struct Shared {
    source: Arc<dyn Connector>,
    target: Arc<dyn Connector>,
    pub ledger: Arc<dyn Ledger>,
    pub flow: Arc<Flow>,
    pub crew: Arc<Crew>,
    pub queue: Queue,
    pub tracker: Tracker,
    pub keeps: bool,
    /// Changes follow the load.
    pub followed: bool,
    pub patience: Duration,
    pub stop: CancellationToken,
    seating: Seating,
    /// Whether sessions of earlier runs are known to be at an end.
    alone: Result<(), Failure>,
    /// Which target tables were empty, by name.
    owned: Mutex<HashMap<(String, String), bool>>,
    broken: Mutex<Option<LedgerError>>,
}

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Source,
    Target,
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }

    /// The database and the table of a plan on this side.
    pub fn of(self, plan: &TablePlan) -> (&str, &str) {
        match self {
            Self::Source => (&plan.source_database, &plan.source_table),
            Self::Target => (&plan.target_database, &plan.target_table),
        }
    }
}

impl Shared {
    /// What the parts of a load share. `is_repeated`: an earlier run may have left something.
    pub async fn of(
        load: &Load,
        attempt: Attempt,
        stop: CancellationToken,
        is_repeated: bool,
    ) -> Self {
        let alone = match is_repeated {
            true => vacate(load, &stop).await,
            false => Ok(()),
        };
        Self {
            source: Arc::clone(&load.source),
            target: Arc::clone(&load.target),
            ledger: Arc::clone(&load.ledger),
            flow: Arc::clone(&load.flow),
            crew: Arc::clone(&load.crew),
            queue: Queue::opening(),
            tracker: Tracker::new(Arc::clone(&load.ledger), Arc::clone(&load.flow), attempt),
            keeps: load.keeps,
            followed: load.followed,
            patience: load.patience,
            stop,
            seating: load.seating.clone(),
            alone,
            owned: Mutex::default(),
            broken: Mutex::default(),
        }
    }

    /// A session that reads.
    pub async fn reading(&self, side: Side) -> Result<Box<dyn ReadSession>, DataError> {
        let connector = match side {
            Side::Source => &self.source,
            Side::Target => &self.target,
        };
        match connector.snapshot() {
            Some(reader) => reader.reading().await,
            None => Err(unable(&format!("the {} cannot be read", side.name()))),
        }
    }

    /// A session that reads one table of the source, as it is at one place of the log.
    pub async fn reading_still(
        &self,
        table: &Table,
    ) -> Result<(Box<dyn ReadSession>, Position), DataError> {
        match self.source.snapshot() {
            Some(reader) => reader.reading_still(&table.database, &table.name).await,
            None => Err(unable("the source cannot be read")),
        }
    }

    /// A session in the seat of that number. What an earlier session there was told is over when
    /// this one begins.
    pub async fn writing(&self, seat: u32) -> Result<Box<dyn WriteSession>, DataError> {
        let seat = self.seating.seat(seat);
        let session = match self.target.writer() {
            Some(writer) => writer.writing(Some(&seat)).await?,
            None => return Err(unable("the target cannot be written")),
        };
        // Whoever takes the load over from here on finds the seat taken; nobody did before.
        match self.ledger.hold().await {
            Ok(()) => Ok(session),
            Err(error) => {
                self.break_down(error);
                Err(unable("the load is not ours any more"))
            }
        }
    }

    /// Whether nothing of earlier runs can reach the target any more. It does not change before the
    /// next attempt.
    pub fn is_alone(&self) -> Result<(), Failure> {
        self.alone.clone()
    }

    pub fn order_key(&self, table: &Table) -> Option<UniqueKey> {
        self.source.snapshot().and_then(|reader| reader.order_key(table))
    }

    /// Whether somebody has seen already if a plan's target was empty.
    pub fn decided(&self, plan: &TablePlan) -> Option<bool> {
        let owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        owned.get(&target_of(plan)).copied()
    }

    /// Notes whether a plan's target was empty, unless somebody has seen that already.
    pub fn decide(&self, plan: &TablePlan, is_owned: bool) -> bool {
        let mut owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        *owned.entry(target_of(plan)).or_insert(is_owned)
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

    pub fn broken(&self) -> Option<LedgerError> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Ends what earlier runs left at the target: statements of theirs may still be on their way.
async fn vacate(load: &Load, stop: &CancellationToken) -> Result<(), Failure> {
    let Some(writer) = load.target.writer() else { return Ok(()) };
    let mut patience = Patience::new(load.patience);
    loop {
        match writer.vacate(&load.seating, load.patience).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_passing() => {
                patience.pause(stop, || remaining(&error)).await?;
            }
            Err(error) => {
                return Err(Failure::new(FailureKind::Haunted, format!("target: {error}")));
            }
        }
    }
}

/// What is known of sessions that could not be ended in time.
fn remaining(error: &DataError) -> Failure {
    match Failure::of_data("target", error) {
        away @ Failure { kind: FailureKind::Unreachable, .. } => away,
        other => Failure { kind: FailureKind::Haunted, ..other },
    }
}

/// Makes sure that a later run finds the session, before it is told what must not come late.
pub fn findable(session: &dyn WriteSession) -> Result<(), DataError> {
    match session.standing() {
        Standing::Seated | Standing::Standing => Ok(()),
        Standing::Crowded => Err(DataError::Passing {
            code: "GET_LOCK".into(),
            message: "too many sessions of this load have died and are not forgotten yet".into(),
        }),
    }
}

fn target_of(plan: &TablePlan) -> (String, String) {
    (plan.target_database.clone(), plan.target_table.clone())
}

fn unable(message: &str) -> DataError {
    DataError::Unsupported(message.to_owned())
}
