//! What flows from readers to writers: batches, within bounds of memory and pace, and what is seen of
//! the flow.

use super::job::{Job, RangeJob};
use super::meter::Meter;
use super::room::{Room, Taken};
use crate::domain::full::{BATCH, Pace};
use oms_model::{Key, Rows};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Rows on their way to the target.
#[derive(Debug)]
pub struct Parcel {
    pub job: Arc<Job>,
    pub range: Arc<RangeJob>,
    pub batch: u64,
    pub rows: Rows,
    /// The last row's key, where there is an order.
    pub last: Option<Key>,
    /// Gives the memory back when the rows are gone.
    pub room: Taken,
}

/// The bounds of the flow, and its meters. All of them can be changed while it flows.
#[derive(Debug)]
pub struct Flow {
    /// Bytes of rows that may be on their way.
    room: Arc<Room>,
    /// Held by the one reader that has met huge rows.
    pub huge: Arc<Semaphore>,
    /// Empty batches with room in them.
    spare: Mutex<Vec<Rows>>,
    pace: Mutex<Pace>,
    /// How often the limits were set.
    limited: AtomicU64,
    /// How many bytes a batch is to have.
    batch: AtomicU64,
    /// How many bytes the target takes at once, as far as is known.
    largest: AtomicU64,
    pub meter: Meter,
}

/// How often somebody who waits for the pace looks whether it has changed.
const GLANCE: Duration = Duration::from_millis(100);
/// How many empty batches are kept, and how much room in each.
const KEPT: usize = 16;
const KEPT_ROOM: usize = 2 << 20;
/// Less memory than this is not worth setting a limit.
const LEAST_ROOM: u64 = 1 << 20;
/// How many rows a batch of the usual size has at most.
const BATCH_ROWS: u64 = 4_000;
/// How long a statement is to run when the pace decides.
const STATEMENT: Duration = Duration::from_millis(1_500);

impl Flow {
    pub fn new(memory: u64, rows: Option<u64>, bytes: Option<u64>) -> Self {
        Self {
            room: Arc::new(Room::new(memory.max(LEAST_ROOM))),
            huge: Arc::new(Semaphore::new(1)),
            spare: Mutex::default(),
            pace: Mutex::new(Pace::new(rows, bytes, Instant::now())),
            limited: AtomicU64::new(0),
            batch: AtomicU64::new(BATCH),
            largest: AtomicU64::new(u64::MAX),
            meter: Meter::default(),
        }
    }

    /// An empty batch.
    pub fn empty(&self) -> Rows {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    /// Takes a batch back whose rows are written.
    pub fn give_back(&self, mut rows: Rows) {
        rows.clear(KEPT_ROOM);
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < KEPT {
            spare.push(rows);
        }
    }

    /// Sets the limits from here on. Whoever waits because of the old ones goes on.
    pub fn limit(&self, rows: Option<u64>, bytes: Option<u64>) {
        self.pace().limit(rows, bytes, Instant::now());
        self.limited.fetch_add(1, Ordering::AcqRel);
    }

    /// Sets how much memory rows may take from here on.
    pub fn resize(&self, memory: u64) {
        self.room.resize(memory.max(LEAST_ROOM));
    }

    /// Sets how large batches are from here on.
    pub fn set_batch(&self, bytes: u64) {
        self.batch.store(bytes, Ordering::Relaxed);
    }

    /// A session of the target takes so many bytes at once.
    pub fn note_largest(&self, bytes: usize) {
        self.largest.fetch_min(bytes as u64, Ordering::Relaxed);
    }

    /// How many bytes of rows the target takes at once: as text they may be twice as many.
    pub fn largest_batch(&self) -> u64 {
        self.largest.load(Ordering::Relaxed) / 2
    }

    /// How large batches of rows of that size are: no more than pass at the pace, and not so many
    /// tiny rows that they keep the target busy for long.
    pub fn batch_bytes(&self, row_bytes: u64) -> usize {
        let (rows, bytes) = self.pace().step();
        let row_bytes = row_bytes.max(16);
        let of_rows = rows.map(|rows| rows.saturating_mul(row_bytes));
        let batch = self.batch.load(Ordering::Relaxed);
        let of_tiny = row_bytes.saturating_mul((batch * BATCH_ROWS / BATCH).max(1));
        let least = [of_rows, bytes, Some(of_tiny)].into_iter().flatten().fold(batch, u64::min);
        usize::try_from(least).unwrap_or(usize::MAX)
    }

    /// How many rows of that size pass at the pace while one statement is to run.
    pub fn statement_rows(&self, row_bytes: u64) -> u64 {
        self.pace().within(STATEMENT, row_bytes).unwrap_or(u64::MAX)
    }

    /// Waits until so many rows may pass.
    pub async fn pass(&self, rows: usize, bytes: usize) {
        let limits = self.limited.load(Ordering::Acquire);
        let until = Instant::now() + self.pace().pass(rows, bytes, Instant::now());
        while self.limited.load(Ordering::Acquire) == limits {
            let wait = until.saturating_duration_since(Instant::now()).min(GLANCE);
            if wait.is_zero() {
                return;
            }
            let _waits = self.meter.for_pace.enter();
            tokio::time::sleep(wait).await;
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the memory that a batch takes. One that takes more than all waits until nothing
    /// else is on its way.
    pub async fn room(&self, bytes: usize) -> Taken {
        self.room.take(bytes as u64).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_to_bytes_rows_and_the_pace() {
        let flow = Flow::new(1 << 20, None, None);
        assert_eq!(flow.batch_bytes(1_000), 512 << 10);
        assert_eq!(flow.batch_bytes(50), 50 * 4_000, "tiny rows are counted");
        flow.set_batch(2 << 20);
        assert_eq!((flow.batch_bytes(1_000), flow.batch_bytes(50)), (2 << 20, 50 * 16_000));
        flow.limit(Some(400), None);
        assert_eq!(flow.batch_bytes(50), 50 * 100, "a quarter of a second's");
        assert_eq!(flow.statement_rows(50), 600);
    }
}
