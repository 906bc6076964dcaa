//! The table `full_tables`: how far each table of a full load is.

mod list;

pub use list::{Filter, Sums, list_tables, shown_tables, sums};

use super::range::{self, OpenRange};
use crate::{
    domain::Fence,
    repo::{BATCH, Error, Reader, count, folded, hold, ordinal},
};
use diesel::prelude::*;
use oms_chassis::{Conn, each_backend};
use oms_contracts::{
    ErrorCode,
    sync::{TableState, TaskError, TaskId},
};
use oms_model::ObjectName;

diesel::table! {
    full_tables (task_id, ordinal) {
        task_id -> Text,
        ordinal -> Integer,
        source_database -> Text,
        source_name -> Text,
        target_database -> Text,
        target_name -> Text,
        names_folded -> Text,
        state -> Text,
        row_count -> BigInt,
        byte_count -> BigInt,
        estimate -> BigInt,
        conflicts -> BigInt,
        attempts -> Integer,
        plan -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
    }
}

/// A table of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadTable {
    /// Its place among the objects of the task.
    pub number: u32,
    pub source: ObjectName,
    pub target: ObjectName,
    pub state: TableState,
    pub rows: u64,
    pub bytes: u64,
    pub estimate: u64,
    pub conflicts: u64,
    pub attempts: u32,
    /// What the engine decided when it began, in its own words.
    pub plan: Option<String>,
    pub error: Option<TaskError>,
}

/// A table that is to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTable {
    pub number: u32,
    pub source: ObjectName,
    pub target: ObjectName,
}

/// How a table is begun.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Begin {
    pub plan: String,
    pub estimate: u64,
    /// All of the table. Opened together with it: a table that runs and has no open range is written.
    pub ranges: Vec<OpenRange>,
}

/// Why a table cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    /// With the key, the column and the reason, where a row is the cause.
    pub message: String,
}

#[derive(Insertable)]
#[diesel(table_name = full_tables, treat_none_as_default_value = false)]
struct NewRow<'a> {
    task_id: &'a str,
    ordinal: i32,
    source_database: &'a str,
    source_name: &'a str,
    target_database: &'a str,
    target_name: &'a str,
    names_folded: String,
    state: &'a str,
    row_count: i64,
    byte_count: i64,
    estimate: i64,
    conflicts: i64,
    attempts: i32,
}

/// Columns but `task_id` and `names_folded`, in this order.
#[derive(Queryable)]
struct Row {
    number: i32,
    names: (String, String, String, String),
    state: String,
    counts: (i64, i64, i64, i64),
    attempts: i32,
    plan: Option<String>,
    error: (Option<String>, Option<String>),
}

type Columns = (
    full_tables::ordinal,
    (
        full_tables::source_database,
        full_tables::source_name,
        full_tables::target_database,
        full_tables::target_name,
    ),
    full_tables::state,
    (
        full_tables::row_count,
        full_tables::byte_count,
        full_tables::estimate,
        full_tables::conflicts,
    ),
    full_tables::attempts,
    full_tables::plan,
    (full_tables::error_code, full_tables::error_message),
);

const COLUMNS: Columns = (
    full_tables::ordinal,
    (
        full_tables::source_database,
        full_tables::source_name,
        full_tables::target_database,
        full_tables::target_name,
    ),
    full_tables::state,
    (
        full_tables::row_count,
        full_tables::byte_count,
        full_tables::estimate,
        full_tables::conflicts,
    ),
    full_tables::attempts,
    full_tables::plan,
    (full_tables::error_code, full_tables::error_message),
);

impl Row {
    fn table(self, task: &TaskId) -> Result<LoadTable, Error> {
        let row = Reader { table: "full_tables", id: task.as_str() };
        let (source_database, source_name, target_database, target_name) = self.names;
        let (rows, bytes, estimate, conflicts) = self.counts;
        Ok(LoadTable {
            number: row.number("ordinal", self.number)?,
            source: ObjectName::new(source_database, source_name),
            target: ObjectName::new(target_database, target_name),
            state: row.parse("state", &self.state)?,
            rows: rows.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
            estimate: estimate.unsigned_abs(),
            conflicts: conflicts.unsigned_abs(),
            attempts: row.number("attempts", self.attempts)?,
            plan: self.plan,
            error: row.error(self.error.0, self.error.1)?,
        })
    }
}

