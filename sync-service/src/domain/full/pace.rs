//! How fast a load may go. Rows and bytes are paid for after they were taken, so that a batch of any
//! size passes, and whoever comes next waits.

use std::time::{Duration, Instant};

/// What may pass in a second, and until when it is used up.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    rows: Option<u64>,
    bytes: Option<u64>,
    /// When what passed is paid for.
    free_at: Instant,
}

impl Pace {
    /// A pace; a limit of nothing is none.
    pub fn new(rows: Option<u64>, bytes: Option<u64>, now: Instant) -> Self {
        Self { rows, bytes, free_at: now }
    }

    /// Sets other limits from here on.
    pub fn limit(&mut self, rows: Option<u64>, bytes: Option<u64>, now: Instant) {
        (self.rows, self.bytes) = (rows, bytes);
        if rows.is_none() && bytes.is_none() {
            self.free_at = now;
        }
    }

    /// How many rows and bytes pass in a quarter of a second: batches larger than that would make
    /// the load go by jerks.
    pub fn step(&self) -> (Option<u64>, Option<u64>) {
        let quarter = |limit: Option<u64>| limit.map(|limit| (limit / 4).max(1));
        (quarter(self.rows), quarter(self.bytes))
    }

    /// How many rows of that size pass in that time, where there is a limit.
    pub fn within(&self, time: Duration, row_bytes: u64) -> Option<u64> {
        let of_bytes = self.bytes.map(|bytes| bytes / row_bytes.max(1));
        let rate = [self.rows, of_bytes].into_iter().flatten().min()?;
        Some((rate as f64 * time.as_secs_f64()) as u64)
    }

    /// Lets so much pass, and says how long to wait before that.
    pub fn pass(&mut self, rows: usize, bytes: usize, now: Instant) -> Duration {
        let wait = self.free_at.saturating_duration_since(now);
        let cost = cost(rows, self.rows).max(cost(bytes, self.bytes));
        self.free_at = self.free_at.max(now) + cost;
        wait
    }
}

fn cost(amount: usize, a_second: Option<u64>) -> Duration {
    match a_second {
        None => Duration::ZERO,
        // An hour is long enough for anybody to change the limit.
        Some(rate) => Duration::from_secs_f64((amount as f64 / rate.max(1) as f64).min(3_600.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_passes_and_the_next_waits_until_it_is_paid() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(100), None, now);
        assert_eq!(pace.pass(50, 1 << 30, now), Duration::ZERO);
        assert_eq!(pace.pass(50, 0, now), Duration::from_millis(500));
        assert_eq!(pace.pass(1, 0, now + Duration::from_secs(9)), Duration::ZERO);
    }

    #[test]
    fn a_step_is_a_quarter_of_a_second() {
        let now = Instant::now();
        assert_eq!(Pace::new(Some(2_000), None, now).step(), (Some(500), None));
        assert_eq!(Pace::new(Some(1), Some(8), now).step(), (Some(1), Some(2)));
    }

    #[test]
    fn a_time_has_room_for_so_many_rows() {
        let within = |rows, bytes| {
            Pace::new(rows, bytes, Instant::now()).within(Duration::from_secs(2), 100)
        };
        assert_eq!(within(None, None), None);
        assert_eq!(within(Some(50), None), Some(100));
        assert_eq!(within(Some(50), Some(1_000)), Some(20));
    }

    #[test]
    fn the_stricter_of_two_limits_holds() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(1_000), Some(100), now);
        pace.pass(10, 200, now);
        assert_eq!(pace.pass(1, 1, now), Duration::from_secs(2));
    }

    #[test]
    fn a_limit_that_is_lifted_keeps_nobody_waiting() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(1), None, now);
        pace.pass(1_000_000, 0, now);
        pace.limit(None, None, now);
        assert_eq!(pace.pass(1_000_000, 0, now), Duration::ZERO);
        assert_eq!(pace.pass(1, 0, now), Duration::ZERO);
    }
}
