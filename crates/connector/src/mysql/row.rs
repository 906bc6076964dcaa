//! Reading rows by column name. Servers of this family send one column as a number here and as
//! text there, in upper case here and in lower case there.

use crate::error::ConnectError;
use mysql_async::{Row, Value};

/// Access to a row that never panics.
pub(super) trait Fields {
    /// A column; `None` when it is NULL or when this server has no such column.
    fn maybe(&self, name: &str) -> Result<Option<String>, ConnectError>;

    /// A column that must be there.
    fn text(&self, name: &str) -> Result<String, ConnectError> {
        self.maybe(name)?
            .ok_or_else(|| ConnectError::protocol(format!("the server left out the column {name}")))
    }

    /// A column, empty where there is nothing.
    fn text_or_empty(&self, name: &str) -> Result<String, ConnectError> {
        Ok(self.maybe(name)?.unwrap_or_default())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, ConnectError> {
        let Some(text) = self.maybe(name)? else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            ConnectError::protocol(format!("the server sent {text:?} as the number {name}"))
        })?;
        Ok(Some(number))
    }
}

impl Fields for Row {
    fn maybe(&self, name: &str) -> Result<Option<String>, ConnectError> {
        let found = self
            .columns_ref()
            .iter()
            .position(|column| column.name_ref().eq_ignore_ascii_case(name.as_bytes()));
        match found.and_then(|at| self.as_ref(at)) {
            None => Ok(None),
            Some(value) => text_of(value).map_err(|reason| {
                ConnectError::protocol(format!("the server sent {reason} as {name}"))
            }),
        }
    }
}

fn text_of(value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::NULL => Ok(None),
        Value::Bytes(bytes) => match String::from_utf8(bytes.clone()) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err("bytes that are not UTF-8".to_owned()),
        },
        Value::Int(number) => Ok(Some(number.to_string())),
        Value::UInt(number) => Ok(Some(number.to_string())),
        Value::Float(number) => Ok(Some(number.to_string())),
        Value::Double(number) => Ok(Some(number.to_string())),
        Value::Date(..) | Value::Time(..) => Err("a time".to_owned()),
    }
}

/// Whether a server's flag is set, however it writes that.
pub(super) fn is_on(text: &str) -> bool {
    ["ON", "1", "YES", "TRUE"].iter().any(|on| on.eq_ignore_ascii_case(text))
}
