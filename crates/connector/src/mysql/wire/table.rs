//! A small result that is kept as a whole.

use super::cells::{Cell, Cells, Date, DateTime};
use super::column::{ColumnDef, ColumnType};
use super::cursor::Cursor;
use super::error::WireError;

/// All rows of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub rows: Vec<TextRow>,
}

impl Table {
    /// The first cell of the first row.
    pub fn value(&self) -> Result<Option<&str>, WireError> {
        self.rows.first().map_or(Ok(None), |row| row.text(0))
    }
}

/// A row, each cell as the server writes it in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextRow(pub(super) Vec<Option<Vec<u8>>>);

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

    /// Writes a binary row's cells as text.
    pub(super) fn of_binary(payload: &[u8], columns: &[ColumnDef]) -> Result<Self, WireError> {
        let mut cells = Vec::with_capacity(columns.len());
        for (cell, column) in Cells::new(payload, columns)?.zip(columns) {
            cells.push(text_of(cell?, column));
        }
        Ok(Self(cells))
    }

    /// What it takes in memory.
    pub fn size(&self) -> usize {
        let cell = |cell: &Option<Vec<u8>>| size_of_val(cell) + cell.as_ref().map_or(0, Vec::len);
        self.0.iter().map(cell).sum()
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

/// A cell as the server would write it, but for the digits of floating numbers.
fn text_of(cell: Cell<'_>, column: &ColumnDef) -> Option<Vec<u8>> {
    let text = match cell {
        Cell::Null => return None,
        Cell::Bytes(bytes) => return Some(bytes.to_vec()),
        Cell::Int(number) => number.to_string(),
        Cell::UInt(number) if column.kind == ColumnType::MYSQL_TYPE_YEAR => format!("{number:04}"),
        Cell::UInt(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Date(date) => day(date),
        Cell::DateTime(DateTime { date, hour, minute, second, micros }) => {
            let fraction = fraction(micros, column);
            format!("{} {hour:02}:{minute:02}:{second:02}{fraction}", day(date))
        }
        Cell::Time(time) => {
            let sign = if time.negative { "-" } else { "" };
            let hours = u64::from(time.days) * 24 + u64::from(time.hours);
            let fraction = fraction(time.micros, column);
            format!("{sign}{hours:02}:{:02}:{:02}{fraction}", time.minutes, time.seconds)
        }
    };
    Some(text.into_bytes())
}

fn day(Date { year, month, day }: Date) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn fraction(micros: u32, column: &ColumnDef) -> String {
    match column.decimals {
        digits @ 1..=6 => format!(".{micros:06}")[..=usize::from(digits)].to_owned(),
        _ => String::new(),
    }
}
