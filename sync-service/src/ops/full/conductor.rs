//! Looks at a load once a second: says how fast it goes and what holds it back, and lets it have the
//! connections and batches that suit.

use super::crew::Crew;
use super::flow::Flow;
use super::meter::Asked;
use crate::domain::full::{Sample, Setting, Tuner, Widths, Work};
use crate::domain::{Live, LiveTable};
use oms_contracts::sync::{Limits, Widths as Shown};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, atomic::Ordering};
use std::time::Instant;

/// Follows a load from its beginning to its end.
#[derive(Debug)]
pub struct Conductor {
    flow: Arc<Flow>,
    crew: Arc<Crew>,
    widths: Widths,
    tuner: Tuner,
    at: Instant,
    seen: Counts,
    recent: Option<Sample>,
}

/// What the meters said.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    rows: f64,
    bytes: f64,
    batches: f64,
    for_pace: f64,
    for_room: f64,
    for_ranges: f64,
    for_rows: f64,
    source: Answers,
    target: Answers,
}

#[derive(Debug, Clone, Copy, Default)]
struct Answers {
    busy: f64,
    trips: f64,
    refusals: f64,
}

/// How much the last second counts for what is shown: about the last four together decide.
const WEIGHT: f64 = 0.3;
/// How many tables are shown to move: a load of thousands has few under way at a time.
const TABLES_SHOWN: usize = 256;

impl Conductor {
    /// For a load within limits.
    pub fn new(limits: &Limits) -> Self {
        let widths = Widths::of(limits);
        Self {
            flow: Arc::new(Flow::new(widths.memory, limits.throttle_rps, limits.throttle_iops)),
            crew: Arc::new(Crew::new(widths.readers, widths.writers)),
            tuner: Tuner::new(widths.setting(), widths.bounds()),
            widths,
            at: Instant::now(),
            seen: Counts::default(),
            recent: None,
        }
    }

    pub fn flow(&self) -> Arc<Flow> {
        Arc::clone(&self.flow)
    }

    pub fn crew(&self) -> Arc<Crew> {
        Arc::clone(&self.crew)
    }

    /// Other limits hold from here on.
    pub fn limit(&mut self, limits: &Limits) {
        self.flow.limit(limits.throttle_rps, limits.throttle_iops);
        let widths = Widths::of(limits);
        if widths == self.widths {
            return;
        }
        self.widths = widths;
        self.flow.resize(widths.memory);
        self.tuner.begin_at(widths.setting(), widths.bounds());
        self.obey(self.tuner.setting(), "other limits were set");
    }

    /// Looks, and decides what is to change.
    pub fn beat(&mut self) -> Live {
        let rows = self.seen.rows;
        let sample = self.sample();
        self.tuner.bound_batches(self.flow.largest_batch());
        if let Some(change) = self.tuner.look(&sample) {
            self.obey(change.setting, change.reason);
        }
        let setting = self.tuner.setting();
        self.flow.set_batch(setting.batch);
        let recent = self.recent.map_or(sample, |before| before.blend(&sample, WEIGHT));
        self.recent = Some(recent);
        let width = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Live {
            incr: None,
            bottleneck: recent.bottleneck(),
            widths: Shown {
                read: width(self.crew.readers.at_work()),
                write: width(self.crew.writers.at_work()),
            },
            batch_bytes: setting.batch,
            rows_per_second: (self.seen.rows - rows) / sample.seconds,
            bytes_per_second: sample.bytes,
            tables: fastest(self.flow.meter.look(), sample.seconds),
        }
    }

    fn obey(&self, setting: Setting, reason: &str) {
        let Setting { readers, writers, batch } = setting;
        tracing::info!(readers, writers, batch, "the load is tuned: {reason}");
        self.crew.readers.want(readers);
        self.crew.writers.want(writers);
        self.flow.set_batch(batch);
    }

