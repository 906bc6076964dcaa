//! Rows of a prepared statement, one packet after another.

use super::column::ColumnDef;
use super::packet::Place;
use super::reply::{self, Step};
use super::{Wire, WireError};
use std::sync::Arc;

/// The rows of an answer, as they come. Dropped before its end, it leaves its connection unusable:
/// reading a rest of unknown length just to throw it away would be worse.
#[derive(Debug)]
pub(crate) struct BinaryRows<'a> {
    pub(super) wire: &'a mut Wire,
    pub(super) columns: Arc<[ColumnDef]>,
    pub(super) ended: bool,
}

impl BinaryRows<'_> {
    /// The columns, shared so that they can be kept beside a row.
    pub fn columns(&self) -> &Arc<[ColumnDef]> {
        &self.columns
    }

    /// The next row's packet, for [`super::Cells`], where it lies in memory until the next call.
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

    /// Gives the rest up and closes the socket at once.
    pub fn abandon(self) {
        self.wire.abandon();
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
