//! What is written, on its way into the ledger: gathered, and recorded a few times a second, so that
//! recording costs the load nothing and a crash repeats little.

use super::fate::Failure;
use super::flow::Flow;
use super::job::{Job, RangeJob};
use super::ledger::{Ended, Ledger, LedgerError, Progressed};
use super::retry::Attempt;
use crate::domain::full::Progress;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use tokio_util::sync::CancellationToken;

/// How often progress is recorded.
const EVERY: Duration = Duration::from_millis(250);

/// Gathers progress.
pub struct Tracker {
    ledger: Arc<dyn Ledger>,
    flow: Arc<Flow>,
    pending: Mutex<Pending>,
    attempt: Attempt,
    /// Tables that failed.
    failures: AtomicUsize,
    /// Tables that are taken up again.
    postponed: Mutex<HashSet<u32>>,
    /// Held while recording, so that what is recorded is in order.
    recording: AsyncMutex<()>,
}

#[derive(Debug, Default)]
struct Pending {
    ranges: HashMap<(u32, u32), Progressed>,
    ends: Vec<Ended>,
}

impl Tracker {
    pub fn new(ledger: Arc<dyn Ledger>, flow: Arc<Flow>, attempt: Attempt) -> Self {
        let (pending, failures, postponed, recording) = Default::default();
        Self { ledger, flow, pending, attempt, failures, postponed, recording }
    }

    /// A batch is at the target.
    pub fn written(&self, range: &RangeJob, batch: u64, progress: Progress) {
        self.flow.meter.written(range.job.number, progress.rows, progress.bytes);
        let (recorded, done) = range.mark(|mark| (mark.written(batch, progress), mark.is_done()));
        self.note(range, recorded, done);
    }

    /// A range was read to its end.
    pub fn read_out(&self, range: &RangeJob) {
        let done = range.mark(|mark| {
            mark.end();
            mark.is_done()
        });
        self.note(range, None, done);
    }

    fn note(&self, range: &RangeJob, progress: Option<Progress>, done: bool) {
        if progress.is_none() && !done {
            return;
        }
        let mut pending = self.pending();
        let noted = pending.ranges.entry((range.job.number, range.number)).or_insert(Progressed {
            table: range.job.number,
            range: range.number,
            key: None,
            rows: 0,
            bytes: 0,
            finished: false,
        });
        if let Some(progress) = progress {
            noted.key = progress.key.or_else(|| noted.key.take());
            noted.rows += progress.rows;
            noted.bytes += progress.bytes;
        }
        if done && !noted.finished {
            noted.finished = true;
            let was_last = range.job.open_ranges.fetch_sub(1, Ordering::AcqRel) == 1;
            if was_last && range.job.failure().is_none() {
                pending.ends.push(Ended { table: range.job.number, failure: None });
            }
        }
    }

    /// A table comes to a bad end.
    pub fn failed(&self, job: &Job, failure: Failure) {
        if job.fail(failure.clone()) {
            self.unopened(job.number, failure);
        }
    }

    /// A table could not even be opened. What may pass is tried again after the other tables.
    pub fn unopened(&self, table: u32, failure: Failure) {
        if failure.kind.is_passing() && !self.attempt.is_last() {
            tracing::warn!(table, reason = failure.message, "a table is taken up again later");
            self.postponed.lock().unwrap_or_else(PoisonError::into_inner).insert(table);
            return;
        }
        self.failures.fetch_add(1, Ordering::AcqRel);
        self.ended(Ended { table, failure: Some(self.attempt.told(failure)) });
    }

    /// Which tables are taken up again.
    pub fn postponed(&self) -> HashSet<u32> {
        self.postponed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many tables came to a bad end.
    pub fn failures(&self) -> usize {
        self.failures.load(Ordering::Acquire)
    }

    pub fn ended(&self, end: Ended) {
        self.pending().ends.push(end);
    }

    /// Records what was gathered, all of it.
    pub async fn record(&self) -> Result<(), LedgerError> {
        let _one_at_a_time = self.recording.lock().await;
        let pending = std::mem::take(&mut *self.pending());
        if pending.ranges.is_empty() && pending.ends.is_empty() {
            return Ok(());
        }
        self.ledger.record(pending.ranges.into_values().collect(), pending.ends).await
    }

    /// Records until it is told to stop, and once more then.
    pub async fn run(&self, stop: &CancellationToken) -> Result<(), LedgerError> {
        while !stop.is_cancelled() {
            self.record().await?;
            let pause = tokio::time::sleep(EVERY);
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause => {}
            }
        }
        self.record().await
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
