//! Reading rows, and their fields by column name. Servers of this family send one column as a number here and as
//! text there, in upper case here and in lower case there.

use crate::allowance::Allowance;
use crate::error::ConnectError;
use futures::TryStreamExt;
use mysql_async::prelude::Protocol;
use mysql_async::{Error, QueryResult, Row, Value};

/// The rows of the first result, as many as are allowed.
pub(super) async fn taken<P: Protocol + Unpin>(
    mut result: QueryResult<'_, 'static, P>,
    allowance: &Allowance,
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    if let Some(mut stream) = result.stream::<Row>().await? {
        while let Some(row) = stream.try_next().await? {
            allowance.take_row(kept_by(&row)).map_err(|excess| Error::Other(Box::new(excess)))?;
            rows.push(row);
        }
    }
    result.drop_result().await?;
    Ok(rows)
}

fn kept_by(row: &Row) -> usize {
    let value = |at| match row.as_ref(at) {
        Some(Value::Bytes(bytes)) => size_of::<Value>() + bytes.len(),
        _ => size_of::<Value>(),
    };
    (0..row.len()).map(value).sum()
}

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
