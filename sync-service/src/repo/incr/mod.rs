//! What is kept of incremental tasks besides what their targets keep: `incr_tasks`, `incr_drift`
//! and `incr_statements`.

mod drift;
mod statement;

pub use drift::{Drift, Filter, KEPT, list_drift, record_drift};
pub use statement::{Told, decide, decided, list_told, tell};

use super::{Error, Reader, as_json, hold};
use crate::domain::{Fence, incr::Handover};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;

diesel::table! {
    incr_tasks (task_id) {
        task_id -> Text,
        name_at_target -> Text,
        handover -> Nullable<Text>,
        drifted -> BigInt,
    }
}

/// What is known of a task that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What its target knows it by. A task that is made anew under the same id has another one.
    pub name: String,
    /// What the full load has read, once that is known.
    pub handover: Option<Handover>,
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
        let (task, none) = (fence.task.as_str(), None::<String>);
        diesel::insert_into(t::table)
            .values((
                t::task_id.eq(task),
                t::name_at_target.eq(name),
                t::handover.eq(none),
                t::drifted.eq(0),
            ))
            .execute(conn)?;
        Ok(Begun { name: name.to_owned(), handover: None, drifted: 0 })
    })
}

/// What is known of a task, if it ever ran.
pub fn find(conn: &mut Conn, task: &TaskId) -> Result<Option<Begun>, Error> {
    use incr_tasks as t;
    let row: Option<(String, Option<String>, i64)> = t::table
        .find(task.as_str())
        .select((t::name_at_target, t::handover, t::drifted))
        .first(conn)
        .optional()?;
    let Some((name, handover, drifted)) = row else { return Ok(None) };
    let reader = Reader { table: "incr_tasks", id: task.as_str() };
    let handover = handover.map(|text| reader.json("handover", &text)).transpose()?;
    Ok(Some(Begun { name, handover, drifted: drifted.unsigned_abs() }))
}

/// Notes what the full load has read, unless that is noted.
pub fn set_handover(conn: &mut Conn, fence: &Fence, handover: &Handover) -> Result<(), Error> {
    use incr_tasks as t;
    conn.write(|conn| {
        hold(conn, fence)?;
        diesel::update(t::table.find(fence.task.as_str()))
            .filter(t::handover.is_null())
            .set(t::handover.eq(as_json(handover)))
            .execute(conn)?;
        Ok(())
    })
}

/// Removes what there is of a task.
pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    drift::forget(conn, task)?;
    statement::forget(conn, task)?;
    diesel::delete(incr_tasks::table.find(task.as_str())).execute(conn)?;
    Ok(())
}
