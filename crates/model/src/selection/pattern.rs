//! Wildcards over names, in the manner of fnmatch: case-sensitive, and always of the whole name.
//!
//! | written | matches |
//! |---|---|
//! | `*` | any characters, also none |
//! | `?` | any one character |
//! | `[abc]`, `[a-z]` | one character of the set |
//! | `[!abc]`, `[!a-z]` | one character outside the set |
//!
//! Where fnmatch leaves room, the reading that cannot surprise is taken, or none:
//! `-` stands for itself at either end of a set and makes a range elsewhere, so `[a-c-e]` is
//! refused; `!` negates only at the start; `[^a]` is refused, because some read `^` as `!`; a set
//! may not be empty, and may not hold `[`, `]`, `*` or `?`, which names cannot hold either.

use crate::names::{NameFault, WILDCARDS};
use std::{fmt, str::Chars};

/// What is wrong with a pattern. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    #[error("there is nothing to match")]
    Empty,
    #[error("the [ at character {at} is never closed")]
    Unclosed { at: usize },
    #[error("the ] at character {at} closes nothing")]
    Unopened { at: usize },
    #[error("the set at character {at} is empty")]
    EmptySet { at: usize },
    #[error("the range {from}-{to} at character {at} runs backwards")]
    Backwards { at: usize, from: char, to: char },
    #[error("the - at character {at} follows a range")]
    DashAfterRange { at: usize },
    #[error("the ^ at character {at} has no agreed meaning at the start of a set")]
    Caret { at: usize },
    #[error("the {found} at character {at} cannot stand in a set")]
    InSet { at: usize, found: char },
}

