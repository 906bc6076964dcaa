//! An incremental sync: what it needs, and how it ends.

use super::define::Defining;
use super::discrepancy::{Policy, Records};
use super::fate::Trouble;
use super::feed::Feeder;
use super::meter::Meter;
use super::routes::Mapping;
use crate::ops::full::{Failure as OfRows, FailureKind, Flow, Patience};
use crate::runner::Failure;
use oms_connector::{ApplySession, Connector, DataError, Seating, Standing};
use oms_model::change::Seq;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// In which pieces changes are committed at the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// By many sessions at the same time: the target is like the source whenever it has caught up.
    #[default]
    Eventual,
    /// Whole transactions of the source, in their order: the target is always like the source was at
    /// some moment.
    Transactional,
}

/// Everything a run needs.
pub struct Sync {
    pub target: Arc<dyn Connector>,
    pub feeder: Arc<dyn Feeder>,
    pub mapping: Arc<dyn Mapping>,
    pub records: Arc<dyn Records>,
    /// By which the target knows the task.
    pub task: String,
    /// Of whoever runs it, higher than that of anybody who ran it before.
    pub token: i64,
    /// What its sessions are known by at the target, the same in every run.
    pub seating: Seating,
    /// Where a task begins that was never run: behind this.
    pub start: Seq,
    /// Up to here rows with a key may be at the target already, in any state: the full load was at
    /// work.
    pub overlap_end: Seq,
    /// What statements on definitions up to here do was done at the target by somebody.
    pub defined_upto: Seq,
    /// How statements on definitions are done; without it they end the task.
    pub defining: Option<Defining>,
    pub mode: Mode,
    pub policy: Policy,
    pub knobs: Arc<Knobs>,
    pub meter: Arc<Meter>,
    /// How long the target may be away.
    pub patience: Duration,
    pub stop: CancellationToken,
}

impl std::fmt::Debug for Sync {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sync {:?} of {} with token {}", self.mode, self.task, self.token)
    }
}

/// What can be changed while it runs.
#[derive(Debug)]
pub struct Knobs {
    sessions: AtomicUsize,
    /// Bytes of changes that may be held.
    memory: AtomicUsize,
    /// How many rows and bytes pass in a second.
    pub flow: Flow,
}

/// The most sessions that work at the same time.
const SESSIONS: usize = 256;

impl Knobs {
    pub fn new(sessions: usize, memory: usize) -> Self {
        Self {
            sessions: AtomicUsize::new(sessions),
            memory: AtomicUsize::new(memory),
            flow: Flow::new(memory as u64, None, None),
        }
    }

    /// So many sessions work from here on.
    pub fn want(&self, sessions: usize) {
        self.sessions.store(sessions, Ordering::Relaxed);
    }

    pub fn sessions(&self) -> usize {
        self.sessions.load(Ordering::Relaxed).clamp(1, SESSIONS)
    }

    pub fn memory(&self) -> usize {
        self.memory.load(Ordering::Relaxed)
    }

    /// So many bytes of changes may be held from here on.
    pub fn hold(&self, memory: usize) {
        self.memory.store(memory, Ordering::Relaxed);
    }

    /// So many rows and bytes pass in a second from here on.
    pub fn limit(&self, rows: Option<u64>, bytes: Option<u64>) {
        self.flow.limit(rows, bytes);
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was told to, and can go on where it was.
    Stopped,
    Failed(Failure),
}

/// What all parts of a run share.
pub struct Place {
    pub target: Arc<dyn Connector>,
    pub records: Arc<dyn Records>,
    pub task: String,
    pub token: i64,
    pub seating: Seating,
    pub mode: Mode,
    pub policy: Policy,
    pub knobs: Arc<Knobs>,
    pub meter: Arc<Meter>,
    pub patience: Duration,
    pub stop: CancellationToken,
    /// Changes came, or a beat, since that was asked last.
    pub heard: AtomicBool,
}

impl Place {
    pub fn of(sync: &Sync) -> Self {
        Self {
            target: Arc::clone(&sync.target),
            records: Arc::clone(&sync.records),
            task: sync.task.clone(),
            token: sync.token,
            seating: sync.seating.clone(),
            mode: sync.mode,
            policy: sync.policy,
            knobs: Arc::clone(&sync.knobs),
            meter: Arc::clone(&sync.meter),
            patience: sync.patience,
            stop: sync.stop.clone(),
            heard: AtomicBool::new(false),
        }
    }

    /// A session in the seat of that number. What an earlier session there was told is over when
    /// this one begins.
    pub async fn session(&self, seat: u32) -> Result<Box<dyn ApplySession>, Trouble> {
        let of_data = |error: DataError| Trouble::of_data(&error);
        let unable = || DataError::Unsupported("changes cannot be applied to the target".into());
        let applier = self.target.applier().ok_or_else(unable).map_err(of_data)?;
        let session = applier.applying(&self.seating.seat(seat)).await.map_err(of_data)?;
        if session.standing() == Standing::Crowded {
            return Err(of_data(DataError::Passing {
                code: "GET_LOCK".into(),
                message: "too many sessions of this task have died and are not forgotten yet"
                    .into(),
            }));
        }
        Ok(session)
    }

    /// Pauses before another attempt, or gives up.
    pub async fn pause(&self, patience: &mut Patience, failure: Failure) -> Result<(), Trouble> {
        let why = || OfRows::new(FailureKind::Unreachable, failure.message.clone());
        patience.pause(&self.stop, why).await.map_err(|_| Trouble::End(failure.clone()))
    }
}
