//! One value of one row, in its one exact form. It is borrowed from the row that holds it: the same
//! form in full load, incremental sync, reverse and verification.

use crate::moment::{Date, DateTime, Span};
use std::fmt;

/// A value. Which column it belongs to, and so its full type, is known from its place in the row.
///
/// Equality is that of the stored form: floats by their bits, text by its bytes.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    Null,
    /// The change does not say: the column keeps what it has. Never in a row that was read whole.
    Unchanged,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f32),
    Double(f64),
    /// Digits as the database prints them, with all of the column's scale.
    Decimal(&'a str),
    /// The most significant byte first.
    Bits(&'a [u8]),
    Year(u16),
    Date(Date),
    Span(Span),
    DateTime(DateTime),
    /// In UTC.
    Instant(DateTime),
    /// In the charset of its column.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// In UTF-8.
    Json(&'a [u8]),
    /// A member, in the charset of its column.
    Enum(&'a [u8]),
    /// What MySQL keeps in place of a value that is no member: number 0, shown as empty text.
    EnumError,
    /// Members with commas, in the charset of its column.
    Set(&'a [u8]),
    /// Four bytes of reference system, least significant first, then well-known bytes.
    Geometry(&'a [u8]),
    /// 32-bit floats, least significant byte first.
    Vector(&'a [u8]),
}

impl Value<'_> {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Bytes that the value brings along, for limits on memory and statements.
    pub fn len(&self) -> usize {
        match self {
            Self::Decimal(text) => text.len(),
            Self::Bits(bytes)
            | Self::Text(bytes)
            | Self::Bytes(bytes)
            | Self::Json(bytes)
            | Self::Enum(bytes)
            | Self::Set(bytes)
            | Self::Geometry(bytes)
            | Self::Vector(bytes) => bytes.len(),
            _ => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        use Value as V;
        match (self, other) {
            (V::Null, V::Null) | (V::Unchanged, V::Unchanged) | (V::EnumError, V::EnumError) => {
                true
            }
            (V::Bool(a), V::Bool(b)) => a == b,
            (V::Int(a), V::Int(b)) => a == b,
            (V::UInt(a), V::UInt(b)) => a == b,
            (V::Float(a), V::Float(b)) => a.to_bits() == b.to_bits(),
            (V::Double(a), V::Double(b)) => a.to_bits() == b.to_bits(),
            (V::Decimal(a), V::Decimal(b)) => a == b,
            (V::Year(a), V::Year(b)) => a == b,
            (V::Date(a), V::Date(b)) => a == b,
            (V::Span(a), V::Span(b)) => a == b,
            (V::DateTime(a), V::DateTime(b)) | (V::Instant(a), V::Instant(b)) => a == b,
            (V::Bits(a), V::Bits(b))
            | (V::Text(a), V::Text(b))
            | (V::Bytes(a), V::Bytes(b))
            | (V::Json(a), V::Json(b))
            | (V::Enum(a), V::Enum(b))
            | (V::Set(a), V::Set(b))
            | (V::Geometry(a), V::Geometry(b))
            | (V::Vector(a), V::Vector(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value<'_> {}

/// For people: keys in messages, rows in reports. Long text is cut, bytes are hexadecimal.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Unchanged => f.write_str("(unchanged)"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::UInt(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Double(value) => value.fmt(f),
            Self::Decimal(text) => f.write_str(text),
            Self::Year(value) => write!(f, "{value:04}"),
            Self::Date(value) => value.fmt(f),
            Self::Span(value) => value.fmt(f),
            Self::DateTime(value) => value.fmt(f),
            Self::Instant(value) => write!(f, "{value}Z"),
            Self::Text(bytes) | Self::Json(bytes) | Self::Enum(bytes) | Self::Set(bytes) => {
                text(f, bytes)
            }
            Self::EnumError => f.write_str("'' (no member)"),
            Self::Bits(bytes)
            | Self::Bytes(bytes)
            | Self::Geometry(bytes)
            | Self::Vector(bytes) => hexadecimal(f, bytes),
        }
    }
}

/// How much of a long value is shown.
const SHOWN: usize = 64;

fn text(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let Ok(text) = std::str::from_utf8(bytes) else { return hexadecimal(f, bytes) };
    match text.char_indices().nth(SHOWN) {
        None => write!(f, "'{}'", text.escape_debug()),
        Some((end, _)) => write!(f, "'{}…' ({} bytes)", text[..end].escape_debug(), bytes.len()),
    }
}

fn hexadecimal(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("0x")?;
    for byte in bytes.iter().take(SHOWN) {
        write!(f, "{byte:02X}")?;
    }
    if bytes.len() > SHOWN { write!(f, "… ({} bytes)", bytes.len()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_equal_by_their_bits() {
        assert_ne!(Value::Double(0.0), Value::Double(-0.0));
        assert_eq!(Value::Float(f32::NAN), Value::Float(f32::NAN));
    }

    #[test]
    fn what_has_another_type_is_never_equal() {
        assert_ne!(Value::Int(1), Value::UInt(1));
        assert_ne!(Value::Text(b"a"), Value::Bytes(b"a"));
        assert_ne!(Value::Null, Value::Text(b""));
        assert_ne!(Value::EnumError, Value::Enum(b""));
        assert_ne!(Value::Null, Value::Unchanged);
    }

    #[test]
    fn people_see_no_control_bytes_and_no_endless_values() {
        assert_eq!(Value::Text(b"a\n'b").to_string(), r"'a\n\'b'");
        assert_eq!(Value::Bytes(&[0, 255]).to_string(), "0x00FF");
        assert_eq!(Value::Text(&[0xE9]).to_string(), "0xE9", "not UTF-8");
        let long = Value::Text(&[b'x'; 1000]).to_string();
        assert!(long.ends_with("…' (1000 bytes)") && long.len() < 100, "{long}");
    }
}
