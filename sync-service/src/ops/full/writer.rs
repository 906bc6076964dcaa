//! Writes batches, each as one transaction, and does about a failure what it calls for.

use super::fate::{Failure, FailureKind};
use super::flow::Parcel;
use super::job::Job;
use super::meter::Pinging;
use super::parts::is_refusal;
use super::patience::Patience;
use super::reconcile::{self, Verdict};
use super::shared::{self, Shared};
use crate::domain::full::Progress;
use oms_connector::{Batch, DataError, WriteError, WriteSession};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, mpsc::Receiver};

/// One connection into the target.
pub struct Writer {
    shared: Arc<Shared>,
    /// The seat of its sessions.
    seat: u32,
    pub(super) session: Option<Box<dyn WriteSession>>,
    /// How many of its round trips are counted.
    trips: u64,
    pinging: Pinging,
}

/// How often a batch is tried as a whole when the target is too busy for it.
const TRIES: u32 = 2;

impl Writer {
    pub fn new(shared: Arc<Shared>, seat: u32) -> Self {
        Self { shared, seat, session: None, trips: 0, pinging: Pinging::default() }
    }

    /// Writes until no more batches come, or until it is one writer too many. Says whether no more
    /// come.
    pub async fn run(mut self, parcels: &Mutex<Receiver<Parcel>>) -> bool {
        let shared = Arc::clone(&self.shared);
        let meter = &shared.flow.meter;
        let is_over = loop {
            let waits = meter.for_rows.enter();
            let parcel = tokio::select! {
                biased;
                () = shared.crew.writers.surplus() => break false,
                parcel = async { parcels.lock().await.recv().await } => parcel,
            };
            drop(waits);
            let Some(parcel) = parcel else { break true };
            if parcel.job.stop.is_cancelled() {
                continue;
            }
            let _waits = meter.target.busy.enter();
            self.deliver(parcel).await;
            self.count_trips();
        };
        if let Some(session) = self.session.take() {
            session.leave().await;
        }
        is_over
    }

    fn count_trips(&mut self) {
        if let Some(session) = &self.session {
            let before = std::mem::replace(&mut self.trips, session.trips());
            self.shared.flow.meter.target.travelled(self.trips.saturating_sub(before));
        }
    }

    async fn deliver(&mut self, parcel: Parcel) {
        let Parcel { job, range, batch, rows, last, room } = parcel;
        let progress = Progress { key: last, rows: rows.len() as u64, bytes: rows.size() as u64 };
        match self.write(&job, &Batch::all(&rows)).await {
            Ok(()) => self.shared.tracker.written(&range, batch, progress),
            Err(failure) => {
                // What was told to stop did not fail.
                if !job.stop.is_cancelled() {
                    self.shared.tracker.failed(&job, failure);
                }
            }
        }
        self.shared.flow.give_back(rows);
        drop(room);
    }

    /// Writes rows, as long as it takes. Rows that the target keeps are recorded when all others are
    /// there, each once, however often they were looked at.
    async fn write(&mut self, job: &Job, rows: &Batch<'_>) -> Result<(), Failure> {
        let patience = Patience::new(self.shared.patience);
        let mut course = Course { kept: BTreeSet::new(), doubtful: false, patience };
        self.write_around(job, rows, &mut course).await?;
        let keys = course.kept.iter().map(|at| reconcile::name(&job.into, rows.rows.row(*at)));
        self.shared.conflicts(job, keys.collect()).await;
        Ok(())
    }

