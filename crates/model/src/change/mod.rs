//! Changes as a log keeps them: what a source committed, transaction by transaction, in the order of
//! its commits. Whoever captures writes them, the log stores the same bytes, and whoever applies
//! walks over them without a copy.
//!
//! ```text
//! block        := item*
//! item         := kind:u8 length:u32 body
//! transaction  := Begin (Insert | Update | Delete | Statement)* End      numbers little-endian
//! rows         := table:u32 count:u32 image*          update: the image before, then the one after
//! image        := length:u32 stored row
//! ```
//!
//! Only whole, committed transactions are in a log. Each changed row and each statement has a number
//! of its own ([`Seq`]), dense over the life of a log; beginnings, ends and beats have none.
//!
//! | file | what it is |
//! |---|---|
//! | `seq` | the number of a change |
//! | `definition` | what the tables looked like: each version of a table has a number |
//! | `statement` | a definition that changed, in the words of its database |
//! | `action` | what such statements do, by kinds that a policy can name |
//! | `entries` | the changes of a transaction, while they are gathered |
//! | `block` | transactions one after the other, written and read |
//! | `item` | the bytes of one item |
//! | `outline` | what items are about, at a glance |
//! | `defined` | which definitions a log knows from a place on |
//! | `frame` | a block as it stands in a file and goes over a wire: sized, numbered, checked, packed |
//! | `origin` | by what a transaction of ours is known |

mod action;
mod block;
mod defined;
mod definition;
mod entries;
pub mod frame;
mod item;
pub mod origin;
mod outline;
mod seq;
mod statement;

pub use action::{Action, Treatment};
pub use block::{Block, Item, Items, Transaction};
pub use defined::Defined;
pub use definition::{Definition, Definitions};
pub use entries::{Entries, Mark, RowsWriter};
pub use item::{Change, Corrupt, RowKind, RowsItem};
pub use outline::{Outline, outline};
pub use seq::Seq;
pub use statement::Statement;

#[cfg(test)]
mod tests;
