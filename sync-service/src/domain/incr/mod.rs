//! What an incremental sync knows without asking anybody: how changes of a source become as little
//! work as possible at a target, and in which order that work may be done.
//!
//! # Windows
//!
//! Changes are gathered in windows: all changes behind one number up to another one. A window is
//! folded: for each row that it touches, told apart by the bytes of its key, only two states are
//! kept, the one before the window and the one after it. So a row that is hot is written once, and
//! transactions of a source, however small, become statements of many rows.
//!
//! # Order inside a window
//!
//! The states before a window and after it are both states that the source had, so in each of them
//! no two rows share a unique value. From the one to the other there is an order of work that never
//! breaks a unique key and needs no comparison of values:
//!
//! 1. remove every row that is gone, or whose unique values changed, in whatever key;
//! 2. write every row that is new, or whose unique values changed, and change the others in place.
//!
//! Everything inside one step touches different rows and gives or takes no value of another row of
//! that step, so it can be done at the same time by as many sessions as there are. Swaps, chains and
//! values that are handed on, also between transactions, need nothing else. That two values are
//! different bytes and equal to the target (letters of another case, blanks at the end) does no harm
//! either: the row that holds the one is removed before the other is written.
//!
//! The two steps of a table are kept apart only where they could meet at all: a table whose one
//! unique key holds nothing but values whose bytes differ exactly when the values do needs no order,
//! and a table with little work gets both steps in one transaction.
//!
//! What cannot be removed and written anew, since the source logged a part of it or the target has
//! columns of its own, is done alone and in place when one of its unique values changes.
//!
//! # Rows that nothing tells apart
//!
//! Of a table without a key a window keeps, for each distinct row, how many were added or removed.
//! Nothing else can be known of such rows, and nothing else matters.
//!
//! # What may have been done before
//!
//! Work of a window that a dead run may have done in part, or that overlaps the full load, is done
//! so that it does not matter: first every row of a key that is gone is removed, also of one that came
//! and went, then every other row that was touched is put in place of whatever has one of its keys.
//! Any state of the target between two states of the source becomes the last one by that, whatever
//! the limits of windows are: a row that is removed because it is in the way holds a value that it
//! has lost at the source by the end of that time, so it is touched itself.
//! For rows without a key that does not hold; their work is never done twice (see `ops::incr`).
//!
//! | file | what it is |
//! |---|---|
//! | `route` | which columns of a source table go where, and what tells its rows apart |
//! | `fold` | a window while it is gathered |
//! | `handover` | what a full load has read already |
//! | `follow` | changes that take other rows with them, by references of the target |
//! | `image` | rows where they lie in the blocks of the log |
//! | `plan` | a window as work, in batches and steps |
//! | `width` | how many sessions and how much memory a task has |
//! | `treatments` | what is done about statements on definitions |

mod fold;
mod follow;
mod handover;
mod image;
mod plan;
mod route;
mod treatments;
mod width;

pub use fold::{Counts, Fault, Fold, Folded, Net, Skip};
pub use follow::Follows;
pub use handover::Handover;
pub use image::{Blocks, Image};
pub use plan::{Batch, Plan, Row, Size, Work, WorkKind};
pub use route::{Kinds, LOOSE_LANES, Misfit, Route, conversion, loose_lane};
pub use treatments::Treatments;
pub use width::{memory, sessions};

#[cfg(test)]
mod tests;
