//! Rows, one packet after another.

use super::column::ColumnDef;
use super::packet::Place;
use super::reply::{self, Step};
use super::table::TextRow;
use super::{Wire, WireError};
use std::sync::Arc;

/// The rows of a prepared statement, each a packet for [`super::Cells`].
pub(crate) type BinaryRows<'a> = Packets<'a>;

/// The rows of an answer, as they come. Dropped before its end, it leaves its connection unusable:
/// reading a rest of unknown length just to throw it away would be worse.
#[derive(Debug)]
pub(crate) struct Packets<'a> {
    pub(super) wire: &'a mut Wire,
    pub(super) columns: Arc<[ColumnDef]>,
    pub(super) ended: bool,
}

impl<'a> Packets<'a> {
    /// The columns, shared so that they can be kept beside a row.
    pub fn columns(&self) -> &Arc<[ColumnDef]> {
        &self.columns
    }

    /// The next row's packet, where it lies in memory until the next call.
    /// After an error, which may come after any number of rows, there are no more.
    #[inline]
    pub async fn next(&mut self) -> Result<Option<&[u8]>, WireError> {
        if self.ended {
            return Ok(None);
        }
        match self.wire.next_row().await {
            Ok(Some(place)) => Ok(Some(self.wire.channel.payload(place))),
            outcome => {
                self.ended = true;
                self.wire.settle(outcome).map(|_| None)
            }
        }
    }

    /// The same rows, to be kept.
    pub fn into_text(self) -> TextRows<'a> {
        TextRows { packets: self, form: Form::Binary }
    }
}

/// In which form the cells come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Binary,
}

/// Rows that are kept: each is a copy, and its cells are text, whatever form they came in.
#[derive(Debug)]
pub(crate) struct TextRows<'a> {
    pub(super) packets: Packets<'a>,
    pub(super) form: Form,
}

impl TextRows<'_> {
    pub fn columns(&self) -> &Arc<[ColumnDef]> {
        self.packets.columns()
    }

    /// The next row. After an error there are no more.
    pub async fn next(&mut self) -> Result<Option<TextRow>, WireError> {
        let columns = Arc::clone(&self.packets.columns);
        let Some(packet) = self.packets.next().await? else { return Ok(None) };
        let row = match self.form {
            Form::Text => TextRow::read(packet, columns.len()),
            Form::Binary => TextRow::of_binary(packet, &columns),
        };
        if row.is_err() {
            self.packets.ended = true;
            self.packets.wire.abandon();
        }
        row.map(Some)
    }
}

impl Wire {
    #[inline]
    async fn next_row(&mut self) -> Result<Option<Place>, WireError> {
        let place = self.following().await?;
        match reply::step(self.channel.payload(place), self.capabilities)? {
            Step::Row => Ok(Some(place)),
            Step::End { more: false } => Ok(None),
            Step::End { more: true } => {
                // A procedure's own end follows its rows.
                let rest = async {
                    let place = self.further().await?;
                    self.conclude(place).await
                };
                Box::pin(rest).await.map(|_| None)
            }
        }
    }
}
