//! What the reading of a text depends on.

use crate::product::{Product, Server};

/// How a server reads or printed the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// `"` quotes names.
    pub ansi_quotes: bool,
    /// `\` is a character like any other.
    pub no_backslash_escapes: bool,
    /// Members of ENUM and SET stand between marks as they are: OceanBase's `SHOW CREATE TABLE`
    /// doubles and escapes nothing in them.
    pub raw_members: bool,
    product: Product,
    version: u32,
}

impl Mode {
    /// For a text that `server` prints to a session with this `sql_mode`.
    pub fn of(server: &Server, sql_mode: &str) -> Self {
        let has = |wanted: &str| sql_mode.split(',').any(|m| m.trim().eq_ignore_ascii_case(wanted));
        let version = &server.version;
        let numbers = [version.0, version.1.min(99), version.2.min(99)].map(u32::from);
        Self {
            ansi_quotes: has("ANSI_QUOTES") || has("ANSI"),
            no_backslash_escapes: has("NO_BACKSLASH_ESCAPES"),
            raw_members: server.product == Product::OceanBase,
            product: server.product,
            version: numbers[0] * 10_000 + numbers[1] * 100 + numbers[2],
        }
    }

    /// How many bytes after `/*` introduce content that the server reads; `None` if all of it is
    /// a comment.
    pub(crate) fn opening(&self, inside: &[u8]) -> Option<usize> {
        let mariadb = self.product == Product::Mariadb;
        match inside {
            [b'!', after @ ..] => self.numbered(after).map(|length| length + 1),
            [b'M', b'!', after @ ..] if mariadb => self.numbered(after).map(|length| length + 2),
            [b'T', b'!', after @ ..] if self.product == Product::Tidb => {
                let feature = match after {
                    [b'[', names @ ..] => names.iter().position(|b| *b == b']').map(|end| end + 2),
                    _ => None,
                };
                Some(2 + feature.unwrap_or(0))
            }
            _ => None,
        }
    }

    fn numbered(&self, after: &[u8]) -> Option<usize> {
        let digits = after.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
        if digits < 5 {
            return Some(0);
        }
        let number = |length: usize| {
            after[..length].iter().fold(0_u32, |sum, b| sum * 10 + u32::from(b - b'0'))
        };
        // Five digits name a version up to 9.99.99; MariaDB and MySQL 10 need six.
        let six = digits == 6 && (self.product == Product::Mariadb || number(6) >= 100_000);
        let length = if six { 6 } else { 5 };
        let wanted = number(length);
        // From 5.7 on, MySQL's versions say nothing about MariaDB.
        let foreign = self.product == Product::Mariadb && (50_700..100_000).contains(&wanted);
        // The others imitate MySQL, whatever their own number is.
        let reached = match self.product {
            Product::Mysql | Product::Mariadb => wanted <= self.version,
            _ => true,
        };
        (reached && !foreign).then_some(length)
    }
}
