//! Applying changes: statements of many rows inside transactions that also mark how far they are.

mod charset;
mod enum_errors;
mod followers;
mod progress;
mod statements;
mod way;

use super::Mysql;
use super::data_fault;
use super::data_session::{DataSession, Use};
use super::encode::{Unwritable, Wish};
use super::seat;
use super::wire::Done;
use super::writer::large;
use crate::apply::{
    Applied, ApplySession, Cascade, ChangeWriter, ClaimError, Images, Mark, Progress, Savepoint,
};
use crate::data_error::DataError;
use crate::seat::{Seat, Seating, Standing};
use crate::writer::WriteError;
use async_trait::async_trait;
use oms_model::{Cells, Rows, Value};
use statements::{Head, Statements};
use std::time::Duration;

#[async_trait]
impl ChangeWriter for Mysql {
    async fn prepare(&self) -> Result<(), DataError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Writing).await?;
        let outcome = progress::create(&mut session).await;
        session.wire.quit().await;
        outcome
    }

    async fn applying(&self, seat: &Seat) -> Result<Box<dyn ApplySession>, DataError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Writing).await?;
        let largest = session.number("SELECT @@max_allowed_packet").await?;
        let largest = usize::try_from(largest).unwrap_or(usize::MAX).clamp(MARGIN * 2, 1 << 30);
        let (standing, lock) = seat::take(&mut session, seat, seat::EVICTION).await?;
        if !logs_statements(&mut session).await? {
            // Rows that are not there are not locked, so sessions are less often in each other's way.
            session.run(b"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
        }
        session.run(b"SET autocommit = 0").await?;
        Ok(Box::new(Applying { session, largest, standing, lock, buffer: Vec::new() }))
    }

    async fn cascades(&self) -> Result<Vec<Cascade>, DataError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Describing).await?;
        let outcome = followers::cascades(&mut session).await;
        session.wire.quit().await;
        outcome
    }

    async fn vacate_applying(&self, seating: &Seating, limit: Duration) -> Result<(), DataError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Writing).await?;
        let outcome = seat::vacate(&mut session, seating.all(), limit).await;
        session.wire.quit().await;
        outcome
    }
}

/// What a packet carries besides the statement, and then some.
const MARGIN: usize = 4 << 10;
/// A buffer for statements that is larger than this is given back after its use.
const KEPT: usize = 4 << 20;
/// Rows from this size on are sent value by value, without being written into a statement.
const LARGE: usize = 1 << 20;
/// Statements end at about this size.
const STATEMENT: usize = 1 << 20;

/// A server that logs statements takes no writes at a lower isolation.
async fn logs_statements(session: &mut DataSession) -> Result<bool, DataError> {
    let shown = session.wire.query(b"SHOW VARIABLES LIKE 'binlog_format'").await;
    let shown = shown.map_err(data_fault::of_wire)?;
    let Some(row) = shown.rows.first() else { return Ok(false) };
    let format = row.text(1).map_err(data_fault::of_wire)?;
    Ok(format.is_some_and(|format| format.eq_ignore_ascii_case("STATEMENT")))
}

/// A connection that applies.
#[derive(Debug)]
struct Applying {
    session: DataSession,
    /// The largest packet that the server takes.
    largest: usize,
    standing: Standing,
    /// The seat's name at the server.
    lock: Option<String>,
    buffer: Vec<u8>,
}

#[async_trait]
impl ApplySession for Applying {
    async fn claim(&mut self, task: &str, token: i64) -> Result<Vec<Progress>, ClaimError> {
        progress::claim(&mut self.session, task, token).await
    }

    async fn add_lane(
        &mut self,
        task: &str,
        token: i64,
        lane: &Progress,
    ) -> Result<(), ClaimError> {
        progress::add(&mut self.session, task, token, lane).await
    }

    async fn progress(&mut self, task: &str, lane: u32) -> Result<Option<Progress>, DataError> {
        progress::of_lane(&mut self.session, task, lane).await
    }

    async fn forget(&mut self, task: &str) -> Result<(), DataError> {
        progress::forget(&mut self.session, task).await
    }

    async fn mark(&mut self, task: &str, token: i64, lane: &Mark) -> Result<bool, WriteError> {
        let sql = progress::mark(&self.session, task, token, lane);
        Ok(self.write(&sql).await?.affected == 1)
    }

    async fn delete(&mut self, table: &Applied, rows: &Images<'_>) -> Result<u64, WriteError> {
        let mut found = 0;
        let mut rest = *rows;
        let mut buffer = self.take_buffer();
        while !rest.rows.is_empty() {
            let done = self.statements(table).delete(&mut buffer, &rest, self.statement())?;
            found += self.write(&buffer).await?.affected;
            rest.rows = &rest.rows[done..];
        }
        self.give_back(buffer);
        Ok(found)
    }

