//! The words and signs of a row filter. What no filter can hold is refused here already, all of it
//! at once.

use super::fault::FilterFault;
use std::{fmt, iter::Peekable, str::Chars};

const BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a function or a bare name: the parser decides.
    Word(String),
    /// A name in backticks.
    Name(String),
    Text(String),
    Integer(u64),
    Decimal(String),
    Sign(&'static str),
    End,
}

/// A token and the character it starts at, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Name(name) => write!(f, "`{name}`"),
            Self::Text(_) => f.write_str("a text"),
            Self::Integer(n) => n.fmt(f),
            Self::Decimal(digits) => f.write_str(digits),
            Self::Sign(sign) => f.write_str(sign),
            Self::End => f.write_str("the end"),
        }
    }
}

/// Longer signs first, so that `<=` is not read as `<` and `=`. Those that are refused say why.
const SIGNS: [(&str, Option<&str>); 33] = [
    ("<=>", Some("use = together with IS NULL")),
    ("->>", Some("compare a plain column")),
    ("->", Some("compare a plain column")),
    ("&&", Some("write AND")),
    ("||", Some("write OR, or CONCAT(…) to join texts")),
    (":=", Some("write = to compare")),
    ("==", Some("write = to compare")),
    ("<=", None),
    (">=", None),
    ("<>", None),
    ("!=", None),
    ("<<", None),
    (">>", None),
    ("@", Some("write the value in place of the variable")),
    ("?", Some("write the value in place of the parameter")),
    (":", Some("write the value in place of the parameter")),
    ("<", None),
    (">", None),
    ("=", None),
    ("!", None),
    ("(", None),
    (")", None),
    (",", None),
    (".", None),
    ("+", None),
    ("-", None),
    ("*", None),
    ("/", None),
    ("%", None),
    ("^", None),
    ("~", None),
    ("&", None),
    ("|", None),
];

/// Divides a filter into tokens, the last of which is `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Vec<FilterFault>> {
    if text.len() > BYTES_MAX {
        return Err(vec![FilterFault::TooLong { bytes: text.len(), max: BYTES_MAX }]);
    }
    let mut lexer = Lexer { rest: text.chars().peekable(), at: 1 };
    let (mut tokens, mut faults) = (Vec::new(), Vec::new());
    loop {
        lexer.take_while(char::is_whitespace);
        let at = lexer.at;
        match lexer.next() {
            Ok(token) => {
                let last = token == Token::End;
                tokens.push(Placed { token, at });
                if last {
                    break;
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(tokens) } else { Err(faults) }
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    at: usize,
}

impl Lexer<'_> {
    /// Every call takes at least one character, or finds the end.
    fn next(&mut self) -> Result<Token, FilterFault> {
        let Some(first) = self.rest.peek().copied() else { return Ok(Token::End) };
        let at = self.at;
        if self.starts_with("--") || self.starts_with("/*") || first == '#' {
            self.take_while(|_| true);
            return Err(FilterFault::Comment { at });
        }
        match first {
            c if c.is_alphabetic() || c == '_' || c == '$' => Ok(Token::Word(self.word())),
            c if c.is_ascii_digit() => self.number(),
            '.' if self.second().is_some_and(|c| c.is_ascii_digit()) => self.number(),
            '\'' => self.text(),
            '`' => self.name(),
            '"' => {
                self.take();
                self.take_while(|c| c != '"');
                self.take();
                Err(FilterFault::DoubleQuotes { at })
            }
            ';' => {
                self.take();
                Err(FilterFault::SecondStatement { at })
            }
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> Result<Token, FilterFault> {
        let at = self.at;
        for (sign, instead) in SIGNS {
            if self.starts_with(sign) {
                for _ in sign.chars() {
                    self.take();
                }
                let text = sign.to_owned();
                return match instead {
                    None => Ok(Token::Sign(sign)),
                    Some(instead) => Err(FilterFault::Unsupported { at, text, instead }),
                };
            }
        }
        let found = self.take().unwrap_or('\0');
        Err(FilterFault::Character { at, found })
    }

    fn word(&mut self) -> String {
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
    }

    /// Digits, a fraction, and nothing that would make it inexact or another number system.
    fn number(&mut self) -> Result<Token, FilterFault> {
        let at = self.at;
        let mut text = self.take_while(|c| c.is_ascii_digit());
        let fraction = self.rest.peek() == Some(&'.');
        if fraction {
            text.extend(self.take());
            text.push_str(&self.take_while(|c| c.is_ascii_digit()));
        }
        let odd = self.word();
        if !odd.is_empty() {
            return Err(FilterFault::Number { at, text: text + &odd });
        }
        match text.parse() {
            Ok(n) if !fraction => Ok(Token::Integer(n)),
            _ if text.starts_with('.') => Ok(Token::Decimal(format!("0{text}"))),
            _ if text.ends_with('.') => Ok(Token::Decimal(text + "0")),
            _ => Ok(Token::Decimal(text)),
        }
    }

    fn text(&mut self) -> Result<Token, FilterFault> {
        let at = self.at;
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                None => return Err(FilterFault::OpenText { at }),
                Some('\'') if self.rest.peek() == Some(&'\'') => text.extend(self.take()),
                Some('\'') => return Ok(Token::Text(text)),
                Some('\\') => match self.take() {
                    None => return Err(FilterFault::OpenText { at }),
                    Some(c) => unescape(c, &mut text),
                },
                Some(c) => text.push(c),
            }
        }
    }

    fn name(&mut self) -> Result<Token, FilterFault> {
        let at = self.at;
        self.take();
        let mut name = String::new();
        loop {
            match self.take() {
                None => return Err(FilterFault::OpenName { at }),
                Some('`') if self.rest.peek() == Some(&'`') => name.extend(self.take()),
                Some('`') if name.is_empty() => return Err(FilterFault::OpenName { at }),
                Some('`') => return Ok(Token::Name(name)),
                Some(c) => name.push(c),
            }
        }
    }

    fn take(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.at += 1;
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while self.rest.peek().is_some_and(|c| wanted(*c)) {
            taken.extend(self.take());
        }
        taken
    }

    fn second(&self) -> Option<char> {
        self.rest.clone().nth(1)
    }

    fn starts_with(&self, sign: &str) -> bool {
        let mut ahead = self.rest.clone();
        sign.chars().all(|c| ahead.next() == Some(c))
    }
}

/// MySQL's meaning of a character after a backslash. `\%` and `\_` keep theirs: they matter to LIKE
/// alone, and here they are two characters.
fn unescape(c: char, text: &mut String) {
    match c {
        '0' => text.push('\0'),
        'b' => text.push('\u{8}'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'Z' => text.push('\u{1a}'),
        '%' | '_' => text.extend(['\\', c]),
        c => text.push(c),
    }
}
