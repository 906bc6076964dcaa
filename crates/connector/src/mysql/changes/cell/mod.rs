//! Values of rows, from the bytes of an image to the form that is kept. Nothing is allocated for a
//! value: what has to be put together is put into a buffer that is used again.

mod address;
mod closed;
mod decimal;
mod list;
mod moment;

pub(super) use decimal::{Digits, write_decimal};
pub(super) use list::Members;
pub(super) use moment::{packed_date_time, packed_time};

use super::bytes::{Bytes, Short};
use super::json;
use oms_model::change::RowsWriter;
use oms_model::{Date, Value};

/// Takes values one after the other.
pub(super) trait Sink {
    fn put(&mut self, value: Value<'_>);
}

impl Sink for RowsWriter<'_> {
    #[inline]
    fn put(&mut self, value: Value<'_>) {
        self.push(value);
    }
}

/// Takes nothing.
pub(super) struct Nothing;

impl Sink for Nothing {
    #[inline]
    fn put(&mut self, _value: Value<'_>) {}
}

/// Why a value cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Short,
    Because(&'static str),
}

impl From<Short> for Wrong {
    #[inline]
    fn from(_: Short) -> Self {
        Self::Short
    }
}

impl Wrong {
    pub fn words(self) -> &'static str {
        match self {
            Self::Short => "a row ends too early",
            Self::Because(why) => why,
        }
    }
}

/// How many bytes the length takes that stands before a value.
pub(super) type Prefix = u8;

/// How the values of one column are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Int {
        bytes: u8,
        signed: bool,
    },
    Float,
    Double,
    Year,
    Date,
    /// With so many digits of a fraction.
    DateTime(u8),
    Instant(u8),
    Span(u8),
    /// The forms of before MySQL 5.6, without a fraction.
    OldDateTime,
    OldInstant,
    OldSpan,
    Decimal(Digits),
    /// So many bytes.
    Bits(usize),
    Enum {
        bytes: u8,
        members: Members,
    },
    Set {
        bytes: u8,
        members: Members,
    },
    Text(Prefix),
    Bytes(Prefix),
    /// Bytes that are logged without the zeros at their end.
    Fixed {
        prefix: Prefix,
        length: usize,
    },
    /// A document in the form of MySQL's storage.
    Json(Prefix),
    /// A document as text.
    JsonText(Prefix),
    Geometry(Prefix),
    Vector(Prefix),
    /// What MariaDB keeps compressed; whether it is text.
    Closed {
        prefix: Prefix,
        text: bool,
    },
    Uuid,
    Inet6,
    Inet4,
}

impl Cell {
    /// Reads a value that is not NULL. `scratch` is empty before and anything after.
    #[inline]
    pub fn read<S: Sink>(
        &self,
        from: &mut Bytes<'_>,
        scratch: &mut Vec<u8>,
        sink: &mut S,
    ) -> Result<(), Wrong> {
        match self {
            Self::Int { bytes, signed: true } => sink.put(Value::Int(signed(from, *bytes)?)),
            Self::Int { bytes, signed: false } => sink.put(Value::UInt(unsigned(from, *bytes)?)),
            Self::Text(prefix) => sink.put(Value::Text(sized(from, *prefix)?)),
            Self::Bytes(prefix) => sink.put(Value::Bytes(sized(from, *prefix)?)),
            Self::Float => sink.put(Value::Float(f32::from_le_bytes(from.array()?))),
            Self::Double => sink.put(Value::Double(f64::from_le_bytes(from.array()?))),
            Self::Decimal(digits) => {
                let mut room = [0; decimal::ROOM];
                sink.put(Value::Decimal(digits.text(from, &mut room)?));
            }
            Self::DateTime(fraction) => {
                sink.put(Value::DateTime(moment::date_time(from, *fraction)?));
            }
            Self::Instant(fraction) => sink.put(Value::Instant(moment::instant(from, *fraction)?)),
            Self::Date => sink.put(Value::Date(date(from.u24()?))),
            _ => return self.read_rare(from, scratch, sink),
        }
        Ok(())
    }

