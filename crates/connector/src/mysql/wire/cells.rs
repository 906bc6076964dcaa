//! The cells of one binary row, borrowed from it.

use super::column::{ColumnDef, ColumnType};
use super::cursor::Cursor;
use super::error::WireError;

#[cfg(test)]
mod tests;

/// A value as the binary protocol sends it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    UInt(u64),
    Float(f32),
    Double(f64),
    /// Everything that has no form of its own: texts, blobs, decimals as text, bits, JSON as text,
    /// geometries, enumerations and sets as text.
    Bytes(&'a [u8]),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
}

/// A day. All of it is zero in a zero date, and month or day may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// A moment without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DateTime {
    pub date: Date,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub micros: u32,
}

/// A duration, which is what a time of this family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Time {
    pub negative: bool,
    pub days: u32,
    /// Less than 24.
    pub hours: u8,
    pub minutes: u8,
    pub seconds: u8,
    pub micros: u32,
}

/// Walks over a row, one cell for each column. After an error it yields nothing more.
#[derive(Debug, Clone)]
pub(crate) struct Cells<'a, 'c> {
    columns: std::slice::Iter<'c, ColumnDef>,
    nulls: &'a [u8],
    /// The next column's place in the bitmap, whose first two bits belong to nobody.
    bit: usize,
    values: Cursor<'a>,
}

impl<'a, 'c> Cells<'a, 'c> {
    /// `row` is a packet's payload.
    pub fn new(row: &'a [u8], columns: &'c [ColumnDef]) -> Result<Self, WireError> {
        let mut values = Cursor::new(row);
        if values.u8()? != 0 {
            return Err(WireError::protocol("a row begins with what begins none"));
        }
        let nulls = values.bytes((columns.len() + 9) / 8)?;
        Ok(Self { columns: columns.iter(), nulls, bit: 2, values })
    }

    #[inline]
    fn cell(&mut self, column: &ColumnDef) -> Result<Cell<'a>, WireError> {
        let null = self.nulls[self.bit / 8] & (1 << (self.bit % 8)) != 0;
        self.bit += 1;
        let cell = if null { Cell::Null } else { value(&mut self.values, column)? };
        if self.columns.as_slice().is_empty() && !self.values.is_empty() {
            return Err(WireError::protocol("a row goes on after its last column"));
        }
        Ok(cell)
    }
}

impl<'a> Iterator for Cells<'a, '_> {
    type Item = Result<Cell<'a>, WireError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let column = self.columns.next()?;
        let cell = self.cell(column);
        if cell.is_err() {
            self.columns = [].iter();
        }
        Some(cell)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.columns.size_hint()
    }
}

