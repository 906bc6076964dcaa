//! Dates and times as databases keep them: with zero and partial dates, hours beyond a day, and
//! years beyond any calendar library. Nothing here is ever normalised.

use std::fmt;

/// A civil date. Month and day may be zero: MySQL stores `0000-00-00` and `2023-00-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Date {
    /// Before the year 1 in PostgreSQL: astronomical, 0 is 1 BC.
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

/// A time of day without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Clock {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub nanos: u32,
}

/// A date and a time of day. Whether it is an instant in UTC or a civil time is its column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DateTime {
    pub date: Date,
    pub clock: Clock,
}

/// A length of time of either sign, as MySQL's `TIME`: up to 838 hours, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    pub micros: i64,
}

impl Span {
    /// From its parts, as protocols send them.
    pub fn of_parts(negative: bool, hours: u64, minutes: u8, seconds: u8, micros: u32) -> Self {
        let seconds = hours.saturating_mul(3600) + u64::from(minutes) * 60 + u64::from(seconds);
        let micros = i64::try_from(seconds.saturating_mul(1_000_000) + u64::from(micros));
        let micros = micros.unwrap_or(i64::MAX);
        Self { micros: if negative { -micros } else { micros } }
    }

    /// Sign, hours, minutes, seconds, microseconds.
    pub fn parts(self) -> (bool, u64, u8, u8, u32) {
        let all = self.micros.unsigned_abs();
        let seconds = all / 1_000_000;
        // Each remainder is smaller than what it is divided by.
        let (minute, second, micros) =
            ((seconds / 60 % 60) as u8, (seconds % 60) as u8, (all % 1_000_000) as u32);
        (self.micros < 0, seconds / 3600, minute, second, micros)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        fraction(f, self.nanos)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.clock)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, hours, minutes, seconds, micros) = self.parts();
        let sign = if negative { "-" } else { "" };
        write!(f, "{sign}{hours:02}:{minutes:02}:{seconds:02}")?;
        fraction(f, micros * 1000)
    }
}

/// Six digits, or nine where six do not hold it, or none where there is nothing.
fn fraction(f: &mut fmt::Formatter<'_>, nanos: u32) -> fmt::Result {
    match nanos {
        0 => Ok(()),
        nanos if nanos.is_multiple_of(1000) => write!(f, ".{:06}", nanos / 1000),
        nanos => write!(f, ".{nanos:09}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zero_and_partial_dates_are_shown_as_they_are() {
        assert_eq!(Date::default().to_string(), "0000-00-00");
        assert_eq!(Date { year: 2023, month: 0, day: 10 }.to_string(), "2023-00-10");
    }

    #[test]
    fn a_fraction_is_shown_only_where_there_is_one() {
        let clock = |nanos| Clock { hour: 1, minute: 2, second: 3, nanos }.to_string();
        assert_eq!(clock(0), "01:02:03");
        assert_eq!(clock(7_000), "01:02:03.000007");
        assert_eq!(clock(7), "01:02:03.000000007");
    }

    #[test]
    fn a_span_keeps_its_sign_below_a_second() {
        assert_eq!(Span { micros: -1 }.to_string(), "-00:00:00.000001");
        assert_eq!(Span::of_parts(true, 838, 59, 59, 0).to_string(), "-838:59:59");
    }

    proptest! {
        #[test]
        fn a_span_is_its_parts(micros in -3_020_399_999_999_i64..=3_020_399_999_999) {
            let (negative, hours, minutes, seconds, rest) = Span { micros }.parts();
            prop_assert_eq!(Span::of_parts(negative, hours, minutes, seconds, rest), Span { micros });
        }
    }
}
