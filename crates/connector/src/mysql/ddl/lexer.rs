//! MySQL's tokens, with the places they came from.
//!
//! Works on bytes: a server prints a binary default as it is, whatever the session's character set.
//! It never fails: what does not end (a string, a comment) ends with the text.

use super::mode::Mode;
use super::token::{Token, word_byte};
use std::ops::Range;

/// A token and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub token: Token,
    pub span: Range<usize>,
    /// Whether anything that is not a token stood before it.
    pub spaced: bool,
}

/// Reads one token after another.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    mode: Mode,
    /// How many comments whose content counts are open.
    open: usize,
    /// Whether names and strings are printed as they are, marks in them not doubled.
    raw: bool,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a [u8], mode: Mode) -> Self {
        Self { text, at: 0, mode, open: 0, raw: false }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads again from `at`, where a token began.
    pub fn back_to(&mut self, at: usize) {
        self.at = at.min(self.text.len());
    }

    /// From here on marks within names and strings are not doubled: one ends them only where what
    /// may follow does. It is the best that such text allows.
    pub fn set_raw(&mut self, raw: bool) {
        self.raw = raw;
    }

    /// The name between marks that ends before one of these words, whatever is in it.
    pub fn name_before(&mut self, words: &[&str]) -> Option<String> {
        self.skip_filling();
        let rest = self.rest().strip_prefix(b"`")?;
        let ends = |at: &usize| {
            let after = rest.get(at + 1..).unwrap_or_default().trim_ascii_start();
            let is = |word: &&str| {
                after.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
            };
            rest[*at] == b'`' && words.iter().any(is)
        };
        let end = (0..rest.len()).find(ends)?;
        let name = String::from_utf8_lossy(&rest[..end]).replace("``", "`");
        self.at += end + 2;
        Some(name)
    }

    /// Leaves out the next `count` bytes.
    pub fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.text.len());
    }

    /// The next token, [`Token::End`] at the end and after it.
    pub fn next(&mut self) -> Lexeme {
        let before = self.at;
        self.skip_filling();
        let (start, spaced) = (self.at, self.at > before);
        let token = self.token();
        Lexeme { token, span: start..self.at, spaced }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_filling(&mut self) {
        loop {
            let rest = self.rest();
            match rest {
                [b, ..] if b.is_ascii_whitespace() || *b == 0x0b => self.at += 1,
                [b'#', ..] => self.skip_line(),
                [b'-', b'-'] => self.skip_line(),
                [b'-', b'-', after, ..] if *after <= b' ' => self.skip_line(),
                [b'*', b'/', ..] if self.open > 0 => {
                    self.open -= 1;
                    self.at += 2;
                }
                [b'/', b'*', inside @ ..] => match self.mode.opening(inside) {
                    Some(length) => {
                        self.open += 1;
                        self.at += 2 + length;
                    }
                    None => self.at += comment(rest),
                },
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |end| end + 1);
    }

    fn token(&mut self) -> Token {
        match (self.byte(0), self.byte(1)) {
            _ if self.rest().is_empty() => Token::End,
            (b'`', _) => self.quoted(b'`'),
            (b'"', _) if self.mode.ansi_quotes => self.quoted(b'"'),
            (b'\'', _) => Token::Text(self.string(b'\'')),
            (b'"', _) => Token::Text(self.string(b'"')),
            (b'n' | b'N', b'\'') => {
                self.at += 1;
                Token::National(self.string(b'\''))
            }
            (b'x' | b'X', b'\'') => self.enclosed_digits(),
            (b'b' | b'B', b'\'') => self.enclosed_digits(),
            (b'0', b'x') => self.prefixed_digits(|b| b.is_ascii_hexdigit()),
            (b'0', b'b') => self.prefixed_digits(|b| matches!(b, b'0' | b'1')),
            (b, _) if b.is_ascii_digit() => self.number(),
            (b'.', b) if b.is_ascii_digit() => self.number(),
            (b, _) if word_byte(b) => self.word(),
            (b, _) => {
                self.at += 1;
                Token::Symbol(char::from(b))
            }
        }
    }

    fn word(&mut self) -> Token {
        let length = self.rest().iter().take_while(|b| word_byte(**b)).count();
        let word = String::from_utf8_lossy(&self.rest()[..length]).into_owned();
        self.at += length;
        Token::Word(word)
    }

    /// A number, or a word that begins with digits.
    fn number(&mut self) -> Token {
        let rest = self.rest();
        let digits = |from: usize| {
            rest[from.min(rest.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let whole = digits(0);
        if whole > 0 && !is_number_end(rest, whole) {
            return self.word();
        }
        let mut end = whole;
        if rest.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            end += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        let number = String::from_utf8_lossy(&rest[..end]).into_owned();
        self.at += end;
        Token::Number(number)
    }

    /// `x'41'` and `b'01'`.
    fn enclosed_digits(&mut self) -> Token {
        let (kind, inside) = (self.byte(0).to_ascii_lowercase(), &self.rest()[2..]);
        let length = inside.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if inside.get(length) != Some(&b'\'') {
            return self.word();
        }
        let digits = &inside[..length];
        self.at += length + 3;
        digits_token(kind, digits)
    }

    /// `0x41` and `0b01`, unless it goes on as a name.
    fn prefixed_digits(&mut self, digit: fn(u8) -> bool) -> Token {
        let (kind, inside) = (self.byte(1), &self.rest()[2..]);
        let length = inside.iter().take_while(|b| digit(**b)).count();
        if length == 0 || inside.get(length).is_some_and(|b| word_byte(*b)) {
            return self.word();
        }
        let digits = &inside[..length];
        self.at += length + 2;
        digits_token(kind, digits)
    }

    /// A quoted name. Inside it the mark is doubled, and nothing is escaped.
    fn quoted(&mut self, mark: u8) -> Token {
        self.at += 1;
        let mut name = Vec::new();
        loop {
            match (self.byte(0), self.byte(1)) {
                _ if self.rest().is_empty() => break,
                (b, next) if b == mark && self.raw && !ends_raw(next) => {
                    name.push(mark);
                    self.at += 1;
                }
                (b, next) if b == mark && next == mark => {
                    name.push(mark);
                    self.at += 2;
                }
                (b, _) if b == mark => {
                    self.at += 1;
                    break;
                }
                (b, _) => {
                    name.push(b);
                    self.at += 1;
                }
            }
        }
        Token::Quoted(String::from_utf8_lossy(&name).into_owned())
    }

    fn string(&mut self, mark: u8) -> Vec<u8> {
        self.at += 1;
        let mut value = Vec::new();
        while !self.rest().is_empty() {
            let (b, next) = (self.byte(0), self.byte(1));
            if self.raw && !(b == mark && ends_raw(next)) {
                value.push(b);
                self.at += 1;
            } else if b == mark && next == mark {
                value.push(mark);
                self.at += 2;
            } else if b == mark {
                self.at += 1;
                break;
            } else if b == b'\\' && !self.mode.no_backslash_escapes && self.rest().len() > 1 {
                unescape(next, &mut value);
                self.at += 2;
            } else {
                value.push(b);
                self.at += 1;
            }
        }
        value
    }
}

/// Whether digits that end at `end` are a number rather than the start of a name.
fn is_number_end(rest: &[u8], end: usize) -> bool {
    match rest.get(end) {
        Some(b'e' | b'E') => {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let digits = rest[end + 1..].iter().skip(sign).take_while(|b| b.is_ascii_digit());
            let after = end + 1 + sign + digits.clone().count();
            digits.count() > 0 && rest.get(after).is_none_or(|b| !word_byte(*b))
        }
        Some(b) => !word_byte(*b),
        None => true,
    }
}

/// What may follow a name or string.
fn ends_raw(next: u8) -> bool {
    matches!(next, 0 | b',' | b')') || next.is_ascii_whitespace()
}

fn digits_token(kind: u8, digits: &[u8]) -> Token {
    let digits = String::from_utf8_lossy(digits).into_owned();
    if kind == b'b' { Token::Bit(digits) } else { Token::Hex(digits.to_ascii_lowercase()) }
}

fn unescape(escaped: u8, value: &mut Vec<u8>) {
    match escaped {
        b'0' => value.push(0),
        b'b' => value.push(8),
        b'n' => value.push(b'\n'),
        b'r' => value.push(b'\r'),
        b't' => value.push(b'\t'),
        b'Z' => value.push(0x1a),
        // Patterns need the backslash, so the server keeps it.
        b'%' | b'_' => value.extend([b'\\', escaped]),
        other => value.push(other),
    }
}

/// The length of the comment at the start of `rest`.
fn comment(rest: &[u8]) -> usize {
    rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(rest.len(), |at| at + 4)
}

#[cfg(test)]
mod tests;
