//! Expressions: kept token by token, but for what they name.

use super::Work;
use super::name::target_name;
use crate::mysql::ddl::ast::{Name, same_name};
use crate::mysql::ddl::collation::choose;
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::canonical;
use crate::mysql::ddl::token::{Piece, Token, Tokens};
use crate::product::Product;

/// Functions of MySQL that MariaDB lacks.
const NOT_IN_MARIADB: [&str; 10] = [
    "any_value",
    "bin_to_uuid",
    "is_uuid",
    "json_storage_free",
    "json_storage_size",
    "random_bytes",
    "regexp_like",
    "st_longfromgeohash",
    "to_vector",
    "uuid_to_bin",
];

/// Functions of MariaDB that the others lack.
const ONLY_IN_MARIADB: [&str; 14] = [
    "add_months",
    "chr",
    "column_create",
    "column_get",
    "column_json",
    "json_compact",
    "json_detailed",
    "json_exists",
    "json_loose",
    "lastval",
    "natural_sort_key",
    "nextval",
    "setval",
    "to_char",
];

impl Work<'_> {
    /// The expression with introducers and collations that the target has.
    pub(super) fn convert_expression(&mut self, object: &str, tokens: &Tokens) -> Tokens {
        let mut out = Tokens::default();
        let mut pieces = tokens.0.iter().enumerate();
        while let Some((at, piece)) = pieces.next() {
            let next = tokens.0.get(at + 1).map(|piece| &piece.token);
            let before = at.checked_sub(1).and_then(|at| tokens.0.get(at)).map(|p| &p.token);
            match &piece.token {
                Token::Word(word) if is_introducer(word, next) => {
                    if self.drops_introducer(object, &word[1..], next) {
                        if let Some((_, literal)) = pieces.next() {
                            out.push(literal.token.clone(), piece.spaced);
                        }
                        continue;
                    }
                    out.0.push(piece.clone());
                }
                token if token.name().is_some() && opens_sequence(&tokens.0, at) => {
                    let database = (next.is_some_and(|next| next.is('.')))
                        .then(|| token.name().unwrap_or_default().to_owned());
                    let name = match &database {
                        Some(_) => pieces.nth(1).map(|(_, name)| &name.token),
                        None => Some(token),
                    };
                    let name = name.and_then(Token::name).unwrap_or_default().to_owned();
                    let mapped =
                        target_name(&Name { database, name }, &self.options.names, self.target);
                    if let Some(database) = mapped.database {
                        out.push(Token::Quoted(database), piece.spaced);
                        out.push(Token::Symbol('.'), false);
                    }
                    out.push(Token::Quoted(mapped.name), false);
                }
                token if before.is_some_and(|before| before.is_word("COLLATE")) => {
                    out.0.push(self.other_collation(object, token, piece.spaced));
                }
                token if names_charset(&tokens.0, at) => {
                    let charset = token.name().map(|name| self.target.charset(name));
                    match charset.flatten() {
                        Some(name) => out.push(Token::Word(name), piece.spaced),
                        None => out.push(Token::Word("utf8mb4".to_owned()), piece.spaced),
                    }
                }
                _ => out.0.push(piece.clone()),
            }
        }
        match self.to(Product::Mariadb) {
            true => regexp_as_operator(&out),
            false => out,
        }
    }

    /// Whether a literal does without its introducer at the target.
    fn drops_introducer(&mut self, object: &str, charset: &str, literal: Option<&Token>) -> bool {
        let text = match literal {
            Some(Token::Text(text)) => Some(text),
            _ => None,
        };
        let plain = text.is_some_and(|text| text.is_ascii());
        // MariaDB stores such a literal without escaping what is in it, and cannot read it again.
        let marked = text.is_some_and(|text| text.iter().any(|b| matches!(b, b'\'' | b'\\')));
        let session = canonical(charset) == "utf8mb4" && text.is_some();
        if self.to(Product::Mariadb) && (session || (plain && marked)) {
            return true;
        }
        if self.target.charset(charset).is_some() {
            return false;
        }
        if !plain {
            let what = format!("introducer _{charset} left out");
            let why = self.target_lacks(&format!("character set {charset}"));
            self.note(NoteCode::CharsetChanged, object, what, why);
        }
        true
    }

    fn other_collation(&mut self, object: &str, token: &Token, spaced: bool) -> Piece {
        let name = match token {
            Token::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => other.name().unwrap_or_default().to_owned(),
        };
        let from = canonical(&name.to_ascii_lowercase());
        let choice = choose(&from, self.target, self.options);
        if choice.changed {
            let what = format!("{from} in an expression became {}", choice.collation);
            let why = self.target_lacks(&format!("collation {from}"));
            let code = match choice.may_merge {
                true => NoteCode::CollationMayMerge,
                false => NoteCode::CollationChanged,
            };
            self.note(code, object, what, why);
        }
        Piece { token: Token::Word(choice.collation), spaced }
    }

    /// A function in the expression that the target is known to lack.
    pub(super) fn missing_function(&self, tokens: &Tokens) -> Option<String> {
        let missing: &[&str] = match (self.source.product, self.target.server.product) {
            (from, to) if from == to => return None,
            (_, Product::Mariadb) => &NOT_IN_MARIADB,
            (Product::Mariadb, _) => &ONLY_IN_MARIADB,
            _ => return None,
        };
        let called = |at: usize| tokens.0.get(at + 1).is_some_and(|piece| piece.token.is('('));
        tokens.0.iter().enumerate().find_map(|(at, piece)| {
            let name = piece.token.name().filter(|_| called(at))?.to_ascii_lowercase();
            missing.contains(&name.as_str()).then_some(name)
        })
    }

    pub(super) fn names_column(&self, tokens: &Tokens) -> bool {
        columns_in(tokens).any(|name| self.original.column(name).is_some())
    }

    /// A generated column that the expression names.
    pub(super) fn generated_in(&self, tokens: &Tokens) -> Option<String> {
        let generated = |name: &str| self.original.column(name).filter(|c| c.generated.is_some());
        columns_in(tokens).find_map(|name| generated(name).map(|column| column.name.clone()))
    }
}

