//! Decides a row filter on a row, as the database would that the full copy asks.
//!
//! Three-valued: a comparison with NULL is neither true nor false, and only rows whose condition is
//! true meet it. Where it cannot be known what the database would say — text outside ASCII under a
//! collation that takes letters of another case for equal, a number made of text that is none — the
//! row is [`Undecidable`], and whoever asks has to stop: guessing would lose rows or invent some.

mod call;
mod collation;
mod number;
mod operand;
mod time;

use super::ast::{CompareOp, Expr, UnaryOp};
use super::{CastType, Filter};
use crate::table::Table;
use crate::value::Value;
use crate::{Charset, LogicalType};
use collation::Collation;
use operand::Operand;
use std::cmp::Ordering;

/// A filter for the rows of one table.
#[derive(Debug, Clone)]
pub struct Condition {
    expr: Expr,
    columns: Vec<ColumnOf>,
}

/// What a filter has to know of a column.
#[derive(Debug, Clone)]
struct ColumnOf {
    name: String,
    place: usize,
    logical: LogicalType,
    collation: Collation,
}

/// Why a filter cannot be decided on rows of a table at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("the table has no column {0:?}")]
    NoColumn(String),
    #[error("the column {0:?} is of a type that row filters cannot compare")]
    Type(String),
    #[error("numbers of type DOUBLE cannot be compared")]
    Double,
}

/// Why a filter cannot be decided on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undecidable {
    #[error("the source did not log a column that it reads")]
    NotLogged,
    #[error("only the database's collation knows how two of its texts compare")]
    Collation,
    #[error("its values are of types that do not compare without loss")]
    Types,
    #[error("a number lies beyond what the database computes with")]
    OutOfRange,
}

impl Condition {
    /// Prepares a filter for the rows of a table.
    pub fn new(filter: &Filter, table: &Table) -> Result<Self, Unfit> {
        let column = |name: &str| {
            let place = table.place_like(name).ok_or_else(|| Unfit::NoColumn(name.to_owned()))?;
            let column = &table.columns[place];
            Ok(ColumnOf {
                name: name.to_owned(),
                place,
                logical: column.logical.clone(),
                collation: Collation::of(column.collation.as_deref()),
            })
        };
        let columns = filter.columns().map(column).collect::<Result<Vec<_>, _>>()?;
        let condition = Self { expr: filter.expr().clone(), columns };
        condition.check(&condition.expr)?;
        Ok(condition)
    }

