//! Statements as text, and the commands that carry nothing.

use super::column::ColumnDef;
use super::packet::{HEADER, Place};
use super::reply::{self, Done, Reply, Step};
use super::rows::{Form, Packets, TextRows};
use super::table::{Table, TextRow};
use super::{Waiting, Wire, WireError, within};
use mysql_common::constants::CapabilityFlags;
use std::sync::Arc;

pub(super) const QUIT: u8 = 0x01;
pub(super) const QUERY: u8 = 0x03;
const PING: u8 = 0x0e;

/// What the rows of a result that is kept as a whole may take.
const SMALL_RESULT: usize = 64 << 20;
/// What the definitions of all columns may take. Four thousand of them, each with the longest names
/// there are, take less.
const MOST_DEFINITIONS: usize = 16 << 20;

impl Wire {
    /// Asks for nothing but an answer.
    pub async fn ping(&mut self) -> Result<(), WireError> {
        self.command(&[PING], &[]).await.map(drop)
    }

    /// Runs a statement that returns no rows.
    pub async fn execute(&mut self, sql: &[u8]) -> Result<Done, WireError> {
        self.execute_parts(&[sql]).await
    }

    /// Runs a statement that is put together on its way, without a copy of it being made.
    pub async fn execute_parts(&mut self, parts: &[&[u8]]) -> Result<Done, WireError> {
        self.command(&[QUERY], parts).await
    }

    /// Runs a statement for its rows, which come as text.
    pub async fn read_text(&mut self, sql: &[u8]) -> Result<TextRows<'_>, WireError> {
        self.begin()?;
        match self.read_text_head(sql).await {
            Ok(columns) => {
                let packets = Packets { wire: self, columns, ended: false };
                Ok(TextRows { packets, form: Form::Text })
            }
            Err(error) => self.settle(Err(error)),
        }
    }

    async fn read_text_head(&mut self, sql: &[u8]) -> Result<Arc<[ColumnDef]>, WireError> {
        let place = self.ask(&[QUERY], &[sql]).await?;
        self.head(place).await
    }

    /// Runs a statement and keeps its rows, which must be few.
    pub async fn query(&mut self, sql: &[u8]) -> Result<Table, WireError> {
        let mut rows = self.read_text(sql).await?;
        let mut table = Table { rows: Vec::new() };
        let mut size = 0;
        while let Some(row) = rows.next().await? {
            size += size_of::<TextRow>() + row.size();
            table.rows.push(row);
            if size > SMALL_RESULT {
                rows.packets.wire.abandon();
                return Err(WireError::TooLarge { limit: SMALL_RESULT });
            }
        }
        Ok(table)
    }

    pub(super) async fn command(
        &mut self,
        head: &[u8],
        parts: &[&[u8]],
    ) -> Result<Done, WireError> {
        self.begin()?;
        let outcome = match self.ask(head, parts).await {
            Ok(first) => self.conclude(first).await,
            Err(error) => Err(error),
        };
        self.settle(outcome)
    }

    /// Reads an answer to its end. Rows are thrown away, and an error.
    pub(super) async fn conclude(&mut self, first: Place) -> Result<Done, WireError> {
        within(self.limits.statement, Waiting::Answer, self.rest(first)).await
    }

    /// All of it together has to be small, however many results it is.
    async fn rest(&mut self, mut place: Place) -> Result<Done, WireError> {
        let (mut had_rows, mut left) = (false, SMALL_RESULT);
        loop {
            let payload = self.channel.payload(place);
            let more = match Reply::read(payload)? {
                Reply::Done(done) if !done.more && !had_rows => return Ok(done),
                Reply::Done(done) => {
                    spend(&mut left, payload)?;
                    done.more
                }
                Reply::Rows(count) => {
                    had_rows = true;
                    self.columns(count).await?;
                    self.skip_rows(&mut left).await?
                }
                Reply::File(name) => return Err(self.refuse_file(name).await),
            };
            if !more {
                return Err(WireError::UnexpectedRows);
            }
            place = self.channel.packet().await?;
        }
    }

    /// Reads to the end of the rows, and says whether another result follows.
    async fn skip_rows(&mut self, left: &mut usize) -> Result<bool, WireError> {
        loop {
            let place = self.channel.packet().await?;
            let payload = self.channel.payload(place);
            spend(left, payload)?;
            if let Step::End { more } = reply::step(payload, self.capabilities)? {
                return Ok(more);
            }
        }
    }

    /// The columns of an answer that has to have rows.
    pub(super) async fn head(&mut self, first: Place) -> Result<Arc<[ColumnDef]>, WireError> {
        match Reply::read(self.channel.payload(first))? {
            Reply::Rows(count) => Ok(self.columns(count).await?.into()),
            Reply::Done(_) | Reply::File(_) => {
                self.conclude(first).await?;
                Err(WireError::NoRows)
            }
        }
    }

    /// Reads the definitions of so many columns, or parameters. All of them together have one
    /// limit in time, and one in size.
    pub(super) async fn columns(&mut self, count: usize) -> Result<Vec<ColumnDef>, WireError> {
        let largest = self.channel.largest();
        self.channel.set_largest(largest.min(MOST_DEFINITIONS));
        let outcome = within(self.limits.idle, Waiting::Rows, self.definitions(count)).await;
        self.channel.set_largest(largest);
        outcome
    }

    async fn definitions(&mut self, count: usize) -> Result<Vec<ColumnDef>, WireError> {
        let mut columns = Vec::with_capacity(count.min(256));
        let mut left = MOST_DEFINITIONS;
        for _ in 0..count {
            let place = self.channel.packet().await?;
            let payload = self.channel.payload(place);
            left = left
                .checked_sub(payload.len())
                .ok_or(WireError::TooLarge { limit: MOST_DEFINITIONS })?;
            columns.push(ColumnDef::read(payload)?);
        }
        if count > 0 && !self.capabilities.contains(CapabilityFlags::CLIENT_DEPRECATE_EOF) {
            let place = self.channel.packet().await?;
            match reply::step(self.channel.payload(place), self.capabilities)? {
                Step::End { .. } => {}
                Step::Row => return Err(WireError::protocol("the columns do not end")),
            }
        }
        Ok(columns)
    }
}

/// Takes a packet, with its header, from what an answer may still hold.
fn spend(left: &mut usize, payload: &[u8]) -> Result<(), WireError> {
    let rest = left.checked_sub(payload.len() + HEADER);
    *left = rest.ok_or(WireError::TooLarge { limit: SMALL_RESULT })?;
    Ok(())
}
