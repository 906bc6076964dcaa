//! Tokens, and text made of them that is kept without being understood.

use super::quote::{Quoting, literal, quoted};
use std::fmt::Write;

/// One token. Strings hold their value, not their spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A keyword or a name without marks.
    Word(String),
    /// A name between marks.
    Quoted(String),
    Text(Vec<u8>),
    /// `N'…'`
    National(Vec<u8>),
    Number(String),
    /// Digits of a hexadecimal literal, in lower case.
    Hex(String),
    /// Digits of a bit literal.
    Bit(String),
    Symbol(char),
    End,
}

impl Token {
    pub(crate) fn is_word(&self, wanted: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(wanted))
    }

    pub(crate) fn is(&self, wanted: char) -> bool {
        matches!(self, Self::Symbol(symbol) if *symbol == wanted)
    }

    /// The name it is, if it can be one.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            _ => None,
        }
    }

    fn write(&self, quoting: Quoting, out: &mut String) {
        match self {
            Self::Word(word) | Self::Number(word) => out.push_str(word),
            Self::Quoted(name) => out.push_str(&quoted(name)),
            Self::Text(value) => out.push_str(&literal(value, quoting)),
            Self::National(value) => {
                out.push('N');
                out.push_str(&literal(value, quoting));
            }
            // Infallible: writing to a string.
            Self::Hex(digits) if digits.len() % 2 == 0 => drop(write!(out, "x'{digits}'")),
            Self::Hex(digits) => drop(write!(out, "0x{digits}")),
            Self::Bit(digits) => drop(write!(out, "b'{digits}'")),
            Self::Symbol(symbol) => out.push(*symbol),
            Self::End => {}
        }
    }
}

/// Whether a name without marks may contain the byte.
pub(crate) fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// A token within a [`Tokens`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub token: Token,
    /// Whether it is set off from what is before it.
    pub spaced: bool,
}

/// An expression or clause, kept as its tokens: it can be written again for another server, with
/// names and literals changed, without being understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens(pub Vec<Piece>);

impl Tokens {
    pub(crate) fn push(&mut self, token: Token, spaced: bool) {
        let spaced = spaced && !self.0.is_empty();
        self.0.push(Piece { token, spaced });
    }

    pub(crate) fn render(&self, quoting: Quoting) -> String {
        let mut out = String::new();
        let mut before: Option<&Token> = None;
        for piece in &self.0 {
            if piece.spaced || before.is_some_and(|token| runs_into(token, &piece.token)) {
                out.push(' ');
            }
            piece.token.write(quoting, &mut out);
            before = Some(&piece.token);
        }
        out
    }

    /// The text for people: notes, messages.
    pub(crate) fn shown(&self) -> String {
        self.render(Quoting::default())
    }

    /// Equal but for spaces, case and synonyms of words, introducers, and brackets around the whole.
    pub(crate) fn means(&self, other: &Self) -> bool {
        let significant = |tokens: &Self| -> Vec<Piece> {
            let core = tokens.core();
            let introduces = |at: usize| {
                let word = matches!(&core[at].token, Token::Word(word) if word.starts_with('_'));
                word && matches!(core.get(at + 1).map(|p| &p.token), Some(Token::Text(_)))
            };
            (0..core.len()).filter(|at| !introduces(*at)).map(|at| core[at].clone()).collect()
        };
        let (a, b) = (significant(self), significant(other));
        a.len() == b.len()
            && a.iter().zip(&b).all(|(a, b)| match (&a.token, &b.token) {
                (Token::Word(a), Token::Word(b)) => synonym(a) == synonym(b),
                (Token::Word(a), Token::Quoted(b)) | (Token::Quoted(a), Token::Word(b)) => {
                    a.eq_ignore_ascii_case(b)
                }
                (a, b) => a == b,
            })
    }

    /// What is left without brackets around the whole.
    pub(crate) fn core(&self) -> &[Piece] {
        let mut pieces = self.0.as_slice();
        while let Some(inner) = unwrapped(pieces) {
            pieces = inner;
        }
        pieces
    }
}

/// The one name of a function that servers print under several.
fn synonym(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "ucase" => "upper".to_owned(),
        "lcase" => "lower".to_owned(),
        "current_timestamp" | "localtime" | "localtimestamp" => "now".to_owned(),
        "current_date" => "curdate".to_owned(),
        "current_time" => "curtime".to_owned(),
        _ => word,
    }
}

/// What is between brackets, if one pair encloses all of it.
fn unwrapped(pieces: &[Piece]) -> Option<&[Piece]> {
    let [first, inner @ .., last] = pieces else { return None };
    if !first.token.is('(') || !last.token.is(')') {
        return None;
    }
    let mut depth = 0_usize;
    for piece in inner {
        match piece.token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    Some(inner)
}

/// Whether two tokens written without a space would be read as something else.
fn runs_into(before: &Token, after: &Token) -> bool {
    use Token::{Bit, Hex, National, Number, Quoted, Symbol, Text, Word};
    match (before, after) {
        (Word(word), Text(_)) => !word.starts_with('_'),
        (Text(_), Text(_)) | (Quoted(_), Quoted(_)) | (National(_), Text(_)) => true,
        (Word(_) | Number(_) | Hex(_), Word(_) | Number(_) | Hex(_) | Bit(_) | National(_)) => true,
        (Number(number), Symbol('.')) => !number.contains('.'),
        (Symbol('.'), Number(_)) => true,
        (Symbol('/'), Symbol('*')) | (Symbol('*'), Symbol('/')) => true,
        _ => false,
    }
}
