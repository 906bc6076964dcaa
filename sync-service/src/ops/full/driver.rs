//! Runs a FULL task: from its specification to connectors, from its limits to widths and paces, and
//! from what flows to what is shown.

use super::book::Book;
use super::flow::{Flow, Meter};
use super::retry::Retries;
use super::run::{Load, Outcome as Ran, TablePlan};
use crate::domain::{Live, LiveTable, full::Widths};
use crate::ops::{connect, names::keep_apart, seating::seating};
use crate::runner::{Failure, Outcome, TaskContext, TaskDriver};
use async_trait::async_trait;
use oms_contracts::{
    ErrorCode,
    sync::{Bottleneck, Limits, SyncObjectKind, TaskSpec},
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, atomic::Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Drives full loads.
#[derive(Debug, Default)]
pub struct FullDriver;

/// How long a database may be away before its tables fail.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a table is taken up that fails by what may pass.
const RETRIES: Retries = Retries { attempts: 5, pause: Duration::from_secs(5) };
/// How often is shown how it goes.
const EVERY: Duration = Duration::from_secs(1);

#[async_trait]
impl TaskDriver for FullDriver {
    async fn run(&self, mut task: TaskContext) -> Outcome {
        loop {
            let limits = task.limits.borrow_and_update().clone();
            let widths = Widths::of(&limits);
            match run_once(&mut task, &limits, widths).await {
                // Other widths were asked for: it goes on with those.
                Ok(Ran::Stopped) if !task.stop.is_cancelled() => {}
                Ok(Ran::Stopped) => return Outcome::Stopped,
                Ok(Ran::Ended { failed: 0 }) => return Outcome::Finished,
                Ok(Ran::Ended { failed }) => {
                    let tables = tables(&task.spec).len();
                    return Outcome::Failed(Failure {
                        code: ErrorCode::TablesFailed,
                        message: format!("{failed} of {tables} tables could not be loaded"),
                    });
                }
                Ok(Ran::Broken(error)) => {
                    return Outcome::Failed(Failure { code: error.code, message: error.message });
                }
                Err(failure) => return Outcome::Failed(failure),
            }
        }
    }
}

async fn run_once(task: &mut TaskContext, limits: &Limits, widths: Widths) -> Result<Ran, Failure> {
    let connector = |end| {
        connect::connector(end).map_err(|error| Failure {
            code: ErrorCode::KindNotSupported,
            message: error.to_string(),
        })
    };
    let target = connector(&task.spec.target)?;
    keep_apart(target.as_ref(), &task.spec.objects).await?;
    let flow = Arc::new(Flow::new(widths.memory, limits.throttle_rps, limits.throttle_iops));
    let stop = task.stop.child_token();
    let load = Load {
        source: connector(&task.spec.source)?,
        target,
        ledger: Arc::new(Book { db: task.db.clone(), fence: task.fence.clone() }),
        flow: Arc::clone(&flow),
        tables: tables(&task.spec),
        readers: widths.readers,
        writers: widths.writers,
        seating: seating(&task.spec, task.fence.task.as_str()),
        keeps: task.spec.full.as_ref().is_some_and(|full| full.allow_dest_table_not_empty),
        patience: PATIENCE,
        retries: RETRIES,
        stop: stop.clone(),
    };
    let running = load.run();
    tokio::pin!(running);
    let mut shown = Shown::new(widths);
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            ran = &mut running => return Ok(ran),
            _ = tick.tick() => { task.live.send_replace(shown.next(&flow)); }
            changed = task.limits.changed() => {
                if changed.is_err() {
                    continue;
                }
                let now = task.limits.borrow_and_update().clone();
                flow.limit(now.throttle_rps, now.throttle_iops);
                if Widths::of(&now) != widths {
                    // What is on its way is written; the ledger knows the rest.
                    end_for(&stop);
                    task.limits.mark_changed();
                }
            }
        }
    }
}

fn end_for(stop: &CancellationToken) {
    tracing::info!("going on with other widths");
    stop.cancel();
}

