//! Rows of MariaDB's tables that keep what was: one is there while it has no end.

use super::{Image, Walk, bit};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::cell::{Cell, Nothing, Wrong};
use oms_model::change::{Entries, RowKind};

impl<'a> Walk<'a> {
    /// A row of a table that keeps what was: it is there while it has no end.
    pub(super) fn versioned_row(
        &mut self,
        number: u32,
        (first, second): (Image<'a>, Image<'a>),
        rest: &mut Bytes<'a>,
        into: &mut Entries,
    ) -> Result<(), Wrong> {
        let Some(end) = self.plan.end else { return Ok(()) };
        let before = *rest;
        let was = self.is_current(end, &first, rest)?;
        let after = *rest;
        let is = match self.event.shape.kind {
            RowKind::Update => Some(self.is_current(end, &second, rest)?),
            RowKind::Insert | RowKind::Delete => None,
        };
        let (kind, image, mut from) = match (self.event.shape.kind, was, is) {
            (RowKind::Update, true, Some(true)) => {
                let mut row = into.row(number, RowKind::Update);
                self.image(&first, &mut { before }, None, &mut row)?;
                row.end_image();
                self.image(&second, &mut { after }, None, &mut row)?;
                row.end_image();
                return Ok(());
            }
            (RowKind::Update, true, _) => (RowKind::Delete, first, before),
            (RowKind::Update, false, Some(true)) => (RowKind::Insert, second, after),
            (RowKind::Insert | RowKind::Delete, true, _) => (self.event.shape.kind, first, before),
            (_, false, _) => return Ok(()),
        };
        let mut row = into.row(number, kind);
        self.image(&image, &mut from, None, &mut row)?;
        row.end_image();
        Ok(())
    }

    /// Passes over an image, and says whether its row has no end.
    fn is_current(
        &mut self,
        end: usize,
        image: &Image<'a>,
        rest: &mut Bytes<'a>,
    ) -> Result<bool, Wrong> {
        let nulls = rest.take(image.count.div_ceil(8))?;
        let (plan, mut logged, mut current) = (self.plan, 0, true);
        for (at, column) in plan.columns.iter().enumerate() {
            if !image.has(at) {
                continue;
            }
            let is_null = bit(nulls, logged);
            logged += 1;
            if is_null {
                continue;
            }
            let start = *rest;
            column.cell.read(rest, self.scratch, &mut Nothing)?;
            if at == end {
                let length = start.len() - rest.len();
                current = has_no_end(&column.cell, &start.rest()[..length]);
            }
        }
        Ok(current)
    }
}

/// The end of time is the latest moment there is, and the latest number of a transaction.
fn has_no_end(cell: &Cell, stored: &[u8]) -> bool {
    match (cell, stored) {
        (Cell::Instant(6), [seconds @ .., a, b, c]) => {
            let micros = u32::from_be_bytes([0, *a, *b, *c]);
            micros == 999_999 && matches!(seconds, [0x7f | 0xff, 0xff, 0xff, 0xff])
        }
        (_, stored) => stored.iter().all(|byte| *byte == 0xff),
    }
}
