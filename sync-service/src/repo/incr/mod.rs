//! What is kept of incremental tasks besides what their targets keep: `incr_tasks` and `incr_drift`.

mod drift;

pub use drift::{Drift, Filter, KEPT, list_drift, record_drift};

use super::{Error, Reader, count, hold};
use crate::domain::Fence;
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;
use oms_model::change::Seq;

diesel::table! {
    incr_tasks (task_id) {
        task_id -> Text,
        name_at_target -> Text,
        overlap_end -> Nullable<BigInt>,
        drifted -> BigInt,
    }
}

/// What is known of a task that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What its target knows it by. A task that is made anew under the same id has another one.
    pub name: String,
    /// The last change that rows of the full load may hold already, once that is known.
    pub overlap_end: Option<Seq>,
    /// How many rows were not as expected.
    pub drifted: u64,
}

/// Begins a task, under this name unless it has one.
pub fn begin(conn: &mut Conn, fence: &Fence, name: &str) -> Result<Begun, Error> {
    use incr_tasks as t;
    conn.write(|conn| {
        hold(conn, fence)?;
        if let Some(begun) = find(conn, &fence.task)? {
            return Ok(begun);
        }
        let (task, none) = (fence.task.as_str(), None::<i64>);
        diesel::insert_into(t::table)
            .values((
                t::task_id.eq(task),
                t::name_at_target.eq(name),
                t::overlap_end.eq(none),
                t::drifted.eq(0),
            ))
            .execute(conn)?;
        Ok(Begun { name: name.to_owned(), overlap_end: None, drifted: 0 })
    })
}

/// What is known of a task, if it ever ran.
pub fn find(conn: &mut Conn, task: &TaskId) -> Result<Option<Begun>, Error> {
    use incr_tasks as t;
    let row: Option<(String, Option<i64>, i64)> = t::table
        .find(task.as_str())
        .select((t::name_at_target, t::overlap_end, t::drifted))
        .first(conn)
        .optional()?;
    let Some((name, overlap_end, drifted)) = row else { return Ok(None) };
    let reader = Reader { table: "incr_tasks", id: task.as_str() };
    let seq = |end: i64| u64::try_from(end).map_err(|error| reader.corrupt("overlap_end", error));
    let overlap_end = overlap_end.map(seq).transpose()?.map(Seq);
    Ok(Some(Begun { name, overlap_end, drifted: drifted.unsigned_abs() }))
}

/// Notes where the full load had ended, unless that is noted.
pub fn set_overlap_end(conn: &mut Conn, fence: &Fence, end: Seq) -> Result<(), Error> {
    use incr_tasks as t;
    conn.write(|conn| {
        hold(conn, fence)?;
        diesel::update(t::table.find(fence.task.as_str()))
            .filter(t::overlap_end.is_null())
            .set(t::overlap_end.eq(count(end.0)))
            .execute(conn)?;
        Ok(())
    })
}

/// Removes what there is of a task.
pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    drift::forget(conn, task)?;
    diesel::delete(incr_tasks::table.find(task.as_str())).execute(conn)?;
    Ok(())
}
