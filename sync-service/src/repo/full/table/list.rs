//! Finding and summing up the tables of a load.

use super::{COLUMNS, LoadTable, Row, full_tables};
use crate::repo::{Error, containing};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    sync::{TableState, TaskId},
};

/// Which tables to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<TableState>,
    pub search: Option<String>,
}

/// A page of tables by number, and how many there are.
pub fn list_tables(
    conn: &mut Conn,
    task: &TaskId,
    filter: &Filter,
    slice: Slice,
) -> Result<(Vec<LoadTable>, u64), Error> {
    use full_tables as t;
    let found = || {
        let mut query = t::table.filter(t::task_id.eq(task.as_str())).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(t::state.eq(state.as_ref().to_owned()));
        }
        if let Some(part) = &filter.search {
            let pattern = containing(&part.to_lowercase());
            query = query.filter(t::names_folded.like(pattern).escape('!'));
        }
        query
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<Row> = found()
        .order(t::ordinal)
        .limit(slice.limit())
        .offset(slice.offset())
        .select(COLUMNS)
        .load(conn)?;
    let page: Result<_, Error> = rows.into_iter().map(|row| row.table(task)).collect();
    Ok((page?, total.unsigned_abs()))
}

/// The tables that move and those that failed, as many as are shown with a task.
pub fn shown_tables(conn: &mut Conn, task: &TaskId, limit: i64) -> Result<Vec<LoadTable>, Error> {
    use full_tables as t;
    let rows: Vec<Row> = t::table
        .filter(t::task_id.eq(task.as_str()))
        .filter(t::state.eq_any([TableState::Running.as_ref(), TableState::Failed.as_ref()]))
        // "RUNNING" comes after "FAILED": what moves is shown first.
        .order((t::state.desc(), t::ordinal))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(|row| row.table(task)).collect()
}

/// All tables of a load together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub total: u64,
    pub done: u64,
    pub failed: u64,
    pub rows: u64,
    pub bytes: u64,
    /// At least as many as were written.
    pub estimate: u64,
    pub conflicts: u64,
}

/// Sums up.
pub fn sums(conn: &mut Conn, task: &TaskId) -> Result<Sums, Error> {
    use full_tables as t;
    let mut sums = Sums::default();
    let counts: Vec<(String, i64)> = t::table
        .filter(t::task_id.eq(task.as_str()))
        .group_by(t::state)
        .select((t::state, count_star()))
        .load(conn)?;
    for (state, count) in counts {
        let count = count.unsigned_abs();
        sums.total += count;
        if state == TableState::Finished.as_ref() {
            sums.done += count;
        } else if state == TableState::Failed.as_ref() {
            sums.failed += count;
        }
    }
    // Sums of large numbers are of another type in each database, so they are made here.
    let rows: Vec<(i64, i64, i64, i64)> = t::table
        .filter(t::task_id.eq(task.as_str()))
        .select((t::row_count, t::byte_count, t::estimate, t::conflicts))
        .load(conn)?;
    for (rows, bytes, estimate, conflicts) in rows {
        sums.rows += rows.unsigned_abs();
        sums.bytes += bytes.unsigned_abs();
        sums.estimate += estimate.max(rows).unsigned_abs();
        sums.conflicts += conflicts.unsigned_abs();
    }
    Ok(sums)
}
