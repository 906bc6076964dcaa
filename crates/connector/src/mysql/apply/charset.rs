//! Text that comes in another charset than its column's. What nearly every source has, and not every
//! target knows, is converted here; all else by the target.

use crate::apply::Applied;
use oms_model::Charset;
use std::borrow::Cow;

/// What MySQL's latin1 has between 0x80 and 0x9F. Its five holes are kept.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Applied {
    /// Whether a column's text needs no conversion by the database.
    pub(super) fn is_converted_here(&self, column: usize) -> bool {
        let own = self.into.columns[column].logical.charset();
        self.charsets[column] == Some(Charset::Latin1) && own.is_none_or(Charset::is_utf8)
    }

    /// A column's text, in its own charset where we convert it.
    pub(super) fn own<'t>(&self, column: usize, text: &'t [u8]) -> Cow<'t, [u8]> {
        if text.is_ascii() || !self.is_converted_here(column) {
            return Cow::Borrowed(text);
        }
        let letter = |byte: &u8| match byte {
            0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
            other => char::from(*other),
        };
        Cow::Owned(text.iter().map(letter).collect::<String>().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use crate::apply::Applied;
    use crate::writer::{Destination, TargetColumn};
    use oms_model::{Charset, LogicalType};

    #[test]
    fn latin1_is_cp1252_with_its_holes_filled() {
        let logical = LogicalType::Text { charset: Charset::Utf8, length: None, fixed: false };
        let column = TargetColumn { name: "s".into(), logical, native: "text".into() };
        let (database, table) = ("d".into(), "t".into());
        let applied = Applied {
            into: Destination { database, table, columns: vec![column], key: vec![] },
            charsets: vec![Some(Charset::Latin1)],
            sole_key: false,
            whole: true,
            others: vec![],
            followers: vec![],
        };
        assert_eq!(applied.own(0, b"\x80\x81\xe9a").as_ref(), "€\u{81}éa".as_bytes());
    }
}
