//! Functions and casts.

use super::Undecidable;
use super::collation::Collation;
use super::number::{self, Number};
use super::operand::Operand;
use super::time;
use crate::filter::{CastType, Function};
use std::borrow::Cow;

pub(super) fn call<'v>(
    function: Function,
    args: &[Operand<'v>],
) -> Result<Operand<'v>, Undecidable> {
    if args.iter().any(|arg| matches!(arg, Operand::Null)) {
        return Ok(Operand::Null);
    }
    let texts = args.iter().map(text).collect::<Result<Vec<_>, _>>();
    match (function, args) {
        (Function::Concat, _) => {
            let texts = texts?;
            let mut collation = Collation::Literal;
            let mut joined = Vec::new();
            for (bytes, of) in &texts {
                collation = match (collation, *of) {
                    (Collation::Literal, of) => of,
                    (known, Collation::Literal) => known,
                    (known, of) if known == of => known,
                    _ => return Err(Undecidable::Collation),
                };
                joined.extend_from_slice(bytes);
            }
            Ok(Operand::Text(Cow::Owned(joined), collation))
        }
        (Function::Substr, [of, from, length @ ..]) => {
            let (bytes, collation) = text(of)?;
            let length = length.first().map(whole).transpose()?;
            let part = part(&bytes, whole(from)?, length, collation)?;
            Ok(Operand::Text(Cow::Owned(part), collation))
        }
        (Function::Replace, [..]) => {
            let texts = texts?;
            let [(of, collation), (what, _), (by, _)] = texts.as_slice() else {
                return Err(Undecidable::Types);
            };
            Ok(Operand::Text(Cow::Owned(replaced(of, what, by)?), *collation))
        }
        (Function::Substr, _) => Err(Undecidable::Types),
    }
}

/// The text that a value is taken for.
fn text<'a>(of: &'a Operand<'_>) -> Result<(Cow<'a, [u8]>, Collation), Undecidable> {
    match of {
        Operand::Text(bytes, collation) | Operand::Label(bytes, collation) => {
            Ok((Cow::Borrowed(bytes), *collation))
        }
        Operand::Number(number) if number.scale == 0 => {
            Ok((Cow::Owned(number.digits.to_string().into_bytes()), Collation::Literal))
        }
        _ => Err(Undecidable::Types),
    }
}

fn whole(of: &Operand<'_>) -> Result<i128, Undecidable> {
    match of.number()? {
        Some(Number { digits, scale: 0, .. }) => Ok(digits),
        _ => Err(Undecidable::Types),
    }
}

/// Characters from a place on, counted from 1, or from the end where it is negative.
fn part(
    bytes: &[u8],
    from: i128,
    length: Option<i128>,
    collation: Collation,
) -> Result<Vec<u8>, Undecidable> {
    // Where a character begins; bytes are their own characters.
    let mut starts: Vec<usize> = match collation {
        Collation::Bytes => (0..bytes.len()).collect(),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|_| Undecidable::Collation)?;
            text.char_indices().map(|(at, _)| at).collect()
        }
    };
    let count = starts.len() as i128;
    starts.push(bytes.len());
    let first = if from > 0 { from - 1 } else { count + from };
    let length = length.unwrap_or(count);
    if from == 0 || first < 0 || first >= count || length <= 0 {
        return Ok(Vec::new());
    }
    let last = first.saturating_add(length).min(count);
    let place = |at: i128| usize::try_from(at).map_or(bytes.len(), |at| starts[at]);
    Ok(bytes[place(first)..place(last)].to_vec())
}

fn replaced(of: &[u8], what: &[u8], by: &[u8]) -> Result<Vec<u8>, Undecidable> {
    let read = |bytes| std::str::from_utf8(bytes).map_err(|_| Undecidable::Collation);
    let (of, what, by) = (read(of)?, read(what)?, read(by)?);
    if what.is_empty() {
        return Ok(of.as_bytes().to_vec());
    }
    Ok(of.replace(what, by).into_bytes())
}

pub(super) fn cast(value: Operand<'_>, to: CastType) -> Result<Operand<'_>, Undecidable> {
    if value == Operand::Null {
        return Ok(Operand::Null);
    }
    match to {
        CastType::Char { length } => {
            let (bytes, collation) = text(&value)?;
            let all = i128::from(length.unwrap_or(u32::MAX));
            let part = part(&bytes, 1, Some(all), collation)?;
            // It compares as the connection does, whatever the column's collation is.
            let collation = match collation {
                Collation::Literal => Collation::Literal,
                _ => Collation::Unknown,
            };
            Ok(Operand::Text(Cow::Owned(part), collation))
        }
        CastType::Signed | CastType::Unsigned => {
            let number = match &value {
                Operand::Text(bytes, _) => number::whole_of_text(bytes)?,
                other => match other.number()? {
                    Some(number) => number.rounded(0)?,
                    None => return Ok(Operand::Null),
                },
            };
            let is_unsigned = to == CastType::Unsigned;
            let fits = match is_unsigned {
                true => u64::try_from(number.digits).is_ok(),
                false => i64::try_from(number.digits).is_ok(),
            };
            // Beyond that the bits would be taken for another number.
            fits.then_some(Operand::Number(Number { unsigned: is_unsigned, ..number }))
                .ok_or(Undecidable::OutOfRange)
        }
        CastType::Decimal { size } => {
            let Some(number) = value.number()? else { return Ok(Operand::Null) };
            let (digits, scale) = size.unwrap_or((10, 0));
            let number = number.rounded(scale)?;
            let most = 10_i128.checked_pow(digits).ok_or(Undecidable::OutOfRange)?;
            let fits = number.digits.abs() < most;
            fits.then_some(Operand::Number(number)).ok_or(Undecidable::OutOfRange)
        }
        CastType::Date => match moment(value)? {
            Operand::Moment(year, month, day, _) => Ok(Operand::Moment(year, month, day, 0)),
            other => Ok(other),
        },
        CastType::DateTime { fraction } => match moment(value)? {
            Operand::Moment(year, month, day, micros) => {
                let unit = 10_u64.pow(6 - fraction.unwrap_or(0).min(6));
                // Rounding may change the day.
                let exact = micros.is_multiple_of(unit);
                exact.then_some(Operand::Moment(year, month, day, micros)).ok_or(Undecidable::Types)
            }
            other => Ok(other),
        },
        CastType::Time { .. } => match value {
            Operand::Span(micros) if micros % 1_000_000 == 0 => Ok(Operand::Span(micros)),
            Operand::Text(bytes, _) => time::span(&bytes).ok_or(Undecidable::Types),
            _ => Err(Undecidable::Types),
        },
        CastType::Double => Err(Undecidable::Types),
    }
}

fn moment(value: Operand<'_>) -> Result<Operand<'_>, Undecidable> {
    match value {
        Operand::Moment(..) => Ok(value),
        Operand::Text(bytes, _) => time::moment(&bytes).ok_or(Undecidable::Types),
        _ => Err(Undecidable::Types),
    }
}
