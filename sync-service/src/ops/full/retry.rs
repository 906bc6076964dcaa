//! Tables that failed by what may pass are taken up again within the same run, after the others, as a
//! later run would take them up: those with a key where they were, the others from nothing.

use super::fate::Failure;
use std::time::Duration;

/// How often, and after what pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often a table is tried at all.
    pub attempts: u32,
    /// The pause before the second attempt; each further one is twice as long.
    pub pause: Duration,
}

/// One of the attempts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    number: u32,
    retries: Retries,
}

impl Attempt {
    pub fn first(retries: Retries) -> Self {
        Self { number: 1, retries }
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self { number: self.number + 1, ..self }
    }

    pub fn is_first(self) -> bool {
        self.number == 1
    }

    pub fn is_last(self) -> bool {
        self.number >= self.retries.attempts
    }

    /// How long to wait before this attempt.
    pub fn pause(self) -> Duration {
        match self.number.checked_sub(2) {
            None => Duration::ZERO,
            Some(doublings) => self.retries.pause.saturating_mul(1 << doublings.min(16)),
        }
    }

    /// The failure, with how often it was tried where that was more than once.
    pub fn told(self, failure: Failure) -> Failure {
        if self.is_first() {
            return failure;
        }
        Failure {
            message: format!("{} (after {} attempts)", failure.message, self.number),
            ..failure
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fate::FailureKind;
    use super::*;

    #[test]
    fn pauses_grow_and_attempts_end() {
        let retries = Retries { attempts: 4, pause: Duration::from_secs(5) };
        let attempts: Vec<Attempt> =
            std::iter::successors(Some(Attempt::first(retries)), |attempt| {
                (!attempt.is_last()).then(|| attempt.next())
            })
            .collect();
        let pauses: Vec<u64> = attempts.iter().map(|attempt| attempt.pause().as_secs()).collect();
        assert_eq!(pauses, [0, 5, 10, 20]);
        let failure = Failure::new(FailureKind::Busy, "it is locked");
        assert_eq!(attempts[0].told(failure.clone()).message, "it is locked");
        assert_eq!(attempts[3].told(failure).message, "it is locked (after 4 attempts)");
    }
}
