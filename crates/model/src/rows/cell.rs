//! The stored form of a value: a mark, then what the mark says. Numbers are fixed, the rest carries
//! its length. Equal values have equal bytes, and no others have.

use crate::moment::{Clock, Date, DateTime, Span};
use crate::value::Value;

/// The marks. They are written into files: never change one, only add.
mod mark {
    pub const NULL: u8 = 0;
    pub const UNCHANGED: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const TRUE: u8 = 3;
    pub const INT: u8 = 4;
    pub const UINT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const DECIMAL: u8 = 8;
    pub const BITS: u8 = 9;
    pub const YEAR: u8 = 10;
    pub const DATE: u8 = 11;
    pub const SPAN: u8 = 12;
    pub const DATE_TIME: u8 = 13;
    pub const INSTANT: u8 = 14;
    pub const TEXT: u8 = 15;
    pub const BYTES: u8 = 16;
    pub const JSON: u8 = 17;
    pub const ENUM: u8 = 18;
    pub const ENUM_ERROR: u8 = 19;
    pub const SET: u8 = 20;
    pub const GEOMETRY: u8 = 21;
    pub const VECTOR: u8 = 22;
}

#[inline]
pub(crate) fn write(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Null => out.push(mark::NULL),
        Value::Unchanged => out.push(mark::UNCHANGED),
        Value::Bool(value) => out.push(if value { mark::TRUE } else { mark::FALSE }),
        Value::Int(value) => fixed(out, mark::INT, value.to_le_bytes()),
        Value::UInt(value) => fixed(out, mark::UINT, value.to_le_bytes()),
        Value::Float(value) => fixed(out, mark::FLOAT, value.to_bits().to_le_bytes()),
        Value::Double(value) => fixed(out, mark::DOUBLE, value.to_bits().to_le_bytes()),
        Value::Decimal(text) => sized(out, mark::DECIMAL, text.as_bytes()),
        Value::Bits(bytes) => sized(out, mark::BITS, bytes),
        Value::Year(year) => fixed(out, mark::YEAR, year.to_le_bytes()),
        Value::Date(value) => fixed(out, mark::DATE, date(value)),
        Value::Span(value) => fixed(out, mark::SPAN, value.micros.to_le_bytes()),
        Value::DateTime(value) => fixed(out, mark::DATE_TIME, date_time(value)),
        Value::Instant(value) => fixed(out, mark::INSTANT, date_time(value)),
        Value::Text(bytes) => sized(out, mark::TEXT, bytes),
        Value::Bytes(bytes) => sized(out, mark::BYTES, bytes),
        Value::Json(bytes) => sized(out, mark::JSON, bytes),
        Value::Enum(bytes) => sized(out, mark::ENUM, bytes),
        Value::EnumError => out.push(mark::ENUM_ERROR),
        Value::Set(bytes) => sized(out, mark::SET, bytes),
        Value::Geometry(bytes) => sized(out, mark::GEOMETRY, bytes),
        Value::Vector(bytes) => sized(out, mark::VECTOR, bytes),
    }
}

#[inline]
fn fixed<const N: usize>(out: &mut Vec<u8>, mark: u8, bytes: [u8; N]) {
    out.push(mark);
    out.extend_from_slice(&bytes);
}

/// The length takes seven bits a byte, the lowest first.
#[inline]
fn sized(out: &mut Vec<u8>, mark: u8, bytes: &[u8]) {
    out.push(mark);
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
}

fn date(value: Date) -> [u8; 6] {
    let [a, b, c, d] = value.year.to_le_bytes();
    [a, b, c, d, value.month, value.day]
}

fn date_time(value: DateTime) -> [u8; 13] {
    let mut bytes = [0; 13];
    let Clock { hour, minute, second, nanos } = value.clock;
    bytes[..6].copy_from_slice(&date(value.date));
    bytes[6..9].copy_from_slice(&[hour, minute, second]);
    bytes[9..].copy_from_slice(&nanos.to_le_bytes());
    bytes
}

/// The values of one row, from its stored form. Bytes that are no stored row end it early, so bytes
/// from outside are checked with [`Cells::check`] first.
#[derive(Debug, Clone)]
pub struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Cells<'a> {
    pub fn new(stored: &'a [u8]) -> Self {
        Self { rest: stored }
    }

    /// The values that are still to come, in their stored form.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// How many values there are; `None` if the bytes are no stored row.
    pub fn check(mut self) -> Option<usize> {
        let mut count = 0;
        while !self.rest.is_empty() {
            self.read()?;
            count += 1;
        }
        Some(count)
    }

    #[inline]
    fn read(&mut self) -> Option<Value<'a>> {
        let value = match self.take::<1>()?[0] {
            mark::NULL => Value::Null,
            mark::UNCHANGED => Value::Unchanged,
            mark::FALSE => Value::Bool(false),
            mark::TRUE => Value::Bool(true),
            mark::INT => Value::Int(i64::from_le_bytes(self.take()?)),
            mark::UINT => Value::UInt(u64::from_le_bytes(self.take()?)),
            mark::FLOAT => Value::Float(f32::from_le_bytes(self.take()?)),
            mark::DOUBLE => Value::Double(f64::from_le_bytes(self.take()?)),
            mark::DECIMAL => Value::Decimal(std::str::from_utf8(self.sized()?).ok()?),
            mark::BITS => Value::Bits(self.sized()?),
            mark::YEAR => Value::Year(u16::from_le_bytes(self.take()?)),
            mark::DATE => Value::Date(self.date()?),
            mark::SPAN => Value::Span(Span { micros: i64::from_le_bytes(self.take()?) }),
            mark::DATE_TIME => Value::DateTime(self.date_time()?),
            mark::INSTANT => Value::Instant(self.date_time()?),
            mark::TEXT => Value::Text(self.sized()?),
            mark::BYTES => Value::Bytes(self.sized()?),
            mark::JSON => Value::Json(self.sized()?),
            mark::ENUM => Value::Enum(self.sized()?),
            mark::ENUM_ERROR => Value::EnumError,
            mark::SET => Value::Set(self.sized()?),
            mark::GEOMETRY => Value::Geometry(self.sized()?),
            mark::VECTOR => Value::Vector(self.sized()?),
            _ => return None,
        };
        Some(value)
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    #[inline]
    fn sized(&mut self) -> Option<&'a [u8]> {
        let mut length = 0_usize;
        let mut shift = 0;
        loop {
            let byte = self.take::<1>()?[0];
            length |= usize::from(byte & 0x7F).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn date(&mut self) -> Option<Date> {
        let year = i32::from_le_bytes(self.take()?);
        let [month, day] = self.take()?;
        Some(Date { year, month, day })
    }

    fn date_time(&mut self) -> Option<DateTime> {
        let date = self.date()?;
        let [hour, minute, second] = self.take()?;
        let nanos = u32::from_le_bytes(self.take()?);
        Some(DateTime { date, clock: Clock { hour, minute, second, nanos } })
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let value = self.read();
        if value.is_none() {
            self.rest = &[];
        }
        value
    }
}
