//! Definitions of columns.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{Column, ColumnKey, DataType, Default, Generated, RowBound};
use crate::mysql::ddl::token::{Token, Tokens};

/// The words for the moment of a statement, for TIMESTAMP and DATETIME.
const NOW: [&str; 4] = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"];

impl Cursor<'_> {
    pub(crate) fn column(&mut self) -> Result<Column, ParseError> {
        let name = self.name()?;
        let ty = self.data_type()?;
        let mut column = Column::new(name, ty);
        if column.ty.name == "serial" {
            column.ty = DataType { unsigned: true, ..DataType::new("bigint", &[]) };
            (column.nullable, column.auto_increment) = (Some(false), true);
            column.key = Some(ColumnKey::Unique);
        }
        while !self.ends_column() {
            self.attribute(&mut column)?;
        }
        Ok(column)
    }

    fn ends_column(&mut self) -> bool {
        matches!(self.peek(), Token::Symbol(',' | ')' | ';') | Token::End)
            || self.is_word("FIRST")
            || self.is_word("AFTER")
    }

    fn attribute(&mut self, column: &mut Column) -> Result<(), ParseError> {
        if self.attribute_of_value(column)? || self.attribute_of_key(column)? {
            return Ok(());
        }
        if self.eat("COMMENT") {
            column.comment = Some(self.text_value()?);
        } else if self.eat("COLLATE") {
            column.ty.collation = Some(self.charset_name()?);
        } else if self.eat_all(&["CHARACTER", "SET"]) || self.eat("CHARSET") {
            column.ty.charset = Some(self.charset_name()?);
        } else if self.eat("INVISIBLE") {
            column.invisible = true;
        } else if self.eat("VISIBLE") {
            column.invisible = false;
        } else if self.eat("COMPRESSED") {
            let method = self.eat_symbol('=').then(|| self.name()).transpose()?;
            column.ty.compressed = Some(method);
        } else if self.is_word("SRID") || self.is_word("REF_SYSTEM_ID") {
            let mut ty = std::mem::take(&mut column.ty);
            self.srid(&mut ty);
            column.ty = ty;
        } else if self.eat_all(&["WITH", "SYSTEM", "VERSIONING"]) {
            column.versioned = Some(true);
        } else if self.eat_all(&["WITHOUT", "SYSTEM", "VERSIONING"]) {
            column.versioned = Some(false);
        } else {
            column.attributes.push(self.unknown_attribute());
        }
        Ok(())
    }

    fn srid(&mut self, ty: &mut DataType) {
        use crate::mysql::ddl::ast::Srid;
        let mysql = self.take().token.is_word("SRID");
        self.eat_symbol('=');
        let number = self.number();
        ty.srid = number.map(if mysql { Srid::Mysql } else { Srid::Mariadb });
    }

    fn attribute_of_value(&mut self, column: &mut Column) -> Result<bool, ParseError> {
        if self.eat_all(&["NOT", "NULL"]) {
            column.nullable = Some(false);
        } else if self.eat("NULL") {
            column.nullable = Some(true);
        } else if self.eat("DEFAULT") {
            column.default = Some(self.default()?);
        } else if self.are_words(&["ON", "UPDATE"]) {
            self.take();
            self.take();
            column.on_update = Some(self.now()?);
        } else if self.eat("AUTO_INCREMENT") {
            column.auto_increment = true;
        } else if self.eat_all(&["GENERATED", "ALWAYS"]) || self.is_word("AS") {
            self.generated(column)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn attribute_of_key(&mut self, column: &mut Column) -> Result<bool, ParseError> {
        if self.eat("PRIMARY") {
            self.eat("KEY");
            column.key = Some(ColumnKey::Primary);
        } else if self.eat("UNIQUE") {
            self.eat("KEY");
            column.key = column.key.or(Some(ColumnKey::Unique));
        } else if self.eat("KEY") {
            column.key = Some(ColumnKey::Primary);
        } else if self.is_word("REFERENCES") {
            column.references = Some(self.reference()?);
        } else if self.eat("CONSTRAINT") {
            let name = self.constraint_name()?;
            let check = self.check(name)?;
            column.checks.push(check);
        } else if self.is_word("CHECK") {
            let check = self.check(None)?;
            column.checks.push(check);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn default(&mut self) -> Result<Default, ParseError> {
        if self.peek().is('(') {
            return self.bracketed().map(Default::Expression);
        }
        let sign = if self.eat_symbol('-') { "-" } else { "" };
        self.eat_symbol('+');
        let introduced = self.peek().name().is_some_and(|name| name.starts_with('_'));
        if introduced && !matches!(self.look(1), Token::Symbol('(')) {
            self.take();
        }
        match self.peek().clone() {
            Token::Text(_) => self.text_value().map(Default::Text),
            Token::National(value) => self.taken(Default::Text(value)),
            Token::Number(number) => self.taken(Default::Number(format!("{sign}{number}"))),
            Token::Hex(digits) => self.taken(Default::Hex(digits)),
            Token::Bit(digits) => self.taken(Default::Bit(digits)),
            Token::Word(word) if word.eq_ignore_ascii_case("NULL") => self.taken(Default::Null),
            Token::Word(word) if word.eq_ignore_ascii_case("TRUE") => {
                self.taken(Default::Number("1".to_owned()))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("FALSE") => {
                self.taken(Default::Number("0".to_owned()))
            }
            Token::Word(_) if self.is_now(0) => self.now().map(Default::Now),
            Token::Word(_) | Token::Quoted(_) => {
                let mut call = Tokens::default();
                self.take_into(&mut call);
                while self.peek().is('.') {
                    self.take_into(&mut call);
                    self.take_into(&mut call);
                }
                if self.peek().is('(') {
                    self.group_into(&mut call);
                }
                Ok(Default::Expression(call))
            }
            _ => Err(self.missing("a default")),
        }
    }

    fn taken(&mut self, default: Default) -> Result<Default, ParseError> {
        self.take();
        Ok(default)
    }

    /// Whether the moment of the statement is `ahead` of here.
    pub(super) fn is_now(&mut self, ahead: usize) -> bool {
        let token = self.look(ahead);
        NOW.iter().any(|word| token.is_word(word))
    }

    fn now(&mut self) -> Result<u8, ParseError> {
        if !self.is_now(0) {
            return Err(self.missing("CURRENT_TIMESTAMP"));
        }
        self.take();
        if !self.eat_symbol('(') {
            return Ok(0);
        }
        let digits = self.number().unwrap_or(0);
        self.expect_symbol(')', "a closing bracket")?;
        Ok(digits)
    }

    fn generated(&mut self, column: &mut Column) -> Result<(), ParseError> {
        self.expect("AS")?;
        if self.eat("ROW") {
            column.row_bound =
                Some(if self.eat("START") { RowBound::Start } else { RowBound::End });
            self.eat("END");
            return Ok(());
        }
        let expression = self.bracketed()?;
        let stored = self.eat_any(&["STORED", "PERSISTENT"]);
        self.eat("VIRTUAL");
        column.generated = Some(Generated { expression, stored });
        Ok(())
    }

    /// A word that is not known, with what belongs to it as far as that can be told.
    fn unknown_attribute(&mut self) -> Tokens {
        let mut tokens = Tokens::default();
        self.take_into(&mut tokens);
        if self.peek().is('=') {
            self.take_into(&mut tokens);
            self.take_into(&mut tokens);
        } else if self.peek().is('(') {
            self.group_into(&mut tokens);
        } else if tokens.0.first().is_some_and(|piece| takes_word(&piece.token))
            && !self.ends_column()
        {
            self.take_into(&mut tokens);
        }
        tokens
    }
}

/// Attributes whose value is the word or string after them.
fn takes_word(token: &Token) -> bool {
    const NAMES: [&str; 5] =
        ["COLUMN_FORMAT", "STORAGE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "NOT"];
    NAMES.iter().any(|name| token.is_word(name))
}
