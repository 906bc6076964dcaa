//! Names and strings, written so that nothing in them can be read as anything else.

use crate::dialect::enclosed;
use std::fmt::Write;

/// How the session that will run the text reads strings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quoting {
    /// Its sql_mode has NO_BACKSLASH_ESCAPES.
    pub no_backslash_escapes: bool,
}

/// A name between backticks.
pub(crate) fn quoted(name: &str) -> String {
    enclosed(name, '`')
}

/// A string as a literal; in hexadecimal when it is not text.
pub(crate) fn literal(value: &[u8], quoting: Quoting) -> String {
    let Ok(text) = std::str::from_utf8(value) else { return hexadecimal(value) };
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            _ if quoting.no_backslash_escapes => out.push(c),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x1a' => out.push_str("\\Z"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

pub(crate) fn hexadecimal(value: &[u8]) -> String {
    let mut out = String::from("x'");
    for byte in value {
        // Infallible: writing to a string.
        let _ = write!(out, "{byte:02x}");
    }
    out.push('\'');
    out
}

/// The bytes of a hexadecimal literal.
pub(crate) fn bytes_of(digits: &str) -> Vec<u8> {
    let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
    let byte = |pair: &[u8]| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    padded.as_bytes().chunks(2).filter_map(byte).collect()
}