#[inline]
fn value<'a>(values: &mut Cursor<'a>, column: &ColumnDef) -> Result<Cell<'a>, WireError> {
    use ColumnType as T;
    let unsigned = column.is_unsigned();
    match column.kind {
        T::MYSQL_TYPE_TINY => values.array().map(|bytes| match unsigned {
            true => Cell::UInt(u8::from_le_bytes(bytes).into()),
            false => Cell::Int(i8::from_le_bytes(bytes).into()),
        }),
        // Not every server marks the years as unsigned.
        T::MYSQL_TYPE_YEAR => values.u16().map(|year| Cell::UInt(year.into())),
        T::MYSQL_TYPE_SHORT => values.array().map(|bytes| match unsigned {
            true => Cell::UInt(u16::from_le_bytes(bytes).into()),
            false => Cell::Int(i16::from_le_bytes(bytes).into()),
        }),
        T::MYSQL_TYPE_LONG | T::MYSQL_TYPE_INT24 => values.array().map(|bytes| match unsigned {
            true => Cell::UInt(u32::from_le_bytes(bytes).into()),
            false => Cell::Int(i32::from_le_bytes(bytes).into()),
        }),
        T::MYSQL_TYPE_LONGLONG => values.array().map(|bytes| match unsigned {
            true => Cell::UInt(u64::from_le_bytes(bytes)),
            false => Cell::Int(i64::from_le_bytes(bytes)),
        }),
        T::MYSQL_TYPE_FLOAT => values.array().map(|bytes| Cell::Float(f32::from_le_bytes(bytes))),
        T::MYSQL_TYPE_DOUBLE => values.array().map(|bytes| Cell::Double(f64::from_le_bytes(bytes))),
        T::MYSQL_TYPE_DATE => date_time(values).and_then(|moment| match moment {
            DateTime { date, hour: 0, minute: 0, second: 0, micros: 0 } => Ok(Cell::Date(date)),
            _ => Err(WireError::protocol("a date has a time of day")),
        }),
        T::MYSQL_TYPE_DATETIME | T::MYSQL_TYPE_TIMESTAMP => date_time(values).map(Cell::DateTime),
        T::MYSQL_TYPE_TIME => time(values).map(Cell::Time),
        T::MYSQL_TYPE_NULL => Ok(Cell::Null),
        T::MYSQL_TYPE_DECIMAL
        | T::MYSQL_TYPE_NEWDECIMAL
        | T::MYSQL_TYPE_VARCHAR
        | T::MYSQL_TYPE_VAR_STRING
        | T::MYSQL_TYPE_STRING
        | T::MYSQL_TYPE_BIT
        | T::MYSQL_TYPE_ENUM
        | T::MYSQL_TYPE_SET
        | T::MYSQL_TYPE_JSON
        | T::MYSQL_TYPE_VECTOR
        | T::MYSQL_TYPE_TINY_BLOB
        | T::MYSQL_TYPE_MEDIUM_BLOB
        | T::MYSQL_TYPE_LONG_BLOB
        | T::MYSQL_TYPE_BLOB
        | T::MYSQL_TYPE_GEOMETRY => values.string().map(Cell::Bytes),
        T::MYSQL_TYPE_NEWDATE
        | T::MYSQL_TYPE_TIMESTAMP2
        | T::MYSQL_TYPE_DATETIME2
        | T::MYSQL_TYPE_TIME2
        | T::MYSQL_TYPE_TYPED_ARRAY
        | T::MYSQL_TYPE_UNKNOWN => Err(WireError::protocol("a column is of an internal type")),
    }
}

/// Trailing parts that are zero are left out.
fn date_time(values: &mut Cursor<'_>) -> Result<DateTime, WireError> {
    let length = values.u8()?;
    let mut found = DateTime::default();
    if !matches!(length, 0 | 4 | 7 | 11) {
        return Err(WireError::protocol("a date of an unknown length"));
    }
    if length >= 4 {
        found.date = Date { year: values.u16()?, month: values.u8()?, day: values.u8()? };
    }
    if length >= 7 {
        [found.hour, found.minute, found.second] = values.array()?;
    }
    if length >= 11 {
        found.micros = values.u32()?;
    }
    let Date { year, month, day } = found.date;
    in_range(year <= 9_999 && month <= 12 && day <= 31)?;
    in_range(is_time_of_day([found.hour, found.minute, found.second], found.micros))?;
    Ok(found)
}

fn time(values: &mut Cursor<'_>) -> Result<Time, WireError> {
    let length = values.u8()?;
    let mut found = Time::default();
    if !matches!(length, 0 | 8 | 12) {
        return Err(WireError::protocol("a time of an unknown length"));
    }
    if length >= 8 {
        found.negative = values.u8()? != 0;
        found.days = values.u32()?;
        [found.hours, found.minutes, found.seconds] = values.array()?;
    }
    if length >= 12 {
        found.micros = values.u32()?;
    }
    in_range(is_time_of_day([found.hours, found.minutes, found.seconds], found.micros))?;
    Ok(found)
}

fn is_time_of_day([hours, minutes, seconds]: [u8; 3], micros: u32) -> bool {
    hours < 24 && minutes < 60 && seconds < 60 && micros < 1_000_000
}

fn in_range(so: bool) -> Result<(), WireError> {
    if so { Ok(()) } else { Err(WireError::protocol("a date or time out of range")) }
}
