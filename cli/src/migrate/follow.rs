//! Following what the source commits: captured from before the first row is read, applied once the
//! rows are there, until somebody has enough.

use super::{
    book::Applying,
    count::{self, Counted},
    drive::{Drive, id, patiently, stop},
    host::Host,
    show::Show,
    side::Side,
};
use crate::{cmd::migrate::Until, fault::Fault};
use chrono::{DateTime, TimeDelta, Utc};
use oms_clients::StoreClient;
use oms_connector::Connector;
use oms_contracts::{
    ErrorCode,
    store::{CaptureMethod, Start, StoreId, StoreRetention, StoreSpec, StoreState, StoreView},
    sync::{
        DdlSettings, DecideStatement, IncrProgress, IncrSettings, NewTables, TaskKind, TaskState,
    },
};
use oms_model::{change::Seq, selection::TransferMapping};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a store may take to find its place, or to come any further.
const PATIENCE: Duration = Duration::from_secs(120);
const EVERY: Duration = Duration::from_millis(100);

/// How following ended, when it did not end badly.
#[derive(Debug, Default)]
pub struct Followed {
    pub progress: IncrProgress,
    /// The rows of both sides, if nobody wrote while they were counted.
    pub counted: Option<Counted>,
}

fn store_id() -> StoreId {
    StoreId::parse("migrate.store").expect("this is an id")
}

/// How changes are captured at a source: as it was asked, else by triggers where there are any. Nothing
/// where it does not offer that.
pub fn method(source: &dyn Connector, asked: Option<CaptureMethod>) -> Option<CaptureMethod> {
    let is_offered = |method: &CaptureMethod| match method {
        CaptureMethod::Trigger => source.changes_by_triggers().is_some(),
        CaptureMethod::Binlog => source.changes().is_some(),
        CaptureMethod::LogicalDecoding => false,
    };
    match asked {
        Some(method) => Some(method).filter(is_offered),
        None => [CaptureMethod::Trigger, CaptureMethod::Binlog].into_iter().find(is_offered),
    }
}

/// Removes the capture and what it put in place at the source. Succeeds when there is none.
pub async fn remove(host: &Host) -> Result<(), Fault> {
    let Some(stores) = &host.stores else { return Ok(()) };
    let id = store_id();
    patiently(|| stores.delete_store(&id)).await
}

/// What an incremental task of a migration is told besides its objects.
pub fn settings(how: Applying, loads: bool, new_tables: NewTables) -> IncrSettings {
    IncrSettings {
        load: loads.then(|| id(TaskKind::Full)),
        mode: how.mode,
        on_drift: how.on_drift,
        ddl: DdlSettings { default: how.ddl, ..DdlSettings::default() },
        new_tables: Some(new_tables),
        ..IncrSettings::of(store_id())
    }
}

