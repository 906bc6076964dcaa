//! Dates and times, as rows and documents pack them.

use super::Wrong;
use crate::mysql::changes::bytes::Bytes;
use oms_model::{Clock, Date, DateTime, Span};

const BAD: Wrong = Wrong::Because("a date or a time is out of range");

/// The fraction of a second in microseconds, which follows with as many bytes as its digits take.
fn micros(from: &mut Bytes<'_>, fraction: u8) -> Result<u32, Wrong> {
    let bytes = fraction.div_ceil(2);
    let unit = [1_000_000, 10_000, 100, 1].get(usize::from(bytes)).ok_or(BAD)?;
    let stored = from.big(bytes.into())? as u32;
    stored.checked_mul(*unit).filter(|micros| *micros < 1_000_000).ok_or(BAD)
}

pub(super) fn date_time(from: &mut Bytes<'_>, fraction: u8) -> Result<DateTime, Wrong> {
    let packed = from.big(5)?.checked_sub(0x80_0000_0000).ok_or(BAD)?;
    let micros = micros(from, fraction)?;
    Ok(packed_date_time(packed, micros))
}

/// From its parts, packed into one number.
pub(in crate::mysql::changes) fn packed_date_time(packed: u64, micros: u32) -> DateTime {
    let (day, clock) = (packed >> 17, packed & 0x1_ffff);
    let month = day >> 5;
    let date = Date { year: (month / 13) as i32, month: (month % 13) as u8, day: (day & 31) as u8 };
    let clock = Clock {
        hour: (clock >> 12) as u8,
        minute: (clock >> 6 & 63) as u8,
        second: (clock & 63) as u8,
        nanos: micros * 1000,
    };
    DateTime { date, clock }
}

/// Seconds since 1970, and nothing at all for a zero date.
pub(super) fn instant(from: &mut Bytes<'_>, fraction: u8) -> Result<DateTime, Wrong> {
    let seconds = u32::from_be_bytes(from.array()?);
    let micros = micros(from, fraction)?;
    Ok(since_1970(seconds, micros))
}

fn since_1970(seconds: u32, micros: u32) -> DateTime {
    if seconds == 0 && micros == 0 {
        return DateTime::default();
    }
    let clock = Clock {
        hour: (seconds / 3600 % 24) as u8,
        minute: (seconds / 60 % 60) as u8,
        second: (seconds % 60) as u8,
        nanos: micros * 1000,
    };
    DateTime { date: day(seconds / 86_400), clock }
}

/// The date so many days after the beginning of 1970, by years that begin in March.
fn day(days: u32) -> Date {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let year = era * 400 + year + u32::from(month <= 2);
    Date { year: year.cast_signed(), month: month as u8, day: day as u8 }
}

/// All its bytes are one number, from the middle of its range.
pub(super) fn span(from: &mut Bytes<'_>, fraction: u8) -> Result<Span, Wrong> {
    let bytes = fraction.div_ceil(2);
    let unit = [1_000_000, 10_000, 100, 1].get(usize::from(bytes)).ok_or(BAD)?;
    let bits = u32::from(bytes) * 8;
    let stored = from.big(3 + usize::from(bytes))?.cast_signed() - (0x80_0000_i64 << bits);
    let size = stored.unsigned_abs();
    let micros = (size & ((1 << bits) - 1)) * if bytes == 0 { 0 } else { *unit };
    span_of(stored < 0, size >> bits, micros)
}

fn span_of(negative: bool, packed: u64, micros: u64) -> Result<Span, Wrong> {
    if micros >= 1_000_000 {
        return Err(BAD);
    }
    let (hours, minutes, seconds) = (packed >> 12 & 0x3ff, packed >> 6 & 63, packed & 63);
    Ok(Span::of_parts(negative, hours, minutes as u8, seconds as u8, micros as u32))
}

/// A time within a document: the whole seconds, and 24 bits of a fraction.
pub(in crate::mysql::changes) fn packed_time(packed: i64) -> Result<Span, Wrong> {
    let size = packed.unsigned_abs();
    span_of(packed < 0, size >> 24, size & 0xff_ffff)
}

/// Decimal digits: `20240229123456`.
pub(super) fn old_date_time(from: &mut Bytes<'_>) -> Result<DateTime, Wrong> {
    let digits = from.u64()?;
    let (days, time) = (digits / 1_000_000, digits % 1_000_000);
    let year = i32::try_from(days / 10_000).ok().filter(|year| *year <= 9999).ok_or(BAD)?;
    let date = Date { year, month: (days / 100 % 100) as u8, day: (days % 100) as u8 };
    let clock = Clock {
        hour: (time / 10_000) as u8,
        minute: (time / 100 % 100) as u8,
        second: (time % 100) as u8,
        nanos: 0,
    };
    Ok(DateTime { date, clock })
}

pub(super) fn old_instant(from: &mut Bytes<'_>) -> Result<DateTime, Wrong> {
    Ok(since_1970(from.u32()?, 0))
}

/// Decimal digits with a sign: `-8385959`.
pub(super) fn old_span(from: &mut Bytes<'_>) -> Result<Span, Wrong> {
    let [a, b, c] = from.array()?;
    let digits = i32::from_le_bytes([0, a, b, c]) >> 8;
    let size = digits.unsigned_abs();
    let (hours, minutes, seconds) = (size / 10_000, size / 100 % 100, size % 100);
    Ok(Span::of_parts(digits < 0, hours.into(), minutes as u8, seconds as u8, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span_text(fraction: u8, bytes: &[u8]) -> String {
        span(&mut Bytes::new(bytes), fraction).unwrap().to_string()
    }

    #[test]
    fn times_below_zero_are_read_in_all_widths() {
        assert_eq!(span_text(0, &[0x7f, 0xff, 0xff]), "-00:00:01");
        assert_eq!(span_text(6, &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff]), "-00:00:00.000001");
        assert_eq!(span_text(2, &[0x7f, 0xff, 0xff, 0xff]), "-00:00:00.010000");
        assert_eq!(span_text(0, &[0xb4, 0x6e, 0xfb]), "838:59:59");
        assert_eq!(span_text(0, &[0x4b, 0x91, 0x05]), "-838:59:59");
        assert_eq!(span_text(4, &[0x80, 0, 1, 0x04, 0xd2]), "00:00:01.123400");
    }

    #[test]
    fn moments_are_civil_in_utc() {
        let text = |seconds: u32| since_1970(seconds, 0).to_string();
        assert_eq!(text(1), "1970-01-01 00:00:01");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(text(i32::MAX.cast_unsigned()), "2038-01-19 03:14:07");
        assert_eq!(text(u32::MAX), "2106-02-07 06:28:15");
        assert_eq!(text(0), "0000-00-00 00:00:00");
    }

    #[test]
    fn the_old_forms_are_digits() {
        let moment = 20_240_229_123_456_u64.to_le_bytes();
        let read = old_date_time(&mut Bytes::new(&moment)).unwrap();
        assert_eq!(read.to_string(), "2024-02-29 12:34:56");
        let time = (-8_385_959_i32).to_le_bytes();
        let read = old_span(&mut Bytes::new(&time[..3])).unwrap();
        assert_eq!(read.to_string(), "-838:59:59");
    }
}
