//! From the cells of the protocol to values.

use crate::data_error::DataError;
use crate::mysql::data_fault;
use crate::mysql::wire::{self, Cell, Cells, ColumnDef};
use oms_model::{Clock, Date, DateTime, LogicalType, Rows, Span, Value};

/// How the cells of one field become values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) enum Form {
    /// The cell says it all.
    Number,
    Decimal,
    Bits,
    Year,
    Moment,
    Instant,
    Text,
    Bytes,
    Json,
    Enum,
    /// An ENUM with an empty member is read by number, to tell that from the error value.
    EnumByNumber(Vec<String>),
    Set,
    Geometry,
    Vector,
}

impl Form {
    pub fn of(logical: &LogicalType) -> Self {
        match logical {
            LogicalType::Bool
            | LogicalType::Int { .. }
            | LogicalType::Float
            | LogicalType::Double => Self::Number,
            LogicalType::Decimal { .. } => Self::Decimal,
            LogicalType::Bit(_) => Self::Bits,
            LogicalType::Year => Self::Year,
            LogicalType::Date | LogicalType::Span { .. } | LogicalType::DateTime { .. } => {
                Self::Moment
            }
            LogicalType::Instant { .. } => Self::Instant,
            LogicalType::Text { .. } => Self::Text,
            LogicalType::Bytes { .. } => Self::Bytes,
            LogicalType::Json => Self::Json,
            LogicalType::Enum { members, .. } if members.iter().any(String::is_empty) => {
                Self::EnumByNumber(members.clone())
            }
            LogicalType::Enum { .. } => Self::Enum,
            LogicalType::Set { .. } => Self::Set,
            LogicalType::Geometry => Self::Geometry,
            LogicalType::Vector { .. } => Self::Vector,
        }
    }
}

/// Adds a row.
#[inline]
pub(in crate::mysql) fn row(
    rows: &mut Rows,
    packet: &[u8],
    columns: &[ColumnDef],
    forms: &[Form],
) -> Result<(), DataError> {
    if columns.len() != forms.len() {
        return Err(changed("it has another number of columns"));
    }
    for (cell, form) in Cells::new(packet, columns).map_err(data_fault::of_wire)?.zip(forms) {
        let value = value(cell.map_err(data_fault::of_wire)?, form)?;
        rows.push(value);
    }
    rows.end_row();
    Ok(())
}

#[inline]
fn value<'a>(cell: Cell<'a>, form: &'a Form) -> Result<Value<'a>, DataError> {
    Ok(match (cell, form) {
        (Cell::Null, _) => Value::Null,
        (Cell::Int(value), Form::Number) => Value::Int(value),
        (Cell::UInt(value), Form::Number) => Value::UInt(value),
        (Cell::Float(value), Form::Number) => Value::Float(value),
        (Cell::Double(value), Form::Number) => Value::Double(value),
        (Cell::UInt(year), Form::Year) => {
            Value::Year(u16::try_from(year).map_err(|_| changed("a year is out of range"))?)
        }
        (Cell::Date(date), Form::Moment) => Value::Date(day(date)),
        (Cell::DateTime(moment), Form::Moment) => Value::DateTime(date_time(moment)),
        (Cell::DateTime(moment), Form::Instant) => Value::Instant(date_time(moment)),
        (Cell::Time(time), Form::Moment) => Value::Span(span(time)),
        (Cell::Bytes(bytes), form) => of_bytes(bytes, form)?,
        (Cell::UInt(number), Form::EnumByNumber(members)) => member(number, members)?,
        (Cell::Int(number), Form::EnumByNumber(members)) => {
            member(u64::try_from(number).unwrap_or(u64::MAX), members)?
        }
        _ => return Err(changed("a column is of another type")),
    })
}

fn of_bytes<'a>(bytes: &'a [u8], form: &'a Form) -> Result<Value<'a>, DataError> {
    Ok(match form {
        Form::Decimal => {
            Value::Decimal(str::from_utf8(bytes).map_err(|_| changed("a decimal is no text"))?)
        }
        Form::Bits => Value::Bits(bytes),
        Form::Text => Value::Text(bytes),
        Form::Bytes => Value::Bytes(bytes),
        Form::Json => Value::Json(bytes),
        Form::Enum if bytes.is_empty() => Value::EnumError,
        Form::Enum => Value::Enum(bytes),
        Form::Set => Value::Set(bytes),
        Form::Geometry => Value::Geometry(bytes),
        Form::Vector => Value::Vector(bytes),
        Form::Number | Form::Year | Form::Moment | Form::Instant | Form::EnumByNumber(_) => {
            return Err(changed("a column is of another type"));
        }
    })
}

fn member(number: u64, members: &[String]) -> Result<Value<'_>, DataError> {
    let Some(place) = number.checked_sub(1) else { return Ok(Value::EnumError) };
    let member = usize::try_from(place).ok().and_then(|place| members.get(place));
    let member = member.ok_or_else(|| changed("an ENUM has other members"))?;
    Ok(Value::Enum(member.as_bytes()))
}

fn day(date: wire::Date) -> Date {
    Date { year: date.year.into(), month: date.month, day: date.day }
}

fn date_time(moment: wire::DateTime) -> DateTime {
    let wire::DateTime { date, hour, minute, second, micros } = moment;
    DateTime { date: day(date), clock: Clock { hour, minute, second, nanos: micros * 1000 } }
}

fn span(time: wire::Time) -> Span {
    let hours = u64::from(time.days) * 24 + u64::from(time.hours);
    Span::of_parts(time.negative, hours, time.minutes, time.seconds, time.micros)
}

#[cold]
fn changed(message: &str) -> DataError {
    DataError::Changed { message: message.to_owned() }
}