    async fn delete_copies(
        &mut self,
        table: &Applied,
        row: &Images<'_>,
        copies: u32,
    ) -> Result<u64, WriteError> {
        let mut buffer = self.take_buffer();
        self.statements(table).delete_copies(&mut buffer, row, copies)?;
        self.fits(&buffer)?;
        let found = self.write(&buffer).await?.affected;
        self.give_back(buffer);
        Ok(found)
    }

    async fn insert(&mut self, table: &Applied, rows: &Images<'_>) -> Result<(), WriteError> {
        self.put(table, rows, Head::Insert).await.map(drop)
    }

    async fn replace(&mut self, table: &Applied, rows: &Images<'_>) -> Result<(), WriteError> {
        if table.whole {
            return self.put(table, rows, Head::Replace).await.map(drop);
        }
        // What we do not write stays: the row of that key becomes this one, and none else does.
        self.clear_the_way(table, rows).await?;
        self.put(table, rows, Head::Merge).await.map(drop)
    }

    async fn update(&mut self, table: &Applied, rows: &Images<'_>) -> Result<u64, WriteError> {
        let is_large = rows.rows.iter().any(|row| row.len() >= self.large());
        let is_fast = self.session.member.upserts_fast() || !table.whole;
        if table.sole_key && is_fast && !is_large {
            return self.put(table, rows, Head::Upsert).await;
        }
        if !table.whole {
            let mut found = 0;
            for row in rows.rows {
                let one = Images { rows: &[*row], places: rows.places };
                found += self.update_one(table, &one, &one).await?;
            }
            return Ok(found);
        }
        let found = self.delete(table, rows).await?;
        // Fewer are taken back anyway.
        if found == rows.rows.len() as u64 {
            self.put(table, rows, Head::Insert).await?;
        }
        Ok(found)
    }

    async fn update_one(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<u64, WriteError> {
        match enum_errors::with_members(table, after) {
            None => self.update_strictly(table, before, after).await,
            Some(proper) => self.update_leniently(table, before, (after, &proper)).await,
        }
    }

    async fn follow_deletes(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
    ) -> Result<(), WriteError> {
        self.followed(table, rows, None).await
    }

    async fn follow_update(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<(), WriteError> {
        self.followed(table, before, Some(after)).await
    }

    async fn set_savepoint(&mut self, place: Savepoint) -> Result<(), WriteError> {
        let sql = format!("SAVEPOINT {}", name_of(place));
        self.write(sql.as_bytes()).await.map(drop)
    }

    async fn back_to_savepoint(&mut self, place: Savepoint) -> Result<(), WriteError> {
        let sql = format!("ROLLBACK TO SAVEPOINT {}", name_of(place));
        self.write(sql.as_bytes()).await.map(drop)
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        self.write(b"COMMIT").await.map(drop).map_err(|error| match error {
            // A time-out, or a leader that moved: it may have been through all the same.
            WriteError::Passing { code, message } => {
                WriteError::Unknown(DataError::Passing { code, message })
            }
            other => other,
        })
    }

    async fn rollback(&mut self) -> Result<(), DataError> {
        self.session.run(b"ROLLBACK").await
    }

    fn largest(&self) -> usize {
        self.largest - MARGIN
    }

    fn standing(&self) -> Standing {
        self.standing
    }

    async fn leave(mut self: Box<Self>) {
        if let Some(name) = self.lock.take() {
            seat::leave(&mut self.session, &name).await;
        }
        self.session.wire.quit().await;
    }
}

impl Applying {
    fn statements<'a>(&self, table: &'a Applied) -> Statements<'a> {
        Statements { member: self.session.member, table }
    }

