//! Waiting for a database that cannot answer now.

use super::fate::Failure;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The first pause before something is tried again; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Waits longer and longer, until it has waited for too long.
#[derive(Debug)]
pub struct Patience {
    pause: Duration,
    until: Option<Instant>,
    limit: Duration,
}

impl Patience {
    pub fn new(limit: Duration) -> Self {
        Self { pause: PAUSE, until: None, limit }
    }

    /// The next pause is a short one again, though the end stays where it is.
    pub fn hurry(&mut self) {
        self.pause = PAUSE;
    }

    /// Pauses before another attempt, or gives up.
    pub async fn pause(
        &mut self,
        stop: &CancellationToken,
        why: impl Fn() -> Failure,
    ) -> Result<(), Failure> {
        let until = *self.until.get_or_insert_with(|| Instant::now() + self.limit);
        if Instant::now() >= until {
            return Err(why());
        }
        tokio::select! {
            () = stop.cancelled() => return Err(why()),
            () = tokio::time::sleep(self.pause) => {}
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}