    /// What has passed since the last one.
    fn sample(&mut self) -> Sample {
        let seconds = self.at.elapsed().as_secs_f64().max(0.001);
        let (before, now) = (self.seen, Counts::of(&self.flow));
        (self.at, self.seen) = (Instant::now(), now);
        let rate = |before: f64, now: f64| (now - before) / seconds;
        let work = |before: Answers, now: Answers, asked: &Asked| Work {
            busy: rate(before.busy, now.busy),
            trips: rate(before.trips, now.trips),
            trip: asked.trip(),
            refusals: rate(before.refusals, now.refusals),
        };
        let meter = &self.flow.meter;
        Sample {
            seconds,
            bytes: rate(before.bytes, now.bytes),
            batches: rate(before.batches, now.batches),
            for_pace: rate(before.for_pace, now.for_pace),
            for_room: rate(before.for_room, now.for_room),
            for_ranges: rate(before.for_ranges, now.for_ranges),
            for_rows: rate(before.for_rows, now.for_rows),
            reading: work(before.source, now.source, &meter.source),
            writing: work(before.target, now.target, &meter.target),
        }
    }
}

impl Counts {
    fn of(flow: &Flow) -> Self {
        let meter = &flow.meter;
        let answers = |asked: &Asked| Answers {
            busy: asked.busy.seconds(),
            trips: asked.trips.load(Ordering::Relaxed) as f64,
            refusals: asked.refusals.load(Ordering::Relaxed) as f64,
        };
        Self {
            rows: meter.rows.load(Ordering::Relaxed) as f64,
            bytes: meter.bytes.load(Ordering::Relaxed) as f64,
            batches: meter.batches.load(Ordering::Relaxed) as f64,
            for_pace: meter.for_pace.seconds(),
            for_room: meter.for_room.seconds(),
            for_ranges: meter.for_ranges.seconds(),
            for_rows: meter.for_rows.seconds(),
            source: answers(&meter.source),
            target: answers(&meter.target),
        }
    }
}

/// What tables made of their time, those that made most.
fn fastest(rows: HashMap<u32, u64>, seconds: f64) -> Vec<LiveTable> {
    let mut tables: Vec<(u32, u64)> = rows.into_iter().collect();
    tables.sort_by_key(|(number, rows)| (Reverse(*rows), *number));
    tables.truncate(TABLES_SHOWN);
    let rate = |(number, rows)| LiveTable { number, rows_per_second: rows as f64 / seconds };
    tables.into_iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_contracts::sync::Bottleneck;

    #[test]
    fn what_tables_make_of_their_time_is_shown_once() {
        let flow = Flow::new(1 << 20, None, None);
        flow.meter.written(7, 40, 1);
        flow.meter.written(3, 90, 1);
        flow.meter.written(7, 60, 1);
        let tables = fastest(flow.meter.look(), 2.0);
        let shown: Vec<_> = tables.iter().map(|t| (t.number, t.rows_per_second)).collect();
        assert_eq!(shown, [(7, 50.0), (3, 45.0)]);
        assert!(fastest(flow.meter.look(), 2.0).is_empty());
        assert_eq!(flow.meter.rows.load(Ordering::Relaxed), 190);
        let many = (0..1_000).map(|number| (number, 1)).collect();
        assert_eq!(fastest(many, 1.0).len(), TABLES_SHOWN);
    }

    #[test]
    fn what_is_seen_is_shown() {
        let mut conductor = Conductor::new(&Limits::default());
        let flow = conductor.flow();
        flow.meter.written(0, 1_000, 1 << 20);
        let waits = [flow.meter.for_room.enter(), flow.meter.target.busy.enter()];
        while flow.meter.for_room.seconds() < 0.05 {
            std::thread::yield_now();
        }
        let live = conductor.beat();
        assert_eq!(live.bottleneck, Bottleneck::Write, "also while they still wait");
        assert!(live.rows_per_second > 100.0 && live.bytes_per_second > 1e5, "{live:?}");
        assert_eq!(live.batch_bytes, 512 << 10);
        // A long way, on which the target was asked often.
        flow.meter.target.pinged(std::time::Duration::from_secs(1));
        flow.meter.target.travelled(1_000);
        assert_eq!(conductor.beat().bottleneck, Bottleneck::Network);
        drop(waits);
    }

    #[test]
    fn other_limits_are_obeyed_at_once() {
        let mut conductor = Conductor::new(&Limits::default());
        let crew = conductor.crew();
        assert!((0..4).all(|_| crew.writers.hire()) && !crew.writers.hire());
        let limits = Limits { write_worker_num: Some(2), ..Limits::default() };
        conductor.limit(&limits);
        assert!(crew.writers.leave() && crew.writers.leave() && !crew.writers.leave());
        let faster = Limits { throttle_rps: Some(1_000), ..limits };
        conductor.limit(&faster);
        assert_eq!(crew.writers.at_work(), 2, "another pace is no other width");
    }
}
