//! What has passed, who waited for whom, and how long the ways are.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The meters of a load.
#[derive(Debug, Default)]
pub struct Meter {
    pub rows: AtomicU64,
    pub bytes: AtomicU64,
    pub batches: AtomicU64,
    /// Readers wait for room: the target is slower.
    pub for_room: Gauge,
    /// Writers wait for rows: the source is slower.
    pub for_rows: Gauge,
    /// Readers wait because of the limits.
    pub for_pace: Gauge,
    /// Readers have nothing to read.
    pub for_ranges: Gauge,
    pub source: Asked,
    pub target: Asked,
    /// Rows since somebody looked, by table.
    tables: Mutex<HashMap<u32, u64>>,
}

impl Meter {
    /// Rows of a table are at the target.
    pub fn written(&self, table: u32, rows: u64, bytes: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        *self.tables().entry(table).or_default() += rows;
    }

    /// The rows of each table since the last look.
    pub fn look(&self) -> HashMap<u32, u64> {
        std::mem::take(&mut self.tables())
    }

    fn tables(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long connections were at something, all together, up to this moment: also those that still
/// are.
#[derive(Debug)]
pub struct Gauge(Mutex<Level>);

#[derive(Debug)]
struct Level {
    /// How many are at it.
    now: i32,
    since: Instant,
    seconds: f64,
}

impl Default for Gauge {
    fn default() -> Self {
        Self(Mutex::new(Level { now: 0, since: Instant::now(), seconds: 0.0 }))
    }
}

impl Gauge {
    /// One more is at it, as long as the value lives.
    pub fn enter(&self) -> Stay<'_> {
        Stay::new(self, 1)
    }

    /// One less is at it, as long as the value lives.
    pub fn pause(&self) -> Stay<'_> {
        Stay::new(self, -1)
    }

    /// Connection-seconds so far.
    pub fn seconds(&self) -> f64 {
        self.shift(0)
    }

    fn shift(&self, by: i32) -> f64 {
        let mut level = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        level.shift(by, Instant::now())
    }
}

impl Level {
    fn shift(&mut self, by: i32, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        self.seconds += passed * f64::from(self.now);
        (self.since, self.now) = (now, self.now + by);
        self.seconds
    }
}

/// A change of a gauge that ends with this value.
#[derive(Debug)]
pub struct Stay<'a> {
    gauge: &'a Gauge,
    by: i32,
}

impl<'a> Stay<'a> {
    fn new(gauge: &'a Gauge, by: i32) -> Self {
        gauge.shift(by);
        Self { gauge, by }
    }
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        self.gauge.shift(-self.by);
    }
}

/// What was asked of one of the databases.
#[derive(Debug, Default)]
pub struct Asked {
    /// Connections wait for it.
    pub busy: Gauge,
    /// Answers that were waited for.
    pub trips: AtomicU64,
    /// How often it was too busy.
    pub refusals: AtomicU64,
    pings: Mutex<VecDeque<Duration>>,
}

/// Of so many empty round trips the fastest is the way there and back: what others took longer was
/// a server or a machine with other things to do.
const PINGS: usize = 16;

impl Asked {
    /// Somebody asked for nothing but an answer.
    pub fn pinged(&self, took: Duration) {
        let mut pings = self.pings.lock().unwrap_or_else(PoisonError::into_inner);
        if pings.len() == PINGS {
            pings.pop_front();
        }
        pings.push_back(took);
    }

    /// How many seconds the way there and back takes; 0 where nobody knows.
    pub fn trip(&self) -> f64 {
        let pings = self.pings.lock().unwrap_or_else(PoisonError::into_inner);
        pings.iter().min().map_or(0.0, Duration::as_secs_f64)
    }

    pub fn travelled(&self, trips: u64) {
        self.trips.fetch_add(trips, Ordering::Relaxed);
    }

    pub fn refused(&self) {
        self.refusals.fetch_add(1, Ordering::Relaxed);
    }
}

/// When a session asks for an empty answer: at its beginning and from time to time.
#[derive(Debug, Default)]
pub struct Pinging(Option<Instant>);

const BETWEEN_PINGS: Duration = Duration::from_secs(10);

impl Pinging {
    /// Whether it is time, which is over then.
    pub fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.0.is_none_or(|last| now >= last + BETWEEN_PINGS);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_knows_what_has_not_ended() {
        let start = Instant::now();
        let mut level = Level { now: 0, since: start, seconds: 0.0 };
        let mut at = |second: u64, by| level.shift(by, start + Duration::from_secs(second)) as u64;
        at(1, 1);
        at(1, 1);
        assert_eq!(at(4, 0), 6, "both count, though they are still at it");
        at(4, -1);
        assert_eq!(at(5, -1), 7);
        assert_eq!(at(9, 1), 7, "nobody was at it");
        assert_eq!(at(10, 0), 8);
        assert_eq!(at(10, 0), 8, "looking changes nothing");
    }

    #[test]
    fn a_stay_and_its_pauses_end_with_their_values() {
        let gauge = Gauge::default();
        let now = |gauge: &Gauge| gauge.0.lock().unwrap_or_else(PoisonError::into_inner).now;
        let stays = [gauge.enter(), gauge.enter()];
        let pause = gauge.pause();
        assert_eq!(now(&gauge), 1);
        drop(pause);
        assert_eq!(now(&gauge), 2);
        drop(stays);
        assert_eq!(now(&gauge), 0);
    }

    #[test]
    fn the_way_is_the_fastest_of_the_last_answers() {
        let asked = Asked::default();
        assert!(asked.trip().abs() < 1e-9);
        asked.pinged(Duration::from_millis(1));
        asked.pinged(Duration::from_millis(90));
        assert!((asked.trip() - 0.001).abs() < 1e-9);
        (0..PINGS).for_each(|_| asked.pinged(Duration::from_millis(30)));
        assert!((asked.trip() - 0.030).abs() < 1e-9, "the line has changed");
    }

    #[test]
    fn a_session_pings_at_its_beginning_and_not_all_the_time() {
        let mut pinging = Pinging::default();
        assert!(pinging.is_due() && !pinging.is_due());
        pinging.0 = Instant::now().checked_sub(BETWEEN_PINGS);
        assert!(pinging.is_due());
    }
}
