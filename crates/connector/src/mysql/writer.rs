//! Writing rows: large inserts of many rows, which every member of the family takes fastest or
//! nearly so, each in a transaction of its own.

pub(super) mod large;
mod lenient;
mod load;
mod patient;
mod statements;

use super::Mysql;
use super::data_fault;
use super::data_session::{DataSession, Use};
use super::encode::{self, Wish};
use super::seat;
use super::seated::Seated;
use super::snapshot::fetch::{self, Form};
use super::wire::WireError;
use crate::data_error::DataError;
use crate::registry::Site;
use crate::seat::{Seat, Seating, Standing};
use crate::writer::{Batch, Destination, RowWriter, WriteError, WriteSession};
use async_trait::async_trait;
pub(super) use lenient::LENIENT;
use load::Loaded;
use oms_model::Rows;
use statements::Statements;
use std::time::Duration;

#[async_trait]
impl RowWriter for Mysql {
    async fn writing(&self, seat: Option<&Seat>) -> Result<Box<dyn WriteSession>, DataError> {
        let mut session = Seated::open(&self.site, self.member, Use::Writing, seat).await?;
        let largest = session.number("SELECT @@max_allowed_packet").await?;
        let largest = usize::try_from(largest).unwrap_or(usize::MAX).clamp(MARGIN * 2, 1 << 30);
        let loads = self.member.loads_fast();
        let (site, buffer) = (self.site.clone(), Vec::new());
        Ok(Box::new(Writing { site, session, largest, loads, buffer }))
    }

    async fn vacate(&self, seating: &Seating, limit: Duration) -> Result<(), DataError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Writing).await?;
        let outcome = seat::vacate(&mut session, seating.all(), limit).await;
        session.wire.quit().await;
        outcome
    }
}

/// What a packet carries besides the statement, and then some.
const MARGIN: usize = 4 << 10;
/// A buffer for statements that is larger than this is given back after its use.
const KEPT: usize = 8 << 20;
/// Rows from this size on are sent value by value, without being written into a statement.
const LARGE: usize = 1 << 20;
/// Fewer rows than this are inserted: a load takes three round trips.
const WORTH_LOADING: usize = 200;

/// A connection that writes.
#[derive(Debug)]
struct Writing {
    site: Site,
    session: Seated,
    /// The largest packet that the server takes.
    largest: usize,
    /// Whether `LOAD DATA LOCAL` is the faster way here, as far as is known.
    loads: bool,
    buffer: Vec<u8>,
}

