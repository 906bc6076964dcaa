//! The stores that run here.

use super::{Logs, Sources, run::Run};
use crate::{
    Error,
    domain::{Outline, Store, lifecycle, lifecycle::StoreEvent},
    ops, repo,
    settings::StoreSettings,
};
use oms_chassis::{Conn, Db, Shutdown, Vault};
use oms_contracts::store::{StoreId, StoreLive, StoreSpec, StoreState};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Runs stores. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Runner {
    pub(super) inner: Arc<Inner>,
}

/// What a runner is made of.
#[derive(Debug)]
pub struct Parts {
    pub db: Db,
    pub vault: Vault,
    pub sources: Arc<dyn Sources>,
    /// Whose disk this is: the id of the instance.
    pub instance: String,
    pub settings: StoreSettings,
    /// How long runs may take to end with the process.
    pub last_moment: Duration,
    pub shutdown: Shutdown,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) parts: Parts,
    pub(super) logs: Arc<Logs>,
    /// Stores are run here, not on the threads of the server that is asked to start them.
    runtime: Handle,
    pub(super) tracker: TaskTracker,
    /// Held while a store is taken up or deleted, so that what is claimed and not yet in `runs` is left
    /// alone.
    pub(super) claims: tokio::sync::Mutex<()>,
    runs: Mutex<HashMap<StoreId, Running>>,
    /// Stores that are being deleted.
    leaving: Arc<Mutex<HashSet<StoreId>>>,
    /// Stores that keep more than they were told to.
    held: Mutex<HashSet<StoreId>>,
    /// Told when somebody should look for stores to take up.
    pub(super) wake: Notify,
}

#[derive(Debug)]
struct Running {
    epoch: i64,
    poke: Arc<Notify>,
    live: watch::Receiver<StoreLive>,
}

/// A store that is being deleted: as long as this is there, nobody takes it up.
#[derive(Debug)]
pub struct Leaving {
    id: StoreId,
    all: Arc<Mutex<HashSet<StoreId>>>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// A store that was taken up.
pub(super) struct Taken {
    pub outline: Outline,
    pub spec: StoreSpec,
}

impl Runner {
    /// Begins to look after the stores of this instance, until the end begins. To be called where stores
    /// shall be run.
    pub fn begin(parts: Parts) -> Self {
        let shutdown = parts.shutdown.clone();
        let logs = Logs::new(parts.settings.data_dir.clone(), parts.settings.log());
        let inner = Inner {
            parts,
            logs: Arc::new(logs),
            runtime: Handle::current(),
            tracker: TaskTracker::new(),
            claims: tokio::sync::Mutex::default(),
            runs: Mutex::default(),
            leaving: Arc::default(),
            held: Mutex::default(),
            wake: Notify::new(),
        };
        let runner = Self { inner: Arc::new(inner) };
        shutdown.spawn(runner.clone().watch());
        runner
    }

    pub fn sources(&self) -> &dyn Sources {
        &*self.inner.parts.sources
    }

    /// The logs that are kept here.
    pub fn logs(&self) -> &Arc<Logs> {
        &self.inner.logs
    }

    /// Keeps stores from being taken up, and their logs from being opened to remove what is old.
    pub async fn claiming(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.claims.lock().await
    }

    /// Keeps a store from being taken up while it is deleted; nothing if somebody deletes it already. To
    /// be called while nobody claims any.
    pub fn leave(&self, id: &StoreId) -> Option<Leaving> {
        let all = Arc::clone(&self.inner.leaving);
        let is_new = all.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        is_new.then(|| Leaving { id: id.clone(), all })
    }

    /// The end of the process.
    pub fn shutdown(&self) -> &Shutdown {
        &self.inner.parts.shutdown
    }

    pub fn settings(&self) -> &StoreSettings {
        &self.inner.parts.settings
    }

    /// Refuses what another instance keeps.
    pub fn require_home(&self, outline: &Outline) -> Result<(), Error> {
        match &outline.home {
            Some(home) if *home != self.inner.parts.instance => {
                Err(ops::store::Error::Elsewhere(home.clone()).into())
            }
            _ => Ok(()),
        }
    }

