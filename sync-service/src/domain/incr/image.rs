//! Rows where they lie: in the blocks that the log handed over, which are kept as long as anybody
//! works with them, and in one of our own for rows that had to be put together.

use oms_model::change::Seq;
use oms_model::{Cells, Rows, Value};
use std::sync::Arc;

/// A row of a source, by where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// The number of the route that it takes.
    pub route: u32,
    block: u32,
    start: u32,
    length: u32,
    /// It lacks some values that are written.
    pub partial: bool,
    /// The change that it is from.
    pub seq: Seq,
}

/// The block of our own.
const OWN: u32 = u32::MAX;

/// What the rows of a window lie in.
#[derive(Debug, Default)]
pub struct Blocks {
    blocks: Vec<Arc<[u8]>>,
    own: Vec<u8>,
    /// Bytes of the blocks.
    kept: usize,
}

impl Blocks {
    /// Keeps a block. Rows of it are known from here on.
    pub fn keep(&mut self, block: Arc<[u8]>) {
        self.kept += block.len();
        self.blocks.push(block);
    }

    /// Bytes that are kept.
    pub fn size(&self) -> usize {
        self.own.len() + self.kept
    }

    /// A row that lies in the block that was kept last.
    pub(super) fn image(&self, route: u32, seq: Seq, row: &[u8], partial: bool) -> Option<Image> {
        let block = self.blocks.last()?;
        let start = row.as_ptr().addr().checked_sub(block.as_ptr().addr())?;
        let is_inside = start.checked_add(row.len())? <= block.len();
        let number = |count: usize| u32::try_from(count).ok();
        is_inside.then_some(())?;
        Some(Image {
            route,
            block: number(self.blocks.len() - 1)?,
            start: number(start)?,
            length: number(row.len())?,
            partial,
            seq,
        })
    }

    /// A row that is put together from values.
    pub(super) fn put<'a>(
        &mut self,
        route: u32,
        seq: Seq,
        values: impl Iterator<Item = Value<'a>>,
        partial: bool,
    ) -> Option<Image> {
        let mut row = Rows::default();
        row.push_row(values);
        let (start, stored) = (self.own.len(), row.stored(0));
        self.own.extend_from_slice(stored);
        let length = u32::try_from(stored.len()).ok()?;
        Some(Image { route, block: OWN, start: u32::try_from(start).ok()?, length, partial, seq })
    }

    /// A row in its stored form.
    ///
    /// # Panics
    /// For a row of other blocks.
    pub fn stored(&self, image: &Image) -> &[u8] {
        let block = match image.block {
            OWN => self.own.as_slice(),
            number => &*self.blocks[number as usize],
        };
        &block[image.start as usize..][..image.length as usize]
    }

    /// Its values.
    pub fn cells(&self, image: &Image) -> Cells<'_> {
        Cells::new(self.stored(image))
    }
}

impl Image {
    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        self.length as usize
    }
}
