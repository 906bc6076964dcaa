//! Moments written as text, in the forms that mean the same everywhere.

use super::operand::Operand;
use crate::moment::{Clock, Date};

/// `2026-01-31`, with or without ` 12:34:56` and a fraction, in UTC where the column holds instants.
pub(super) fn moment<'v>(text: &[u8]) -> Option<Operand<'v>> {
    let text = std::str::from_utf8(text).ok()?;
    let (date, clock) = match text.split_once([' ', 'T']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let date = Date { year: i32::try_from(year).ok()?, month: small(month)?, day: small(day)? };
    let clock = match clock {
        None => Clock::default(),
        Some(clock) => {
            let (whole, micros) = fraction(clock)?;
            let [hour, minute, second] = parts(whole, ':', [2, 2, 2])?;
            Clock {
                hour: small(hour).filter(|hour| *hour < 24)?,
                minute: small(minute).filter(|minute| *minute < 60)?,
                second: small(second).filter(|second| *second < 60)?,
                nanos: micros * 1000,
            }
        }
    };
    Some(Operand::moment(date, clock))
}

/// `-12:34:56` with or without a fraction.
pub(super) fn span<'v>(text: &[u8]) -> Option<Operand<'v>> {
    let text = std::str::from_utf8(text).ok()?;
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, micros) = fraction(rest)?;
    let hours = whole.find(':')?;
    let [hour, minute, second] = parts(whole, ':', [hours, 2, 2])?;
    if hours > 3 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(Operand::Span(sign * (seconds * 1_000_000 + i64::from(micros))))
}

/// What stands before the point, and the microseconds behind it.
fn fraction(text: &str) -> Option<(&str, u32)> {
    let Some((whole, digits)) = text.split_once('.') else { return Some((text, 0)) };
    let is_fraction = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_fraction.then_some(())?;
    let missing = u32::try_from(6 - digits.len()).ok()?;
    Some((whole, digits.parse::<u32>().ok()? * 10_u32.pow(missing)))
}

/// Three numbers of so many digits.
fn parts(text: &str, between: char, widths: [usize; 3]) -> Option<[u32; 3]> {
    let mut found = [0; 3];
    let mut rest = text.split(between);
    for (number, width) in found.iter_mut().zip(widths) {
        let digits = rest.next()?;
        let fits = digits.len() == width && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then_some(())?;
        *number = digits.parse().ok()?;
    }
    rest.next().is_none().then_some(found)
}

fn small(number: u32) -> Option<u8> {
    u8::try_from(number).ok()
}