impl PatternFault {
    /// What to write instead.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "write a name, or * for all",
            Self::Unclosed { .. } => "close the set with ]",
            Self::Unopened { .. } => "remove it, or open the set with [",
            Self::EmptySet { .. } => "list the characters, as in [abc] or [!abc]",
            Self::Backwards { .. } => "put the lower character first, as in [a-z]",
            Self::DashAfterRange { .. } => "put the - at the start of the set, as in [-a-c]",
            Self::Caret { .. } => "write ! for \"none of\", or put the ^ later in the set",
            Self::InSet { .. } => "names cannot hold it: leave it out",
        }
    }

    /// The same fault in a text of which the pattern is a part that starts after `before` characters.
    pub(crate) fn shifted(self, before: usize) -> Self {
        match self {
            Self::Empty => Self::Empty,
            Self::Unclosed { at } => Self::Unclosed { at: at + before },
            Self::Unopened { at } => Self::Unopened { at: at + before },
            Self::EmptySet { at } => Self::EmptySet { at: at + before },
            Self::Backwards { at, from, to } => Self::Backwards { at: at + before, from, to },
            Self::DashAfterRange { at } => Self::DashAfterRange { at: at + before },
            Self::Caret { at } => Self::Caret { at: at + before },
            Self::InSet { at, found } => Self::InSet { at: at + before, found },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Token {
    This(char),
    AnyOne,
    Any,
    Set { negated: bool, ranges: Vec<(char, char)> },
}

/// A pattern that was understood.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

impl Pattern {
    /// Understands a text with wildcards.
    pub fn parse(text: &str) -> Result<Self, PatternFault> {
        if text.is_empty() {
            return Err(PatternFault::Empty);
        }
        let chars: Vec<char> = text.chars().collect();
        let mut tokens = Vec::new();
        let mut i = 0;
        while i < chars.len() {
            match chars[i] {
                // Several in a row mean one, and cost one.
                '*' if tokens.last() == Some(&Token::Any) => {}
                '*' => tokens.push(Token::Any),
                '?' => tokens.push(Token::AnyOne),
                '[' => {
                    let body = &chars[i + 1..];
                    let Some(length) = body.iter().position(|c| *c == ']') else {
                        return Err(PatternFault::Unclosed { at: i + 1 });
                    };
                    tokens.push(set(&body[..length], i + 1)?);
                    i += length + 1;
                }
                ']' => return Err(PatternFault::Unopened { at: i + 1 }),
                c => tokens.push(Token::This(c)),
            }
            i += 1;
        }
        Ok(Self { text: text.to_owned(), tokens })
    }

    /// A pattern that matches this name alone, whatever characters it has.
    pub fn exact(name: &str) -> Self {
        Self { text: name.to_owned(), tokens: name.chars().map(Token::This).collect() }
    }

    /// `*`, which matches every name.
    pub fn everything() -> Self {
        Self { text: "*".to_owned(), tokens: vec![Token::Any] }
    }

    /// The name, if the pattern can match only one.
    pub fn as_exact(&self) -> Option<&str> {
        self.tokens.iter().all(|t| matches!(t, Token::This(_))).then_some(self.text.as_str())
    }

    /// Whether it is `*`, which matches every name.
    pub fn is_everything(&self) -> bool {
        self.tokens == [Token::Any]
    }

    /// Whether the whole name matches. Takes at most as many steps as the lengths of name and
    /// pattern multiplied: on a mismatch only the last `*` is tried again, one character further.
    pub fn matches(&self, name: &str) -> bool {
        let mut at = 0;
        let mut rest = name.chars();
        // Where to go on if what follows the last `*` does not fit.
        let mut retry: Option<(usize, Chars<'_>)> = None;
        loop {
            let mut ahead = rest.clone();
            match (self.tokens.get(at), ahead.next()) {
                (Some(Token::Any), _) => {
                    at += 1;
                    retry = Some((at, rest.clone()));
                    continue;
                }
                (Some(token), Some(c)) if token.accepts(c) => {
                    at += 1;
                    rest = ahead;
                    continue;
                }
                (None, None) => return true,
                (_, _) => {}
            }
            let Some((after_star, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *after_star;
            rest = from.clone();
        }
    }
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::This(own) => *own == c,
            Self::AnyOne => true,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated
            }
            Self::Any => false,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a text has wildcards, so that it is a pattern rather than a name.
pub fn has_wildcards(text: &str) -> bool {
    text.contains(|c| WILDCARDS.contains(c))
}

/// Where the first wildcard of a text is that should have none.
pub(crate) fn first_wildcard(text: &str) -> Option<NameFault> {
    let mut found = text.chars().enumerate().filter(|(_, c)| WILDCARDS.contains(*c));
    found.next().map(|(i, found)| NameFault::Forbidden { at: i + 1, found })
}

/// Reads what stands between the brackets, the first of which is at character `open`.
fn set(body: &[char], open: usize) -> Result<Token, PatternFault> {
    let negated = body.first() == Some(&'!');
    let skipped = usize::from(negated);
    let members = &body[skipped..];
    let at = |i: usize| open + 1 + skipped + i;
    if members.is_empty() {
        return Err(PatternFault::EmptySet { at: open });
    }
    if !negated && members[0] == '^' {
        return Err(PatternFault::Caret { at: at(0) });
    }
    if let Some(i) = members.iter().position(|c| WILDCARDS.contains(*c)) {
        return Err(PatternFault::InSet { at: at(i), found: members[i] });
    }
    let mut ranges = Vec::new();
    let mut i = 0;
    let mut after_range = false;
    while i < members.len() {
        let from = members[i];
        if from == '-' && after_range && i + 1 < members.len() {
            return Err(PatternFault::DashAfterRange { at: at(i) });
        }
        let to = match members.get(i + 1..i + 3) {
            Some(['-', to]) => Some(*to),
            _ => None,
        };
        match to {
            Some(to) if from > to => return Err(PatternFault::Backwards { at: at(i), from, to }),
            Some(to) => ranges.push((from, to)),
            None => ranges.push((from, from)),
        }
        after_range = to.is_some();
        i += if after_range { 3 } else { 1 };
    }
    Ok(Token::Set { negated, ranges })
}

#[cfg(test)]
mod tests;
