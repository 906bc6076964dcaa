//! What the server calls its collations, and how it writes text in charsets that we do not.

use crate::product::{Product, Server, Version};
use oms_model::Charset;
use std::collections::HashMap;

/// A collation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collation {
    pub name: String,
    pub charset: String,
}

/// What is known of a server's charsets.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    collations: HashMap<u16, Collation>,
    /// The collation of each charset that is named without one.
    defaults: HashMap<String, String>,
    /// The collation that new tables of a database have, for those whose it is known.
    databases: HashMap<String, String>,
    /// The most bytes that a character takes, by charset.
    widths: HashMap<String, u64>,
    /// Text in charsets other than Unicode, as the server wrote it.
    written: HashMap<(String, String), Vec<u8>>,
    /// A TIMESTAMP may be NULL unless its definition says otherwise, where the log does not say.
    pub explicit_timestamps: bool,
    is_mariadb: bool,
    /// The catalog writes how wide whole numbers are shown.
    shows_widths: bool,
}

/// The number of the collation of bytes.
pub(super) const BINARY: u16 = 63;

impl Texts {
    /// Of a server that nothing is known of yet.
    pub fn of(server: &Server) -> Self {
        let is_mariadb = server.product == Product::Mariadb;
        let drops_widths = server.product == Product::Mysql && server.version >= Version(8, 0, 19);
        Self { is_mariadb, shows_widths: !drops_widths, ..Self::default() }
    }

    pub fn is_mariadb(&self) -> bool {
        self.is_mariadb
    }

    pub fn shows_widths(&self) -> bool {
        self.shows_widths
    }

    pub fn add(&mut self, number: u16, collation: Collation) {
        self.collations.insert(number, collation);
    }

    pub fn add_charset(&mut self, name: &str, collation: &str, width: u64) {
        self.defaults.insert(name.to_owned(), collation.to_owned());
        self.widths.insert(name.to_owned(), width);
    }

    pub fn add_database(&mut self, name: &str, collation: &str) {
        self.databases.insert(name.to_owned(), collation.to_owned());
    }

    /// What a database gives to new tables was changed, or will be.
    pub fn forget_database(&mut self, name: &str) {
        self.databases.remove(name);
    }

    /// The collation that new tables of a database have.
    pub fn of_database(&self, name: &str) -> Option<&str> {
        self.databases.get(name).map(String::as_str)
    }

    pub fn collation(&self, number: u16) -> Option<&Collation> {
        self.collations.get(&number)
    }

    /// What a collation is called; its number if nobody knows.
    pub fn name(&self, number: u16) -> String {
        self.collation(number).map_or_else(|| number.to_string(), |it| it.name.clone())
    }

    /// The charset of a collation.
    pub fn charset_of<'a>(&'a self, collation: &'a str) -> Option<&'a str> {
        let known = self.collations.values().find(|it| it.name == collation);
        let head = collation.split('_').next().filter(|head| !head.is_empty());
        known.map(|it| it.charset.as_str()).or(head)
    }

    /// The collation of a charset that is named without one.
    pub fn default_of(&self, charset: &str) -> Option<&str> {
        let charset = if charset == "utf8" { self.utf8() } else { charset };
        self.defaults.get(charset).map(String::as_str)
    }

    /// What the server calls UTF-8 of three bytes.
    pub fn utf8(&self) -> &'static str {
        if self.defaults.contains_key("utf8mb3") { "utf8mb3" } else { "utf8" }
    }

    /// The most bytes that a character of a charset takes.
    pub fn width(&self, charset: &str) -> Option<u64> {
        let charset = if charset == "utf8" { self.utf8() } else { charset };
        self.widths.get(charset).copied()
    }

    pub fn width_of(&self, charset: &Charset) -> Option<u64> {
        self.width(charset.mysql_name())
    }

    /// Text in a charset; `None` if the server has to be asked.
    pub fn encoded(&self, charset: &Charset, text: &str) -> Option<Vec<u8>> {
        if charset.is_utf8() || text.is_ascii() && !is_wide(charset) {
            return Some(text.as_bytes().to_vec());
        }
        self.written.get(&(charset.mysql_name().to_owned(), text.to_owned())).cloned()
    }

    /// Keeps what the server answered.
    pub fn learn(&mut self, charset: &str, text: &str, bytes: Vec<u8>) {
        self.written.insert((charset.to_owned(), text.to_owned()), bytes);
    }
}

/// Whether even plain letters are other bytes there.
fn is_wide(charset: &Charset) -> bool {
    matches!(charset.mysql_name(), "ucs2" | "utf16" | "utf16le" | "utf32")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_letters_need_no_server() {
        let mut texts = Texts::default();
        assert_eq!(texts.encoded(&Charset::Utf8, "é"), Some("é".as_bytes().to_vec()));
        assert_eq!(texts.encoded(&Charset::Latin1, "abc"), Some(b"abc".to_vec()));
        assert_eq!(texts.encoded(&Charset::Latin1, "é"), None);
        assert_eq!(texts.encoded(&Charset::Named("utf16".into()), "a"), None);
        texts.learn("latin1", "é", vec![0xe9]);
        assert_eq!(texts.encoded(&Charset::Latin1, "é"), Some(vec![0xe9]));
    }
}
