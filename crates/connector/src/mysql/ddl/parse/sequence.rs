//! `CREATE SEQUENCE`.

use super::{Cursor, ParseError};
use crate::mysql::ddl::mode::Mode;
use crate::mysql::ddl::sequence::Sequence;

/// Reads `CREATE SEQUENCE`.
pub fn parse_sequence(text: &[u8], mode: Mode) -> Result<Sequence, ParseError> {
    let mut cursor = Cursor::new(text, mode);
    cursor.sequence()
}

impl Cursor<'_> {
    fn sequence(&mut self) -> Result<Sequence, ParseError> {
        self.expect("CREATE")?;
        self.eat_all(&["OR", "REPLACE"]);
        self.eat("TEMPORARY");
        self.expect("SEQUENCE")?;
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        let mut sequence = Sequence::named(self.qualified()?);
        loop {
            if self.eat("AS") {
                let ty = self.data_type()?;
                sequence.ty = Some(ty);
            } else if self.eat("START") {
                self.eat("WITH");
                sequence.start = self.signed();
            } else if self.eat("INCREMENT") {
                self.eat("BY");
                sequence.increment = self.signed();
            } else if self.eat("MINVALUE") {
                sequence.min = self.signed();
            } else if self.eat("MAXVALUE") {
                sequence.max = self.signed();
            } else if self.eat("CACHE") {
                sequence.cache = self.signed();
            } else if self.eat("NOCACHE") {
                sequence.cache = Some(0);
            } else if self.eat("CYCLE") {
                sequence.cycle = true;
            } else if self.eat_any(&["NOCYCLE", "NOMINVALUE", "NOMAXVALUE", "ORDER", "NOORDER"]) {
            } else if self.are_words(&["NO", "CYCLE"])
                || self.are_words(&["NO", "CACHE"])
                || self.are_words(&["NO", "MINVALUE"])
                || self.are_words(&["NO", "MAXVALUE"])
            {
                self.take();
                self.take();
            } else if self.peek().name().is_some() {
                let option = self.option()?;
                sequence.options.push(option);
            } else {
                return Ok(sequence);
            }
        }
    }

    /// A whole number after an optional `=`.
    fn signed(&mut self) -> Option<i128> {
        self.eat_symbol('=');
        let negative = self.eat_symbol('-');
        let number: i128 = self.number()?;
        Some(if negative { -number } else { number })
    }
}
