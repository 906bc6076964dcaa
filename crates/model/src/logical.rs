//! Logical types: what a column holds, whatever its database calls it. A type goes native, logical,
//! native, so that each database needs two tables and not one for every other database.

use serde::{Deserialize, Serialize};

/// The charset of a text column: what its bytes mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Charset {
    /// Full Unicode in UTF-8.
    Utf8,
    /// UTF-8 without what lies beyond the first plane.
    Utf8Bmp,
    Ascii,
    /// MySQL's latin1: cp1252 with the five holes filled.
    Latin1,
    /// Any other, by the name its database gives it.
    Named(String),
}

impl Charset {
    /// From the name that databases of the MySQL family use.
    pub fn of_mysql(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "utf8mb4" => Self::Utf8,
            "utf8" | "utf8mb3" => Self::Utf8Bmp,
            "ascii" => Self::Ascii,
            "latin1" => Self::Latin1,
            other => Self::Named(other.to_owned()),
        }
    }

    /// The name that databases of the MySQL family know it by.
    pub fn mysql_name(&self) -> &str {
        match self {
            Self::Utf8 => "utf8mb4",
            Self::Utf8Bmp => "utf8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin1",
            Self::Named(name) => name,
        }
    }

    /// Whether any text in this charset is the same bytes in UTF-8.
    pub fn is_utf8(&self) -> bool {
        matches!(self, Self::Utf8 | Self::Utf8Bmp | Self::Ascii)
    }
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogicalType {
    Bool,
    /// A whole number of this many bytes: 1, 2, 3, 4 or 8.
    Int {
        bytes: u8,
        signed: bool,
    },
    /// Exact; without digits where the database sets no limit.
    Decimal {
        digits: Option<(u16, i16)>,
        signed: bool,
    },
    /// 32 bits, IEEE 754.
    Float,
    /// 64 bits, IEEE 754.
    Double,
    /// That many bits.
    Bit(u32),
    Year,
    Date,
    /// A length of time of either sign, with digits of a second's fraction.
    Span {
        fraction: u8,
    },
    /// A civil date and time, which no zone may shift.
    DateTime {
        fraction: u8,
    },
    /// A moment, always read and written in UTC.
    Instant {
        fraction: u8,
    },
    /// Text of at most so many characters; `fixed` where the database pads it.
    Text {
        charset: Charset,
        length: Option<u64>,
        fixed: bool,
    },
    /// Bytes without a charset.
    Bytes {
        length: Option<u64>,
        fixed: bool,
    },
    Json,
    /// One of these, by text.
    Enum {
        charset: Charset,
        members: Vec<String>,
    },
    /// Any of these, by text with commas.
    Set {
        charset: Charset,
        members: Vec<String>,
    },
    /// A shape: four bytes of reference system, then its well-known bytes.
    Geometry,
    /// A list of 32-bit numbers, as bytes.
    Vector {
        dimensions: u32,
    },
}

impl LogicalType {
    /// The charset of its text, for types that have one of their own.
    pub fn charset(&self) -> Option<&Charset> {
        match self {
            Self::Text { charset, .. } | Self::Enum { charset, .. } | Self::Set { charset, .. } => {
                Some(charset)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_charsets_are_read_in_any_case() {
        assert_eq!(Charset::of_mysql("UTF8MB4"), Charset::Utf8);
        assert_eq!(Charset::of_mysql("utf8"), Charset::Utf8Bmp);
        assert_eq!(Charset::of_mysql("gbk"), Charset::Named("gbk".into()));
    }

    #[test]
    fn latin1_is_not_utf8_though_its_letters_often_are() {
        assert!(Charset::Ascii.is_utf8() && Charset::Utf8Bmp.is_utf8());
        assert!(!Charset::Latin1.is_utf8());
    }
}