#[async_trait]
impl WriteSession for Writing {
    async fn insert(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<(), WriteError> {
        if rows.is_empty() {
            return Ok(());
        }
        let statements = Statements { dialect: self.session.member, into };
        if statements.has_enum_errors(rows) {
            return self.insert_leniently(&statements, rows).await;
        }
        if self.loads && rows.len() >= WORTH_LOADING {
            match self.load(&statements, rows).await? {
                Loaded::All => return Ok(()),
                Loaded::Nothing => {}
                Loaded::Never => self.loads = false,
            }
        }
        self.insert_strictly(&statements, rows).await
    }

    async fn existing(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<Rows, DataError> {
        let mut found = Rows::default();
        if rows.is_empty() {
            return Ok(found);
        }
        let statements = Statements { dialect: self.session.member, into };
        let forms: Vec<Form> =
            into.columns.iter().map(|column| Form::of(&column.logical)).collect();
        let mut start = rows.range.start;
        while start < rows.range.end {
            let mut sql = statements.select().into_bytes();
            start = self.keys(&statements, rows, start, &mut sql)?;
            let wire = &mut self.session.wire;
            let statement = wire.prepare(&sql).await.map_err(data_fault::of_wire)?;
            let mut read = wire.read(&statement, &[]).await.map_err(data_fault::of_wire)?;
            let columns = std::sync::Arc::clone(read.columns());
            while let Some(packet) = read.next().await.map_err(data_fault::of_wire)? {
                fetch::row(&mut found, packet, &columns, &forms)?;
            }
            wire.close(statement).await.map_err(data_fault::of_wire)?;
        }
        Ok(found)
    }

    async fn replace(&mut self, into: &Destination, rows: &Batch<'_>) -> Result<(), WriteError> {
        self.begin().await?;
        let outcome = self.replace_within(into, rows).await;
        self.end(outcome).await
    }

    async fn empty(&mut self, into: &Destination) -> Result<(), DataError> {
        let sql = format!("TRUNCATE TABLE {}", self.session.name(&into.database, &into.table));
        patient::run(&mut self.session, &self.site, &sql).await
    }

    async fn have_rows(&mut self, tables: &[(&str, &str)]) -> Result<Vec<bool>, DataError> {
        let mut have = vec![false; tables.len()];
        for start in (0..tables.len()).step_by(TABLES_AT_ONCE) {
            let some = tables.iter().enumerate().skip(start).take(TABLES_AT_ONCE);
            let sql: Vec<String> = some
                .map(|(at, (database, table))| {
                    let name = self.session.name(database, table);
                    format!("(SELECT {at} FROM {name} LIMIT 1)")
                })
                .collect();
            let sql = sql.join(" UNION ALL ");
            let found = self.session.wire.query(sql.as_bytes()).await;
            for row in found.map_err(data_fault::of_wire)?.rows {
                let at = row.text(0).map_err(data_fault::of_wire)?;
                let at = at.and_then(|at| at.parse::<usize>().ok());
                if let Some(has) = at.and_then(|at| have.get_mut(at)) {
                    *has = true;
                }
            }
        }
        Ok(have)
    }

    async fn count(&mut self, into: &Destination) -> Result<u64, DataError> {
        let name = self.session.name(&into.database, &into.table);
        self.session.number(&format!("SELECT COUNT(*) FROM {name}")).await
    }

    async fn ping(&mut self) -> Result<(), DataError> {
        self.session.wire.ping().await.map_err(data_fault::of_wire)
    }

    fn trips(&self) -> u64 {
        self.session.wire.trips()
    }

    fn largest(&self) -> usize {
        self.largest - MARGIN
    }

    fn standing(&self) -> Standing {
        self.session.standing()
    }

    async fn leave(self: Box<Self>) {
        self.session.leave().await;
    }
}

impl Writing {
    async fn insert_strictly(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
    ) -> Result<(), WriteError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let next = statements.fill(&mut buffer, rows, self.largest - MARGIN)?;
        let outcome = if next == rows.range.end {
            self.write(&buffer).await
        } else {
            self.insert_in_parts(statements, rows, &mut buffer).await
        };
        if buffer.capacity() <= KEPT {
            self.buffer = buffer;
        }
        outcome
    }

    /// Inserts what takes more than one statement.
    async fn insert_in_parts(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
        buffer: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        self.begin().await?;
        let outcome = self.insert_many(statements, rows, buffer).await;
        self.end(outcome).await
    }

    /// Inserts inside a transaction.
    async fn insert_many(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
        buffer: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        let mut rest = rows.clone();
        while !rest.is_empty() {
            let next = statements.fill(buffer, &rest, self.largest - MARGIN)?;
            if next == rest.range.start {
                let row = rest.rows.row(next);
                let sql = statements.insert_by_parameters();
                let width = statements.into.columns.len();
                large::run(&mut self.session.wire, sql.as_bytes(), width, row).await?;
                rest.range.start += 1;
            } else {
                self.write(buffer).await?;
                rest.range.start = next;
            }
        }
        Ok(())
    }

    async fn replace_within(
        &mut self,
        into: &Destination,
        rows: &Batch<'_>,
    ) -> Result<(), WriteError> {
        let statements = Statements { dialect: self.session.member, into };
        let mut start = rows.range.start;
        while start < rows.range.end {
            let mut sql = statements.delete().into_bytes();
            start = self.keys(&statements, rows, start, &mut sql).map_err(WriteError::Failed)?;
            self.write(&sql).await?;
        }
        self.insert_many(&statements, rows, &mut Vec::new()).await
    }

    /// Adds the keys of rows from `start` to a statement, as many as fit, and says where it ended.
    fn keys(
        &self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
        start: usize,
        sql: &mut Vec<u8>,
    ) -> Result<usize, DataError> {
        let end = rows.range.end.min(start + KEYS_AT_ONCE);
        for index in start..end {
            let joint = if index == start { " WHERE " } else { " OR " };
            let before = sql.len();
            sql.extend_from_slice(joint.as_bytes());
            statements.key(sql, rows.rows.row(index))?;
            if sql.len() > self.largest - MARGIN && index > start {
                sql.truncate(before);
                return Ok(index);
            }
        }
        Ok(end)
    }

    async fn write(&mut self, sql: &[u8]) -> Result<(), WriteError> {
        self.session.wire.execute(sql).await.map(drop).map_err(data_fault::of_write)
    }

    async fn begin(&mut self) -> Result<(), WriteError> {
        self.session.run(b"BEGIN").await.map_err(WriteError::Failed)
    }

    /// Commits what went well and takes back the rest.
    async fn end(&mut self, outcome: Result<(), WriteError>) -> Result<(), WriteError> {
        match outcome {
            Ok(()) => self.write(b"COMMIT").await,
            Err(error) => {
                // A connection that cannot even do that is closed, which takes back as much.
                if self.session.run(b"ROLLBACK").await.is_err() {
                    self.session.wire.abandon();
                }
                Err(error)
            }
        }
    }
}

/// How many tables one statement looks into.
const TABLES_AT_ONCE: usize = 64;
/// How many keys one statement looks up.
const KEYS_AT_ONCE: usize = 500;

impl From<encode::Unwritable> for WriteError {
    fn from(error: encode::Unwritable) -> Self {
        Self::Unwritable { reason: error.to_string() }
    }
}

impl From<WireError> for WriteError {
    fn from(error: WireError) -> Self {
        data_fault::of_write(error)
    }
}

/// How each column of a destination wants its values.
fn wishes(into: &Destination) -> Vec<Wish> {
    into.columns.iter().map(Wish::of).collect()
}
