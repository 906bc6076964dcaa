//! Where the full load had ended, in numbers of the store: up to there a row at the target may hold
//! changes already.
//!
//! The load has read nothing that was committed after it ended. So everything that the store has once
//! it is as far as some moment behind that is enough, and it is recorded: a later run must not take a
//! later moment, nor one before.

use super::driver::unkept;
use super::store::{is_passing, refusal};
use crate::ops::full::{Decision, Failure as OfRows, FailureKind, Patience};
use crate::repo::{self, incr as rows, incr::Begun};
use crate::runner::{Failure, TaskContext};
use chrono::{DateTime, TimeDelta, Utc};
use oms_chassis::Conn;
use oms_clients::StoreClient;
use oms_contracts::{
    ErrorCode,
    store::{StoreState, StoreView},
    sync::{IncrSettings, TaskId, TaskKind, TaskState},
};
use oms_model::change::Seq;
use std::time::{Duration, Instant};

/// Logs tell moments by the second, and clocks are read across a network.
const SLACK: TimeDelta = TimeDelta::seconds(2);
/// How long a store may be away, or not come any further.
const PATIENCE: Duration = Duration::from_secs(120);
const AGAIN: Duration = Duration::from_millis(200);

/// What it takes to find out.
pub struct Overlap<'t> {
    pub stores: &'t StoreClient,
    pub task: &'t TaskContext,
    pub settings: &'t IncrSettings,
    /// The source's clock minus ours.
    pub skew_ms: i64,
}

impl Overlap<'_> {
    /// The last change that the load may have read. Nothing when the task is to stop.
    pub async fn end(&self, begun: &Begun) -> Result<Option<Seq>, Failure> {
        let Some(load) = &self.settings.load else { return Ok(Some(Seq::START)) };
        if let Some(end) = begun.overlap_end {
            return Ok(Some(end));
        }
        self.finished(load).await?;
        let now = Utc::now() + TimeDelta::milliseconds(self.skew_ms) + SLACK;
        let Some(store) = self.reaches(now).await? else { return Ok(None) };
        self.began_before(load, &store).await?;
        let (end, fence) = (store.live.last_seq, self.task.fence.clone());
        let work = move |conn: &mut Conn| {
            rows::set_overlap_end(conn, &fence, end).map_err(crate::Error::from)
        };
        self.task.db.run(work).await.map_err(|error| unkept(&error))?;
        Ok(Some(end))
    }

    /// The load must be done.
    async fn finished(&self, load: &TaskId) -> Result<(), Failure> {
        let id = load.clone();
        let work = move |conn: &mut Conn| Ok(repo::task::outline(conn, &id)?);
        let found: Result<_, crate::Error> = self.task.db.run(work).await;
        let refused = |message| Err(Failure { code: ErrorCode::LoadNotDone, message });
        match found.map_err(|error| unkept(&error))? {
            None => refused(format!("there is no full load {load}")),
            Some(task) if task.kind != TaskKind::Full => {
                refused(format!("{load} is no full load but a {} task", task.kind))
            }
            Some(task) if task.state != TaskState::Finished => {
                refused(format!("the full load {load} is {}", task.state))
            }
            Some(_) => Ok(()),
        }
    }

    /// What was committed between the beginning of the load and that of the store would be lost.
    async fn began_before(&self, load: &TaskId, store: &StoreView) -> Result<(), Failure> {
        let refused = |message| Err(Failure { code: ErrorCode::StoreTooLate, message });
        let (first, after) = (store.live.first_seq, self.settings.after);
        if first > after {
            return refused(format!(
                "the store has nothing up to change {first}, {after} is wanted"
            ));
        }
        let id = load.clone();
        let work = move |conn: &mut Conn| Ok(repo::full::plans(conn, &id)?);
        let plans: Result<Vec<_>, crate::Error> = self.task.db.run(work).await;
        let plans = plans.map_err(|error| unkept(&error))?;
        let begun = plans.iter().filter_map(|(_, plan)| Decision::read(plan.as_deref()).begun);
        let Some(begun) = begun.min().and_then(DateTime::from_timestamp_millis) else {
            return Ok(());
        };
        let begun = begun + TimeDelta::milliseconds(self.skew_ms);
        match store.live.begin {
            Some(began) if began > begun + SLACK => {
                refused(format!("the store began at {began}, the full load at {begun}"))
            }
            _ => Ok(()),
        }
    }

    /// Waits until the store has everything up to a moment of the source's clock.
    async fn reaches(&self, moment: DateTime<Utc>) -> Result<Option<StoreView>, Failure> {
        let mut patience = Patience::new(PATIENCE);
        let (mut reached, mut moved) = (None, Instant::now());
        loop {
            let asked = self.stores.store(&self.settings.store).await;
            let store = match asked {
                Ok(store) => store,
                Err(error) => {
                    let failure = refusal(&error);
                    if !is_passing(&error) {
                        return Err(failure);
                    }
                    let why = || OfRows::new(FailureKind::Unreachable, failure.message.clone());
                    match patience.pause(&self.task.stop, why).await {
                        Ok(()) => continue,
                        Err(_) if self.task.stop.is_cancelled() => return Ok(None),
                        Err(_) => return Err(failure),
                    }
                }
            };
            patience = Patience::new(PATIENCE);
            if store.live.has_begun && store.live.current.is_some_and(|current| current >= moment) {
                return Ok(Some(store));
            }
            if store.live.current != reached {
                (reached, moved) = (store.live.current, Instant::now());
            }
            let is_resting = store.summary.state != StoreState::Running;
            if is_resting || moved.elapsed() > PATIENCE {
                return Err(stands(&store));
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                () = self.task.stop.cancelled() => return Ok(None),
            }
        }
    }
}

/// A store that does not come any further.
fn stands(store: &StoreView) -> Failure {
    let summary = &store.summary;
    let why = summary.error.as_ref().map(|error| format!(": {}", error.message));
    let message = format!(
        "the store {} is {} and does not reach the end of the full load{}",
        summary.id,
        summary.state,
        why.unwrap_or_default()
    );
    Failure { code: ErrorCode::ChangesUnreadable, message }
}
