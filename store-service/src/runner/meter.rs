//! How fast a store goes, and what it has.

use super::capture::Pulse;
use crate::{gather::Tally, log::Extent};
use chrono::{DateTime, Utc};
use oms_contracts::store::{StoreId, StoreLive};
use std::time::Instant;

/// Rates over the time since it was last read.
#[derive(Debug)]
pub(super) struct Meter {
    since: Instant,
    tally: Tally,
    rates: (f64, f64),
}

impl Meter {
    pub fn new() -> Self {
        Self { since: Instant::now(), tally: Tally::default(), rates: (0.0, 0.0) }
    }

    /// Reads it.
    pub fn read(&mut self, pulse: &Pulse, held: bool) -> StoreLive {
        let seconds = self.since.elapsed().as_secs_f64();
        if seconds > 0.0 {
            let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
            let (now, then) = (pulse.tally, self.tally);
            self.rates = (rate(now.changes, then.changes), rate(now.bytes, then.bytes));
        }
        (self.since, self.tally) = (Instant::now(), pulse.tally);
        let extent = pulse.extent.as_ref().map(|extent| extent.borrow().clone());
        StoreLive {
            transactions: pulse.tally.transactions,
            changes: pulse.tally.changes,
            left_out: pulse.tally.left_out,
            source_bytes: pulse.tally.bytes,
            changes_per_second: self.rates.0,
            source_bytes_per_second: self.rates.1,
            source_left_seconds: pulse.left.map(|left| left.as_secs()),
            reader: pulse.reader,
            retention_held: held,
            ..kept(&extent.unwrap_or_default())
        }
    }
}

/// What a log has.
pub(super) fn kept(extent: &Extent) -> StoreLive {
    let moment = |micros: i64| DateTime::from_timestamp_micros(micros).filter(|_| micros != 0);
    let current = moment(extent.current);
    StoreLive {
        has_begun: extent.position.is_some(),
        begin: moment(extent.began),
        current,
        lag_ms: current.map(|current| (Utc::now() - current).num_milliseconds()),
        first_seq: extent.begin,
        last_seq: extent.end,
        position: extent.position.as_ref().map(ToString::to_string),
        bytes: extent.bytes,
        ..Default::default()
    }
}

/// Shows it to whoever watches the process.
pub(super) fn show(id: &StoreId, live: &StoreLive) {
    let labels = [("store", id.to_string())];
    metrics::gauge!("oms_store_bytes", &labels).set(live.bytes as f64);
    metrics::gauge!("oms_store_changes_per_second", &labels).set(live.changes_per_second);
    metrics::gauge!("oms_store_source_bytes_per_second", &labels).set(live.source_bytes_per_second);
    // What is not known is no number, and not what it was when it was.
    let lag = live.lag_ms.map_or(f64::NAN, |lag| lag as f64 / 1e3);
    metrics::gauge!("oms_store_lag_seconds", &labels).set(lag);
    let left = live.source_left_seconds.map_or(f64::NAN, |left| left as f64);
    metrics::gauge!("oms_store_source_left_seconds", &labels).set(left);
}
