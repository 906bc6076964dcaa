//! Many rows in two allocations: values one after the other in the stored form of `cell`, and where
//! each row ends. Readers of every database fill it, writers of every database walk over it, and
//! the same bytes go into the change log.

mod cell;

pub use cell::Cells;
pub(crate) use cell::write;

use crate::value::Value;

/// Rows of one table, in order.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    bytes: Vec<u8>,
    /// Where each row ends; it starts where the one before ended.
    ends: Vec<usize>,
}

impl Rows {
    /// Without rows, and with room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::new() }
    }

    /// Rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes that the rows take.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a value to the row that is being written.
    #[inline]
    pub fn push(&mut self, value: Value<'_>) {
        cell::write(&mut self.bytes, value);
    }

    /// Ends the row that is being written.
    #[inline]
    pub fn end_row(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Takes back what was written of a row that has not ended.
    pub fn abandon_row(&mut self) {
        self.bytes.truncate(self.ends.last().copied().unwrap_or_default());
    }

    /// Adds a whole row.
    pub fn push_row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) {
        for value in values {
            self.push(value);
        }
        self.end_row();
    }

    /// The values of a row.
    ///
    /// # Panics
    /// If there are not that many rows.
    #[inline]
    pub fn row(&self, index: usize) -> Cells<'_> {
        Cells::new(self.stored(index))
    }

    /// A row in its stored form. Rows of one table are equal if and only if these bytes are.
    ///
    /// # Panics
    /// If there are not that many rows.
    pub fn stored(&self, index: usize) -> &[u8] {
        let start = match index {
            0 => 0,
            _ => self.ends[index - 1],
        };
        &self.bytes[start..self.ends[index]]
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cells<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// Empties it and keeps the room, unless a huge row left more than is good to keep.
    pub fn clear(&mut self, keep: usize) {
        self.bytes.clear();
        self.bytes.shrink_to(keep);
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests;
