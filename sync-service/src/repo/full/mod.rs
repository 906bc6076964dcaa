//! The progress of full loads: `full_tables`, `full_ranges` and `full_conflicts`.

mod conflict;
mod range;
mod table;

pub use conflict::{KEPT, Recorded, conflicts, record_conflicts};
pub use range::{Advance, OpenRange, RangeState, advance, narrow, open_ranges};
pub use table::{
    Begin, Failure, Filter, LoadTable, NewTable, Sums, begin_tables, fail_table, find_table,
    finish_tables, insert_tables, list_tables, plans, reopen_failed, set_estimates, set_plan,
    shown_tables, sums,
};

use super::Error;
use crate::domain::Fence;
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;
use std::collections::HashMap;

/// Everything a load has to know to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By number. Failed and finished ones are among them.
    pub tables: Vec<LoadTable>,
    /// What is not done of each, by table and number.
    pub ranges: Vec<OpenRange>,
}

/// Reads where a load is.
pub fn load(conn: &mut Conn, fence: &Fence) -> Result<Ledger, Error> {
    let tables = table::all(conn, &fence.task)?;
    let ranges = range::all_open(conn, &fence.task)?;
    Ok(Ledger { tables, ranges })
}

/// The number that the next range of each table would have.
pub fn next_numbers(conn: &mut Conn, fence: &Fence) -> Result<HashMap<u32, u32>, Error> {
    range::next_numbers(conn, &fence.task)
}

/// Removes what there is of a task.
pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    let id = task.as_str();
    use {conflict::full_conflicts as c, range::full_ranges as r, table::full_tables as t};
    diesel::delete(c::table.filter(c::task_id.eq(id))).execute(conn)?;
    diesel::delete(r::table.filter(r::task_id.eq(id))).execute(conn)?;
    diesel::delete(t::table.filter(t::task_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Removes the tables of a task that was never started, before it gets others.
pub fn clear(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    forget(conn, task)
}
