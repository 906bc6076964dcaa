//! The number of a change in its log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a change: the first of a log has 1, and each one that follows the next. 0 stands
/// before all of them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first change.
    pub const START: Self = Self(0);

    /// The one so many further on.
    #[must_use]
    pub fn plus(self, changes: u64) -> Self {
        Self(self.0 + changes)
    }

    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