    /// Takes up a store that rests. One that runs stays as it is.
    pub async fn start(&self, id: &StoreId) -> Result<(), Error> {
        let (runner, id) = (self.clone(), id.clone());
        // Whoever asked may go away; the store is then taken up none the less, or not at all.
        let taken_up = async move { runner.take_up(&id).await }.in_current_span();
        let lost = |_| Error::Store(ops::store::Error::Ending);
        self.inner.runtime.spawn(taken_up).await.map_err(lost)?
    }

    async fn take_up(&self, id: &StoreId) -> Result<(), Error> {
        let _claiming = self.inner.claims.lock().await;
        if self.inner.parts.shutdown.has_begun() {
            return Err(ops::store::Error::Ending.into());
        }
        let leaving =
            self.inner.leaving.lock().unwrap_or_else(PoisonError::into_inner).contains(id);
        if leaving {
            return Err(ops::store::Error::Leaving.into());
        }
        let (runner, id) = (self.clone(), id.clone());
        let work = move |conn: &mut Conn| conn.write(|conn| runner.claim_to_start(conn, &id));
        if let Some(taken) = self.inner.parts.db.run(work).await? {
            self.launch(taken);
        }
        Ok(())
    }

    fn claim_to_start(&self, conn: &mut Conn, id: &StoreId) -> Result<Option<Taken>, Error> {
        let store = ops::store::require(conn, id)?;
        self.require_home(&store.outline)?;
        if store.outline.state == StoreState::Running {
            return Ok(None);
        }
        lifecycle::next(store.outline.state, StoreEvent::Start).map_err(ops::store::Error::from)?;
        self.claim(conn, &store)
    }

    /// Claims a store as it was seen. Nothing when somebody else was faster.
    pub(super) fn claim(&self, conn: &mut Conn, store: &Store) -> Result<Option<Taken>, Error> {
        let parts = &self.inner.parts;
        let spec = ops::store::unsealed(&parts.vault, store)?;
        let claimed = repo::store::claim(conn, &store.outline, &parts.instance, ops::now())?;
        Ok(claimed.map(|outline| Taken { outline, spec }))
    }

    pub(super) fn launch(&self, taken: Taken) {
        let Taken { outline, spec } = taken;
        let (live_in, live) = watch::channel(StoreLive::default());
        let poke = Arc::new(Notify::new());
        let running = Running { epoch: outline.epoch, poke: Arc::clone(&poke), live };
        self.runs().insert(outline.id.clone(), running);
        let span = tracing::info_span!("store", id = %outline.id, epoch = outline.epoch);
        let run = Run::new(self.clone(), &outline, spec, live_in, poke);
        self.inner.tracker.spawn_on(run.go().instrument(span), &self.inner.runtime);
    }

    /// Lets whoever runs the store look at what has changed.
    pub fn poke(&self, id: &StoreId) {
        match self.runs().get(id) {
            Some(running) => running.poke.notify_one(),
            None => self.inner.wake.notify_one(),
        }
    }

    /// How a store goes that runs here.
    pub fn live(&self, id: &StoreId) -> Option<StoreLive> {
        self.runs().get(id).map(|running| running.live.borrow().clone())
    }

    pub(super) fn runs_here(&self, id: &StoreId) -> bool {
        self.runs().contains_key(id)
    }

    /// A run is over. Another one of the same store may have begun.
    pub(super) fn forget(&self, id: &StoreId, epoch: i64) {
        let mut runs = self.runs();
        if runs.get(id).is_some_and(|running| running.epoch == epoch) {
            runs.remove(id);
        }
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<StoreId, Running>> {
        self.inner.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, HashSet<StoreId>> {
        self.inner.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a store keeps more than it was told to.
    pub(super) fn is_held(&self, id: &StoreId) -> bool {
        self.held().contains(id)
    }

    pub(super) fn set_held(&self, id: &StoreId, is_held: bool) {
        let mut held = self.held();
        if is_held {
            held.insert(id.clone());
        } else {
            held.remove(id);
        }
    }
}
