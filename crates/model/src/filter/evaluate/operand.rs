//! Values while a condition is decided, and how two of them compare.

use super::Undecidable;
use super::collation::{self, Collation};
use super::number::{self, Number};
use super::time;
use crate::filter::CompareOp;
use crate::moment::{Clock, Date};
use std::borrow::Cow;
use std::cmp::Ordering;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand<'v> {
    Null,
    Bool(bool),
    Number(Number),
    Year(u16),
    Text(Cow<'v, [u8]>, Collation),
    /// Members of an ENUM or a SET: text among texts, and a number of its own among numbers.
    Label(Cow<'v, [u8]>, Collation),
    /// Year, month, day, then microseconds of the day.
    Moment(i32, u8, u8, u64),
    /// Microseconds of either sign.
    Span(i64),
}

impl<'v> Operand<'v> {
    pub fn whole(value: i128) -> Self {
        Self::Number(Number { digits: value, scale: 0, unsigned: false })
    }

    pub fn unsigned(value: u64) -> Self {
        Self::Number(Number { digits: value.into(), scale: 0, unsigned: true })
    }

    pub fn text(bytes: &'v [u8], collation: Collation) -> Self {
        Self::Text(Cow::Borrowed(bytes), collation)
    }

    pub fn label(bytes: &'v [u8], collation: Collation) -> Self {
        Self::Label(Cow::Borrowed(bytes), collation)
    }

    pub fn moment(date: Date, clock: Clock) -> Self {
        let seconds =
            u64::from(clock.hour) * 3600 + u64::from(clock.minute) * 60 + u64::from(clock.second);
        let micros = seconds * 1_000_000 + u64::from(clock.nanos / 1000);
        Self::Moment(date.year, date.month, date.day, micros)
    }

    pub fn truth_of(truth: Option<bool>) -> Self {
        truth.map_or(Self::Null, Self::Bool)
    }

    /// Whether it counts as true; `None` for NULL.
    pub fn truth(&self) -> Result<Option<bool>, Undecidable> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(truth) => Ok(Some(*truth)),
            Self::Number(number) => Ok(Some(number.digits != 0)),
            Self::Year(year) => Ok(Some(*year != 0)),
            Self::Text(bytes, _) => Ok(Some(number::of_text(bytes)?.digits != 0)),
            Self::Label(..) | Self::Moment(..) | Self::Span(_) => Err(Undecidable::Types),
        }
    }

    /// The number it is, or is taken for.
    pub fn number(&self) -> Result<Option<Number>, Undecidable> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(truth) => Ok(Some(Number::whole((*truth).into()))),
            Self::Number(number) => Ok(Some(*number)),
            Self::Year(year) => Ok(Some(Number::whole((*year).into()))),
            Self::Text(bytes, _) => number::of_text(bytes).map(Some),
            Self::Label(..) | Self::Moment(..) | Self::Span(_) => Err(Undecidable::Types),
        }
    }
}

/// How two values compare; `None` where one of them is NULL.
pub(super) fn compare(
    left: &Operand<'_>,
    right: &Operand<'_>,
    op: CompareOp,
) -> Result<Option<Ordering>, Undecidable> {
    use Operand as O;
    let order = match (left, right) {
        (O::Null, _) | (_, O::Null) => return Ok(None),
        (O::Text(a, of_a), O::Text(b, of_b)) => {
            let wants_order = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
            collation::compare((a.as_ref(), *of_a), (b.as_ref(), *of_b), wants_order)?
        }
        (O::Label(a, of_a), O::Label(b, of_b))
        | (O::Label(a, of_a), O::Text(b, of_b))
        | (O::Text(a, of_a), O::Label(b, of_b)) => labels((a, *of_a), (b, *of_b), op)?,
        (O::Moment(..), O::Moment(..)) | (O::Span(_), O::Span(_)) => order_of(left, right)?,
        (O::Moment(..), O::Text(text, _)) => {
            order_of(left, &time::moment(text).ok_or(Undecidable::Types)?)?
        }
        (O::Text(text, _), O::Moment(..)) => {
            order_of(&time::moment(text).ok_or(Undecidable::Types)?, right)?
        }
        (O::Span(_), O::Text(text, _)) => {
            order_of(left, &time::span(text).ok_or(Undecidable::Types)?)?
        }
        (O::Text(text, _), O::Span(_)) => {
            order_of(&time::span(text).ok_or(Undecidable::Types)?, right)?
        }
        (O::Moment(..) | O::Span(_), _) | (_, O::Moment(..) | O::Span(_)) => {
            return Err(Undecidable::Types);
        }
        // A year of two digits is taken for one of four.
        (O::Year(_), O::Number(other)) | (O::Number(other), O::Year(_))
            if other.scale > 0 || (1..1901).contains(&other.digits) =>
        {
            return Err(Undecidable::Types);
        }
        (O::Year(_), O::Text(..)) | (O::Text(..), O::Year(_)) => return Err(Undecidable::Types),
        // Both are taken for floats.
        (O::Text(..), O::Number(other)) | (O::Number(other), O::Text(..))
            if !other.is_exact_as_float() =>
        {
            return Err(Undecidable::Types);
        }
        _ => match (left.number()?, right.number()?) {
            (Some(a), Some(b)) => a.compare(&b)?,
            _ => return Ok(None),
        },
    };
    Ok(Some(order))
}

/// Whether two texts are equal of which one or both are members. Which comes first, only their
/// places say; and what is no member may be taken for a place, or for a list in another order.
fn labels(
    (a, of_a): (&[u8], Collation),
    (b, of_b): (&[u8], Collation),
    op: CompareOp,
) -> Result<Ordering, Undecidable> {
    if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
        return Err(Undecidable::Types);
    }
    if a == b {
        return Ok(Ordering::Equal);
    }
    let is_odd = |text: &[u8]| {
        text.contains(&b',')
            || text.first().is_some_and(|b| b.is_ascii_digit() || b" +-".contains(b))
    };
    if is_odd(a) || is_odd(b) {
        return Err(Undecidable::Types);
    }
    collation::compare((a, of_a), (b, of_b), false)
}

fn order_of(left: &Operand<'_>, right: &Operand<'_>) -> Result<Ordering, Undecidable> {
    match (left, right) {
        (Operand::Moment(a, b, c, d), Operand::Moment(e, f, g, h)) => {
            Ok((a, b, c, d).cmp(&(e, f, g, h)))
        }
        (Operand::Span(a), Operand::Span(b)) => Ok(a.cmp(b)),
        _ => Err(Undecidable::Types),
    }
}
