//! `ALTER TABLE`, clause by clause. What changes nothing about columns and unique keys is passed
//! over; what is not known is said to be so.

use super::{Cursor, ParseError};
use crate::mysql::ddl::change::{Action, Alter, Change, Spot};
use crate::mysql::ddl::token::Token;

/// Clauses, by their first words, that leave columns and unique keys as they are.
const HARMLESS: [&[&str]; 35] = [
    &["ALGORITHM"],
    &["LOCK"],
    &["FORCE"],
    &["ENABLE"],
    &["DISABLE"],
    &["DISCARD"],
    &["IMPORT"],
    &["WITH", "VALIDATION"],
    &["WITHOUT", "VALIDATION"],
    &["ORDER"],
    &["ADD", "PARTITION"],
    &["DROP", "PARTITION"],
    &["TRUNCATE", "PARTITION"],
    &["COALESCE", "PARTITION"],
    &["REORGANIZE", "PARTITION"],
    &["ANALYZE", "PARTITION"],
    &["CHECK", "PARTITION"],
    &["OPTIMIZE", "PARTITION"],
    &["REBUILD", "PARTITION"],
    &["REPAIR", "PARTITION"],
    &["REMOVE", "PARTITIONING"],
    &["PARTITION", "BY"],
    &["ADD", "FOREIGN"],
    &["ADD", "CHECK"],
    &["DROP", "FOREIGN"],
    &["DROP", "CHECK"],
    &["ALTER", "INDEX"],
    &["ALTER", "KEY"],
    &["ALTER", "CHECK"],
    &["ALTER", "CONSTRAINT"],
    &["SECONDARY_LOAD"],
    &["SECONDARY_UNLOAD"],
    &["ADD", "PERIOD"],
    &["DROP", "PERIOD"],
    &["UNION"],
];

