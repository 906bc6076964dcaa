//! `CREATE TABLE`.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{Check, ForeignKey, Name, Period, Table};
use crate::mysql::ddl::mode::Mode;
use crate::mysql::ddl::token::Token;

/// Reads `CREATE TABLE`.
pub fn parse_table(text: &[u8], mode: Mode) -> Result<Table, ParseError> {
    let mut cursor = Cursor::new(text, mode);
    cursor.table()
}

impl Cursor<'_> {
    pub(super) fn table(&mut self) -> Result<Table, ParseError> {
        let mut table = self.table_head()?;
        if self.eat("LIKE") {
            table.like = Some(self.qualified()?);
        } else if self.peek().is('(') && self.look(1).is_word("LIKE") {
            self.take();
            self.take();
            table.like = Some(self.qualified()?);
            self.expect_symbol(')', "a closing bracket")?;
        } else if self.eat_symbol('(') {
            self.elements(&mut table)?;
        }
        if table.like.is_none() {
            self.table_options(&mut table)?;
        }
        table.rest = self.remainder();
        Ok(table)
    }

    fn table_head(&mut self) -> Result<Table, ParseError> {
        self.expect("CREATE")?;
        let or_replace = self.eat_all(&["OR", "REPLACE"]);
        let temporary = self.eat_any(&["TEMPORARY", "TEMP"]);
        self.expect("TABLE")?;
        let if_not_exists = self.eat_all(&["IF", "NOT", "EXISTS"]);
        let name = self.qualified()?;
        Ok(Table { or_replace, temporary, if_not_exists, ..Table::named(name) })
    }

    fn elements(&mut self, table: &mut Table) -> Result<(), ParseError> {
        loop {
            self.element(table)?;
            if self.eat_symbol(')') {
                return Ok(());
            }
            self.expect_symbol(',', "a comma or the closing bracket of the table")?;
        }
    }

    fn element(&mut self, table: &mut Table) -> Result<(), ParseError> {
        let constraint = match self.eat("CONSTRAINT") {
            true => Some(self.constraint_name()?),
            false => None,
        };
        if self.is_key() {
            let key = self.key(constraint.flatten())?;
            table.keys.push(key);
        } else if self.are_words(&["FOREIGN", "KEY"]) {
            let key = self.foreign_key(constraint.flatten())?;
            table.foreign_keys.push(key);
        } else if self.is_word("CHECK") && self.look(1).is('(') {
            let check = self.check(constraint.flatten())?;
            table.checks.push(check);
        } else if constraint.is_some() {
            return Err(self.missing("a constraint"));
        } else if self.are_words(&["PERIOD", "FOR"]) {
            table.periods.push(self.period()?);
        } else {
            table.columns.push(self.column()?);
        }
        Ok(())
    }

    /// The name after `CONSTRAINT`, which may be left out.
    pub(super) fn constraint_name(&mut self) -> Result<Option<String>, ParseError> {
        const KINDS: [&str; 4] = ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"];
        let is_kind = |cursor: &mut Self| KINDS.iter().any(|kind| cursor.is_word(kind));
        if is_kind(self) {
            return Ok(None);
        }
        let before = self.clone();
        let name = self.name()?;
        if is_kind(self) {
            return Ok(Some(name));
        }
        // MariaDB does not double the marks in names of foreign keys.
        *self = before;
        self.unread();
        let raw = self.raw().and_then(|lexer| lexer.name_before(&KINDS));
        raw.map(Some).ok_or_else(|| self.missing("a constraint"))
    }

    pub(super) fn check(&mut self, name: Option<String>) -> Result<Check, ParseError> {
        self.expect("CHECK")?;
        let expression = self.bracketed()?;
        let enforced = !self.eat_all(&["NOT", "ENFORCED"]);
        self.eat("ENFORCED");
        Ok(Check { name, expression, enforced })
    }

    pub(super) fn foreign_key(
        &mut self,
        constraint: Option<String>,
    ) -> Result<ForeignKey, ParseError> {
        self.take();
        self.take();
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        let index = match self.peek() {
            Token::Symbol(_) => None,
            _ => Some(self.name()?),
        };
        let columns = self.names()?;
        let reference = self.reference()?;
        Ok(ForeignKey { name: constraint.or(index), columns, reference })
    }

    /// Names between brackets. The lengths of prefixes, which mean nothing here, are passed over.
    pub(super) fn names(&mut self) -> Result<Vec<String>, ParseError> {
        self.expect_symbol('(', "an opening bracket")?;
        let mut names = Vec::new();
        loop {
            names.push(self.name()?);
            if self.peek().is('(') {
                self.bracketed()?;
            }
            self.eat_any(&["ASC", "DESC"]);
            if !self.eat_symbol(',') {
                break;
            }
        }
        self.expect_symbol(')', "a closing bracket")?;
        Ok(names)
    }

    fn period(&mut self) -> Result<Period, ParseError> {
        self.take();
        self.take();
        let Name { name, .. } = self.qualified()?;
        let mut bounds = self.names()?.into_iter();
        match (bounds.next(), bounds.next(), bounds.next()) {
            (Some(from), Some(to), None) => Ok(Period { name, from, to }),
            _ => Err(self.missing("two columns of a period")),
        }
    }
}
