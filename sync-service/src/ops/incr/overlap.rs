//! What the full load has read, in numbers of the store: up to its end a row at the target may hold
//! changes already, and a table that was read at one place has all of them up to that.
//!
//! The load has read nothing that was committed after it ended. So everything that the store has once
//! it is as far as some moment behind that is enough, and it is recorded: a later run must not take a
//! later moment, nor one before.

use super::driver::unkept;
use super::store::{is_passing, refusal};
use crate::domain::incr::Handover;
use crate::ops::full::{Decision, Failure as OfRows, FailureKind, Patience};
use crate::repo::{self, incr as rows, incr::Begun};
use crate::runner::{Failure, TaskContext};
use chrono::{DateTime, TimeDelta, Utc};
use oms_chassis::Conn;
use oms_clients::StoreClient;
use oms_contracts::{
    ErrorCode,
    store::{SeqQuery, StoreState, StoreView},
    sync::{IncrSettings, TaskId, TaskKind, TaskSpec, TaskState},
};
use oms_model::{Position, change::Seq};
use std::collections::BTreeMap;
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
    /// What the load has read. Nothing when the task is to stop.
    pub async fn handover(&self, begun: &Begun) -> Result<Option<Handover>, Failure> {
        let Some(load) = &self.settings.load else { return Ok(Some(Handover::default())) };
        if let Some(known) = &begun.handover {
            return Ok(Some(known.clone()));
        }
        let spec = self.finished(load).await?;
        let now = Utc::now() + TimeDelta::milliseconds(self.skew_ms) + SLACK;
        let Some(store) = self.reaches(now).await? else { return Ok(None) };
        let decisions = self.decisions(load).await?;
        self.began_before(&decisions, &store)?;
        let mut since = BTreeMap::new();
        for (number, decision) in decisions {
            let object = spec.objects.get(number as usize);
            if let (Some(object), Some(place)) = (object, decision.place) {
                since.insert(object.source.clone(), self.seq(place).await?);
            }
        }
        let handover = Handover { end: store.live.last_seq, since };
        let (noted, fence) = (handover.clone(), self.task.fence.clone());
        let work = move |conn: &mut Conn| {
            rows::set_handover(conn, &fence, &noted).map_err(crate::Error::from)
        };
        self.task.db.run(work).await.map_err(|error| unkept(&error))?;
        Ok(Some(handover))
    }

    /// The last change that was committed up to a place of the source's log.
    async fn seq(&self, place: Position) -> Result<Seq, Failure> {
        let query = SeqQuery::behind(place);
        let found = self.stores.seq(&self.settings.store, &query).await;
        Ok(found.map_err(|error| refusal(&error))?.seq)
    }

    /// What was decided about each table of the load when it was begun.
    async fn decisions(&self, load: &TaskId) -> Result<Vec<(u32, Decision)>, Failure> {
        let id = load.clone();
        let work = move |conn: &mut Conn| Ok(repo::full::plans(conn, &id)?);
        let plans: Result<Vec<_>, crate::Error> = self.task.db.run(work).await;
        let plans = plans.map_err(|error| unkept(&error))?.into_iter();
        Ok(plans.map(|(number, plan)| (number, Decision::read(plan.as_deref()))).collect())
    }

    /// What the load was to do, which must be done.
    async fn finished(&self, load: &TaskId) -> Result<TaskSpec, Failure> {
        let id = load.clone();
        let work = move |conn: &mut Conn| Ok(repo::task::find(conn, &id)?);
        let found: Result<_, crate::Error> = self.task.db.run(work).await;
        let refused = |message| Err(Failure { code: ErrorCode::LoadNotDone, message });
        let Some(task) = found.map_err(|error| unkept(&error))? else {
            return refused(format!("there is no full load {load}"));
        };
        match (task.outline.kind, task.outline.state) {
            (TaskKind::Full, TaskState::Finished) => Ok(task.spec),
            (TaskKind::Full, state) => refused(format!("the full load {load} is {state}")),
            (kind, _) => refused(format!("{load} is no full load but a {kind} task")),
        }
    }

    /// What was committed between the beginning of the load and that of the store would be lost.
    fn began_before(
        &self,
        decisions: &[(u32, Decision)],
        store: &StoreView,
    ) -> Result<(), Failure> {
        let refused = |message| Err(Failure { code: ErrorCode::StoreTooLate, message });
        let (first, after) = (store.live.first_seq, self.settings.after);
        if first > after {
            return refused(format!(
                "the store has nothing up to change {first}, {after} is wanted"
            ));
        }
        let begun = decisions.iter().filter_map(|(_, decision)| decision.begun);
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
