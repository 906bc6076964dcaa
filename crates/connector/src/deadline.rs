//! One deadline around everything a call does, whatever the other side does or leaves undone.

use crate::error::{ConnectError, Phase};
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// The moment by which a call has answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    /// What the caller granted, for the message.
    limit: Duration,
}

impl Deadline {
    pub fn after(limit: Duration) -> Self {
        Self { at: Instant::now() + limit, limit }
    }

    /// The same deadline, brought forward so that `reserve` is left once it has passed.
    pub fn keeping(self, reserve: Duration) -> Self {
        Self { at: self.at - reserve.min(self.remaining()), ..self }
    }

    /// An equal part of what remains, for the first of `parts` attempts.
    pub fn share(self, parts: u32) -> Self {
        Self { at: Instant::now() + self.remaining() / parts.max(1), ..self }
    }

    pub fn limit(self) -> Duration {
        self.limit
    }

    pub fn remaining(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Runs `work` to its end or to the deadline. Work that is late is dropped, not left behind.
    pub async fn run<T>(
        self,
        phase: Phase,
        work: impl Future<Output = T>,
    ) -> Result<T, ConnectError> {
        tokio::time::timeout_at(self.at, work).await.map_err(|_| self.missed(phase))
    }

    pub fn missed(self, phase: Phase) -> ConnectError {
        ConnectError::Timeout { phase, limit: self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_that_never_ends_is_cut_off_at_the_deadline() {
        let started = Instant::now();
        let deadline = Deadline::after(Duration::from_secs(5));
        let outcome = deadline.run(Phase::Resolve, std::future::pending::<()>()).await;
        assert!(matches!(outcome, Err(ConnectError::Timeout { phase: Phase::Resolve, .. })));
        assert_eq!(started.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reserve_is_taken_from_the_same_limit() {
        let deadline = Deadline::after(Duration::from_secs(5));
        assert_eq!(deadline.keeping(Duration::from_secs(1)).remaining(), Duration::from_secs(4));
        assert_eq!(deadline.keeping(Duration::from_secs(9)).remaining(), Duration::ZERO);
        assert_eq!(deadline.share(5).remaining(), Duration::from_secs(1));
    }
}
