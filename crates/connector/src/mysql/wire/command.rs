//! Statements as text, and the commands that carry nothing.

use super::column::ColumnDef;
use super::packet::Place;
use super::reply::{self, Done, Reply, Step};
use super::table::{Table, TextRow};
use super::{Wire, WireError, new_era};
use mysql_common::constants::CapabilityFlags;

pub(super) const QUIT: u8 = 0x01;
pub(super) const QUERY: u8 = 0x03;
const PING: u8 = 0x0e;
const RESET: u8 = 0x1f;

/// What the rows of a result that is kept as a whole may take.
const SMALL_RESULT: usize = 64 << 20;

impl Wire {
    /// Runs a statement that returns no rows.
    pub async fn execute(&mut self, sql: &[u8]) -> Result<Done, WireError> {
        self.execute_parts(&[sql]).await
    }

    /// Runs a statement that is put together on its way, without a copy of it being made.
    pub async fn execute_parts(&mut self, parts: &[&[u8]]) -> Result<Done, WireError> {
        self.command(&[QUERY], parts).await
    }

    /// Asks whether the server is there.
    pub async fn ping(&mut self) -> Result<(), WireError> {
        self.command(&[PING], &[]).await.map(drop)
    }

    /// Makes the session as it was after the login: no transaction, no variables, no statements.
    pub async fn reset(&mut self) -> Result<(), WireError> {
        self.era = new_era();
        self.command(&[RESET], &[]).await.map(drop)
    }

    /// Runs a statement and keeps its rows, which must be few.
    pub async fn query(&mut self, sql: &[u8]) -> Result<Table, WireError> {
        self.begin()?;
        let outcome = self.read_table(sql).await;
        self.settle(outcome)
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
    pub(super) async fn conclude(&mut self, mut place: Place) -> Result<Done, WireError> {
        let mut had_rows = false;
        loop {
            let more = match Reply::read(self.channel.payload(place))? {
                Reply::Done(done) if !done.more && !had_rows => return Ok(done),
                Reply::Done(done) => done.more,
                Reply::Rows(count) => {
                    had_rows = true;
                    self.columns(count).await?;
                    self.skip_rows().await?
                }
                Reply::File(name) => return Err(self.refuse_file(name).await),
            };
            if !more {
                return Err(WireError::UnexpectedRows);
            }
            place = self.further().await?;
        }
    }

    /// Reads to the end of the rows, and says whether another result follows.
    async fn skip_rows(&mut self) -> Result<bool, WireError> {
        loop {
            let place = self.following().await?;
            if let Step::End { more } = reply::step(self.channel.payload(place), self.capabilities)?
            {
                return Ok(more);
            }
        }
    }

    /// Reads the definitions of so many columns, or parameters.
    pub(super) async fn columns(&mut self, count: usize) -> Result<Vec<ColumnDef>, WireError> {
        let mut columns = Vec::with_capacity(count.min(256));
        for _ in 0..count {
            let place = self.following().await?;
            columns.push(ColumnDef::read(self.channel.payload(place))?);
        }
        if count > 0 && !self.capabilities.contains(CapabilityFlags::CLIENT_DEPRECATE_EOF) {
            let place = self.following().await?;
            match reply::step(self.channel.payload(place), self.capabilities)? {
                Step::End { .. } => {}
                Step::Row => return Err(WireError::protocol("the columns do not end")),
            }
        }
        Ok(columns)
    }

    async fn read_table(&mut self, sql: &[u8]) -> Result<Table, WireError> {
        let place = self.ask(&[QUERY], &[sql]).await?;
        let count = match Reply::read(self.channel.payload(place))? {
            Reply::Rows(count) => count,
            Reply::Done(_) | Reply::File(_) => {
                self.conclude(place).await?;
                return Err(WireError::NoRows);
            }
        };
        let mut table = Table { columns: self.columns(count).await?, rows: Vec::new() };
        let mut size = 0;
        loop {
            let place = self.following().await?;
            let payload = self.channel.payload(place);
            match reply::step(payload, self.capabilities)? {
                Step::Row => table.rows.push(TextRow::read(payload, count)?),
                Step::End { more: false } => return Ok(table),
                Step::End { more: true } => {
                    // A procedure's own end follows its rows.
                    let place = self.further().await?;
                    return self.conclude(place).await.map(|_| table);
                }
            }
            size += payload.len() + size_of::<TextRow>() + count * size_of::<Option<Vec<u8>>>();
            if size > SMALL_RESULT {
                return Err(WireError::TooLarge { limit: SMALL_RESULT });
            }
        }
    }
}
