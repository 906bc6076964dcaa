//! Looks at a sync once a second: how far it is, how fast it goes, and where the time goes.

use super::meter::{Meter, Status};
use super::store::StoreEnd;
use chrono::{DateTime, Utc};
use oms_contracts::sync::{IncrProgress, IncrTable, Spent};
use oms_model::ObjectName;
use std::cmp::Reverse;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many tables are shown.
const TABLES: usize = 100;

/// Turns counts into rates.
#[derive(Debug)]
pub struct Gauge {
    meter: Arc<Meter>,
    store: Arc<StoreEnd>,
    /// The source's clock minus ours, in milliseconds.
    skew_ms: i64,
    caught_up_ms: u64,
    at: Instant,
    seen: Status,
    /// The lag was within the threshold once.
    has_caught_up: bool,
}

impl Gauge {
    pub fn new(meter: Arc<Meter>, store: Arc<StoreEnd>, skew_ms: i64, caught_up_ms: u64) -> Self {
        Self {
            meter,
            store,
            skew_ms,
            caught_up_ms,
            at: Instant::now(),
            seen: Status::default(),
            has_caught_up: false,
        }
    }

    /// How it goes. What the store and the metadata say is added by whoever asks them.
    pub fn look(&mut self) -> IncrProgress {
        let (now, status) = (Instant::now(), self.meter.status());
        let seconds = now.duration_since(self.at).as_secs_f64().max(0.001);
        let seen = std::mem::replace(&mut self.seen, status.clone());
        self.at = now;
        let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
        let [before, after] = [&seen, &status].map(sums);
        let clock = Utc::now().timestamp_micros() + self.skew_ms * 1_000;
        let behind = |moment: i64| {
            (moment > 0).then(|| u64::try_from((clock - moment).max(0) / 1_000).unwrap_or_default())
        };
        let (lag_ms, capture_lag_ms) = (behind(status.committed), behind(self.store.current()));
        // Until something was heard of the store, nobody knows what it has.
        let is_heard = self.store.current() > 0;
        self.has_caught_up |= is_heard && lag_ms.is_some_and(|lag| lag <= self.caught_up_ms);
        IncrProgress {
            seq: status.seq,
            stored: self.store.seq().max(status.seq),
            checkpoint: moment(status.committed),
            lag_ms,
            capture_lag_ms: capture_lag_ms.map(|lag| lag.min(lag_ms.unwrap_or(lag))),
            spent: spent(&seen, &status),
            monitoring: self.has_caught_up,
            inserts_per_second: rate(after[0], before[0]),
            updates_per_second: rate(after[1], before[1]),
            deletes_per_second: rate(after[2], before[2]),
            written_per_second: rate(status.rows, seen.rows),
            bytes_per_second: rate(status.bytes, seen.bytes),
            execute_us: micros(status.execute),
            commit_us: micros(status.commit),
            retries: status.retries,
            statements_passed: status.statements,
            drifted: 0,
            store_error: None,
            tables: tables(&status),
        }
    }
}

fn moment(micros: i64) -> Option<DateTime<Utc>> {
    (micros > 0).then(|| DateTime::from_timestamp_micros(micros)).flatten()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn sums(status: &Status) -> [u64; 3] {
    status.tables.iter().fold([0; 3], |sum, table| {
        let counts = table.counts;
        [sum[0] + counts.inserts, sum[1] + counts.updates, sum[2] + counts.deletes]
    })
}

fn spent(then: &Status, now: &Status) -> Spent {
    let between = |now: Duration, then: Duration| {
        u64::try_from(now.saturating_sub(then).as_millis()).unwrap_or(u64::MAX)
    };
    Spent {
        waiting_ms: between(now.lag.waiting, then.lag.waiting),
        planning_ms: between(now.lag.planning, then.lag.planning),
        working_ms: between(now.lag.working, then.lag.working),
        throttled_ms: between(now.lag.throttled, then.lag.throttled),
    }
}

/// Those with the most changes.
fn tables(status: &Status) -> Vec<IncrTable> {
    let mut most: Vec<_> = status.tables.iter().collect();
    most.sort_by_key(|table| Reverse(table.counts.all()));
    let shown = most.into_iter().take(TABLES).map(|table| IncrTable {
        target: ObjectName::new(&table.database, &table.table),
        inserts: table.counts.inserts,
        updates: table.counts.updates,
        deletes: table.counts.deletes,
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_model::change::Seq;

    #[test]
    fn a_lag_within_the_threshold_is_monitoring_and_stays_so() {
        let meter = Arc::new(Meter::default());
        let store = Arc::new(StoreEnd::default());
        let mut gauge = Gauge::new(Arc::clone(&meter), Arc::clone(&store), 0, 5_000);
        let idle = gauge.look();
        assert_eq!((idle.checkpoint, idle.lag_ms, idle.monitoring), (None, None, false));
        let ago = |seconds: i64| Utc::now().timestamp_micros() - seconds * 1_000_000;
        meter.applied(Seq(7), ago(3));
        assert!(!gauge.look().monitoring, "nothing was heard of the store");
        store.reached(Seq(9), ago(1));
        let seen = gauge.look();
        assert_eq!((seen.seq, seen.stored, seen.monitoring), (Seq(7), Seq(9), true));
        let (lag, capture) = (seen.lag_ms.unwrap(), seen.capture_lag_ms.unwrap());
        assert!((3_000..4_000).contains(&lag) && (1_000..2_000).contains(&capture), "{seen:?}");
        meter.applied(Seq(8), ago(60));
        assert!(gauge.look().monitoring);
    }

    #[test]
    fn a_clock_that_differs_is_taken_into_account() {
        let (meter, store) = (Arc::new(Meter::default()), Arc::new(StoreEnd::default()));
        // The source's clock is an hour ahead.
        let mut gauge = Gauge::new(Arc::clone(&meter), store, 3_600_000, 1_000);
        meter.applied(Seq(1), Utc::now().timestamp_micros() + 3_599_000_000);
        let lag = gauge.look().lag_ms.unwrap();
        assert!((1_000..2_000).contains(&lag), "{lag}");
    }
}
