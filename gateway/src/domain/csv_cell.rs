//! Texts as cells of a CSV file that somebody opens in a spreadsheet.

use std::borrow::Cow;

/// A cell that a spreadsheet shows instead of running: what could begin a formula gets an
/// apostrophe in front.
pub fn harmless(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{text}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_texts_stay() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "ann", "1-1", "a=b", "np_12345678"] {
            assert_eq!(harmless(text), text);
        }
    }
}