/// The tables of a task, each with whether it has its target for itself.
fn tables(spec: &TaskSpec) -> Vec<TablePlan> {
    let mut sources: HashMap<_, usize> = HashMap::new();
    let objects = || {
        let all = (0..).zip(&spec.objects);
        all.filter(|(_, object)| object.kind == SyncObjectKind::Table)
    };
    for (_, object) in objects() {
        *sources.entry(&object.target).or_default() += 1;
    }
    objects()
        .map(|(number, object)| TablePlan {
            number,
            source_database: object.source.database.clone(),
            source_table: object.source.name.clone(),
            target_database: object.target.database.clone(),
            target_table: object.target.name.clone(),
            filter: object.where_clause.clone(),
            columns: object.columns.clone(),
            sole: sources[&object.target] == 1,
        })
        .collect()
}

/// What was shown last, to tell what has passed since.
struct Shown {
    widths: Widths,
    at: Instant,
    rows: u64,
    bytes: u64,
    waited: [u64; 3],
}

impl Shown {
    fn new(widths: Widths) -> Self {
        Self { widths, at: Instant::now(), rows: 0, bytes: 0, waited: [0; 3] }
    }

    fn next(&mut self, flow: &Flow) -> Live {
        let meter = &flow.meter;
        let seconds = self.at.elapsed().as_secs_f64().max(0.001);
        let (rows, bytes) =
            (meter.rows.load(Ordering::Relaxed), meter.bytes.load(Ordering::Relaxed));
        let live = Live {
            bottleneck: self.bottleneck(meter, seconds),
            widths: self.widths.shown(),
            rows_per_second: (rows - self.rows) as f64 / seconds,
            bytes_per_second: (bytes - self.bytes) as f64 / seconds,
            tables: fastest(meter.look(), seconds),
        };
        (self.at, self.rows, self.bytes) = (Instant::now(), rows, bytes);
        live
    }

    /// Readers that wait for the pace, or for room, are held back by that; writers that wait for rows
    /// are held back by the source only where no reader waits for anything.
    fn bottleneck(&mut self, meter: &Meter, seconds: f64) -> Bottleneck {
        let now = [&meter.waited_for_pace, &meter.waited_for_room, &meter.waited_for_rows]
            .map(|counter| counter.load(Ordering::Relaxed));
        // In connections: one that did nothing but wait is 1.
        let [pace, room, rows] =
            [0, 1, 2].map(|at| (now[at] - self.waited[at]) as f64 / (seconds * 1e6));
        self.waited = now;
        match () {
            () if pace.max(room) >= HELD_BACK && pace >= room => Bottleneck::Throttle,
            () if room >= HELD_BACK => Bottleneck::Write,
            () if rows >= HELD_BACK => Bottleneck::Read,
            () => Bottleneck::None,
        }
    }
}

/// How many tables are shown to move: a load of thousands has few under way at a time.
const TABLES_SHOWN: usize = 256;

/// What tables made of their time, those that made most.
fn fastest(rows: HashMap<u32, u64>, seconds: f64) -> Vec<LiveTable> {
    let mut tables: Vec<(u32, u64)> = rows.into_iter().collect();
    tables.sort_by_key(|(number, rows)| (Reverse(*rows), *number));
    tables.truncate(TABLES_SHOWN);
    let rate = |(number, rows)| LiveTable { number, rows_per_second: rows as f64 / seconds };
    tables.into_iter().map(rate).collect()
}

/// How much of one connection's time is waiting that counts.
const HELD_BACK: f64 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    fn held_back_by(pace: u64, room: u64, rows: u64) -> Bottleneck {
        let widths = Widths { readers: 4, writers: 4, memory: 1 };
        let meter = Meter::default();
        for (counter, millis) in [
            (&meter.waited_for_pace, pace),
            (&meter.waited_for_room, room),
            (&meter.waited_for_rows, rows),
        ] {
            Meter::add(counter, Duration::from_millis(millis));
        }
        Shown::new(widths).bottleneck(&meter, 1.0)
    }

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
    fn whoever_holds_the_load_back_is_named() {
        assert_eq!(held_back_by(900, 0, 4_000), Bottleneck::Throttle, "one reader is enough");
        assert_eq!(held_back_by(0, 2_000, 100), Bottleneck::Write);
        assert_eq!(held_back_by(0, 100, 3_000), Bottleneck::Read);
        assert_eq!(held_back_by(50, 50, 50), Bottleneck::None);
    }
}