/// Adds the tables of a task that is stored, many by one statement.
pub fn insert_tables(conn: &mut Conn, task: &TaskId, tables: &[NewTable]) -> Result<(), Error> {
    for batch in tables.chunks(BATCH) {
        let rows: Vec<NewRow<'_>> = batch.iter().map(|table| new_row(task, table)).collect();
        each_backend!(conn, |conn| {
            diesel::insert_into(full_tables::table).values(&rows).execute(conn)
        })?;
    }
    Ok(())
}

fn new_row<'a>(task: &'a TaskId, table: &'a NewTable) -> NewRow<'a> {
    NewRow {
        task_id: task.as_str(),
        ordinal: ordinal(table.number),
        source_database: &table.source.database,
        source_name: &table.source.name,
        target_database: &table.target.database,
        target_name: &table.target.name,
        names_folded: folded([&table.source, &table.target]),
        state: TableState::Init.into(),
        row_count: 0,
        byte_count: 0,
        estimate: 0,
        conflicts: 0,
        attempts: 0,
    }
}

pub(super) fn all(conn: &mut Conn, task: &TaskId) -> Result<Vec<LoadTable>, Error> {
    let rows: Vec<Row> = full_tables::table
        .filter(full_tables::task_id.eq(task.as_str()))
        .order(full_tables::ordinal)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(|row| row.table(task)).collect()
}

pub fn find_table(conn: &mut Conn, task: &TaskId, number: u32) -> Result<Option<LoadTable>, Error> {
    let row: Option<Row> = full_tables::table
        .find((task.as_str(), ordinal(number)))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(|row| row.table(task)).transpose()
}

/// What was decided about each table when it was begun, in the words of the engine.
pub fn plans(conn: &mut Conn, task: &TaskId) -> Result<Vec<(u32, Option<String>)>, Error> {
    let rows: Vec<(i32, Option<String>)> = full_tables::table
        .filter(full_tables::task_id.eq(task.as_str()))
        .order(full_tables::ordinal)
        .select((full_tables::ordinal, full_tables::plan))
        .load(conn)?;
    let reader = Reader { table: "full_tables", id: task.as_str() };
    let plan = |(number, plan)| Ok((reader.number("ordinal", number)?, plan));
    rows.into_iter().map(plan).collect()
}

/// Replaces what was decided about a table.
pub fn set_plan(
    conn: &mut Conn,
    fence: &Fence,
    number: u32,
    change: impl FnOnce(Option<&str>) -> String,
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let row = full_tables::table.find((fence.task.as_str(), ordinal(number)));
        let known: Option<Option<String>> = row.select(full_tables::plan).first(conn).optional()?;
        let plan = change(known.flatten().as_deref());
        diesel::update(row).set(full_tables::plan.eq(plan)).execute(conn)?;
        Ok(())
    })
}

/// Begins with tables from nothing: what earlier attempts counted and had open is forgotten. All of
/// them are begun, or none.
pub fn begin_tables(conn: &mut Conn, fence: &Fence, begun: &[(u32, Begin)]) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let numbers: Vec<u32> = begun.iter().map(|(number, _)| *number).collect();
        range::forget(conn, &fence.task, &numbers)?;
        for (number, begin) in begun {
            diesel::update(full_tables::table.find((fence.task.as_str(), ordinal(*number))))
                .set((
                    full_tables::state.eq(TableState::Running.as_ref()),
                    full_tables::row_count.eq(0),
                    full_tables::byte_count.eq(0),
                    full_tables::estimate.eq(count(begin.estimate)),
                    full_tables::attempts.eq(full_tables::attempts + 1),
                    full_tables::plan.eq(Some(&begin.plan)),
                    full_tables::error_code.eq(None::<String>),
                    full_tables::error_message.eq(None::<String>),
                ))
                .execute(conn)?;
        }
        let ranges: Vec<OpenRange> =
            begun.iter().flat_map(|(_, begin)| begin.ranges.iter().cloned()).collect();
        range::insert(conn, &fence.task, &ranges)
    })
}