    fn take_buffer(&mut self) -> Vec<u8> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer
    }

    fn give_back(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT {
            self.buffer = buffer;
        }
    }

    /// How large statements may become.
    fn statement(&self) -> usize {
        STATEMENT.min((self.largest - MARGIN) / 4)
    }

    /// From which size on a row goes value by value.
    fn large(&self) -> usize {
        LARGE.min((self.largest - MARGIN) / 4)
    }

    fn fits(&self, sql: &[u8]) -> Result<(), WriteError> {
        if sql.len() <= self.largest - MARGIN {
            return Ok(());
        }
        let message = format!(
            "the statement has {} bytes, and the server takes {} (max_allowed_packet)",
            sql.len(),
            self.largest
        );
        Err(WriteError::Rejected { code: "1153".into(), message })
    }

    /// Writes rows, and says how many of them were there before, where that is asked for.
    async fn put(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
        head: Head,
    ) -> Result<u64, WriteError> {
        match enum_errors::with_members(table, rows) {
            None => self.put_strictly(table, rows, head).await,
            Some(proper) => self.put_leniently(table, (rows, &proper), head).await,
        }
    }

    async fn update_strictly(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<u64, WriteError> {
        let mut buffer = self.take_buffer();
        let statements = self.statements(table);
        let is_large = after.rows.iter().any(|row| row.len() >= self.large());
        let said = match is_large {
            false => {
                statements.update(&mut buffer, before, after)?;
                self.fits(&buffer)?;
                self.write(&buffer).await?
            }
            true => {
                let values = statements.update_by_parameters(&mut buffer, before, after)?;
                let width = values.row(0).count();
                large::run(&mut self.session.wire, &buffer, width, values.row(0)).await?
            }
        };
        self.give_back(buffer);
        Ok(matched(&said))
    }

    async fn put_strictly(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
        head: Head,
    ) -> Result<u64, WriteError> {
        let mut found = 0;
        let mut rest = *rows;
        let mut buffer = self.take_buffer();
        while !rest.rows.is_empty() {
            let (most, large) = (self.statement(), self.large());
            let done = self.statements(table).fill(&mut buffer, &rest, head, (most, large))?;
            if done == 0 {
                let (row, behind) = rest.rows.split_at(1);
                let one = Images { rows: row, places: rest.places };
                found += self.put_large(table, &one, head).await?;
                rest.rows = behind;
                continue;
            }
            let said = self.write(&buffer).await?;
            found += there_before(&said, done as u64);
            rest.rows = &rest.rows[done..];
        }
        self.give_back(buffer);
        Ok(found)
    }

    async fn put_large(
        &mut self,
        table: &Applied,
        row: &Images<'_>,
        head: Head,
    ) -> Result<u64, WriteError> {
        let sql = self.statements(table).by_parameters(head);
        let values = picked(table, row.rows[0], row.places)?;
        let width = row.places.len();
        let wire = &mut self.session.wire;
        let said = large::run(wire, sql.as_bytes(), width, values.row(0)).await?;
        Ok(there_before(&said, 1))
    }

    async fn write(&mut self, sql: &[u8]) -> Result<Done, WriteError> {
        self.session.wire.execute(sql).await.map_err(data_fault::of_write)
    }
}

fn name_of(place: Savepoint) -> &'static str {
    match place {
        Savepoint::Batch => "oms_batch",
        Savepoint::Rows => "oms_rows",
    }
}

/// The values that are written of a row.
fn picked(table: &Applied, row: &[u8], places: &[usize]) -> Result<Rows, Unwritable> {
    let values: Vec<Value<'_>> = Cells::new(row).collect();
    let mut rows = Rows::default();
    for (column, place) in places.iter().enumerate() {
        match *values.get(*place).ok_or(Unwritable::Misfit)? {
            Value::Text(text) => rows.push(Value::Text(&table.own(column, text))),
            Value::EnumError if Wish::of(&table.into.columns[column]) != Wish::Member => {
                rows.push(Value::Text(b""));
            }
            other => rows.push(other),
        }
    }
    rows.end_row();
    Ok(rows)
}

/// How many rows an update found: the server counts those it changed, and says both in words.
fn matched(said: &Done) -> u64 {
    number_behind(&said.info, "matched:").unwrap_or(said.affected)
}

/// How many of `rows` rows were there, of those that an upsert wrote: a row that is new counts once,
/// and one that is changed twice; one that stays as it is counts not at all.
fn there_before(said: &Done, rows: u64) -> u64 {
    let changed = match number_behind(&said.info, "Duplicates:") {
        Some(changed) => changed,
        // Of a single row nothing is said in words.
        None if rows == 1 => u64::from(said.affected >= 2),
        None => return 0,
    };
    let new = said.affected.saturating_sub(2 * changed);
    rows.saturating_sub(new)
}

/// The number behind a word, as in `Rows matched: 3  Changed: 2  Warnings: 0`.
fn number_behind(info: &str, word: &str) -> Option<u64> {
    let (_, rest) = info.split_once(word)?;
    let digits = rest.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(affected: u64, info: &str) -> Done {
        let mut done = Done::default();
        (done.affected, done.info) = (affected, info.into());
        done
    }

    #[test]
    fn rows_that_an_update_found_are_counted_though_it_changed_none() {
        assert_eq!(matched(&said(0, "Rows matched: 1  Changed: 0  Warnings: 0")), 1);
        assert_eq!(matched(&said(2, "")), 2);
    }

    #[test]
    fn rows_that_were_there_are_told_from_new_ones() {
        let info = |changed: u64| format!("Records: 5  Duplicates: {changed}  Warnings: 0");
        assert_eq!(there_before(&said(10, &info(5)), 5), 5, "all are changed");
        assert_eq!(there_before(&said(6, &info(3)), 5), 5, "two stay as they are");
        assert_eq!(there_before(&said(7, &info(3)), 5), 4, "one is new");
        assert_eq!(there_before(&said(0, ""), 1), 1);
        assert_eq!(there_before(&said(1, ""), 1), 0);
        assert_eq!(there_before(&said(2, ""), 1), 1);
    }
}
