//! Options of tables, keys and partitions.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{OptionValue, Table, TableOption};
use crate::mysql::ddl::token::{Token, Tokens};

/// Names of two words.
const PAIRS: [[&str; 2]; 6] = [
    ["CHARACTER", "SET"],
    ["DATA", "DIRECTORY"],
    ["INDEX", "DIRECTORY"],
    ["START", "TRANSACTION"],
    ["STORAGE", "ENGINE"],
    ["COLUMN", "GROUP"],
];

/// Names whose value may follow without `=`.
const BARE: [&str; 12] = [
    "AUTO_ID_CACHE",
    "BLOCK_SIZE",
    "CHARSET",
    "COLLATE",
    "COMMENT",
    "ENGINE",
    "KEY_BLOCK_SIZE",
    "ORGANIZATION",
    "ROW_FORMAT",
    "STORAGE",
    "TABLEGROUP",
    "TABLESPACE",
];

impl Cursor<'_> {
    pub(super) fn table_options(&mut self, table: &mut Table) -> Result<(), ParseError> {
        loop {
            self.eat_symbol(',');
            if self.are_words(&["PARTITION", "BY"]) {
                table.partitioning = Some(self.partitioning()?);
            } else if self.eat_all(&["WITH", "SYSTEM", "VERSIONING"]) {
                table.versioned = true;
            } else if self.is_select() || self.peek().name().is_none() {
                return Ok(());
            } else {
                table.options.push(self.option()?);
            }
        }
    }

    fn is_select(&mut self) -> bool {
        ["AS", "SELECT", "IGNORE", "REPLACE", "TABLE", "VALUES"].iter().any(|w| self.is_word(w))
            || (self.is_word("WITH") && !self.look(1).is_word("COLUMN"))
    }

    /// One option, known or not.
    pub(crate) fn option(&mut self) -> Result<TableOption, ParseError> {
        self.eat("DEFAULT");
        if self.is_word("WITH") && self.look(1).is('(') {
            self.take();
            let value = Some(OptionValue::List(self.bracketed()?));
            return Ok(TableOption { name: "WITH".to_owned(), value, quoted: false });
        }
        self.eat("WITH");
        let pair = PAIRS.iter().find(|pair| self.eat_all(*pair));
        let quoted = matches!(self.peek(), Token::Quoted(_));
        let name = match pair {
            Some(["CHARACTER", _]) => "CHARSET".to_owned(),
            Some(["STORAGE", _]) => "ENGINE".to_owned(),
            Some([first, second]) => format!("{first} {second}"),
            None if quoted => self.name()?,
            None => self.name()?.to_ascii_uppercase(),
        };
        let quoted = quoted && pair.is_none();
        let value = if self.eat_symbol('=') || BARE.contains(&name.as_str()) {
            Some(self.option_value(&name)?)
        } else if self.peek().is('(') {
            Some(OptionValue::List(self.bracketed()?))
        } else if matches!(self.peek(), Token::Text(_) | Token::Number(_)) {
            Some(self.option_value(&name)?)
        } else {
            None
        };
        Ok(TableOption { name, value, quoted })
    }

    fn option_value(&mut self, name: &str) -> Result<OptionValue, ParseError> {
        if matches!(name, "CHARSET" | "COLLATE") {
            return self.charset_name().map(OptionValue::Word);
        }
        match self.peek().clone() {
            Token::Text(_) => self.text_value().map(OptionValue::Text),
            Token::Symbol('(') => self.bracketed().map(OptionValue::Group),
            Token::Word(word) | Token::Quoted(word) | Token::Number(word) => {
                self.take();
                Ok(OptionValue::Word(word))
            }
            Token::Symbol('-') => {
                self.take();
                let number: Option<i64> = self.number();
                Ok(OptionValue::Word(format!("-{}", number.unwrap_or_default())))
            }
            Token::Symbol(',' | ')' | ';') | Token::End => Err(self.missing("an option's value")),
            Token::Symbol(other) => {
                self.take();
                Ok(OptionValue::Word(other.to_string()))
            }
            other => {
                let mut literal = Tokens::default();
                literal.push(other, false);
                self.take();
                Ok(OptionValue::Group(literal))
            }
        }
    }
}
