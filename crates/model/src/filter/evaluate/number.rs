//! Exact numbers: what the database computes with as integers and decimals.

use super::Undecidable;
use super::operand::Operand;
use crate::filter::BinaryOp;
use std::cmp::Ordering;

/// Digits with a decimal point so many places from the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub digits: i128,
    pub scale: u32,
    /// It is of an unsigned type.
    pub unsigned: bool,
}

/// Text is taken for a float where it is compared with a number: beyond this it is not exact.
const EXACT: i128 = 1_000_000_000_000_000;
/// How many digits a division adds.
const DIVISION: u32 = 4;

impl Number {
    pub fn whole(digits: i128) -> Self {
        Self { digits, scale: 0, unsigned: false }
    }

    /// The digits of both with the same scale.
    fn level(&self, other: &Self) -> Result<(i128, i128, u32), Undecidable> {
        let scale = self.scale.max(other.scale);
        Ok((self.scaled(scale)?, other.scaled(scale)?, scale))
    }

    fn scaled(&self, scale: u32) -> Result<i128, Undecidable> {
        let more = 10_i128.checked_pow(scale - self.scale).ok_or(Undecidable::OutOfRange)?;
        self.digits.checked_mul(more).ok_or(Undecidable::OutOfRange)
    }

    pub fn compare(&self, other: &Self) -> Result<Ordering, Undecidable> {
        let (left, right, _) = self.level(other)?;
        Ok(left.cmp(&right))
    }

    /// Whether it compares as a float as it does exactly, with numbers made of text. Whole numbers
    /// beyond all of these do.
    pub fn is_exact_as_float(&self) -> bool {
        self.scale == 0 || (self.digits.abs() < EXACT && self.scale <= 15)
    }

    /// With so many digits behind the point, the last one rounded away from zero.
    pub fn rounded(&self, scale: u32) -> Result<Self, Undecidable> {
        if scale >= self.scale {
            return Ok(Self { digits: self.scaled(scale)?, scale, ..*self });
        }
        let unit = 10_i128.checked_pow(self.scale - scale).ok_or(Undecidable::OutOfRange)?;
        let rest = self.digits % unit;
        let up = i128::from(rest.abs() * 2 >= unit) * self.digits.signum();
        Ok(Self { digits: self.digits / unit + up, scale, ..*self })
    }
}

/// A number as a database prints it.
pub(super) fn parse<'v>(text: &str) -> Option<Operand<'v>> {
    digits(text).map(Operand::Number)
}

fn digits(text: &str) -> Option<Number> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut all = whole.bytes().chain(fraction.bytes());
    let digits = all.try_fold(0_i128, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })?;
    let scale = u32::try_from(fraction.len()).ok()?;
    Some(Number { digits: sign * digits, scale, unsigned: false })
}

/// The number that a text is taken for, where nothing of it is lost.
pub(super) fn of_text(bytes: &[u8]) -> Result<Number, Undecidable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Undecidable::Types)?;
    let number = digits(text.trim_matches(' ')).ok_or(Undecidable::Types)?;
    if number.digits.abs() >= EXACT || number.scale > 6 {
        return Err(Undecidable::Types);
    }
    Ok(number)
}

/// The whole number that a text is cast to: a cast reads digits only, and drops what follows.
pub(super) fn whole_of_text(bytes: &[u8]) -> Result<Number, Undecidable> {
    let number = of_text(bytes)?;
    if bytes.contains(&b'.') { Err(Undecidable::Types) } else { Ok(number) }
}

pub(super) fn negate<'v>(operand: &Operand<'_>) -> Result<Operand<'v>, Undecidable> {
    let Some(number) = operand.number()? else { return Ok(Operand::Null) };
    if matches!(operand, Operand::Text(..)) && number.scale > 0 {
        return Err(Undecidable::Types);
    }
    Ok(Operand::Number(Number { digits: -number.digits, unsigned: false, ..number }))
}

pub(super) fn bit_not<'v>(operand: &Operand<'_>) -> Result<Operand<'v>, Undecidable> {
    Ok(match operand.number()? {
        None => Operand::Null,
        Some(number) => Operand::unsigned(!bits(&number)?),
    })
}

