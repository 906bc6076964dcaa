//! Keys and references.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{Action, Hidden, Key, KeyKind, KeyPart, PartOf, Reference};
use crate::mysql::ddl::token::{Token, Tokens};

impl Cursor<'_> {
    /// Whether a key's definition comes next rather than a column's.
    pub(super) fn is_key(&mut self) -> bool {
        let kind = |token: &Token| token.is_word("KEY") || token.is_word("INDEX");
        if kind(self.peek()) || self.is_word("UNIQUE") || self.are_words(&["PRIMARY", "KEY"]) {
            return true;
        }
        if self.is_word("FULLTEXT") || self.is_word("SPATIAL") {
            return true;
        }
        self.is_word("VECTOR") && kind(self.look(1))
    }

    pub(crate) fn key(&mut self, constraint: Option<String>) -> Result<Key, ParseError> {
        let kind = self.key_kind();
        self.eat_any(&["KEY", "INDEX"]);
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        let mut key = Key::new(kind, None, vec![]);
        if !self.peek().is('(') && !self.is_using() {
            key.name = Some(self.name()?);
        }
        self.key_using(&mut key)?;
        self.key_parts(&mut key)?;
        self.key_options(&mut key)?;
        match (&key.name, kind) {
            // A primary key has but one name, whatever the text calls it.
            (_, KeyKind::Primary) => key.name = None,
            (None, _) => key.name = constraint,
            (Some(name), _) => key.constraint = constraint.filter(|other| other != name),
        }
        Ok(key)
    }

    pub(super) fn key_kind(&mut self) -> KeyKind {
        if self.eat("PRIMARY") {
            KeyKind::Primary
        } else if self.eat("UNIQUE") {
            KeyKind::Unique
        } else if self.eat("FULLTEXT") {
            KeyKind::Fulltext
        } else if self.eat("SPATIAL") {
            KeyKind::Spatial
        } else if self.eat("VECTOR") {
            KeyKind::Vector
        } else {
            KeyKind::Plain
        }
    }

    /// `USING`, as opposed to a key of that name.
    fn is_using(&mut self) -> bool {
        (self.is_word("USING") || self.is_word("TYPE")) && !self.look(1).is('(')
    }

    pub(super) fn key_using(&mut self, key: &mut Key) -> Result<(), ParseError> {
        if self.is_using() {
            self.take();
            key.using = Some(self.name()?.to_ascii_uppercase());
        }
        Ok(())
    }

    pub(crate) fn key_parts(&mut self, key: &mut Key) -> Result<(), ParseError> {
        self.expect_symbol('(', "the columns of a key")?;
        loop {
            key.parts.push(self.key_part()?);
            if !self.eat_symbol(',') {
                break;
            }
        }
        self.expect_symbol(')', "a closing bracket")
    }

    fn key_part(&mut self) -> Result<KeyPart, ParseError> {
        let mut part = if self.peek().is('(') {
            let of = PartOf::Expression(self.bracketed()?);
            KeyPart { of, prefix: None, descending: false, without_overlaps: false }
        } else if self.is_call() {
            let mut call = Tokens::default();
            self.take_into(&mut call);
            self.group_into(&mut call);
            let of = PartOf::Expression(call);
            KeyPart { of, prefix: None, descending: false, without_overlaps: false }
        } else {
            KeyPart::column(self.name()?)
        };
        if self.eat_symbol('(') {
            part.prefix = self.number();
            self.expect_symbol(')', "a closing bracket")?;
        }
        part.without_overlaps = self.eat_all(&["WITHOUT", "OVERLAPS"]);
        part.descending = self.eat("DESC");
        self.eat("ASC");
        Ok(part)
    }

    /// Whether a function comes next, as OceanBase allows without brackets around it.
    fn is_call(&mut self) -> bool {
        self.look(1).is('(') && !matches!(self.look(2), Token::Number(_))
    }

    pub(crate) fn key_options(&mut self, key: &mut Key) -> Result<(), ParseError> {
        loop {
            match self.peek() {
                Token::Word(_) | Token::Quoted(_) => {}
                _ => return Ok(()),
            }
            if self.is_using() {
                self.key_using(key)?;
            } else if self.eat("COMMENT") {
                self.eat_symbol('=');
                key.comment = Some(self.text_value()?);
            } else if self.eat("INVISIBLE") {
                key.hidden = Some(Hidden::Invisible);
            } else if self.eat("IGNORED") {
                key.hidden = Some(Hidden::Ignored);
            } else if self.eat_any(&["VISIBLE"]) || self.eat_all(&["NOT", "IGNORED"]) {
                key.hidden = None;
            } else if self.eat_all(&["WITH", "PARSER"]) {
                key.parser = Some(self.name()?);
            } else {
                let option = self.option()?;
                key.options.push(option);
            }
        }
    }

    pub(super) fn reference(&mut self) -> Result<Reference, ParseError> {
        self.expect("REFERENCES")?;
        let table = self.qualified()?;
        let columns = if self.peek().is('(') { self.names()? } else { vec![] };
        let mut reference =
            Reference { table, columns, matching: None, on_delete: None, on_update: None };
        loop {
            if self.eat("MATCH") {
                reference.matching = Some(self.name()?.to_ascii_uppercase());
            } else if self.eat_all(&["ON", "DELETE"]) {
                reference.on_delete = Some(self.action()?);
            } else if self.are_words(&["ON", "UPDATE"]) && !self.is_now(2) {
                self.take();
                self.take();
                reference.on_update = Some(self.action()?);
            } else {
                return Ok(reference);
            }
        }
    }

    fn action(&mut self) -> Result<Action, ParseError> {
        const ACTIONS: [(&[&str], Action); 5] = [
            (&["RESTRICT"], Action::Restrict),
            (&["CASCADE"], Action::Cascade),
            (&["SET", "NULL"], Action::SetNull),
            (&["NO", "ACTION"], Action::Nothing),
            (&["SET", "DEFAULT"], Action::SetDefault),
        ];
        let found = ACTIONS.iter().find(|(words, _)| self.eat_all(words));
        found.map(|(_, action)| *action).ok_or_else(|| self.missing("what a reference does"))
    }
}
