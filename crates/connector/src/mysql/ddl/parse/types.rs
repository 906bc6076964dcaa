//! Types of columns, under one name each.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{DataType, Srid};
use crate::mysql::ddl::quote::bytes_of;
use crate::mysql::ddl::token::Token;

/// Names of several words, and other names of one, with the type they are.
const ALIASES: [(&[&str], &str); 39] = [
    (&["DOUBLE", "PRECISION"], "double"),
    (&["CHARACTER", "VARYING"], "varchar"),
    (&["CHAR", "VARYING"], "varchar"),
    (&["CHAR", "BYTE"], "binary"),
    (&["NATIONAL", "CHARACTER", "VARYING"], "nvarchar"),
    (&["NATIONAL", "CHAR", "VARYING"], "nvarchar"),
    (&["NCHAR", "VARYING"], "nvarchar"),
    (&["NCHAR", "VARCHAR"], "nvarchar"),
    (&["NATIONAL", "VARCHARACTER"], "nvarchar"),
    (&["NATIONAL", "VARCHAR"], "nvarchar"),
    (&["NATIONAL", "CHARACTER"], "nchar"),
    (&["NATIONAL", "CHAR"], "nchar"),
    (&["LONG", "CHARACTER", "VARYING"], "mediumtext"),
    (&["LONG", "CHAR", "VARYING"], "mediumtext"),
    (&["LONG", "VARBINARY"], "mediumblob"),
    (&["LONG", "VARCHARACTER"], "mediumtext"),
    (&["LONG", "VARCHAR"], "mediumtext"),
    (&["LONG"], "mediumtext"),
    (&["INTEGER"], "int"),
    (&["INT1"], "tinyint"),
    (&["INT2"], "smallint"),
    (&["INT3"], "mediumint"),
    (&["INT4"], "int"),
    (&["INT8"], "bigint"),
    (&["MIDDLEINT"], "mediumint"),
    (&["DEC"], "decimal"),
    (&["NUMERIC"], "decimal"),
    (&["FIXED"], "decimal"),
    (&["NUMBER"], "decimal"),
    (&["REAL"], "double"),
    (&["FLOAT8"], "double"),
    (&["FLOAT4"], "float"),
    (&["CHARACTER"], "char"),
    (&["VARCHARACTER"], "varchar"),
    (&["VARCHAR2"], "varchar"),
    (&["RAW"], "varbinary"),
    (&["CLOB"], "longtext"),
    (&["GEOMCOLLECTION"], "geometrycollection"),
    (&["BOOLEAN"], "bool"),
];

