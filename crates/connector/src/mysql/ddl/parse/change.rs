//! Statements that change definitions: which one it is, and what it is about.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::change::Change;
use crate::mysql::ddl::mode::Mode;

/// Reads a statement that may change definitions. Statements about anything but tables, their
/// indexes and databases are [`Change::Other`], as are those that change nothing.
pub fn parse_change(text: &[u8], mode: Mode) -> Result<Change, ParseError> {
    let mut cursor = Cursor::new(text, mode);
    // MariaDB allows a limit of time before some.
    if cursor.are_words(&["SET", "STATEMENT"]) {
        while !cursor.at_end() && !cursor.eat("FOR") {
            cursor.take();
        }
    }
    if cursor.is_word("CREATE") {
        return cursor.create();
    }
    if cursor.eat("ALTER") {
        return cursor.alter();
    }
    if cursor.eat("DROP") {
        return cursor.drop_something();
    }
    if cursor.eat("RENAME") {
        return cursor.rename();
    }
    if cursor.eat("TRUNCATE") {
        cursor.eat("TABLE");
        return Ok(Change::Truncate(cursor.qualified()?));
    }
    Ok(Change::Other)
}

impl Cursor<'_> {
    fn create(&mut self) -> Result<Change, ParseError> {
        let before = self.clone();
        self.take();
        self.eat_all(&["OR", "REPLACE"]);
        let temporary = self.eat_any(&["TEMPORARY", "TEMP"]);
        if self.is_word("TABLE") {
            let mut cursor = before;
            return Ok(match temporary {
                true => Change::Other,
                false => Change::Create(Box::new(cursor.table()?)),
            });
        }
        if self.eat_any(&["DATABASE", "SCHEMA"]) {
            self.eat_all(&["IF", "NOT", "EXISTS"]);
            return Ok(Change::Database(self.name()?));
        }
        self.eat_any(&["ONLINE", "OFFLINE"]);
        let kinds = ["UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "INDEX"];
        if kinds.iter().any(|kind| self.is_word(kind)) {
            return self.create_index();
        }
        Ok(Change::Other)
    }

    fn create_index(&mut self) -> Result<Change, ParseError> {
        let kind = self.key_kind();
        self.expect("INDEX")?;
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        let mut key = crate::mysql::ddl::ast::Key::new(kind, Some(name), vec![]);
        self.key_using(&mut key)?;
        self.expect("ON")?;
        let table = self.qualified()?;
        self.key_parts(&mut key)?;
        Ok(Change::CreateIndex { table, key })
    }

    fn drop_something(&mut self) -> Result<Change, ParseError> {
        let temporary = self.eat_any(&["TEMPORARY", "TEMP"]);
        if self.eat_any(&["TABLE", "TABLES"]) {
            self.eat_all(&["IF", "EXISTS"]);
            return Ok(Change::Drop { tables: self.qualified_names()?, temporary });
        }
        if self.eat_any(&["DATABASE", "SCHEMA"]) {
            self.eat_all(&["IF", "EXISTS"]);
            return Ok(Change::DropDatabase(self.name()?));
        }
        self.eat_any(&["ONLINE", "OFFLINE"]);
        if self.eat("INDEX") {
            self.eat_all(&["IF", "EXISTS"]);
            let name = self.name()?;
            self.expect("ON")?;
            return Ok(Change::DropIndex { table: self.qualified()?, name });
        }
        Ok(Change::Other)
    }

    fn rename(&mut self) -> Result<Change, ParseError> {
        if !self.eat_any(&["TABLE", "TABLES"]) {
            return Ok(Change::Other);
        }
        self.eat_all(&["IF", "EXISTS"]);
        let mut pairs = Vec::new();
        loop {
            let from = self.qualified()?;
            self.patience();
            self.expect("TO")?;
            pairs.push((from, self.qualified()?));
            if !self.eat_symbol(',') {
                break;
            }
        }
        match self.at_end() || self.peek().is(';') {
            true => Ok(Change::Rename(pairs)),
            false => Err(self.missing("the end of the statement")),
        }
    }

    /// How long to wait for a lock.
    pub(super) fn patience(&mut self) {
        if self.eat("WAIT") {
            self.take();
        }
        self.eat("NOWAIT");
    }

    fn qualified_names(&mut self) -> Result<Vec<Name>, ParseError> {
        let mut names = vec![self.qualified()?];
        while self.eat_symbol(',') {
            names.push(self.qualified()?);
        }
        Ok(names)
    }
}
