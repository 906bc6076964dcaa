//! How many rows one statement reads at the source: so many that it takes a second or two. Longer
//! ones keep old versions of rows alive there and keep others from taking their share; shorter ones
//! cost round trips.

use std::time::Duration;

/// What statements on one table are to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    rows: u64,
    /// Where it starts, from what a row is thought to take.
    usual: u64,
    /// Statements whose connection was lost may not have reached the aim for a reason.
    is_cautious: bool,
}

/// What a statement reads where nothing is known yet, in bytes and in rows.
const BYTES: u64 = 64 << 20;
const ROWS: u64 = 200_000;
const FEWEST: u64 = 16;
/// How long a statement is to take, and from when on it was too short or too long.
const AIM: Duration = Duration::from_millis(1_500);
const SHORT: Duration = Duration::from_millis(750);
const LONG: Duration = Duration::from_secs(2);
/// What may grow beyond the usual is a part of what is left: others want their share in the end.
const SHARES: u64 = 16;

impl Statement {
    /// For rows that take about so many bytes.
    pub fn of(row_bytes: u64) -> Self {
        let usual = (BYTES / row_bytes.max(1)).clamp(FEWEST, ROWS);
        Self { rows: usual, usual, is_cautious: false }
    }

    /// The first one of a range is short, so that other readers need not wait long for their share.
    pub fn first(&self) -> u64 {
        (self.usual / 8).max(FEWEST).min(self.rows)
    }

    pub fn next(&self) -> u64 {
        self.rows
    }

    /// One came to its end: so many rows in so much time, and about so many are left.
    pub fn took(&mut self, rows: u64, time: Duration, left: u64) {
        if rows == 0 {
            return;
        }
        let per_row = time.as_secs_f64() / rows as f64;
        let fitting = (AIM.as_secs_f64() / per_row.max(1e-9)) as u64;
        // What is over in a moment says little about what takes long.
        if time >= SHORT && fitting < self.rows && (time > LONG || rows < self.rows) {
            self.rows = fitting.clamp(self.rows / 4, self.rows);
        } else if time < SHORT && rows >= self.rows {
            let most = match self.is_cautious {
                true => self.usual,
                false => self.usual.max(left / SHARES),
            };
            self.rows = fitting.min(self.rows * 2).min(most).max(self.rows.min(most));
        }
        self.rows = self.rows.max(FEWEST);
    }

    /// One was broken off: by a limit in time, or with its connection.
    pub fn broke(&mut self) {
        self.rows = (self.rows / 4).max(FEWEST);
        self.is_cautious = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENTY: u64 = 1 << 40;

    /// Reads with a source of so many rows a second, and says what the statements came to.
    fn reading(statement: &mut Statement, rate: u64, times: usize) -> u64 {
        for _ in 0..times {
            let rows = statement.next();
            statement.took(rows, Duration::from_secs_f64(rows as f64 / rate as f64), PLENTY);
        }
        statement.next()
    }

    #[test]
    fn it_starts_within_bounds_of_rows_and_bytes() {
        assert_eq!(Statement::of(1).next(), ROWS);
        assert_eq!(Statement::of(1 << 20).next(), 64);
        assert_eq!(Statement::of(1 << 30).next(), 16);
        assert_eq!(Statement::of(200).first(), 25_000);
    }

    #[test]
    fn it_comes_to_take_a_second_or_two() {
        for rate in [100, 10_000, 100_000, 1_000_000, 3_000_000] {
            let mut statement = Statement::of(100);
            let rows = reading(&mut statement, rate, 12);
            let time = rows as f64 / rate as f64;
            assert!((0.7..=2.0).contains(&time), "{rate} a second: {rows} rows in {time} s");
        }
    }

    #[test]
    fn it_does_not_grow_into_what_others_are_to_have() {
        let mut statement = Statement::of(100);
        for _ in 0..12 {
            statement.took(statement.next(), Duration::from_millis(100), 1_000_000);
        }
        assert_eq!(statement.next(), ROWS);
    }

    #[test]
    fn a_short_first_one_tells_as_much_as_a_full_one() {
        let mut statement = Statement::of(100);
        let first = statement.first();
        statement.took(first, Duration::from_secs(1), PLENTY);
        assert_eq!(statement.next(), 50_000, "at most to a quarter at once");
        let mut statement = Statement::of(100);
        statement.took(first, Duration::from_millis(50), PLENTY);
        assert_eq!(statement.next(), ROWS, "what it does not know it does not exceed");
    }

    #[test]
    fn it_shrinks_at_once_when_one_breaks_and_comes_back_to_the_usual() {
        let mut statement = Statement::of(100);
        statement.broke();
        assert_eq!(statement.next(), ROWS / 4);
        assert!(statement.first() <= ROWS / 4);
        (0..20).for_each(|_| statement.broke());
        assert_eq!((statement.next(), statement.first()), (FEWEST, FEWEST));
        assert_eq!(reading(&mut statement, 10_000_000, 40), ROWS);
    }
}
