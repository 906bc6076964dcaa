//! `CREATE VIEW`.

use super::{Cursor, ParseError};
use crate::mysql::ddl::mode::Mode;
use crate::mysql::ddl::token::{Token, Tokens};
use crate::mysql::ddl::view::{Account, View};

/// Reads `CREATE VIEW`.
pub fn parse_view(text: &[u8], mode: Mode) -> Result<View, ParseError> {
    let mut cursor = Cursor::new(text, mode);
    cursor.view()
}

impl Cursor<'_> {
    fn view(&mut self) -> Result<View, ParseError> {
        self.expect("CREATE")?;
        let or_replace = self.eat_all(&["OR", "REPLACE"]);
        let (mut algorithm, mut definer, mut security) = (None, None, None);
        while !self.eat("VIEW") {
            if self.eat("ALGORITHM") {
                self.eat_symbol('=');
                algorithm = Some(self.name()?.to_ascii_uppercase());
            } else if self.eat("DEFINER") {
                self.eat_symbol('=');
                definer = Some(self.account()?);
            } else if self.eat_all(&["SQL", "SECURITY"]) {
                security = Some(self.name()?.to_ascii_uppercase());
            } else {
                return Err(self.missing("VIEW"));
            }
        }
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        let name = self.qualified()?;
        let columns = if self.peek().is('(') { self.names()? } else { vec![] };
        self.expect("AS")?;
        let (body, check_option) = self.view_body();
        Ok(View { name, or_replace, algorithm, definer, security, columns, body, check_option })
    }

    fn account(&mut self) -> Result<Account, ParseError> {
        let part = |cursor: &mut Self| match cursor.peek() {
            Token::Text(_) => cursor.text_value().map(|t| String::from_utf8_lossy(&t).into_owned()),
            _ => cursor.name(),
        };
        let user = part(self)?;
        if self.eat_symbol('(') {
            // CURRENT_USER()
            self.expect_symbol(')', "a closing bracket")?;
        }
        let host = if self.eat_symbol('@') { Some(part(self)?) } else { None };
        Ok(Account { user, host })
    }

    fn view_body(&mut self) -> (Tokens, Option<String>) {
        let mut body = Tokens::default();
        loop {
            if let Some(option) = self.check_option() {
                return (body, Some(option));
            }
            if self.at_end() || self.peek().is(';') {
                return (body, None);
            }
            self.take_into(&mut body);
        }
    }

    /// `WITH CASCADED CHECK OPTION` and its shorter forms: the word for its reach.
    fn check_option(&mut self) -> Option<String> {
        if self.eat_all(&["WITH", "LOCAL", "CHECK", "OPTION"]) {
            return Some("LOCAL".to_owned());
        }
        let cascaded = self.eat_all(&["WITH", "CASCADED", "CHECK", "OPTION"])
            || self.eat_all(&["WITH", "CHECK", "OPTION"]);
        cascaded.then(|| "CASCADED".to_owned())
    }
}
