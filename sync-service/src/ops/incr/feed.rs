//! Where changes come from.

use async_trait::async_trait;
use oms_model::change::{Definition, Seq};
use std::sync::Arc;
use std::time::Duration;

/// Many times as long as a living log is silent.
const SILENCE: Duration = Duration::from_secs(30);

/// A log of changes that can be read from any place that it still has.
#[async_trait]
pub trait Feeder: Send + Sync {
    /// Begins to read. What comes begins with the head of the transaction that holds the first change
    /// behind `after`; changes up to there may come again, and are passed over by whoever reads.
    async fn open(&self, after: Seq) -> Result<Box<dyn ChangeFeed>, FeedError>;

    /// How long nothing may come, not even a beat. A log that is silent for longer is opened anew.
    fn silence(&self) -> Duration {
        SILENCE
    }
}

/// A log that is being read.
#[async_trait]
pub trait ChangeFeed: Send {
    /// What comes next. Waits until there is something.
    async fn next(&mut self) -> Result<Piece, FeedError>;
}

/// Some changes, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Piece {
    /// Definitions that come up for the first time.
    pub definitions: Vec<Definition>,
    /// Whole items.
    pub block: Arc<[u8]>,
}

/// Why nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FeedError {
    pub message: String,
    /// It may work in a moment.
    pub is_passing: bool,
}