impl Cursor<'_> {
    pub(super) fn data_type(&mut self) -> Result<DataType, ParseError> {
        let alias = ALIASES.iter().find(|(words, _)| self.eat_all(words));
        let name = match alias {
            Some((_, name)) => (*name).to_owned(),
            None => self.name()?.to_ascii_lowercase(),
        };
        let mut ty = DataType { name, ..DataType::default() };
        if matches!(ty.name.as_str(), "enum" | "set") {
            ty.members = self.members()?;
        } else if self.peek().is('(') {
            ty.args = self.type_args()?;
        }
        canonical(&mut ty);
        while self.type_attribute(&mut ty)? {}
        Ok(ty)
    }

    fn type_args(&mut self) -> Result<Vec<u32>, ParseError> {
        let inner = self.bracketed()?;
        let number = |token: &Token| match token {
            Token::Number(digits) => digits.parse().ok(),
            _ => None,
        };
        Ok(inner.0.iter().filter_map(|piece| number(&piece.token)).collect())
    }

    fn members(&mut self) -> Result<Vec<Vec<u8>>, ParseError> {
        self.expect_symbol('(', "the members")?;
        if self.mode.raw_members
            && let Some(lexer) = self.raw()
        {
            let (members, length) = raw_members(lexer.rest());
            lexer.skip(length);
            return Ok(members);
        }
        let mut members = Vec::new();
        loop {
            // An introducer, which the server does not print.
            if self.look(0).name().is_some_and(|name| name.starts_with('_')) {
                self.take();
            }
            members.push(match self.peek() {
                Token::Text(_) => self.text_value()?,
                Token::National(value) => {
                    let value = value.clone();
                    self.take();
                    value
                }
                Token::Hex(digits) => {
                    let value = bytes_of(digits);
                    self.take();
                    value
                }
                _ => return Err(self.missing("a member")),
            });
            if !self.eat_symbol(',') {
                break;
            }
        }
        self.expect_symbol(')', "a closing bracket")?;
        Ok(members)
    }

    fn type_attribute(&mut self, ty: &mut DataType) -> Result<bool, ParseError> {
        let textual = matches!(ty.name.as_str(), "char" | "varchar" | "enum" | "set")
            || ty.name.ends_with("text");
        if self.eat("UNSIGNED") {
            ty.unsigned = true;
        } else if self.eat("ZEROFILL") {
            (ty.zerofill, ty.unsigned) = (true, true);
        } else if self.eat("SIGNED") {
            ty.unsigned = false;
        } else if self.eat_all(&["CHARACTER", "SET"]) || self.eat_any(&["CHARSET"]) {
            ty.charset = Some(self.charset_name()?);
        } else if self.eat("COLLATE") {
            ty.collation = Some(self.charset_name()?);
        } else if textual && self.eat("ASCII") {
            ty.charset = Some("latin1".to_owned());
        } else if textual && self.eat("UNICODE") {
            ty.charset = Some("ucs2".to_owned());
        } else if textual && self.is_word("BINARY") {
            self.take();
            ty.collation = ty.charset.as_ref().map(|charset| format!("{charset}_bin"));
        } else if self.eat("COMPRESSED") {
            let method = self.eat_symbol('=').then(|| self.name()).transpose()?;
            ty.compressed = Some(method);
        } else if self.eat("SRID") {
            ty.srid = self.number().map(Srid::Mysql);
        } else if self.eat("REF_SYSTEM_ID") {
            self.eat_symbol('=');
            ty.srid = self.number().map(Srid::Mariadb);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// A character set or collation, which may stand between marks of any kind.
    pub(super) fn charset_name(&mut self) -> Result<String, ParseError> {
        let name = match self.peek() {
            Token::Text(_) => String::from_utf8_lossy(&self.text_value()?).into_owned(),
            _ => self.name()?,
        };
        Ok(name.to_ascii_lowercase())
    }
}

fn canonical(ty: &mut DataType) {
    match ty.name.as_str() {
        "bool" => *ty = DataType::new("tinyint", &[1]),
        "nchar" | "nvarchar" => {
            ty.name.remove(0);
            ty.charset = Some("utf8mb3".to_owned());
        }
        // The length of a text type only chooses among them.
        "text" | "blob" if !ty.args.is_empty() => {
            let size = match ty.args[0] {
                0..=255 => "tiny",
                256..=65_535 => "",
                65_536..=16_777_215 => "medium",
                _ => "long",
            };
            *ty = DataType::new(&format!("{size}{}", ty.name), &[]);
        }
        "float" if ty.args.len() == 1 => {
            let name = if ty.args[0] > 24 { "double" } else { "float" };
            *ty = DataType::new(name, &[]);
        }
        "serial" => ty.unsigned = true,
        _ => {}
    }
}

/// Members that are printed as they are, up to and with the closing bracket. A mark ends a member
/// where a comma and the next mark follow, or the bracket: it is the best that such text allows.
fn raw_members(rest: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let mut members = Vec::new();
    let Some(mut start) = rest.iter().position(|b| *b == b'\'').map(|at| at + 1) else {
        return (members, 0);
    };
    let mut at = start;
    while at < rest.len() {
        match &rest[at..] {
            [b'\'', b',', b'\'', ..] => {
                members.push(rest[start..at].to_vec());
                at += 3;
                start = at;
            }
            [b'\'', b')', after @ ..] if ends_type(after) => {
                members.push(rest[start..at].to_vec());
                return (members, at + 2);
            }
            _ => at += 1,
        }
    }
    (members, rest.len())
}

/// Whether a definition may go on like this after a type.
fn ends_type(after: &[u8]) -> bool {
    match after {
        [] | [b',' | b')' | b'\n', ..] => true,
        [b' ', next, ..] => next.is_ascii_alphabetic() || *next == b'/',
        _ => false,
    }
}