    async fn write_around(
        &mut self,
        job: &Job,
        rows: &Batch<'_>,
        course: &mut Course,
    ) -> Result<(), Failure> {
        // Where the whole batch was too much, so is a half that is refused.
        let mut tries = if rows.len() == rows.rows.len() { TRIES } else { 1 };
        loop {
            if course.doubtful && job.into.key.is_empty() {
                // Nothing tells which of them are there. Such a table is begun anew.
                let message = "target: the connection broke while rows of a table without a key \
                               were written, so they may or may not be there";
                return Err(Failure::new(FailureKind::Unreachable, message));
            }
            let outcome = match course.doubtful {
                true => self.settle(job, rows, &mut course.kept).await,
                false => self.insert(job, rows).await,
            };
            match outcome {
                Ok(()) => return Ok(()),
                Err(WriteError::Duplicate { .. })
                    if !course.doubtful && !job.into.key.is_empty() =>
                {
                    course.doubtful = true;
                }
                Err(error) if is_refusal(&error) => {
                    return self.write_in_parts(job, rows, &mut course.kept).await;
                }
                Err(error @ WriteError::Passing { .. }) => {
                    self.shared.flow.meter.target.refused();
                    course.patience.pause(&job.stop, || Failure::of_write(&error)).await?;
                    tries -= 1;
                    if tries == 0 && rows.len() > 1 {
                        return Box::pin(self.write_halves(job, rows, course)).await;
                    }
                    tries = tries.max(1);
                }
                Err(WriteError::Unknown(cause)) => {
                    course.doubtful = true;
                    self.session = None;
                    course.patience.pause(&job.stop, || Failure::of_data("target", &cause)).await?;
                }
                Err(WriteError::Failed(cause)) if cause.is_passing() => {
                    self.session = None;
                    course.patience.pause(&job.stop, || Failure::of_data("target", &cause)).await?;
                }
                Err(error) => return Err(Failure::of_write(&error)),
            }
        }
    }

    /// What the target could not take as a whole, for want of time or memory, may pass in halves.
    async fn write_halves(
        &mut self,
        job: &Job,
        rows: &Batch<'_>,
        course: &mut Course,
    ) -> Result<(), Failure> {
        let (lower, upper) = rows.halves();
        course.patience.hurry();
        self.write_around(job, &lower, course).await?;
        course.patience = Patience::new(self.shared.patience);
        self.write_around(job, &upper, course).await
    }

    pub(super) async fn insert(&mut self, job: &Job, rows: &Batch<'_>) -> Result<(), WriteError> {
        let session = self.session().await?;
        if job.into.key.is_empty() {
            shared::findable(session.as_ref()).map_err(WriteError::Failed)?;
        }
        session.insert(&job.into, rows).await
    }

    async fn session(&mut self) -> Result<&mut Box<dyn WriteSession>, WriteError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => {
                let shared = Arc::clone(&self.shared);
                let _pause = shared.flow.meter.target.busy.pause();
                let session = shared.writing(self.seat).await.map_err(WriteError::Failed)?;
                shared.flow.note_largest(session.largest());
                (self.trips, self.pinging) = (session.trips(), Pinging::default());
                session
            }
        };
        if self.pinging.is_due() {
            let asked = Instant::now();
            session.ping().await.map_err(WriteError::Failed)?;
            self.shared.flow.meter.target.pinged(asked.elapsed());
        }
        Ok(self.session.insert(session))
    }

    /// Writes rows of which some may be there already.
    pub(super) async fn settle(
        &mut self,
        job: &Job,
        rows: &Batch<'_>,
        kept: &mut Kept,
    ) -> Result<(), WriteError> {
        let session = self.session().await?;
        let there = session.existing(&job.into, rows).await.map_err(WriteError::Failed)?;
        let verdict = reconcile::judge(&job.into, rows, &there);
        let Verdict { missing, differing } = verdict;
        kept.retain(|at| !rows.range.contains(at));
        if job.keeps && !job.owned {
            kept.extend(differing);
        } else if !differing.is_empty() {
            if !(job.owned && job.sole) {
                let key = reconcile::name(&job.into, rows.rows.row(differing[0]));
                let message = format!("another row with the key {key} is at the target");
                return Err(WriteError::Failed(DataError::Unsupported(message)));
            }
            // Written by an earlier run; the source has changed since.
            for run in runs(&differing) {
                session.replace(&job.into, &Batch { rows: rows.rows, range: run }).await?;
            }
        }
        for run in runs(&missing) {
            session.insert(&job.into, &Batch { rows: rows.rows, range: run }).await?;
        }
        Ok(())
    }
}

/// How far the writing of a batch has come.
struct Course {
    kept: Kept,
    /// Rows may have been written: they are looked up before they are written again.
    doubtful: bool,
    patience: Patience,
}

/// Rows of a batch that the target has with other values, which it keeps.
pub(super) type Kept = BTreeSet<usize>;

/// Neighbours among ascending numbers, as ranges.
fn runs(numbers: &[usize]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == *number => run.end += 1,
            _ => runs.push(*number..number + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_written_together() {
        assert_eq!(runs(&[1, 2, 3, 7, 9, 10]), [1..4, 7..8, 9..11]);
        assert!(runs(&[]).is_empty());
    }
}
