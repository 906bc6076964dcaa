//! What does the work of a task, and what it is given for that.

use crate::domain::{Fence, Live};
use async_trait::async_trait;
use oms_chassis::Db;
use oms_clients::StoreClient;
use oms_contracts::{
    ErrorCode,
    sync::{Limits, TaskKind, TaskSpec},
};
use std::{collections::HashMap, fmt, sync::Arc};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Works on tasks of one kind.
#[async_trait]
pub trait TaskDriver: Send + Sync + 'static {
    /// Works on a task, from wherever its durable state says it is, until it is done, cannot go on,
    /// or is asked to stop. It may be dropped at any await: when it does not stop in time, or with
    /// its process. Whatever it began elsewhere must end with it.
    async fn run(&self, task: TaskContext) -> Outcome;
}

/// A task for its driver.
#[derive(Debug)]
pub struct TaskContext {
    /// The proof that the task is run here. Everything written to the metadata carries it, and what
    /// is written elsewhere can.
    pub fence: Fence,
    /// With its secrets.
    pub spec: Arc<TaskSpec>,
    pub db: Db,
    /// What it may take, as it is now.
    pub limits: watch::Receiver<Limits>,
    /// Cancelled when the task is to stop, for whatever reason.
    pub stop: CancellationToken,
    /// Where the driver says how it goes.
    pub live: watch::Sender<Live>,
    /// Told when users changed objects of the task.
    pub changed: Arc<Notify>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is left to be done.
    Finished,
    /// It was asked to stop. It can go on where it was.
    Stopped,
    /// It cannot go on until somebody changes something.
    Failed(Failure),
}

/// Why a run cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    /// For people; it is shown to users.
    pub message: String,
}

/// Who drives which kind of task. A kind without a driver is not available.
#[derive(Clone, Default)]
pub struct Drivers(HashMap<TaskKind, Arc<dyn TaskDriver>>);

impl Drivers {
    /// Those this version has. Changes come from a store, so without stores nobody applies them.
    pub fn built_in(stores: Option<StoreClient>) -> Self {
        let drivers = Self::default()
            .with(TaskKind::Schema, crate::ops::schema::SchemaDriver)
            .with(TaskKind::Full, crate::ops::full::FullDriver);
        match stores {
            Some(stores) => drivers.with(TaskKind::Incr, crate::ops::incr::IncrDriver { stores }),
            None => drivers,
        }
    }

    /// With a driver for a kind.
    #[must_use]
    pub fn with(mut self, kind: TaskKind, driver: impl TaskDriver) -> Self {
        self.0.insert(kind, Arc::new(driver));
        self
    }

    pub fn of(&self, kind: TaskKind) -> Option<Arc<dyn TaskDriver>> {
        self.0.get(&kind).cloned()
    }

    pub fn has(&self, kind: TaskKind) -> bool {
        self.0.contains_key(&kind)
    }
}

impl fmt::Debug for Drivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