/// Tables are at the target: their ledger is closed, and their rows are no longer an estimate.
pub fn finish_tables(conn: &mut Conn, fence: &Fence, numbers: &[u32]) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        range::forget(conn, &fence.task, numbers)?;
        for some in numbers.chunks(BATCH) {
            let ordinals: Vec<i32> = some.iter().map(|number| ordinal(*number)).collect();
            let tables = full_tables::table
                .filter(full_tables::task_id.eq(fence.task.as_str()))
                .filter(full_tables::ordinal.eq_any(ordinals));
            diesel::update(tables)
                .set((
                    full_tables::state.eq(TableState::Finished.as_ref()),
                    full_tables::estimate.eq(full_tables::row_count),
                ))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// A table cannot be loaded. What is open of it stays, so that it can go on once that is mended.
pub fn fail_table(
    conn: &mut Conn,
    fence: &Fence,
    number: u32,
    failure: &Failure,
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        diesel::update(full_tables::table.find((fence.task.as_str(), ordinal(number))))
            .set((
                full_tables::state.eq(TableState::Failed.as_ref()),
                full_tables::error_code.eq(Some(failure.code.as_str())),
                full_tables::error_message.eq(Some(&failure.message)),
            ))
            .execute(conn)?;
        Ok(())
    })
}

/// Lets failed tables go on: those that were begun where they were, the others from nothing. Part of
/// starting a task.
pub fn reopen_failed(conn: &mut Conn, task: &TaskId) -> Result<usize, Error> {
    let failed = full_tables::table
        .filter(full_tables::task_id.eq(task.as_str()))
        .filter(full_tables::state.eq(TableState::Failed.as_ref()));
    let set = |state: TableState| {
        (
            full_tables::state.eq(state.as_ref().to_owned()),
            full_tables::error_code.eq(None::<String>),
            full_tables::error_message.eq(None::<String>),
        )
    };
    let begun = diesel::update(failed.filter(full_tables::attempts.gt(0)))
        .set(set(TableState::Running))
        .execute(conn)?;
    let others = diesel::update(failed).set(set(TableState::Init)).execute(conn)?;
    Ok(begun + others)
}

/// Notes how many rows the source thinks its tables have.
pub fn set_estimates(
    conn: &mut Conn,
    fence: &Fence,
    estimates: &[(u32, u64)],
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        for (number, rows) in estimates {
            diesel::update(full_tables::table.find((fence.task.as_str(), ordinal(*number))))
                .filter(full_tables::state.ne(TableState::Finished.as_ref()))
                .set(full_tables::estimate.eq(count(*rows)))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// Counts rows that are at the target. In a transaction that holds the task.
pub(super) fn add(
    conn: &mut Conn,
    task: &TaskId,
    number: u32,
    (rows, bytes): (u64, u64),
) -> Result<(), Error> {
    diesel::update(full_tables::table.find((task.as_str(), ordinal(number))))
        .set((
            full_tables::row_count.eq(full_tables::row_count + count(rows)),
            full_tables::byte_count.eq(full_tables::byte_count + count(bytes)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Counts rows that were in the way. In a transaction that holds the task.
pub(super) fn add_conflicts(
    conn: &mut Conn,
    task: &TaskId,
    number: u32,
    met: u64,
) -> Result<(), Error> {
    diesel::update(full_tables::table.find((task.as_str(), ordinal(number))))
        .set(full_tables::conflicts.eq(full_tables::conflicts + count(met)))
        .execute(conn)?;
    Ok(())
}
