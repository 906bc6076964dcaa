//! Reading statements by recursive descent.
//!
//! A statement of the right kind is read to its end: a clause that is not known becomes
//! `Tokens` at its place. Only what cannot be told apart at all is an error.

mod alter;
mod change;
mod clause;
mod column;
mod cursor;
mod key;
mod options;
mod partition;
mod sequence;
mod table;
mod types;
mod view;

pub use change::parse_change;
pub(crate) use clause::parse_alter;
pub(crate) use cursor::Cursor;
pub use sequence::parse_sequence;
pub use table::parse_table;
pub use view::parse_view;

/// A text that is not the statement it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} near `{near}`, at byte {at}")]
pub struct ParseError {
    pub at: usize,
    pub expected: &'static str,
    /// The beginning of what was there instead.
    pub near: String,
}

#[cfg(test)]
mod change_tests;