/// Names in an expression that may be columns: all but functions.
pub(super) fn columns_in(tokens: &Tokens) -> impl Iterator<Item = &str> {
    tokens.0.iter().enumerate().filter_map(|(at, piece)| {
        let called = tokens.0.get(at + 1).is_some_and(|next| next.token.is('('));
        match &piece.token {
            Token::Word(_) if called => None,
            token => token.name(),
        }
    })
}

/// Whether an expression names this column.
pub(super) fn names(tokens: &Tokens, column: &str) -> bool {
    columns_in(tokens).any(|name| same_name(name, column))
}

/// Whether the name of a sequence begins at `at`.
fn opens_sequence(pieces: &[Piece], at: usize) -> bool {
    const CALLS: [&str; 3] = ["nextval", "lastval", "setval"];
    let back = |count: usize| at.checked_sub(count).and_then(|at| pieces.get(at));
    back(1).is_some_and(|piece| piece.token.is('('))
        && back(2).is_some_and(|piece| CALLS.iter().any(|call| piece.token.is_word(call)))
}

fn is_introducer(word: &str, next: Option<&Token>) -> bool {
    let literal = matches!(next, Some(Token::Text(_) | Token::Hex(_) | Token::Bit(_)));
    word.starts_with('_') && literal
}

/// Whether the token at `at` names a character set: after `CHARSET`, `CHARACTER SET`, and after
/// `USING` in a CONVERT.
fn names_charset(pieces: &[Piece], at: usize) -> bool {
    let word = |back: usize, wanted: &str| {
        at.checked_sub(back).and_then(|at| pieces.get(at)).is_some_and(|p| p.token.is_word(wanted))
    };
    let named = word(1, "CHARSET") || (word(1, "SET") && word(2, "CHARACTER")) || word(1, "USING");
    named && pieces[at].token.name().is_some()
}

/// `regexp_like(a, b)`, as MySQL prints `a REGEXP b`, for MariaDB, which has only the operator.
fn regexp_as_operator(tokens: &Tokens) -> Tokens {
    let mut out = tokens.clone();
    let mut from = 0;
    while let Some(at) = (from..out.0.len()).find(|at| out.0[*at].token.is_word("regexp_like")) {
        from = at + 1;
        let Some((comma, end)) = two_arguments(&out.0, at + 1) else { continue };
        out.0[comma] = Piece { token: Token::Word("REGEXP".to_owned()), spaced: true };
        if let Some(after) = out.0.get_mut(comma + 1).filter(|_| comma + 1 < end) {
            after.spaced = true;
        }
        let spaced = out.0[at].spaced;
        out.0.remove(at);
        out.0[at].spaced = spaced;
    }
    out
}

/// Where the comma and the closing bracket are of a call with two arguments that opens at `open`.
fn two_arguments(pieces: &[Piece], open: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut commas = Vec::new();
    for (at, piece) in pieces.iter().enumerate().skip(open) {
        match piece.token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return (commas.len() == 1).then(|| (commas[0], at));
                }
            }
            Token::Symbol(',') if depth == 1 => commas.push(at),
            _ => {}
        }
    }
    None
}
