//! Rows that are too large to be written into a statement: each value goes as it lies in memory.

use crate::mysql::encode::Unwritable;
use crate::mysql::wire::{self, Done, Param, Wire};
use crate::writer::WriteError;
use oms_model::{Cells, Value};

/// Values from this size on are sent ahead of the statement, in pieces.
const AHEAD: usize = 512 << 10;

/// Runs a statement with the first `width` values of a row as its parameters.
pub(in crate::mysql) async fn run(
    wire: &mut Wire,
    sql: &[u8],
    width: usize,
    row: Cells<'_>,
) -> Result<Done, WriteError> {
    let statement = wire.prepare(sql).await?;
    let mut params = Vec::with_capacity(width);
    for (place, value) in row.take(width).enumerate() {
        let param = param(value)?;
        params.push(match param {
            Param::Bytes(bytes) if bytes.len() >= AHEAD => {
                let place = u16::try_from(place).map_err(|_| Unwritable::Misfit)?;
                wire.send_long_data(&statement, place, bytes).await?;
                Param::LongBytes
            }
            other => other,
        });
    }
    if params.len() != width {
        return Err(Unwritable::Misfit.into());
    }
    let done = wire.execute_prepared(&statement, &params).await?;
    wire.close(statement).await?;
    Ok(done)
}

fn param(value: Value<'_>) -> Result<Param<'_>, Unwritable> {
    Ok(match value {
        Value::Null => Param::Null,
        Value::Unchanged => return Err(Unwritable::Unchanged),
        Value::Bool(value) => Param::Int(value.into()),
        Value::Int(value) => Param::Int(value),
        Value::UInt(value) => Param::UInt(value),
        Value::Float(value) if value.is_finite() => Param::Float(value),
        Value::Double(value) if value.is_finite() => Param::Double(value),
        Value::Float(_) | Value::Double(_) => return Err(Unwritable::NotFinite),
        Value::Year(year) => Param::UInt(year.into()),
        Value::Date(date) => Param::Date(day(date)?),
        Value::DateTime(moment) | Value::Instant(moment) => Param::DateTime(wire::DateTime {
            date: day(moment.date)?,
            hour: moment.clock.hour,
            minute: moment.clock.minute,
            second: moment.clock.second,
            micros: moment.clock.nanos / 1000,
        }),
        Value::Span(span) => {
            let (negative, hours, minutes, seconds, micros) = span.parts();
            let days = u32::try_from(hours / 24).map_err(|_| Unwritable::OutOfRange)?;
            let hours = (hours % 24) as u8;
            Param::Time(wire::Time { negative, days, hours, minutes, seconds, micros })
        }
        Value::Decimal(digits) => Param::Bytes(digits.as_bytes()),
        Value::Bits(bytes)
        | Value::Text(bytes)
        | Value::Bytes(bytes)
        | Value::Json(bytes)
        | Value::Enum(bytes)
        | Value::Set(bytes)
        | Value::Geometry(bytes)
        | Value::Vector(bytes) => Param::Bytes(bytes),
        Value::EnumError => Param::Int(0),
    })
}

fn day(date: oms_model::Date) -> Result<wire::Date, Unwritable> {
    let year = u16::try_from(date.year).ok().filter(|year| *year <= 9999);
    let year = year.ok_or(Unwritable::OutOfRange)?;
    Ok(wire::Date { year, month: date.month, day: date.day })
}
