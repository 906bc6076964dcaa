//! Parameters of prepared statements, on their way to the server.

use super::cells::{Date, DateTime, Time};
use super::column::ColumnType;
use super::cursor::put_length;

/// A value for one `?`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Param<'a> {
    Null,
    Int(i64),
    UInt(u64),
    Float(f32),
    Double(f64),
    /// In the connection's character set.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
    /// Bytes that were sent before, by [`super::Wire::send_long_data`].
    LongBytes,
}

const UNSIGNED: u8 = 0x80;
/// A value of this length and more is sent from where it is, not copied.
const IN_PLACE: usize = 1024;

impl Param<'_> {
    fn kind(&self) -> [u8; 2] {
        use ColumnType as T;
        let (kind, flag) = match self {
            Self::Null => (T::MYSQL_TYPE_NULL, 0),
            Self::Int(_) => (T::MYSQL_TYPE_LONGLONG, 0),
            Self::UInt(_) => (T::MYSQL_TYPE_LONGLONG, UNSIGNED),
            Self::Float(_) => (T::MYSQL_TYPE_FLOAT, 0),
            Self::Double(_) => (T::MYSQL_TYPE_DOUBLE, 0),
            Self::Text(_) => (T::MYSQL_TYPE_VAR_STRING, 0),
            Self::Bytes(_) | Self::LongBytes => (T::MYSQL_TYPE_BLOB, 0),
            Self::Date(_) => (T::MYSQL_TYPE_DATE, 0),
            Self::DateTime(_) => (T::MYSQL_TYPE_DATETIME, 0),
            Self::Time(_) => (T::MYSQL_TYPE_TIME, 0),
        };
        [kind as u8, flag]
    }
}

/// A command's bytes: what was written here, with values that stay where they are in between.
#[derive(Debug)]
pub(super) struct Encoded<'a> {
    pub written: Vec<u8>,
    /// Each value, and how much of `written` goes before it.
    in_place: Vec<(usize, &'a [u8])>,
}

impl<'a> Encoded<'a> {
    /// Writes into `written`, behind what is in it.
    pub fn new(written: Vec<u8>, params: &[Param<'a>]) -> Self {
        let mut encoded = Self { written, in_place: Vec::new() };
        if params.is_empty() {
            return encoded;
        }
        let nulls = encoded.written.len();
        encoded.written.resize(nulls + params.len().div_ceil(8), 0);
        for (at, _) in params.iter().enumerate().filter(|(_, param)| **param == Param::Null) {
            encoded.written[nulls + at / 8] |= 1 << (at % 8);
        }
        // The types follow: a value's may change from one execution to the next.
        encoded.written.push(1);
        for param in params {
            encoded.written.extend_from_slice(&param.kind());
        }
        for param in params {
            encoded.put(param);
        }
        encoded
    }

    fn put(&mut self, param: &Param<'a>) {
        let out = &mut self.written;
        match param {
            Param::Null | Param::LongBytes => {}
            Param::Int(number) => out.extend_from_slice(&number.to_le_bytes()),
            Param::UInt(number) => out.extend_from_slice(&number.to_le_bytes()),
            Param::Float(number) => out.extend_from_slice(&number.to_le_bytes()),
            Param::Double(number) => out.extend_from_slice(&number.to_le_bytes()),
            Param::Text(bytes) | Param::Bytes(bytes) => {
                put_length(out, bytes.len());
                if bytes.len() < IN_PLACE {
                    out.extend_from_slice(bytes);
                } else {
                    self.in_place.push((out.len(), bytes));
                }
            }
            Param::Date(date) => {
                out.push(4);
                put_date(out, *date);
            }
            Param::DateTime(moment) => {
                out.push(11);
                put_date(out, moment.date);
                out.extend_from_slice(&[moment.hour, moment.minute, moment.second]);
                out.extend_from_slice(&moment.micros.to_le_bytes());
            }
            Param::Time(time) => {
                out.extend_from_slice(&[12, time.negative.into()]);
                out.extend_from_slice(&time.days.to_le_bytes());
                out.extend_from_slice(&[time.hours, time.minutes, time.seconds]);
                out.extend_from_slice(&time.micros.to_le_bytes());
            }
        }
    }

    /// Everything in the order it is sent in.
    pub fn parts(&self) -> Vec<&[u8]> {
        let mut parts = Vec::with_capacity(self.in_place.len() * 2 + 1);
        let mut sent = 0;
        for (before, value) in &self.in_place {
            parts.extend([&self.written[sent..*before], *value]);
            sent = *before;
        }
        parts.push(&self.written[sent..]);
        parts
    }
}

fn put_date(out: &mut Vec<u8>, date: Date) {
    out.extend_from_slice(&date.year.to_le_bytes());
    out.extend_from_slice(&[date.month, date.day]);
}
