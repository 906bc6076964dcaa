//! Values as a server of the family reads them from a statement, or from the stream of a
//! `LOAD DATA`. The session's charset is `binary`, so that text and bytes reach their column as the
//! bytes they are, whatever its charset.
//!
//! A value is formatted once, straight into the buffer that is sent.

mod escape;
mod number;
#[cfg(test)]
mod tests;

use crate::writer::TargetColumn;
use oms_model::{DateTime, LogicalType, Span, Value};

/// Why a value cannot be written to a server of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritable {
    #[error("a number that is not finite has no place in a column of this database")]
    NotFinite,
    #[error("the change does not say what the value is")]
    Unchanged,
    #[error("a value lies beyond what this database can hold")]
    OutOfRange,
    /// The row has more or fewer values than the table has columns.
    #[error("the row does not fit the table")]
    Misfit,
}

/// How a column wants its values written, where its type makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// As their kind says.
    Usual,
    /// As text with its charset named: JSON, UUID and addresses take no bare bytes, or take them for
    /// what they keep inside.
    Words,
    /// Numbers are places among its members; 0 is what is none of them.
    Member,
}

impl Wish {
    pub fn of(column: &TargetColumn) -> Self {
        let is_its_own = ["uuid", "inet4", "inet6"].contains(&column.native.as_str());
        match column.logical {
            LogicalType::Json => Self::Words,
            LogicalType::Enum { .. } => Self::Member,
            _ if is_its_own => Self::Words,
            _ => Self::Usual,
        }
    }
}

/// Writes a row as `(…,…)`.
pub(super) fn tuple<'v>(
    out: &mut Vec<u8>,
    wishes: &[Wish],
    cells: impl Iterator<Item = Value<'v>>,
) -> Result<(), Unwritable> {
    let mut before = b'(';
    let mut written = 0;
    for value in cells {
        let wish = wishes.get(written).ok_or(Unwritable::Misfit)?;
        out.push(before);
        literal(out, *wish, value)?;
        before = b',';
        written += 1;
    }
    if written != wishes.len() || written == 0 {
        return Err(Unwritable::Misfit);
    }
    out.push(b')');
    Ok(())
}

/// Writes a value as an SQL literal.
pub(super) fn literal(out: &mut Vec<u8>, wish: Wish, value: Value<'_>) -> Result<(), Unwritable> {
    match value {
        Value::Null => out.extend_from_slice(b"NULL"),
        Value::Unchanged => return Err(Unwritable::Unchanged),
        Value::Bool(value) => out.push(if value { b'1' } else { b'0' }),
        Value::Int(value) => number::whole(out, value),
        Value::UInt(value) => number::whole(out, value),
        Value::Float(value) if is_negative_zero(value.into()) => out.extend_from_slice(b"'-0e0'"),
        Value::Double(value) if is_negative_zero(value) => out.extend_from_slice(b"'-0e0'"),
        Value::Float(value) => number::float(out, value)?,
        Value::Double(value) => number::double(out, value)?,
        Value::Decimal(text) => number::decimal(out, text)?,
        Value::Bits(bits) => number::whole(out, bits_number(bits)?),
        Value::Year(year) => number::whole(out, year),
        Value::Date(_) | Value::DateTime(_) | Value::Instant(_) | Value::Span(_) => {
            out.push(b'\'');
            moment(out, value)?;
            out.push(b'\'');
        }
        Value::Text(bytes) | Value::Json(bytes) if wish == Wish::Words => {
            out.extend_from_slice(b"_utf8mb4");
            quoted(out, bytes);
        }
        Value::Text(bytes)
        | Value::Json(bytes)
        | Value::Bytes(bytes)
        | Value::Enum(bytes)
        | Value::Set(bytes)
        | Value::Geometry(bytes)
        | Value::Vector(bytes) => quoted(out, bytes),
        // A number is how the error value is written; strict modes refuse it all the same.
        Value::EnumError if wish == Wish::Member => out.push(b'0'),
        // As text it is empty.
        Value::EnumError => out.extend_from_slice(b"''"),
    }
    Ok(())
}

/// MariaDB computes the sign of a statement's number, and its zero has none. It keeps the sign that
/// it reads from text, as its relatives do.
fn is_negative_zero(value: f64) -> bool {
    value == 0.0 && value.is_sign_negative()
}

/// Writes text of ours as a literal, for statements in any charset that contains ASCII.
pub(super) fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    quoted(out, bytes);
}

