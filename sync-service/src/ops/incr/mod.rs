//! The incremental sync: what was committed at a source, done at its target, each change once.
//!
//! ```text
//!  feed ──blocks──▶ gather ──window──▶ crew ──batches──▶ lanes ══transactions══▶ target
//!                   (fold)   (plan)     (steps)            └─ rows and mark ─┘
//! ```
//!
//! - `feed` is where changes come from, by their numbers; one that is silent for long is opened anew;
//! - `gather` folds them into a window ([`crate::domain::incr`]) while the one before is at work;
//! - `crew` has the batches of a window done, step by step, by as many sessions as are wanted;
//! - `lane` does a batch as one transaction: rows, then the mark of its lane, then the commit; it
//!   tries again what may pass, and finds out what became of a commit that was not answered;
//! - `careful` finds the row of a batch that is not as expected, and does what the policy says;
//! - `keeper` records how far the task is as a whole;
//! - `routes` knows where the rows of each definition go;
//! - `define` does what statements on definitions say.
//!
//! Around it, for a task of the service: `driver` runs it, `store` feeds it from a store, `overlap`
//! finds out where the full load had ended, `drift` records what is not as expected, `gauge` shows how
//! it goes, and `watch` tells the store what it need not keep any more.
//!
//! # Each change once
//!
//! How far a task is stands in the target (`oms_sync.progress`), one row for the task (lane 0), one
//! for each session (from 1), and one for each lane of rows without a key (from 1000). Each row has
//! the token of whoever runs the task. A transaction marks the row of its session, and so finds out
//! whether the task is still ours: the mark of an older token matches no row, and the transaction is
//! taken back. Whoever takes a task over locks all its rows first, so it waits for what is being
//! committed, and nothing of an older token is committed behind it.
//!
//! **Transactional.** A window ends where a transaction of the source ends, and is one transaction at
//! the target, with lane 0 marked in it. What is marked is applied and nothing else is. A source
//! transaction larger than a window is applied in several, all in one transaction. As long as that is
//! open nothing is recorded, and when nothing more comes to it, it is committed all the same.
//!
//! **Eventual.** Batches of a window are committed by themselves, in no order within a step. Lane 0
//! has two numbers: everything up to `seq` is applied, and nothing behind `upto` is; no batch begins
//! before the end of its window is within `upto`. A run that finds them apart does not know which
//! changes in between are applied. They stay apart until all of that is applied, also over a stop in
//! good order.
//!
//! - Rows without a key must never be done twice. All work of a window on such rows of one lane is in
//!   one batch, which marks that lane with the window's end: changes of the lane up to its mark are
//!   passed over. Which lane a table has never changes.
//! - Rows with a key are done again, in a way for which it makes no difference (lenient windows; the
//!   reasons stand in [`crate::domain::incr`]). This is also what overlaps the full load.
//!
//! Within a run nothing is done again: a session that lost its connection reads how often its row was
//! marked, and so knows whether its commit went through.
//!
//! # What is not as expected
//!
//! A row that is to be changed or removed and is not there, or one that is in the way, is recorded
//! with its key and images, and the policy says what then: stop, put the source's row there, or leave
//! the target as it is. In lenient windows neither is unexpected. What cannot be made good there, since
//! the source logged only a part of a row that is nowhere, ends the task, unless it is to be recorded.
//!
//! Where the target is to stay as it is, a row that is removed and written anew, or that moves from key
//! to key, is one thing: if either half is refused, nothing is done about it. Such rows are in one
//! transaction, and the batch is done again without them.
//!
//! Tables that go into one may have rows of the same key. They are not one row: the later one begins
//! a window of its own, and meets what is there. A row that has gone from the one may come to be in
//! the other.
//!
//! # Rows that refer to others
//!
//! Sources of the MySQL family do not log what ON DELETE and ON UPDATE do to the rows that refer (from
//! MySQL 9.6 on they do). The target's references say the same, but cannot be left to do it: rows come
//! in any order, and one that is removed to be written anew would take others with it. So references
//! are not checked while rows are applied. A change of a row to which others refer ends its window, and
//! behind it a statement of its own does to those what the reference says; references are on for that
//! statement, so that it goes on from these to others. It does not ask whether the row itself was
//! there, or meets its row filter: a load may have brought those that refer and not the row.
//!
//! Whether the source logs it, the mapping says ([`Cascades`]). Where that is not known it is done, and
//! what the log says about rows that refer is taken leniently, since it may be done already; that
//! needs a key. What a source's session did with `foreign_key_checks = 0` is not told apart, and
//! references that only the source has are not followed: a task does not begin while the target lacks
//! one that its tables need.

mod careful;
mod crew;
mod define;
mod discrepancy;
mod drift;
mod driver;
mod fate;
mod feed;
mod gather;
mod gauge;
mod keeper;
mod lane;
mod meter;
mod overlap;
mod references;
mod routes;
mod run;
mod statements;
mod store;
mod sync;
mod tables;
mod watch;
mod window;

pub use define::{Decision, Decisions, Defining, Fate, Notice, Notices, Undecided};
pub use discrepancy::{Discrepancy, Found, Policy, Records};
pub use driver::{IncrDriver, forget};
pub use feed::{ChangeFeed, FeedError, Feeder, Piece};
pub use meter::{Lag, Meter, Status, TableStatus};
pub use routes::{Cascades, Mapping, Named, TableRule};
pub use sync::{Knobs, Mode, Outcome, Sync};
