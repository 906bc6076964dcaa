//! The tasks that run here.

use super::{Drivers, TaskDriver, run::Run};
use crate::{
    Error,
    domain::{Live, Outline, Task, lifecycle, lifecycle::TaskEvent},
    ops, repo,
    repo::task::Claim,
    settings::TaskSettings,
};
use oms_chassis::{Conn, Db, Shutdown, Vault};
use oms_contracts::sync::{Limits, TaskId, TaskKind, TaskSpec, TaskState};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Runs tasks. Clones are the same one.
#[derive(Clone)]
pub struct Runner {
    pub(super) inner: Arc<Inner>,
}

/// What a runner is made of.
#[derive(Debug)]
pub struct Parts {
    pub db: Db,
    pub vault: Vault,
    pub drivers: Drivers,
    /// Whose tasks these are: the id of the instance.
    pub instance: String,
    pub settings: TaskSettings,
    /// How long runs may take to end with the process.
    pub last_moment: Duration,
    pub shutdown: Shutdown,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) parts: Parts,
    /// Tasks are driven here, not on the threads of the server that is asked to start them.
    runtime: Handle,
    pub(super) tracker: TaskTracker,
    /// Held while a task is taken up, so that what is claimed and not yet in `runs` is left alone.
    pub(super) claims: tokio::sync::Mutex<()>,
    runs: Mutex<HashMap<TaskId, Running>>,
    /// Told when somebody should look for tasks to take up.
    pub(super) wake: Notify,
}

#[derive(Debug)]
struct Running {
    epoch: i64,
    poke: Arc<Notify>,
    live: watch::Receiver<Live>,
}

/// A task that was taken up.
pub(super) struct Taken {
    pub outline: Outline,
    pub spec: TaskSpec,
    pub limits: Limits,
    pub driver: Arc<dyn TaskDriver>,
}

/// How a task is taken up, in a transaction.
type Claiming = fn(&Runner, &mut Conn, &TaskId) -> Result<Option<Taken>, Error>;

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Runner({:?})", self.inner.parts.drivers)
    }
}

impl Runner {
    /// Begins to look after the tasks of this instance, until the end begins. To be called where
    /// tasks shall be driven.
    pub fn begin(parts: Parts) -> Self {
        let shutdown = parts.shutdown.clone();
        let inner = Inner {
            parts,
            runtime: Handle::current(),
            tracker: TaskTracker::new(),
            claims: tokio::sync::Mutex::default(),
            runs: Mutex::default(),
            wake: Notify::new(),
        };
        let runner = Self { inner: Arc::new(inner) };
        shutdown.spawn(runner.clone().watch());
        runner
    }

    /// Whether anybody drives tasks of this kind.
    pub fn drives(&self, kind: TaskKind) -> bool {
        self.inner.parts.drivers.has(kind)
    }

    /// Takes up a task that rests. One that runs, or is done, stays as it is.
    pub async fn start(&self, id: &TaskId) -> Result<(), Error> {
        self.taking_up(id, Self::claim_to_start).await
    }

    /// Takes up a task that is done, for the indexes that it left. One that was asked for them before
    /// stays as it is.
    pub async fn reopen(&self, id: &TaskId) -> Result<(), Error> {
        self.taking_up(id, Self::claim_for_indexes).await
    }

    async fn taking_up(&self, id: &TaskId, how: Claiming) -> Result<(), Error> {
        let (runner, id) = (self.clone(), id.clone());
        // Whoever asked may go away; the task is then taken up none the less, or not at all.
        let taken_up = async move { runner.take_up(&id, how).await }.in_current_span();
        let lost = |_| Error::Task(ops::task::Error::Ending);
        self.inner.runtime.spawn(taken_up).await.map_err(lost)?
    }

