//! Prepared statements: what is run often, and what returns rows in binary.

use super::column::ColumnDef;
use super::cursor::Cursor;
use super::packet::Place;
use super::param::{Encoded, Param};
use super::reply::{self, Done};
use super::rows::BinaryRows;
use super::{Wire, WireError};
use std::sync::Arc;

const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const LONG_DATA: u8 = 0x18;
const CLOSE: u8 = 0x19;

/// In what pieces a long value is sent: each has to fit into the server's largest packet.
const LONG_DATA_PIECE: usize = 512 << 10;
/// A buffer for parameters that is larger than this is given back after its use.
const SCRATCH_KEPT: usize = 1 << 20;

/// A statement that its connection's server knows by a number.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    id: u32,
    era: u64,
    pub(super) params: usize,
}

impl Wire {
    pub async fn prepare(&mut self, sql: &[u8]) -> Result<Prepared, WireError> {
        self.begin()?;
        let outcome = self.read_prepared(sql).await;
        self.settle(outcome)
    }

    async fn read_prepared(&mut self, sql: &[u8]) -> Result<Prepared, WireError> {
        let place = self.ask(&[PREPARE], &[sql]).await?;
        let payload = self.channel.payload(place);
        let mut cursor = Cursor::new(payload);
        match cursor.u8()? {
            0 => {}
            0xff => return Err(reply::server_error(payload)),
            _ => return Err(WireError::protocol("a statement was prepared to no known end")),
        }
        let (id, columns, params) = (cursor.u32()?, cursor.u16()?, cursor.u16()?);
        reply::check_columns(columns.into())?;
        self.columns(params.into()).await?;
        // Those of the rows come again with the rows.
        self.columns(columns.into()).await?;
        Ok(Prepared { id, era: self.era, params: params.into() })
    }

    /// Runs a prepared statement that returns no rows.
    pub async fn execute_prepared(
        &mut self,
        statement: &Prepared,
        params: &[Param<'_>],
    ) -> Result<Done, WireError> {
        self.check(statement, params.len())?;
        self.begin()?;
        let outcome = match self.ask_prepared(statement, params).await {
            Ok(first) => self.conclude(first).await,
            Err(error) => Err(error),
        };
        self.settle(outcome)
    }

    /// Runs a prepared statement for its rows.
    pub async fn read(
        &mut self,
        statement: &Prepared,
        params: &[Param<'_>],
    ) -> Result<BinaryRows<'_>, WireError> {
        self.check(statement, params.len())?;
        self.begin()?;
        match self.read_head(statement, params).await {
            Ok(columns) => Ok(BinaryRows { wire: self, columns, ended: false }),
            Err(error) => self.settle(Err(error)),
        }
    }

    async fn read_head(
        &mut self,
        statement: &Prepared,
        params: &[Param<'_>],
    ) -> Result<Arc<[ColumnDef]>, WireError> {
        let place = self.ask_prepared(statement, params).await?;
        self.head(place).await
    }

    async fn ask_prepared(
        &mut self,
        statement: &Prepared,
        params: &[Param<'_>],
    ) -> Result<Place, WireError> {
        let mut head = std::mem::take(&mut self.scratch);
        head.clear();
        head.push(EXECUTE);
        head.extend_from_slice(&statement.id.to_le_bytes());
        // No cursor at the server; always one execution.
        head.extend_from_slice(&[0, 1, 0, 0, 0]);
        let encoded = Encoded::new(head, params);
        let outcome = self.ask(&[], &encoded.parts()).await;
        if encoded.written.capacity() <= SCRATCH_KEPT {
            self.scratch = encoded.written;
        }
        outcome
    }

    /// Sends a piece of a value for the parameter at `param`, counted from zero, behind those that
    /// were sent before. The next execution takes it, where it stands as [`Param::LongBytes`],
    /// and reports what is wrong with it.
    pub async fn send_long_data(
        &mut self,
        statement: &Prepared,
        param: u16,
        data: &[u8],
    ) -> Result<(), WireError> {
        self.check(statement, statement.params)?;
        let mut head = [LONG_DATA, 0, 0, 0, 0, 0, 0];
        head[1..5].copy_from_slice(&statement.id.to_le_bytes());
        head[5..].copy_from_slice(&param.to_le_bytes());
        // An empty value has to be sent as well, for the server to know that it is there.
        let mut left = Some(data);
        while let Some(rest) = left {
            let (piece, rest) = rest.split_at(rest.len().min(LONG_DATA_PIECE));
            self.begin()?;
            let outcome = self.tell(&head, &[piece]).await;
            self.settle(outcome)?;
            left = Some(rest).filter(|rest| !rest.is_empty());
        }
        Ok(())
    }

    /// Lets the server forget a statement. It does not answer.
    pub async fn close(&mut self, statement: Prepared) -> Result<(), WireError> {
        self.check(&statement, statement.params)?;
        self.begin()?;
        let [a, b, c, d] = statement.id.to_le_bytes();
        let outcome = self.tell(&[CLOSE, a, b, c, d], &[]).await;
        self.settle(outcome)
    }

    fn check(&self, statement: &Prepared, given: usize) -> Result<(), WireError> {
        if statement.era != self.era {
            return Err(WireError::ForeignStatement);
        }
        if statement.params != given {
            return Err(WireError::Parameters { expected: statement.params, given });
        }
        Ok(())
    }
}
