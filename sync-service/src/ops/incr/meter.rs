//! What is seen of a sync while it runs.

use super::discrepancy::Found;
use super::window::Window;
use crate::domain::incr::{Batch, Counts};
use oms_model::change::Seq;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Counts since the run began. Whoever wants a rate looks twice.
#[derive(Debug, Default)]
pub struct Meter {
    seq: AtomicU64,
    recorded: AtomicU64,
    committed: AtomicI64,
    rows: AtomicU64,
    bytes: AtomicU64,
    batches: AtomicU64,
    windows: AtomicU64,
    retries: AtomicU64,
    looks: AtomicU64,
    statements: AtomicU64,
    executing: AtomicU64,
    committing: AtomicU64,
    working: AtomicU64,
    waiting: AtomicU64,
    planning: AtomicU64,
    throttled: AtomicU64,
    pending: AtomicU64,
    unexpected: [AtomicU64; 3],
    tables: Mutex<BTreeMap<(String, String), Counts>>,
}

/// How a sync is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Everything up to here is applied.
    pub seq: Seq,
    /// When the last of it was committed at the source, in microseconds since 1970 by its clock.
    pub committed: i64,
    /// Rows written, and transactions, at the target.
    pub rows: u64,
    pub bytes: u64,
    pub batches: u64,
    pub windows: u64,
    /// How often something was tried again.
    pub retries: u64,
    /// How often a batch was looked at row by row.
    pub looks: u64,
    /// Statements on definitions that concern no table of the task, and were passed over.
    pub statements: u64,
    pub lag: Lag,
    /// Of a batch, on average.
    pub execute: Duration,
    pub commit: Duration,
    pub nothing_to_change: u64,
    pub nothing_to_remove: u64,
    pub in_the_way: u64,
    pub tables: Vec<TableStatus>,
}

/// Where the time goes, since the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    /// Nothing came.
    pub waiting: Duration,
    /// Changes were folded and planned while nothing was at work.
    pub planning: Duration,
    /// The target was at work.
    pub working: Duration,
    /// The pace did not let the next batch pass.
    pub throttled: Duration,
    /// Changes that were read and are not applied.
    pub pending: u64,
}

/// The changes of one table of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStatus {
    pub database: String,
    pub table: String,
    pub counts: Counts,
}

impl Meter {
    pub fn status(&self) -> Status {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let batches = of(&self.batches);
        let average = |nanos: &AtomicU64| Duration::from_nanos(of(nanos) / batches.max(1));
        let [nothing_to_change, nothing_to_remove, in_the_way] = self.unexpected.each_ref().map(of);
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Status {
            seq: Seq(of(&self.seq)),
            committed: self.committed.load(Ordering::Relaxed),
            rows: of(&self.rows),
            bytes: of(&self.bytes),
            batches,
            windows: of(&self.windows),
            retries: of(&self.retries),
            looks: of(&self.looks),
            statements: of(&self.statements),
            lag: Lag {
                waiting: Duration::from_nanos(of(&self.waiting)),
                planning: Duration::from_nanos(of(&self.planning)),
                working: Duration::from_nanos(of(&self.working)),
                throttled: Duration::from_nanos(of(&self.throttled)),
                pending: of(&self.pending),
            },
            execute: average(&self.executing),
            commit: average(&self.committing),
            nothing_to_change,
            nothing_to_remove,
            in_the_way,
            tables: tables
                .iter()
                .map(|((database, table), counts)| TableStatus {
                    database: database.clone(),
                    table: table.clone(),
                    counts: *counts,
                })
                .collect(),
        }
    }

    /// Up to here is recorded at the target as applied: nothing up to there is needed again.
    pub fn recorded_seq(&self) -> Seq {
        Seq(self.recorded.load(Ordering::Relaxed))
    }

    pub(super) fn recorded(&self, seq: Seq) {
        self.recorded.fetch_max(seq.0, Ordering::Relaxed);
    }

    pub(super) fn batch(&self, batch: &Batch, executed: Duration, committed: Duration) {
        add(&self.batches, 1);
        add(&self.rows, batch.rows as u64);
        add(&self.bytes, batch.bytes as u64);
        add(&self.executing, nanos(executed));
        add(&self.committing, nanos(committed));
    }

    pub(super) fn window(&self, window: &Window, worked: Duration) {
        add(&self.windows, 1);
        add(&self.working, nanos(worked));
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        for (route, counts) in window.fold.counts() {
            let into = &window.table(route).into;
            let name = (into.database.clone(), into.table.clone());
            tables.entry(name).or_default().add(&counts);
        }
    }

    pub(super) fn applied(&self, seq: Seq, committed: i64) {
        self.seq.store(seq.0, Ordering::Relaxed);
        self.committed.store(committed, Ordering::Relaxed);
    }

    pub(super) fn pending(&self, changes: u64) {
        self.pending.store(changes, Ordering::Relaxed);
    }

    pub(super) fn waited(&self, time: Duration) {
        add(&self.waiting, nanos(time));
    }

    pub(super) fn planned(&self, time: Duration) {
        add(&self.planning, nanos(time));
    }

    pub(super) fn held_back(&self, time: Duration) {
        add(&self.throttled, nanos(time));
    }

    pub(super) fn passed_statement(&self) {
        add(&self.statements, 1);
    }

    pub(super) fn tried_again(&self) {
        add(&self.retries, 1);
    }

    pub(super) fn looked_closer(&self) {
        add(&self.looks, 1);
    }

    pub(super) fn unexpected(&self, found: Found) {
        let place = match found {
            Found::NothingToChange => 0,
            Found::NothingToRemove => 1,
            Found::InTheWay => 2,
        };
        add(&self.unexpected[place], 1);
    }
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