    async fn take_up(&self, id: &TaskId, how: Claiming) -> Result<(), Error> {
        let _claiming = self.inner.claims.lock().await;
        if self.inner.parts.shutdown.has_begun() {
            return Err(ops::task::Error::Ending.into());
        }
        let (runner, id) = (self.clone(), id.clone());
        let work = move |conn: &mut Conn| conn.write(|conn| how(&runner, conn, &id));
        if let Some(taken) = self.inner.parts.db.run(work).await? {
            self.launch(taken);
        }
        Ok(())
    }

    fn claim_to_start(&self, conn: &mut Conn, id: &TaskId) -> Result<Option<Taken>, Error> {
        let task = ops::task::require(conn, id)?;
        if matches!(task.outline.state, TaskState::Running | TaskState::Finished) {
            return Ok(None);
        }
        lifecycle::next(task.outline.state, TaskEvent::Start).map_err(ops::task::Error::from)?;
        let taken = self.claim(conn, task)?;
        if taken.is_some() {
            repo::full::reopen_failed(conn, id)?;
        }
        Ok(taken)
    }

    fn claim_for_indexes(&self, conn: &mut Conn, id: &TaskId) -> Result<Option<Taken>, Error> {
        let task = ops::task::require(conn, id)?;
        if repo::schema::has_due_indexes(conn, id)? {
            return Ok(None);
        }
        lifecycle::next(task.outline.state, TaskEvent::Reopen).map_err(ops::task::Error::from)?;
        // That they are due is kept together with the start: before it, nothing builds them.
        match repo::schema::make_indexes_due(conn, id)? {
            0 => Ok(None),
            _ => self.claim(conn, task),
        }
    }

    /// Claims a task as it was seen. Nothing when somebody else was faster.
    pub(super) fn claim(&self, conn: &mut Conn, task: Task) -> Result<Option<Taken>, Error> {
        let parts = &self.inner.parts;
        let kind = task.outline.kind;
        let driver = parts.drivers.of(kind).ok_or(ops::task::Error::NotAvailable(kind))?;
        let spec = ops::task::unsealed(&parts.vault, &task)?;
        let now = ops::now();
        let lease_until = now + parts.settings.lease_ms();
        let claim = Claim { owner: &parts.instance, lease_until, now };
        let claimed = repo::task::claim(conn, &task.outline, claim)?;
        Ok(claimed.map(|outline| Taken { outline, spec, limits: task.limits, driver }))
    }

    pub(super) fn launch(&self, taken: Taken) {
        let Taken { outline, spec, limits, driver } = taken;
        let (live_in, live) = watch::channel(Live::default());
        let poke = Arc::new(Notify::new());
        let running = Running { epoch: outline.epoch, poke: Arc::clone(&poke), live };
        self.runs().insert(outline.id.clone(), running);
        let (id, epoch) = (outline.id.to_string(), outline.epoch);
        let span = tracing::info_span!("task", %id, epoch, kind = %outline.kind);
        let run = Run::new(self.clone(), &outline, limits, live_in, poke);
        let work = run.go(driver, spec).instrument(span);
        self.inner.tracker.spawn_on(work, &self.inner.runtime);
    }

    /// Lets whoever runs the task look at what has changed.
    pub fn poke(&self, id: &TaskId) {
        match self.runs().get(id) {
            Some(running) => running.poke.notify_one(),
            None => self.inner.wake.notify_one(),
        }
    }

    /// How a task goes that runs here.
    pub fn live(&self, id: &TaskId) -> Option<Live> {
        self.runs().get(id).map(|running| running.live.borrow().clone())
    }

    pub(super) fn runs_here(&self, id: &TaskId) -> bool {
        self.runs().contains_key(id)
    }

    /// A run is over. Another one of the same task may have begun.
    pub(super) fn forget(&self, id: &TaskId, epoch: i64) {
        let mut runs = self.runs();
        if runs.get(id).is_some_and(|running| running.epoch == epoch) {
            runs.remove(id);
        }
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<TaskId, Running>> {
        self.inner.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