fn quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'\'');
    escape::literal(out, bytes);
    out.push(b'\'');
}

/// Writes a row as a line for `LOAD DATA … CHARACTER SET binary` with its default marks: tabs
/// between, a line feed at the end, backslashes before what would be misread.
pub(super) fn line<'v>(
    out: &mut Vec<u8>,
    columns: usize,
    cells: impl Iterator<Item = Value<'v>>,
) -> Result<(), Unwritable> {
    let mut written = 0;
    for value in cells {
        if written > 0 {
            out.push(b'\t');
        }
        field(out, value)?;
        written += 1;
    }
    if written != columns {
        return Err(Unwritable::Misfit);
    }
    out.push(b'\n');
    Ok(())
}

fn field(out: &mut Vec<u8>, value: Value<'_>) -> Result<(), Unwritable> {
    match value {
        Value::Null => out.extend_from_slice(b"\\N"),
        Value::Unchanged => return Err(Unwritable::Unchanged),
        Value::Bool(value) => out.push(if value { b'1' } else { b'0' }),
        Value::Int(value) => number::whole(out, value),
        Value::UInt(value) => number::whole(out, value),
        Value::Float(value) => number::float(out, value)?,
        Value::Double(value) => number::double(out, value)?,
        Value::Decimal(text) => number::decimal(out, text)?,
        Value::Year(year) => number::whole(out, year),
        Value::Date(_) | Value::DateTime(_) | Value::Instant(_) | Value::Span(_) => {
            moment(out, value)?;
        }
        Value::Bits(bytes)
        | Value::Text(bytes)
        | Value::Json(bytes)
        | Value::Bytes(bytes)
        | Value::Enum(bytes)
        | Value::Set(bytes)
        | Value::Geometry(bytes)
        | Value::Vector(bytes) => escape::field(out, bytes),
        // As text it could be a member.
        Value::EnumError => return Err(Unwritable::OutOfRange),
    }
    Ok(())
}

fn bits_number(bits: &[u8]) -> Result<u64, Unwritable> {
    let significant = bits.iter().position(|byte| *byte != 0).unwrap_or(bits.len());
    let bits = &bits[significant..];
    if bits.len() > 8 {
        return Err(Unwritable::OutOfRange);
    }
    Ok(bits.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A date or time without quotes.
fn moment(out: &mut Vec<u8>, value: Value<'_>) -> Result<(), Unwritable> {
    match value {
        Value::Date(date) => day(out, date),
        Value::DateTime(moment) | Value::Instant(moment) => date_time(out, moment),
        Value::Span(span) => {
            length(out, span);
            Ok(())
        }
        _ => Err(Unwritable::Misfit),
    }
}

fn day(out: &mut Vec<u8>, date: oms_model::Date) -> Result<(), Unwritable> {
    let year = u16::try_from(date.year).ok().filter(|year| *year <= 9999);
    let year = year.ok_or(Unwritable::OutOfRange)?;
    number::two(out, (year / 100) as u8);
    number::two(out, (year % 100) as u8);
    out.push(b'-');
    number::two(out, date.month);
    out.push(b'-');
    number::two(out, date.day);
    Ok(())
}

fn date_time(out: &mut Vec<u8>, moment: DateTime) -> Result<(), Unwritable> {
    day(out, moment.date)?;
    out.push(b' ');
    number::two(out, moment.clock.hour);
    out.push(b':');
    number::two(out, moment.clock.minute);
    out.push(b':');
    number::two(out, moment.clock.second);
    if !moment.clock.nanos.is_multiple_of(1000) {
        return Err(Unwritable::OutOfRange);
    }
    fraction(out, moment.clock.nanos / 1000);
    Ok(())
}

fn length(out: &mut Vec<u8>, span: Span) {
    let (negative, hours, minutes, seconds, micros) = span.parts();
    if negative {
        out.push(b'-');
    }
    match u8::try_from(hours) {
        Ok(hours) if hours < 100 => number::two(out, hours),
        _ => number::whole(out, hours),
    }
    out.push(b':');
    number::two(out, minutes);
    out.push(b':');
    number::two(out, seconds);
    fraction(out, micros);
}

/// Six digits, or nothing where there is nothing.
fn fraction(out: &mut Vec<u8>, micros: u32) {
    if micros == 0 {
        return;
    }
    out.push(b'.');
    number::two(out, (micros / 10_000) as u8);
    number::two(out, (micros / 100 % 100) as u8);
    number::two(out, (micros % 100) as u8);
}
