//! The changes of a transaction while they are gathered: items one after the other, as the log will
//! keep them.

use super::item::{self, RowKind, kind};
use super::statement::Statement;
use crate::rows;
use crate::value::Value;

/// Rows of one item take no more than this, one row excepted, so that whoever reads need not hold
/// more.
const ENOUGH: usize = 64 << 10;

/// Changes of one transaction, in order.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    bytes: Vec<u8>,
    /// How many changes there are.
    changes: u64,
    /// The item that further rows may go into.
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    table: u32,
    kind: RowKind,
    /// Where its length stands.
    place: usize,
    count: u32,
}

/// A place among the changes, to come back to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    pub bytes: usize,
    pub changes: u64,
}

impl Entries {
    /// Bytes that are gathered.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Changes that are gathered.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Begins a changed row. Its images are pushed value by value, each ended, in the order of
    /// [`super::Change`].
    #[inline]
    pub fn row(&mut self, table: u32, kind: RowKind) -> RowsWriter<'_> {
        let fits = |open: &Open| {
            open.table == table
                && open.kind == kind
                && open.count < u32::MAX
                && self.bytes.len() - open.place < ENOUGH
        };
        let start = self.bytes.len();
        let open = match self.open.take().filter(fits) {
            Some(open) => open,
            None => {
                let place = item::begin(&mut self.bytes, kind.kind());
                self.bytes.extend_from_slice(&table.to_le_bytes());
                self.bytes.extend_from_slice(&[0; 4]);
                Open { table, kind, place, count: 0 }
            }
        };
        let image = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        RowsWriter { entries: self, open, start, image, left: kind.images() }
    }

    /// Adds a statement.
    ///
    /// # Panics
    /// Never: a statement is always JSON.
    pub fn statement(&mut self, statement: &Statement) {
        self.open = None;
        let place = item::begin(&mut self.bytes, kind::STATEMENT);
        let json = serde_json::to_vec(statement).expect("a statement is JSON");
        self.bytes.extend_from_slice(&json);
        item::close(&mut self.bytes, place);
        self.changes += 1;
    }

    /// The place behind what is gathered so far.
    pub fn mark(&mut self) -> Mark {
        self.open = None;
        Mark { bytes: self.bytes.len(), changes: self.changes }
    }

    /// Takes back everything behind a place.
    pub fn rewind(&mut self, mark: Mark) {
        self.open = None;
        self.bytes.truncate(mark.bytes);
        self.changes = mark.changes;
    }

    /// The items, as a log keeps them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Empties it and keeps the room, unless a huge transaction left more than is good to keep.
    pub fn clear(&mut self, keep: usize) {
        self.rewind(Mark::default());
        self.bytes.shrink_to(keep);
    }
}

/// Writes one changed row. What is dropped before its last image ended is not kept.
#[derive(Debug)]
pub struct RowsWriter<'e> {
    entries: &'e mut Entries,
    open: Open,
    /// Where the row begins, and its item if it is the first one.
    start: usize,
    /// Where the length of the image stands that is being written.
    image: usize,
    left: usize,
}

impl RowsWriter<'_> {
    #[inline]
    pub fn push(&mut self, value: Value<'_>) {
        rows::write(&mut self.entries.bytes, value);
    }

    /// Adds values that are in their stored form already.
    #[inline]
    pub fn push_stored(&mut self, values: &[u8]) {
        self.entries.bytes.extend_from_slice(values);
    }

    /// Ends an image. With the last one, the row is among the changes.
    ///
    /// # Panics
    /// If it has all its images already.
    #[inline]
    pub fn end_image(&mut self) {
        assert!(self.left > 0, "the row has all its images");
        let bytes = &mut self.entries.bytes;
        item::close(bytes, self.image);
        self.left -= 1;
        if self.left > 0 {
            self.image = bytes.len();
            bytes.extend_from_slice(&[0; 4]);
        }
    }
}

impl Drop for RowsWriter<'_> {
    fn drop(&mut self) {
        let Self { entries, open, start, left, .. } = self;
        if *left > 0 {
            entries.bytes.truncate(*start);
            entries.open = (open.count > 0).then_some(*open);
            return;
        }
        open.count += 1;
        entries.bytes[open.place + 8..open.place + 12].copy_from_slice(&open.count.to_le_bytes());
        item::close(&mut entries.bytes, open.place);
        entries.changes += 1;
        entries.open = Some(*open);
    }
}