/// The 64 bits of a whole number.
fn bits(number: &Number) -> Result<u64, Undecidable> {
    if number.scale > 0 {
        return Err(Undecidable::Types);
    }
    let signed = i64::try_from(number.digits).map(i64::cast_unsigned);
    signed.or_else(|_| u64::try_from(number.digits)).map_err(|_| Undecidable::OutOfRange)
}

pub(super) fn compute<'v>(
    op: BinaryOp,
    left: &Operand<'_>,
    right: &Operand<'_>,
) -> Result<Operand<'v>, Undecidable> {
    let has_text = [left, right].iter().any(|one| matches!(one, Operand::Text(..)));
    let (Some(left), Some(right)) = (left.number()?, right.number()?) else {
        return Ok(Operand::Null);
    };
    let is_float = left.scale + right.scale > 0 || op == BinaryOp::Divide;
    if has_text && is_float {
        // Floats are computed with: only whole numbers are sure to come out the same.
        return Err(Undecidable::Types);
    }
    match op {
        BinaryOp::Plus | BinaryOp::Minus | BinaryOp::Times => arithmetic(op, left, right),
        BinaryOp::Divide | BinaryOp::Modulo if right.digits == 0 => Ok(Operand::Null),
        BinaryOp::Divide => divide(left, right),
        BinaryOp::Modulo => {
            let (a, b, scale) = left.level(&right)?;
            Ok(Operand::Number(Number { digits: a % b, scale, unsigned: left.unsigned }))
        }
        BinaryOp::BitOr => Ok(Operand::unsigned(bits(&left)? | bits(&right)?)),
        BinaryOp::BitAnd => Ok(Operand::unsigned(bits(&left)? & bits(&right)?)),
        BinaryOp::BitXor => Ok(Operand::unsigned(bits(&left)? ^ bits(&right)?)),
        BinaryOp::ShiftLeft => shift(&left, &right, u64::checked_shl),
        BinaryOp::ShiftRight => shift(&left, &right, u64::checked_shr),
    }
}

fn shift<'v>(
    left: &Number,
    right: &Number,
    by: fn(u64, u32) -> Option<u64>,
) -> Result<Operand<'v>, Undecidable> {
    let places = u32::try_from(bits(right)?).unwrap_or(u32::MAX);
    Ok(Operand::unsigned(by(bits(left)?, places).unwrap_or_default()))
}

fn arithmetic<'v>(op: BinaryOp, left: Number, right: Number) -> Result<Operand<'v>, Undecidable> {
    let beyond = Undecidable::OutOfRange;
    let unsigned = left.unsigned || right.unsigned;
    let (digits, scale) = match op {
        BinaryOp::Times => {
            (left.digits.checked_mul(right.digits).ok_or(beyond)?, left.scale + right.scale)
        }
        BinaryOp::Minus => {
            let (a, b, scale) = left.level(&right)?;
            (a.checked_sub(b).ok_or(beyond)?, scale)
        }
        _ => {
            let (a, b, scale) = left.level(&right)?;
            (a.checked_add(b).ok_or(beyond)?, scale)
        }
    };
    let number = Number { digits, scale, unsigned };
    if scale == 0 {
        // What the database calls an error, nobody else can decide.
        let fits = match unsigned {
            true => u64::try_from(digits).is_ok(),
            false => i64::try_from(digits).is_ok(),
        };
        return if fits { Ok(Operand::Number(number)) } else { Err(beyond) };
    }
    Ok(Operand::Number(number))
}

fn divide<'v>(left: Number, right: Number) -> Result<Operand<'v>, Undecidable> {
    let beyond = Undecidable::OutOfRange;
    // One digit more than is kept, for the rounding.
    let scale = left.scale + DIVISION;
    let raised = 10_i128.checked_pow(DIVISION + 1 + right.scale).ok_or(beyond)?;
    let digits = left.digits.checked_mul(raised).ok_or(beyond)? / right.digits;
    let unsigned = left.unsigned || right.unsigned;
    let quotient = Number { digits, scale: scale + 1, unsigned };
    Ok(Operand::Number(quotient.rounded(scale)?))
}
