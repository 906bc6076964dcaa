//! A small result that is kept as a whole.

use super::column::ColumnDef;
use super::cursor::Cursor;
use super::error::WireError;

/// Rows of text with what is known of their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub columns: Vec<ColumnDef>,
    pub rows: Vec<TextRow>,
}

impl Table {
    /// The place of the column with this name, in whatever case the server writes it.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The first cell of the first row.
    pub fn value(&self) -> Result<Option<&str>, WireError> {
        self.rows.first().map_or(Ok(None), |row| row.text(0))
    }
}

/// A row, each cell as the server writes it in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextRow(Vec<Option<Vec<u8>>>);

impl TextRow {
    pub(super) fn read(payload: &[u8], count: usize) -> Result<Self, WireError> {
        let mut cursor = Cursor::new(payload);
        let mut cells = Vec::with_capacity(count);
        for _ in 0..count {
            cells.push(cursor.string_or_null()?.map(<[u8]>::to_vec));
        }
        if cursor.is_empty() {
            Ok(Self(cells))
        } else {
            Err(WireError::protocol("a row goes on after its last column"))
        }
    }

    /// A cell; `None` for NULL and where there is no such column.
    pub fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.0.get(column)?.as_deref()
    }

    /// A cell as text; `None` for NULL and where there is no such column.
    pub fn text(&self, column: usize) -> Result<Option<&str>, WireError> {
        let text = self.bytes(column).map(str::from_utf8).transpose();
        text.map_err(|_| WireError::protocol("bytes that are not UTF-8 in the place of text"))
    }
}
