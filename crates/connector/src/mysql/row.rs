//! Reading rows, and their fields by column name. Servers of this family send one column as a number
//! here and as text there, in upper case here and in lower case there.

use super::wire::{ColumnDef, TextRow, TextRows, WireError};
use crate::allowance::{Allowance, Excess};
use crate::error::ConnectError;
use std::sync::Arc;

/// Why a statement has no rows.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error(transparent)]
    Excess(#[from] Excess),
}

/// The rows of a result, as many as are allowed.
pub(super) async fn taken(
    mut rows: TextRows<'_>,
    allowance: &Allowance,
) -> Result<Vec<Row>, Trouble> {
    let columns = Arc::clone(rows.columns());
    let mut taken = Vec::new();
    while let Some(cells) = rows.next().await? {
        allowance.take_row(size_of::<Row>() + cells.size())?;
        taken.push(Row { columns: Arc::clone(&columns), cells });
    }
    Ok(taken)
}

/// A row whose fields are found by name. None of them need be there or make sense.
#[derive(Debug, Clone)]
pub(super) struct Row {
    columns: Arc<[ColumnDef]>,
    cells: TextRow,
}

impl Row {
    /// A column; `None` when it is NULL or when this server has no such column.
    pub fn maybe(&self, name: &str) -> Result<Option<String>, ConnectError> {
        let found = self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
        match found {
            Some(at) => self.at(at, name),
            None => Ok(None),
        }
    }

    /// A column that must be there.
    pub fn text(&self, name: &str) -> Result<String, ConnectError> {
        self.maybe(name)?
            .ok_or_else(|| ConnectError::protocol(format!("the server left out the column {name}")))
    }

    /// A column, empty where there is nothing.
    pub fn text_or_empty(&self, name: &str) -> Result<String, ConnectError> {
        Ok(self.maybe(name)?.unwrap_or_default())
    }

    pub fn number(&self, name: &str) -> Result<Option<u64>, ConnectError> {
        let Some(text) = self.maybe(name)? else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            ConnectError::protocol(format!("the server sent {text:?} as the number {name}"))
        })?;
        Ok(Some(number))
    }

    /// The first column, whatever its name.
    pub fn first(&self) -> Result<Option<String>, ConnectError> {
        self.at(0, "the first column")
    }

    fn at(&self, place: usize, name: &str) -> Result<Option<String>, ConnectError> {
        let text = self.cells.text(place).map_err(|_| {
            ConnectError::protocol(format!("the server sent bytes that are not UTF-8 as {name}"))
        })?;
        Ok(text.map(str::to_owned))
    }
}

/// Whether a server's flag is set, however it writes that.
pub(super) fn is_on(text: &str) -> bool {
    ["ON", "1", "YES", "TRUE"].iter().any(|on| on.eq_ignore_ascii_case(text))
}
