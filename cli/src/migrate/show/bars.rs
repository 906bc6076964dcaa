//! Bars on a terminal: one for the whole, one for each of the tables that are being loaded.

use super::text::{grouped, line, pace, seconds};
use crate::out::text::harmless;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use oms_contracts::sync::{TableState, TableView, TaskKind, TaskView};

/// More tables than this do not fit beside each other.
const TABLES: usize = 8;
const NAME: usize = 32;

#[derive(Debug)]
pub struct Bars {
    all: MultiProgress,
    whole: ProgressBar,
    tables: Vec<(u32, ProgressBar)>,
}

impl Bars {
    pub fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stdout());
        let whole = all
            .add(ProgressBar::new(1).with_style(style("{prefix} {bar:24} {percent:>3}%  {msg}")));
        Self { all, whole, tables: Vec::new() }
    }

    pub fn show(&mut self, task: &TaskView) {
        let progress = &task.progress;
        let mut message = match task.summary.kind {
            TaskKind::Full => format!("{} rows", grouped(progress.rows)),
            TaskKind::Schema => String::new(),
            TaskKind::Incr => line(TaskKind::Incr, progress),
        };
        let is_incr = task.summary.kind == TaskKind::Incr;
        let pace = if is_incr { String::new() } else { pace(progress) };
        if !pace.is_empty() {
            message = format!("{message}, {pace}");
        }
        let (done, of) = match task.summary.kind {
            TaskKind::Full => (progress.rows, progress.estimated_rows),
            TaskKind::Schema => (progress.done, progress.total),
            TaskKind::Incr => progress.incr.as_ref().map_or((0, 1), |incr| {
                // Without anything to apply it is done, for the moment.
                (incr.seq.0.max(1), incr.stored.0.max(1))
            }),
        };
        let (finished, total) = (grouped(progress.done), grouped(progress.total));
        let prefix = match is_incr {
            true => format!("{total} tables followed"),
            false => format!("{finished} of {total}"),
        };
        self.whole.set_prefix(format!("{prefix:<NAME$}"));
        self.whole.set_length(of.max(done).max(1));
        self.whole.set_position(done);
        self.whole.set_message(message);
        let running = progress.tables.iter().filter(|table| table.state == TableState::Running);
        let running: Vec<&TableView> = running.take(TABLES).collect();
        self.tables.retain(|(number, bar)| {
            let stays = running.iter().any(|table| table.number == *number);
            if !stays {
                bar.finish_and_clear();
                self.all.remove(bar);
            }
            stays
        });
        for table in running {
            self.show_table(table);
        }
    }

    fn show_table(&mut self, table: &TableView) {
        let known = self.tables.iter().position(|(number, _)| *number == table.number);
        let at = known.unwrap_or_else(|| {
            let bar =
                ProgressBar::new(1).with_style(style("{prefix} {bar:24} {percent:>3}%  {msg}"));
            self.tables.push((table.number, self.all.add(bar)));
            self.tables.len() - 1
        });
        let bar = &self.tables[at].1;
        let left = table.remaining_seconds.map(|left| format!(", {} left", seconds(left as f64)));
        bar.set_prefix(format!("{:<NAME$}", name(table)));
        bar.set_length(table.estimated_rows.max(table.rows).max(1));
        bar.set_position(table.rows);
        bar.set_message(format!(
            "{} rows, {} rows/s{}",
            grouped(table.rows),
            grouped(table.rows_per_second as u64),
            left.unwrap_or_default()
        ));
    }

    pub fn clear(self) {
        for (_, bar) in &self.tables {
            bar.finish_and_clear();
        }
        self.whole.finish_and_clear();
        // What cannot be cleared stays on the screen, which harms nobody.
        let _ = self.all.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is fixed").progress_chars("━━╌")
}

/// The end of a long name tells more than its beginning.
fn name(table: &TableView) -> String {
    let name = harmless(&table.source.to_string());
    let length = name.chars().count();
    match length > NAME {
        true => format!("…{}", name.chars().skip(length + 1 - NAME).collect::<String>()),
        false => name,
    }
}
