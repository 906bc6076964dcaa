//! How far a migration is: bars on a terminal, now and then a line elsewhere, or JSON.

mod bars;
mod text;

use super::{
    book::Book,
    count::{Counted, Difference},
};
use crate::{
    fault::Fault,
    out::{
        Out,
        text::{count, harmless},
    },
};
use bars::Bars;
use oms_contracts::sync::{IncrProgress, ProgressView, TaskKind, TaskView};
use serde_json::json;
use std::{
    path::Path,
    time::{Duration, Instant},
};
pub use text::grouped;
use text::{bytes, seconds};

/// Between two lines for people who are not looking, and two for programs.
const EVERY_LINE: Duration = Duration::from_secs(5);
const EVERY_EVENT: Duration = Duration::from_secs(1);

/// Shows one run.
#[derive(Debug)]
pub struct Show<'a> {
    out: Out,
    root: &'a Path,
    book: &'a Book,
    bars: Option<Bars>,
    last: Instant,
}

/// What a run did.
#[derive(Debug)]
pub struct End {
    pub tables: u64,
    pub rows: u64,
    pub bytes: u64,
    pub started: Instant,
}

impl<'a> Show<'a> {
    pub fn new(out: Out, root: &'a Path, book: &'a Book) -> Self {
        Self { out, root, book, bars: None, last: Instant::now() }
    }

    /// The migration begins, or goes on.
    pub fn begin(&mut self) -> Result<(), Fault> {
        let (objects, root) = (self.book.objects.len() as u64, self.root.display());
        if self.out.is_json() {
            let dir = root.to_string();
            return self
                .out
                .event(&json!({ "event": "started", "objects": objects, "dataDir": dir }));
        }
        let text = format!("{} to move; progress is kept in {root}", count(objects, "object"));
        self.out.print(&harmless(&text))
    }

    /// A look at a task that runs.
    pub fn task(&mut self, task: &TaskView) -> Result<(), Fault> {
        if self.out.is_terminal() && !self.out.is_json() {
            self.bars.get_or_insert_with(Bars::new).show(task);
            return Ok(());
        }
        let every = if self.out.is_json() { EVERY_EVENT } else { EVERY_LINE };
        if self.last.elapsed() < every {
            return Ok(());
        }
        self.last = Instant::now();
        self.tell(task)
    }

    /// The last look at a task.
    pub fn end(&mut self, task: &TaskView) -> Result<(), Fault> {
        self.pause();
        if self.out.is_json() { self.tell(task) } else { Ok(()) }
    }

    /// Leaves the terminal to others.
    pub fn pause(&mut self) {
        if let Some(bars) = self.bars.take() {
            bars.clear();
        }
    }

    fn tell(&self, task: &TaskView) -> Result<(), Fault> {
        let (kind, progress) = (task.summary.kind, &task.progress);
        match (self.out.is_json(), &progress.incr) {
            (true, Some(incr)) => self.out.event(&changes(incr)),
            (true, None) => self.out.event(&event(kind, progress)),
            (false, _) => self.out.print(&text::line(kind, progress)),
        }
    }
}

/// Changes were followed as long as they were to be.
pub fn followed(progress: &IncrProgress, out: Out) -> Result<(), Fault> {
    if out.is_json() {
        return Ok(());
    }
    let upto = progress.checkpoint.map_or("nothing".into(), |at| at.to_rfc3339());
    out.print(&format!("The target has what was committed up to {upto}."))?;
    match progress.drifted {
        0 => Ok(()),
        rows => out.print(&format!(
            "{} at the target were not what changes began with: they are recorded.",
            count(rows, "row")
        )),
    }
}

fn event(kind: TaskKind, progress: &ProgressView) -> serde_json::Value {
    json!({
        "event": "progress",
        "step": kind,
        "tables": progress.total,
        "done": progress.done,
        "failed": progress.failed,
        "rows": progress.rows,
        "estimatedRows": progress.estimated_rows,
        "bytes": progress.bytes,
        "conflicts": progress.conflicts,
        "rowsPerSecond": progress.live.rows_per_second,
        "bytesPerSecond": progress.live.bytes_per_second,
        "bottleneck": progress.live.bottleneck,
        "readers": progress.live.widths.read,
        "writers": progress.live.widths.write,
        "batchBytes": progress.live.batch_bytes,
        "remainingSeconds": progress.remaining_seconds,
    })
}

fn changes(progress: &IncrProgress) -> serde_json::Value {
    json!({
        "event": "progress",
        "step": TaskKind::Incr,
        "seq": progress.seq,
        "stored": progress.stored,
        "checkpoint": progress.checkpoint,
        "lagMs": progress.lag_ms,
        "captureLagMs": progress.capture_lag_ms,
        "spent": progress.spent,
        "monitoring": progress.monitoring,
        "insertsPerSecond": progress.inserts_per_second,
        "updatesPerSecond": progress.updates_per_second,
        "deletesPerSecond": progress.deletes_per_second,
        "rowsPerSecond": progress.written_per_second,
        "bytesPerSecond": progress.bytes_per_second,
        "drifted": progress.drifted,
        "storeError": progress.store_error,
    })
}

/// A table whose counts differ, for programs.
pub fn differs(difference: &Difference, out: Out) -> Result<(), Fault> {
    let mut event = serde_json::to_value(difference).expect("this is JSON");
    event["event"] = "different".into();
    out.event(&event)
}

/// The end of a migration.
pub fn moved(counted: &Counted, end: &End, conflicts: u64, out: Out) -> Result<(), Fault> {
    if out.is_json() {
        return finished(counted, end, out);
    }
    let took = end.started.elapsed();
    let rate = end.rows as f64 / took.as_secs_f64().max(0.001);
    let mut text = format!(
        "Moved {}, {} rows, {} in {}",
        count(end.tables, "object"),
        grouped(end.rows),
        bytes(end.bytes as f64),
        seconds(took.as_secs_f64()),
    );
    if end.rows > 0 {
        text.push_str(&format!(" ({} rows/s)", grouped(rate as u64)));
    }
    out.print(&format!("{text}."))?;
    if conflicts > 0 {
        let kept = count(conflicts, "row");
        out.print(&format!("The target kept {kept} that stood in the way of the source's."))?;
    }
    match counted.tables > 0 && counted.differences.is_empty() {
        true => out.print("The row counts of both sides agree."),
        false => Ok(()),
    }
}

/// The end of a comparison.
pub fn compared(counted: &Counted, end: &End, out: Out) -> Result<(), Fault> {
    if out.is_json() {
        return finished(counted, end, out);
    }
    let equal = counted.tables - counted.differences.len() as u64;
    out.print(&format!(
        "{} of {} have as many rows at both sides; {} rows at the source.",
        grouped(equal),
        count(counted.tables, "table"),
        grouped(counted.rows)
    ))
}

fn finished(counted: &Counted, end: &End, out: Out) -> Result<(), Fault> {
    out.event(&json!({
        "event": "finished",
        "tables": end.tables,
        "rows": end.rows,
        "bytes": end.bytes,
        "seconds": end.started.elapsed().as_secs_f64(),
        "mismatches": counted.differences.len(),
    }))
}
