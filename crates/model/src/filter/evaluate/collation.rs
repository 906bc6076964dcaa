//! How two texts compare, as far as that is the same in every version of a collation.

use super::Undecidable;
use std::cmp::Ordering;

/// What is known of how a text compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collation {
    /// A text of the filter: it compares as the other one does.
    Literal,
    /// Bytes, all of them.
    Bytes,
    /// Code points. `padded`: blanks at the end do not count.
    Points { padded: bool },
    /// Letters: `padded` as above, `exact`: letters of another case are other letters.
    Letters { padded: bool, exact: bool },
    /// Nothing: only what is the same bytes is known to be equal.
    Unknown,
}

/// Collations, without their charset, under which letters and digits of ASCII compare as such: the
/// same letter is equal in both cases, where the case does not count, and to nothing else. What is
/// not here has letters of two signs, or takes different ones for equal.
const PLAIN: &[&str] = &[
    "general",
    "general_mysql500",
    "unicode",
    "unicode_520",
    "0900",
    "uca1400",
    "swedish",
    "german1",
    "chinese",
    "korean",
    "japanese",
];

impl Collation {
    /// From the name its database gives it.
    pub fn of(name: Option<&str>) -> Self {
        let Some(name) = name.map(str::to_ascii_lowercase) else { return Self::Unknown };
        if name == "binary" {
            return Self::Bytes;
        }
        let Some((_charset, kind)) = name.split_once('_') else { return Self::Unknown };
        let padded = !(kind.starts_with("0900") || kind.contains("nopad"));
        let (language, exact) = match kind {
            "bin" | "nopad_bin" | "0900_bin" => return Self::Points { padded },
            _ => match kind.rsplit_once('_') {
                Some((language, "ci")) => (language, false),
                Some((language, "cs")) => (language, true),
                _ => return Self::Unknown,
            },
        };
        let language = language.trim_end_matches("_as").trim_end_matches("_ai");
        let language = language.trim_end_matches("_nopad");
        if !PLAIN.contains(&language) {
            return Self::Unknown;
        }
        Self::Letters { padded, exact }
    }

    /// The one by which two texts are compared.
    fn between(self, other: Self) -> Result<Self, Undecidable> {
        match (self, other) {
            (Self::Literal, Self::Literal) => Ok(Self::Letters { padded: true, exact: false }),
            (Self::Unknown, _) | (_, Self::Unknown) => Ok(Self::Unknown),
            (Self::Literal, one) | (one, Self::Literal) => Ok(one),
            (Self::Bytes, _) | (_, Self::Bytes) => Ok(Self::Bytes),
            (one, other) if one == other => Ok(one),
            _ => Err(Undecidable::Collation),
        }
    }
}

/// How two texts compare. Which of two different ones comes first is known of fewer texts than
/// whether they are equal.
pub(super) fn compare(
    (left, of_left): (&[u8], Collation),
    (right, of_right): (&[u8], Collation),
    wants_order: bool,
) -> Result<Ordering, Undecidable> {
    let is_literal = of_left == of_right && of_left == Collation::Literal;
    let ends_in_blank = |text: &[u8]| text.ends_with(b" ");
    let differs_in_case = left != right && left.eq_ignore_ascii_case(right);
    if is_literal && (ends_in_blank(left) || ends_in_blank(right) || differs_in_case) {
        // Whether blanks at the end count, or the case, is the server's default.
        return Err(Undecidable::Collation);
    }
    match of_left.between(of_right)? {
        Collation::Bytes | Collation::Points { padded: false } => Ok(left.cmp(right)),
        Collation::Points { padded: true } => points(left, right),
        Collation::Letters { padded, exact } => letters(left, right, (padded, exact), wants_order),
        Collation::Unknown if left == right => Ok(Ordering::Equal),
        Collation::Unknown | Collation::Literal => Err(Undecidable::Collation),
    }
}

/// Byte by byte, the shorter one continued with blanks.
fn points(left: &[u8], right: &[u8]) -> Result<Ordering, Undecidable> {
    let length = left.len().max(right.len());
    let at = |text: &[u8], place: usize| text.get(place).copied().unwrap_or(b' ');
    let orders = (0..length).map(|place| at(left, place).cmp(&at(right, place)));
    Ok(orders.fold(Ordering::Equal, Ordering::then))
}

fn letters(
    left: &[u8],
    right: &[u8],
    (padded, exact): (bool, bool),
    wants_order: bool,
) -> Result<Ordering, Undecidable> {
    let (left, right) = match padded {
        true => (unpadded(left), unpadded(right)),
        false => (left, right),
    };
    if left == right {
        return Ok(Ordering::Equal);
    }
    let is_plain = |text: &[u8]| text.iter().all(|byte| (0x20..0x7f).contains(byte));
    if !is_plain(left) || !is_plain(right) {
        return Err(Undecidable::Collation);
    }
    if !exact && left.eq_ignore_ascii_case(right) {
        return Ok(Ordering::Equal);
    }
    if !wants_order {
        // They differ; which comes first is not asked.
        return Ok(Ordering::Less);
    }
    // Digits come before letters everywhere; where anything else comes differs.
    let is_word = |text: &[u8]| text.iter().all(u8::is_ascii_alphanumeric);
    if !is_word(left) || !is_word(right) {
        return Err(Undecidable::Collation);
    }
    match left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()) {
        // They differ in the case of letters alone, and which of these comes first differs, too.
        Ordering::Equal => Err(Undecidable::Collation),
        order => Ok(order),
    }
}

fn unpadded(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b' ').map_or(0, |at| at + 1);
    &text[..end]
}