    /// Whether a row meets it.
    pub fn meets(&self, row: &[Value<'_>]) -> Result<bool, Undecidable> {
        Ok(self.of(&self.expr, row)?.truth()? == Some(true))
    }

    /// Whether all that is compared can be.
    fn check(&self, expr: &Expr) -> Result<(), Unfit> {
        let all = |parts: &[Expr]| parts.iter().try_for_each(|part| self.check(part));
        match expr {
            Expr::Column(name) => {
                use LogicalType as L;
                let known = self.columns.iter().find(|column| column.name == *name);
                let known = known.ok_or_else(|| Unfit::NoColumn(name.clone()))?;
                match known.logical {
                    L::Float | L::Double | L::Json | L::Geometry | L::Vector { .. } => {
                        Err(Unfit::Type(name.clone()))
                    }
                    _ => Ok(()),
                }
            }
            // Whether there is a value can be told of any type.
            Expr::IsNull { operand, .. } if matches!(**operand, Expr::Column(_)) => Ok(()),
            Expr::Null | Expr::Bool(_) | Expr::Integer(_) | Expr::Decimal(_) | Expr::Text(_) => {
                Ok(())
            }
            Expr::Cast { to: CastType::Double, .. } => Err(Unfit::Double),
            Expr::Unary { operand: one, .. }
            | Expr::IsNull { operand: one, .. }
            | Expr::IsTrue { operand: one, .. }
            | Expr::Cast { value: one, .. } => self.check(one),
            Expr::Binary { left, right, .. } | Expr::Compare { left, right, .. } => {
                self.check(left)?;
                self.check(right)
            }
            Expr::Between { value, low, high } => {
                [value, low, high].into_iter().try_for_each(|part| self.check(part))
            }
            Expr::In { value, list } => {
                self.check(value)?;
                all(list)
            }
            Expr::And(parts) | Expr::Xor(parts) | Expr::Or(parts) => all(parts),
            Expr::Call { args, .. } => all(args),
        }
    }

    fn of<'v>(&'v self, expr: &'v Expr, row: &[Value<'v>]) -> Result<Operand<'v>, Undecidable> {
        match expr {
            Expr::Null => Ok(Operand::Null),
            Expr::Bool(value) => Ok(Operand::Bool(*value)),
            Expr::Integer(value) => Ok(Operand::whole(i128::from(*value))),
            Expr::Decimal(digits) => number::parse(digits).ok_or(Undecidable::OutOfRange),
            Expr::Text(text) => Ok(Operand::text(text.as_bytes(), Collation::Literal)),
            Expr::Column(name) => self.column(name, row),
            Expr::Unary { op, operand } => self.unary(*op, operand, row),
            Expr::Binary { op, left, right } => {
                number::compute(*op, &self.of(left, row)?, &self.of(right, row)?)
            }
            Expr::Compare { op, left, right } => {
                let order = operand::compare(&self.of(left, row)?, &self.of(right, row)?, *op)?;
                Ok(Operand::truth_of(order.map(|order| holds(*op, order))))
            }
            Expr::And(parts) => self.all(parts, row, false),
            Expr::Or(parts) => self.all(parts, row, true),
            Expr::Xor(parts) => self.xor(parts, row),
            Expr::IsNull { operand, negated } => {
                let is_null = match &**operand {
                    Expr::Column(name) => self.is_null(name, row)?,
                    other => matches!(self.of(other, row)?, Operand::Null),
                };
                Ok(Operand::Bool(is_null != *negated))
            }
            Expr::IsTrue { operand, negated } => {
                let is_true = self.of(operand, row)?.truth()? == Some(true);
                Ok(Operand::Bool(is_true != *negated))
            }
            Expr::Between { value, low, high } => self.between(value, low, high, row),
            Expr::In { value, list } => self.is_in(value, list, row),
            Expr::Call { function, args } => {
                let args =
                    args.iter().map(|arg| self.of(arg, row)).collect::<Result<Vec<_>, _>>()?;
                call::call(*function, &args)
            }
            Expr::Cast { value, to } => call::cast(self.of(value, row)?, *to),
        }
    }

    fn value<'v>(
        &self,
        name: &str,
        row: &[Value<'v>],
    ) -> Result<(&ColumnOf, Value<'v>), Undecidable> {
        let column = self.columns.iter().find(|column| column.name == name);
        let column = column.ok_or(Undecidable::NotLogged)?;
        match row.get(column.place) {
            None | Some(Value::Unchanged) => Err(Undecidable::NotLogged),
            Some(value) => Ok((column, *value)),
        }
    }

    fn is_null(&self, name: &str, row: &[Value<'_>]) -> Result<bool, Undecidable> {
        Ok(self.value(name, row)?.1.is_null())
    }

    fn column<'v>(&self, name: &str, row: &[Value<'v>]) -> Result<Operand<'v>, Undecidable> {
        let (column, value) = self.value(name, row)?;
        Ok(match value {
            Value::Null => Operand::Null,
            Value::Bool(value) => Operand::whole(value.into()),
            Value::Int(value) => Operand::whole(value.into()),
            Value::UInt(value) => Operand::unsigned(value),
            Value::Year(year) => Operand::Year(year),
            Value::Bits(bits) if bits.len() <= 8 => {
                Operand::unsigned(bits.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
            }
            Value::Decimal(digits) => number::parse(digits).ok_or(Undecidable::OutOfRange)?,
            Value::Date(date) => Operand::moment(date, Default::default()),
            Value::DateTime(moment) | Value::Instant(moment) => {
                Operand::moment(moment.date, moment.clock)
            }
            Value::Span(span) => Operand::Span(span.micros),
            Value::Bytes(bytes) => Operand::text(bytes, Collation::Bytes),
            Value::Text(bytes) => {
                readable(bytes, column.logical.charset())?;
                Operand::text(bytes, column.collation)
            }
            Value::Enum(bytes) | Value::Set(bytes) => {
                readable(bytes, column.logical.charset())?;
                Operand::label(bytes, column.collation)
            }
            Value::EnumError => Operand::label(b"", column.collation),
            _ => return Err(Undecidable::Types),
        })
    }

    fn unary<'v>(
        &'v self,
        op: UnaryOp,
        operand: &'v Expr,
        row: &[Value<'v>],
    ) -> Result<Operand<'v>, Undecidable> {
        let operand = self.of(operand, row)?;
        match op {
            UnaryOp::Plus => Ok(operand),
            UnaryOp::Not => Ok(Operand::truth_of(operand.truth()?.map(|truth| !truth))),
            UnaryOp::Minus => number::negate(&operand),
            UnaryOp::BitNot => number::bit_not(&operand),
        }
    }

    /// Whether all parts are true, or any of them; `decides` is what ends the search.
    fn all<'v>(
        &'v self,
        parts: &'v [Expr],
        row: &[Value<'v>],
        decides: bool,
    ) -> Result<Operand<'v>, Undecidable> {
        let mut unknown = false;
        let mut undecided = None;
        for part in parts {
            match self.of(part, row).and_then(|part| part.truth()) {
                Ok(Some(truth)) if truth == decides => return Ok(Operand::Bool(decides)),
                Ok(Some(_)) => {}
                Ok(None) => unknown = true,
                // Another part may decide it all the same.
                Err(reason) => undecided = Some(reason),
            }
        }
        match undecided {
            Some(reason) => Err(reason),
            None => Ok(Operand::truth_of((!unknown).then_some(!decides))),
        }
    }

    fn xor<'v>(&'v self, parts: &'v [Expr], row: &[Value<'v>]) -> Result<Operand<'v>, Undecidable> {
        let mut is_odd = false;
        for part in parts {
            match self.of(part, row)?.truth()? {
                Some(truth) => is_odd ^= truth,
                None => return Ok(Operand::Null),
            }
        }
        Ok(Operand::Bool(is_odd))
    }

    fn between<'v>(
        &'v self,
        value: &'v Expr,
        low: &'v Expr,
        high: &'v Expr,
        row: &[Value<'v>],
    ) -> Result<Operand<'v>, Undecidable> {
        let value = self.of(value, row)?;
        let above = operand::compare(&value, &self.of(low, row)?, CompareOp::GreaterOrEqual)?;
        let below = operand::compare(&value, &self.of(high, row)?, CompareOp::LessOrEqual)?;
        let above = above.map(|order| order != Ordering::Less);
        let below = below.map(|order| order != Ordering::Greater);
        Ok(Operand::truth_of(match (above, below) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }))
    }

    fn is_in<'v>(
        &'v self,
        value: &'v Expr,
        list: &'v [Expr],
        row: &[Value<'v>],
    ) -> Result<Operand<'v>, Undecidable> {
        let value = self.of(value, row)?;
        let (mut unknown, mut undecided) = (false, None);
        for member in list {
            match operand::compare(&value, &self.of(member, row)?, CompareOp::Equal) {
                Ok(Some(Ordering::Equal)) => return Ok(Operand::Bool(true)),
                Ok(Some(_)) => {}
                Ok(None) => unknown = true,
                Err(reason) => undecided = Some(reason),
            }
        }
        match undecided {
            Some(reason) => Err(reason),
            None => Ok(Operand::truth_of((!unknown).then_some(false))),
        }
    }
}

fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessOrEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterOrEqual => order.is_ge(),
    }
}

/// Whether we know what text in that charset says.
fn readable(bytes: &[u8], charset: Option<&Charset>) -> Result<(), Undecidable> {
    let is_known = match charset {
        None => true,
        Some(charset) if charset.is_utf8() => true,
        Some(Charset::Named(name)) if name.starts_with("utf") || name == "ucs2" => false,
        Some(_) => bytes.is_ascii(),
    };
    if is_known { Ok(()) } else { Err(Undecidable::Collation) }
}

#[cfg(test)]
mod tests;