impl Drive<'_> {
    /// Captures what the source commits from now on, or goes on with it.
    pub async fn capture(&mut self, source: &Side, rules: &TransferMapping) -> Result<(), Fault> {
        let Some(stores) = self.host.stores.clone() else { return Ok(()) };
        let spec = StoreSpec {
            source: source.endpoint(),
            method: method(&*source.open()?, self.book.asked.capture)
                .unwrap_or(CaptureMethod::Binlog),
            objects: rules.clone(),
            start: Start::Now,
            retention: StoreRetention::default(),
            leave_out_own: false,
            heartbeat: None,
        };
        let id = store_id();
        patiently(|| stores.put_store(&id, &spec)).await?;
        patiently(|| stores.start(&id)).await?;
        let begun = reaches(&stores, |store| store.live.has_begun);
        self.signals.cut(begun).await?;
        Ok(())
    }

    /// Tells the task what was decided about statements that it stops at.
    pub async fn decide(&self, skipped: &[u64], edited: &[(u64, String)]) -> Result<(), Fault> {
        let id = id(TaskKind::Incr);
        let skips = skipped.iter().map(|seq| (*seq, DecideStatement::Skip { confirmed: true }));
        let mut runs: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (seq, sql) in edited {
            runs.entry(*seq).or_default().push(sql.clone());
        }
        let runs = runs.into_iter();
        let runs = runs.map(|(seq, statements)| (seq, DecideStatement::Run { statements }));
        for (seq, decision) in skips.chain(runs) {
            patiently(|| self.host.tasks.decide(&id, Seq(seq), &decision)).await?;
        }
        Ok(())
    }

    /// Applies what was captured and what comes, until it is enough.
    pub async fn follow(
        &mut self,
        (source, target): (&Side, &Side),
        (until, skew_ms): (Option<Until>, i64),
        show: &mut Show<'_>,
    ) -> Result<Followed, Fault> {
        let Some(stores) = self.host.stores.clone() else { return Ok(Followed::default()) };
        let task = id(TaskKind::Incr);
        patiently(|| self.host.tasks.start(&task)).await?;
        let clock = || Utc::now() + TimeDelta::milliseconds(skew_ms);
        let wanted = match until {
            None => None,
            Some(Until::CaughtUp) => Some(clock()),
            Some(Until::Moment(at)) => Some(at),
        };
        let progress = self.until(wanted, show).await?;
        let is_whole = self.book.asked.full && !self.book.asked.allow_nonempty;
        let counted = match is_whole && until == Some(Until::CaughtUp) {
            true => self.count((source, target), &stores, clock).await?,
            false => None,
        };
        let halted = async {
            stop(&self.host.tasks, &task).await?;
            halt(&stores).await
        };
        self.signals.outlast(halted).await?;
        Ok(Followed { progress, counted })
    }

    /// Watches the task until it has applied everything up to a moment; without one, until somebody
    /// stops it.
    async fn until(
        &mut self,
        wanted: Option<DateTime<Utc>>,
        show: &mut Show<'_>,
    ) -> Result<IncrProgress, Fault> {
        let id = id(TaskKind::Incr);
        loop {
            let task = patiently(|| self.host.tasks.task(&id)).await?;
            match task.summary.state {
                TaskState::Running | TaskState::Stopping => show.task(&task)?,
                TaskState::Failed | TaskState::Suspend | TaskState::Init | TaskState::Finished => {
                    show.end(&task)?;
                    return Err(self.failed(&task).await);
                }
            }
            let progress = task.progress.incr.clone().unwrap_or_default();
            let is_there = |wanted| progress.checkpoint.is_some_and(|at| at >= wanted);
            if progress.monitoring && wanted.is_some_and(is_there) {
                show.end(&task)?;
                return Ok(progress);
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = self.signals.any() => {
                    show.pause();
                    self.out.remark("Stopping; what was applied is recorded. Once more ends at once.");
                    let stores = self.host.stores.clone();
                    let halted = async {
                        stop(&self.host.tasks, &id).await?;
                        match stores {
                            Some(stores) => halt(&stores).await,
                            None => Ok(()),
                        }
                    };
                    self.signals.outlast(halted).await?;
                    let advice = "the same command goes on where it stopped".into();
                    return Err(Fault::interrupted().advise(advice));
                }
            }
        }
    }

    /// Counts both sides, if nothing happens meanwhile: else the counts say nothing.
    async fn count(
        &mut self,
        sides: (&Side, &Side),
        stores: &StoreClient,
        clock: impl Fn() -> DateTime<Utc>,
    ) -> Result<Option<Counted>, Fault> {
        let now = clock();
        let is_at = move |at: DateTime<Utc>| {
            move |store: &StoreView| store.live.current.is_some_and(|current| current >= at)
        };
        let before = reaches(stores, is_at(now)).await?.live.last_seq;
        let counting = count::compare(sides, &self.book.objects, &None);
        let counted = self.signals.cut(counting).await?;
        let now = clock();
        let after = reaches(stores, is_at(now)).await?.live.last_seq;
        if before == after {
            return Ok(Some(counted));
        }
        self.out.remark("The source was written to while rows were counted: counts say nothing.");
        Ok(None)
    }
}

/// Waits for a store to be as it is wanted.
async fn reaches(
    stores: &StoreClient,
    wanted: impl Fn(&StoreView) -> bool,
) -> Result<StoreView, Fault> {
    let (id, until) = (store_id(), Instant::now() + PATIENCE);
    loop {
        let store = patiently(|| stores.store(&id)).await?;
        if wanted(&store) {
            return Ok(store);
        }
        let is_late = Instant::now() >= until;
        if store.summary.state != StoreState::Running || is_late {
            return Err(failed(&store));
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Stops the capture, and waits until nothing of it is at work.
async fn halt(stores: &StoreClient) -> Result<(), Fault> {
    let id = store_id();
    patiently(|| stores.stop(&id)).await?;
    loop {
        let store = patiently(|| stores.store(&id)).await?;
        if !matches!(store.summary.state, StoreState::Running | StoreState::Stopping) {
            return Ok(());
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn failed(store: &StoreView) -> Fault {
    match &store.summary.error {
        Some(error) => {
            let message = format!("changes cannot be captured: {}", error.message);
            Fault::of(error.code, message).advise(error.advice.clone())
        }
        None => {
            let message = format!("the capture of changes is {} and stands", store.summary.state);
            Fault::of(ErrorCode::ChangesUnreadable, message)
        }
    }
}
