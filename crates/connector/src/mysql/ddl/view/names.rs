//! Which names in a query are tables: those where a table can stand, after FROM and JOIN, and the
//! qualifiers of columns that repeat them.

use crate::mysql::ddl::ast::{Name, same_name};
use crate::mysql::ddl::token::{Piece, Token, Tokens};

/// A table in a FROM clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub name: Name,
    /// Its first token.
    at: usize,
    /// How many tokens it takes.
    length: usize,
    /// Without an alias, columns are qualified with its own name.
    aliased: bool,
}

/// What is known about one level of brackets.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// A SELECT was seen, so that FROM means what it says rather than being part of a call such as
    /// `trim('x' FROM y)`.
    selects: bool,
    in_from: bool,
}

pub(super) fn references(body: &Tokens) -> Vec<Reference> {
    let pieces = &body.0;
    let defined = common_tables(pieces);
    let mut found = Vec::new();
    let mut levels = vec![Level::default()];
    let mut expecting = false;
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        let level = levels.last().copied().unwrap_or_default();
        match &piece.token {
            Token::Symbol('(') => {
                levels.push(Level { selects: false, in_from: expecting });
            }
            Token::Symbol(')') => {
                levels.pop();
                expecting = false;
            }
            Token::Symbol(',') => expecting = level.in_from,
            Token::Word(word) if is_clause(pieces, at) => {
                let top = levels.last_mut();
                expecting = clause(word, top, expecting);
            }
            Token::Word(_) | Token::Quoted(_) if expecting => {
                expecting = false;
                if let Some(reference) = reference(pieces, at) {
                    at += reference.length - 1;
                    let shadow = reference.name.database.is_none()
                        && defined.iter().any(|name| same_name(name, &reference.name.name));
                    if !shadow {
                        found.push(reference);
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether the word at `at` can be a keyword: one after a dot is a name.
fn is_clause(pieces: &[Piece], at: usize) -> bool {
    let Some(Token::Word(word)) = pieces.get(at).map(|piece| &piece.token) else { return false };
    let dotted = at > 0 && pieces[at - 1].token.is('.');
    !dotted && CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause))
}

const CLAUSES: [&str; 22] = [
    "SELECT",
    "FROM",
    "JOIN",
    "STRAIGHT_JOIN",
    "ON",
    "USING",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "WINDOW",
    "FOR",
    "LATERAL",
    "INNER",
    "LEFT",
    "RIGHT",
    "CROSS",
    "NATURAL",
];

/// What a keyword changes; whether a table is expected after it.
fn clause(word: &str, level: Option<&mut Level>, expecting: bool) -> bool {
    let Some(level) = level else { return false };
    match word.to_ascii_uppercase().as_str() {
        "SELECT" => {
            (level.selects, level.in_from) = (true, false);
            false
        }
        "FROM" => {
            level.in_from = level.selects;
            level.selects
        }
        "JOIN" | "STRAIGHT_JOIN" => level.in_from,
        "LATERAL" => expecting,
        "ON" | "USING" | "INNER" | "LEFT" | "RIGHT" | "CROSS" | "NATURAL" => false,
        _ => {
            level.in_from = false;
            false
        }
    }
}

/// The table whose name begins at `at`; a function that yields a table is none.
fn reference(pieces: &[Piece], at: usize) -> Option<Reference> {
    let name = |at: usize| pieces.get(at).and_then(|piece| piece.token.name()).map(str::to_owned);
    let dot = |at: usize| pieces.get(at).is_some_and(|piece| piece.token.is('.'));
    let first = name(at)?;
    let (full, length) = match dot(at + 1).then(|| name(at + 2)).flatten() {
        Some(second) => (Name::within(first, second), 3),
        None => (Name::plain(first), 1),
    };
    let next = pieces.get(at + length).map(|piece| &piece.token);
    let bare = length == 1 && matches!(pieces[at].token, Token::Word(_));
    if bare && (full.name.eq_ignore_ascii_case("dual") || next.is_some_and(|t| t.is('('))) {
        return None;
    }
    let aliased = match next {
        Some(Token::Quoted(_)) => true,
        Some(Token::Word(word)) => {
            const GO_ON: [&str; 8] =
                ["PARTITION", "USE", "FORCE", "IGNORE", "WITH", "INTO", "EXCEPT", "FETCH"];
            !is_clause(pieces, at + length) && !GO_ON.iter().any(|w| word.eq_ignore_ascii_case(w))
        }
        _ => false,
    };
    Some(Reference { name: full, at, length, aliased })
}

/// The names that `WITH` defines.
fn common_tables(pieces: &[Piece]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let opens = piece.token.is_word("AS")
            && pieces.get(at + 1).is_some_and(|piece| piece.token.is('('))
            && pieces.get(at + 2).is_some_and(|piece| {
                ["SELECT", "WITH", "VALUES", "("].iter().any(|word| piece.token.is_word(word))
                    || piece.token.is('(')
            });
        if !opens || at == 0 {
            continue;
        }
        names.extend(name_before(pieces, at - 1));
    }
    names
}

/// The name that ends at `at`, before a list of columns if there is one.
fn name_before(pieces: &[Piece], mut at: usize) -> Option<String> {
    if pieces[at].token.is(')') {
        let mut depth = 0_usize;
        loop {
            match pieces[at].token {
                Token::Symbol(')') => depth += 1,
                Token::Symbol('(') => depth -= 1,
                _ => {}
            }
            at = at.checked_sub(1)?;
            if depth == 0 {
                break;
            }
        }
    }
    pieces[at].token.name().map(str::to_owned)
}

pub(super) fn renamed(body: &Tokens, map: &dyn Fn(&Name) -> Name) -> Tokens {
    let found = references(body);
    let mut out = Tokens::default();
    let mut at = 0;
    while let Some(piece) = body.0.get(at) {
        let reference = found.iter().find(|reference| reference.at == at);
        let start = at == 0 || !body.0[at - 1].token.is('.');
        if let Some(reference) = reference {
            push_name(&mut out, &map(&reference.name), piece.spaced);
            at += reference.length;
        } else if let Some((name, length)) = start.then(|| qualifier(&body.0, at, &found)).flatten()
        {
            // A column's qualifier keeps its form: with a database or without.
            let mapped = map(name);
            let database = if length == 3 { mapped.database } else { None };
            push_name(&mut out, &Name { database, name: mapped.name }, piece.spaced);
            at += length;
        } else {
            out.0.push(piece.clone());
            at += 1;
        }
    }
    out
}

/// The table that qualifies the column at `at`, and how many tokens it takes.
fn qualifier<'a>(pieces: &[Piece], at: usize, found: &'a [Reference]) -> Option<(&'a Name, usize)> {
    let name = |at: usize| pieces.get(at).and_then(|piece| piece.token.name());
    let symbol = |at: usize, wanted| pieces.get(at).is_some_and(|piece| piece.token.is(wanted));
    let first = name(at).filter(|_| symbol(at + 1, '.'))?;
    if let Some(second) = name(at + 2).filter(|_| symbol(at + 3, '.')) {
        let full = |name: &Name| name.database.as_deref() == Some(first) && name.name == second;
        return found.iter().find(|reference| full(&reference.name)).map(|r| (&r.name, 3));
    }
    if name(at + 2).is_none() && !symbol(at + 2, '*') {
        return None;
    }
    let own = |reference: &&Reference| !reference.aliased && reference.name.name == first;
    found.iter().find(own).map(|reference| (&reference.name, 1))
}

fn push_name(out: &mut Tokens, name: &Name, spaced: bool) {
    if let Some(database) = &name.database {
        out.0.push(Piece { token: Token::Quoted(database.clone()), spaced });
        out.0.push(Piece { token: Token::Symbol('.'), spaced: false });
        out.0.push(Piece { token: Token::Quoted(name.name.clone()), spaced: false });
    } else {
        out.0.push(Piece { token: Token::Quoted(name.name.clone()), spaced });
    }
}