    fn read_rare<S: Sink>(
        &self,
        from: &mut Bytes<'_>,
        scratch: &mut Vec<u8>,
        sink: &mut S,
    ) -> Result<(), Wrong> {
        match self {
            Self::Span(fraction) => sink.put(Value::Span(moment::span(from, *fraction)?)),
            Self::Year => {
                let year = u16::from(from.u8()?);
                sink.put(Value::Year(if year == 0 { 0 } else { 1900 + year }));
            }
            Self::OldDateTime => sink.put(Value::DateTime(moment::old_date_time(from)?)),
            Self::OldInstant => sink.put(Value::Instant(moment::old_instant(from)?)),
            Self::OldSpan => sink.put(Value::Span(moment::old_span(from)?)),
            Self::Bits(bytes) => sink.put(Value::Bits(from.take(*bytes)?)),
            Self::Enum { bytes, members } => sink.put(list::member(from, *bytes, members)?),
            Self::Set { bytes, members } => {
                scratch.clear();
                list::set(from, *bytes, members, scratch)?;
                sink.put(Value::Set(scratch));
            }
            Self::Fixed { prefix, length } => {
                let bytes = sized(from, *prefix)?;
                match bytes.len() == *length {
                    true => sink.put(Value::Bytes(bytes)),
                    false => {
                        padded(bytes, *length, scratch)?;
                        sink.put(Value::Bytes(scratch));
                    }
                }
            }
            Self::Json(prefix) => {
                scratch.clear();
                json::print(sized(from, *prefix)?, scratch)?;
                sink.put(Value::Json(scratch));
            }
            Self::JsonText(prefix) => sink.put(Value::Json(sized(from, *prefix)?)),
            Self::Geometry(prefix) => sink.put(Value::Geometry(sized(from, *prefix)?)),
            Self::Vector(prefix) => sink.put(Value::Vector(sized(from, *prefix)?)),
            Self::Closed { prefix, text } => {
                let bytes = closed::open(sized(from, *prefix)?, scratch)?;
                sink.put(if *text { Value::Text(bytes) } else { Value::Bytes(bytes) });
            }
            Self::Uuid => {
                padded(sized(from, 1)?, 16, scratch)?;
                sink.put(Value::Text(&address::uuid(scratch)?));
            }
            Self::Inet6 => {
                padded(sized(from, 1)?, 16, scratch)?;
                sink.put(Value::Text(address::inet6(scratch)?.as_bytes()));
            }
            Self::Inet4 => {
                padded(sized(from, 1)?, 4, scratch)?;
                sink.put(Value::Text(address::inet4(scratch)?.as_bytes()));
            }
            Self::Int { .. }
            | Self::Text(_)
            | Self::Bytes(_)
            | Self::Float
            | Self::Double
            | Self::Decimal(_)
            | Self::DateTime(_)
            | Self::Instant(_)
            | Self::Date => return Err(Wrong::Because("a value is of a kind that is read apart")),
        }
        Ok(())
    }

    /// The bytes of a document, as they are in the image.
    pub fn document<'a>(&self, from: &mut Bytes<'a>) -> Result<Option<&'a [u8]>, Wrong> {
        match self {
            Self::Json(prefix) => Ok(Some(sized(from, *prefix)?)),
            _ => Ok(None),
        }
    }
}

#[inline]
fn signed(from: &mut Bytes<'_>, bytes: u8) -> Result<i64, Short> {
    Ok(match bytes {
        1 => i8::from_le_bytes(from.array()?).into(),
        2 => i16::from_le_bytes(from.array()?).into(),
        3 => {
            let [a, b, c] = from.array()?;
            (i32::from_le_bytes([0, a, b, c]) >> 8).into()
        }
        4 => i32::from_le_bytes(from.array()?).into(),
        _ => i64::from_le_bytes(from.array()?),
    })
}

#[inline]
fn unsigned(from: &mut Bytes<'_>, bytes: u8) -> Result<u64, Short> {
    Ok(match bytes {
        1 => from.u8()?.into(),
        2 => from.u16()?.into(),
        3 => from.u24()?.into(),
        4 => from.u32()?.into(),
        _ => from.u64()?,
    })
}

#[inline]
fn sized<'a>(from: &mut Bytes<'a>, prefix: Prefix) -> Result<&'a [u8], Short> {
    let length = match prefix {
        1 => from.u8()?.into(),
        2 => from.u16()?.into(),
        3 => from.u24()?.into(),
        _ => u64::from(from.u32()?),
    };
    from.take(usize::try_from(length).map_err(|_| Short)?)
}

fn date(packed: u32) -> Date {
    let (day, month) = ((packed & 31) as u8, (packed >> 5 & 15) as u8);
    Date { year: (packed >> 9).cast_signed(), month, day }
}

/// Zeros at the end are not logged.
fn padded(bytes: &[u8], length: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    if bytes.len() > length {
        return Err(Wrong::Because("a value is longer than its column"));
    }
    out.clear();
    out.extend_from_slice(bytes);
    out.resize(length, 0);
    Ok(())
}
