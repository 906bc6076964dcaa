//! The full load: rows that are there, from the source into the target, resumably.
//!
//! ```text
//!  opener ──tables──▶ queue ──ranges──▶ readers ══batches══▶ writers ──▶ tracker ──▶ ledger
//!  (layouts, checks)   ▲  └─ split when a reader is idle ─┘  (bounded bytes)  (in order)
//! ```
//!
//! - `opener` looks at both sides of each table, and cuts it into its partitions where that helps;
//! - `reader` walks a range in bounded statements and hands batches on, and gives the upper half of
//!   its range away when another reader has nothing to do;
//! - `writer` writes a batch as one transaction, waits when the target asks for it, looks up what
//!   may have been written before, and finds the row that cannot be (`parts`);
//! - `crew` is who reads and writes: as many as are wanted at the moment, which can change;
//! - `flow` holds what is on its way within bounds of memory (`room`) and pace, and `meter` sees who
//!   waits for whom;
//! - `conductor` looks at the meters once a second: it says how fast the load goes and what holds it
//!   back, and follows what [`crate::domain::full::Tuner`] makes of that: other numbers of readers
//!   and writers, and other batches;
//! - `tracker` knows which part of a range is written without a gap, and records it in the ledger.
//!
//! A table has its own fate: one that fails leaves the others alone. One that fails by what may pass
//! is taken up again after the others, some times.

mod book;
mod conductor;
mod crew;
mod cut;
mod driver;
mod fate;
mod fit;
mod flow;
mod hands;
mod job;
mod ledger;
mod look;
mod meter;
mod middle;
mod opener;
mod parts;
mod patience;
mod queue;
mod reader;
mod reconcile;
mod retry;
mod room;
mod run;
mod shared;
mod sink;
mod tracker;
mod writer;

pub use book::Decision;
pub use crew::{Crew, Staff};
pub use driver::FullDriver;
pub use fate::{Failure, FailureKind};
pub use flow::Flow;
pub use ledger::{Ended, Ledger, LedgerError, Opened, Progressed, StoredRange, StoredTable};
pub use patience::Patience;
pub use retry::Retries;
pub use run::{Load, Outcome, TablePlan};
