//! What flows from readers to writers: batches, within bounds of memory and pace, and what is seen of
//! the flow.

use super::job::{Job, RangeJob};
use crate::domain::full::Pace;
use oms_connector::Key;
use oms_model::Rows;
use std::collections::HashMap;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    pub room: OwnedSemaphorePermit,
}

/// The bounds of the flow, and its meters.
#[derive(Debug)]
pub struct Flow {
    /// Kibibytes of rows that may be on their way.
    room: Arc<Semaphore>,
    kibibytes: u32,
    /// Held by the one reader that has met huge rows.
    pub huge: Arc<Semaphore>,
    /// Empty batches with room in them.
    spare: Mutex<Vec<Rows>>,
    pace: Mutex<Pace>,
    /// How often the limits were set.
    limited: AtomicU64,
    pub meter: Meter,
}

/// What has passed, and who waited for whom.
#[derive(Debug, Default)]
pub struct Meter {
    pub rows: AtomicU64,
    pub bytes: AtomicU64,
    /// Readers waited for room: the target is slower.
    pub waited_for_room: AtomicU64,
    /// Writers waited for rows: the source is slower.
    pub waited_for_rows: AtomicU64,
    /// Readers waited because of the limits.
    pub waited_for_pace: AtomicU64,
    /// Rows since somebody looked, by table.
    tables: Mutex<HashMap<u32, u64>>,
}

/// How often somebody who waits for the pace looks whether it has changed.
const GLANCE: Duration = Duration::from_millis(100);
/// How many empty batches are kept, and how much room in each.
const KEPT: usize = 16;
const KEPT_ROOM: usize = 2 << 20;

impl Meter {
    /// Rows of a table are at the target.
    pub fn written(&self, table: u32, rows: u64, bytes: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        *self.tables().entry(table).or_default() += rows;
    }

    /// The rows of each table since the last look.
    pub fn look(&self) -> HashMap<u32, u64> {
        std::mem::take(&mut self.tables())
    }

    fn tables(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(counter: &AtomicU64, waited: Duration) {
        let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
        counter.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Flow {
    pub fn new(memory: u64, rows: Option<u64>, bytes: Option<u64>) -> Self {
        let kibibytes = u32::try_from(memory >> 10).unwrap_or(u32::MAX >> 4).max(1024);
        Self {
            room: Arc::new(Semaphore::new(kibibytes as usize)),
            kibibytes,
            huge: Arc::new(Semaphore::new(1)),
            spare: Mutex::default(),
            pace: Mutex::new(Pace::new(rows, bytes, Instant::now())),
            limited: AtomicU64::new(0),
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

    /// How large batches of rows of that size may be for the pace.
    pub fn step(&self, row_bytes: u64) -> usize {
        let (rows, bytes) = self.pace().step();
        let of_rows = rows.map(|rows| rows.saturating_mul(row_bytes.max(16)));
        let least = [of_rows, bytes].into_iter().flatten().min();
        least.and_then(|least| usize::try_from(least).ok()).unwrap_or(usize::MAX)
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
            tokio::time::sleep(wait).await;
            Meter::add(&self.meter.waited_for_pace, wait);
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the memory that a batch takes. One that takes more than all waits until nothing
    /// else is on its way.
    pub async fn room(&self, bytes: usize) -> OwnedSemaphorePermit {
        let wanted = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).clamp(1, self.kibibytes);
        let started = Instant::now();
        let permit = Arc::clone(&self.room).acquire_many_owned(wanted).await;
        Meter::add(&self.meter.waited_for_room, started.elapsed());
        permit.expect("the semaphore is never closed")
    }
}