impl Cursor<'_> {
    /// Behind the word `ALTER`.
    pub(super) fn alter(&mut self) -> Result<Change, ParseError> {
        self.eat_any(&["ONLINE", "OFFLINE"]);
        self.eat("IGNORE");
        if self.eat_any(&["DATABASE", "SCHEMA"]) {
            return self.name().map(Change::Database);
        }
        if !self.eat("TABLE") {
            return Ok(Change::Other);
        }
        self.eat_all(&["IF", "EXISTS"]);
        let table = self.qualified()?;
        self.patience();
        let mut actions = Vec::new();
        while !self.at_end() && !self.peek().is(';') {
            self.clause(&mut actions)?;
            self.eat_symbol(',');
        }
        Ok(Change::Alter(Alter { table, actions }))
    }

    pub(super) fn clause(&mut self, actions: &mut Vec<Action>) -> Result<(), ParseError> {
        if HARMLESS.iter().any(|words| self.are_words(words)) {
            actions.push(Action::Nothing);
            self.skip_clause();
            return Ok(());
        }
        let action = if self.eat("ADD") {
            return self.add(actions);
        } else if self.eat("DROP") {
            self.drop_clause()?
        } else if self.eat("MODIFY") {
            self.column_words();
            let column = self.column()?;
            let from = column.name.clone();
            Action::Replace { from, column: Box::new(column), spot: self.spot()? }
        } else if self.eat("CHANGE") {
            self.column_words();
            let from = self.name()?;
            let column = Box::new(self.column()?);
            Action::Replace { from, column, spot: self.spot()? }
        } else if self.eat("RENAME") {
            self.rename_clause()?
        } else if self.eat("ALTER") {
            // A default, or whether it is shown.
            Action::Nothing
        } else if self.are_words(&["CONVERT", "TO"]) {
            self.convert()?
        } else if self.eat_all(&["EXCHANGE", "PARTITION"]) {
            self.name()?;
            self.expect("WITH")?;
            self.expect("TABLE")?;
            Action::Exchange(self.qualified()?)
        } else if self.eat_all(&["CONVERT", "PARTITION"]) {
            self.name()?;
            self.expect("TO")?;
            self.expect("TABLE")?;
            Action::PartOut(self.qualified()?)
        } else if self.eat_all(&["CONVERT", "TABLE"]) {
            Action::PartIn(self.qualified()?)
        } else {
            self.option_clause()?
        };
        actions.push(action);
        self.skip_clause();
        Ok(())
    }

    fn column_words(&mut self) {
        self.eat("COLUMN");
        self.eat_all(&["IF", "EXISTS"]);
    }

    fn add(&mut self, actions: &mut Vec<Action>) -> Result<(), ParseError> {
        if self.eat_all(&["SYSTEM", "VERSIONING"]) {
            actions.push(Action::Versioning(true));
            return Ok(());
        }
        let constraint = match self.eat("CONSTRAINT") {
            true => {
                self.eat_all(&["IF", "NOT", "EXISTS"]);
                self.constraint_name()?
            }
            false => None,
        };
        if self.is_key() {
            let before = self.clone();
            let lenient = before.says_lenient();
            let key = Box::new(self.key(constraint)?);
            actions.push(Action::AddKey { key, lenient });
            self.skip_clause();
            return Ok(());
        }
        if self.is_word("FOREIGN") || (self.is_word("CHECK") && self.look(1).is('(')) {
            actions.push(Action::Nothing);
            self.skip_clause();
            return Ok(());
        }
        self.eat("COLUMN");
        let lenient = self.eat_all(&["IF", "NOT", "EXISTS"]);
        if !self.eat_symbol('(') {
            let column = Box::new(self.column()?);
            actions.push(Action::Add { column, spot: self.spot()?, lenient });
            self.skip_clause();
            return Ok(());
        }
        loop {
            if self.is_key() {
                let key = Box::new(self.key(None)?);
                actions.push(Action::AddKey { key, lenient: false });
            } else {
                let column = Box::new(self.column()?);
                actions.push(Action::Add { column, spot: Spot::Usual, lenient });
            }
            if !self.eat_symbol(',') {
                break;
            }
        }
        self.expect_symbol(')', "a closing bracket")
    }

    /// Whether the words of a key have `IF NOT EXISTS` among them.
    fn says_lenient(mut self) -> bool {
        for _ in 0..4 {
            if self.are_words(&["IF", "NOT", "EXISTS"]) {
                return true;
            }
            self.take();
        }
        false
    }

    fn drop_clause(&mut self) -> Result<Action, ParseError> {
        if self.eat_all(&["SYSTEM", "VERSIONING"]) {
            return Ok(Action::Versioning(false));
        }
        if self.eat_all(&["PRIMARY", "KEY"]) {
            return Ok(Action::DropPrimary);
        }
        if self.eat_any(&["INDEX", "KEY", "CONSTRAINT"]) {
            self.eat_all(&["IF", "EXISTS"]);
            return Ok(Action::DropKey { name: self.name()? });
        }
        self.column_words();
        Ok(Action::DropColumn { name: self.name()? })
    }

    fn rename_clause(&mut self) -> Result<Action, ParseError> {
        let is_column = self.eat("COLUMN");
        if is_column || self.eat_any(&["INDEX", "KEY"]) {
            self.eat_all(&["IF", "EXISTS"]);
            let from = self.name()?;
            self.expect("TO")?;
            let to = self.name()?;
            return Ok(match is_column {
                true => Action::RenameColumn { from, to },
                false => Action::RenameKey { from, to },
            });
        }
        if !self.eat_any(&["TO", "AS"]) {
            self.eat_symbol('=');
        }
        Ok(Action::RenameTo(self.qualified()?))
    }

    fn convert(&mut self) -> Result<Action, ParseError> {
        self.take();
        self.take();
        if !self.eat_all(&["CHARACTER", "SET"]) {
            self.expect("CHARSET")?;
        }
        let charset = match self.eat("DEFAULT") {
            true => None,
            false => Some(self.charset_name()?),
        };
        let collation = self.eat("COLLATE").then(|| self.charset_name()).transpose()?;
        Ok(Action::Convert { charset, collation })
    }

    fn option_clause(&mut self) -> Result<Action, ParseError> {
        if !matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) {
            return Err(self.missing("a clause"));
        }
        let (mut charset, mut collation) = (None, None);
        // Options stand beside each other without commas.
        while matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) {
            let option = self.option()?;
            let value = option.value.as_ref().and_then(|value| value.word()).map(str::to_owned);
            match option.name.as_str() {
                "CHARSET" => charset = value,
                "COLLATE" => collation = value,
                _ => {}
            }
        }
        Ok(match (&charset, &collation) {
            (None, None) => Action::Nothing,
            _ => Action::Default { charset, collation },
        })
    }

    fn spot(&mut self) -> Result<Spot, ParseError> {
        if self.eat("FIRST") {
            return Ok(Spot::First);
        }
        Ok(match self.eat("AFTER") {
            true => Spot::After(self.name()?),
            false => Spot::Usual,
        })
    }

    /// Goes to the comma that ends the clause, over whatever stands between brackets.
    pub(super) fn skip_clause(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Symbol(',' | ';') if depth == 0 => return,
                Token::Symbol('(') => depth += 1,
                Token::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.take();
        }
    }
}
