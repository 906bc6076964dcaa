//! How long a login waits after failures.

use std::time::Duration;

/// How patient the gateway is with one sort of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// So many failures cost nothing.
    pub free: u32,
}

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// After so long without a failure all is forgotten.
pub const FORGET_AFTER: Duration = Duration::from_secs(60 * 60);

impl Patience {
    /// How long the next attempt has to wait after so many failures in a row: twice as long
    /// after each, up to a quarter of an hour.
    pub fn wait_after(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => {
                let factor = 1u32.checked_shl(over).unwrap_or(u32::MAX);
                FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failures_are_free_and_each_further_one_doubles_the_wait() {
        let patience = Patience { free: 5 };
        let waits: Vec<u64> = (0..20).map(|n| patience.wait_after(n).as_secs()).collect();
        assert_eq!(
            waits,
            [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]
        );
    }

    #[test]
    fn no_number_of_failures_overflows() {
        assert_eq!(Patience { free: 0 }.wait_after(u32::MAX), LONGEST_WAIT);
        assert_eq!(Patience { free: u32::MAX }.wait_after(u32::MAX), FIRST_WAIT);
    }
}
