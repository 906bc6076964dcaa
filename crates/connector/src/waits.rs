//! How long sessions that move rows wait for the other side.

use std::time::Duration;

/// The longest waits of sessions that read or write rows. Whoever waits longer gives up, and the
/// session with it unless the server answers for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// From a statement to the first packet of its answer: large batches wait for locks and for
    /// memory, and ordered reads for their first row.
    pub statement: Duration,
    /// Silence in the middle of an answer.
    pub silence: Duration,
    /// For others to let go of a table or a row. Shorter than `statement`, or the server has no time
    /// to say what was waited for.
    pub lock: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            statement: Duration::from_secs(600),
            silence: Duration::from_secs(60),
            lock: Duration::from_secs(60),
        }
    }
}
