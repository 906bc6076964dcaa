//! The table `tasks`.

mod owner;
mod row;

pub use owner::{Claim, Watched, adrift, claim, end, hold, release, renew};

use super::{Error, as_json, beginning, full, incr, schema};
use crate::domain::{Outline, Sealed, Task};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    sync::{Limits, TaskId, TaskKind, TaskState},
};
use row::{NewRow, OUTLINE, OutlineRow};

diesel::table! {
    tasks (id) {
        id -> Text,
        kind -> Text,
        state -> Text,
        since -> BigInt,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        objects -> BigInt,
        spec -> Text,
        secrets -> Text,
        limits -> Text,
        owner -> Nullable<Text>,
        lease_until -> BigInt,
        epoch -> BigInt,
        revision -> BigInt,
        live -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
    }
}

/// Adds a task. A duplicate is a second one of that id.
pub fn insert(conn: &mut Conn, task: &Task) -> Result<(), Error> {
    diesel::insert_into(tasks::table).values(NewRow::of(task)).execute(conn)?;
    Ok(())
}

/// Replaces what a task is to do, as long as it was never started.
pub fn replace(conn: &mut Conn, task: &Task) -> Result<bool, Error> {
    let row = tasks::table.find(task.outline.id.as_str());
    let changed = diesel::update(row)
        .filter(tasks::state.eq(TaskState::Init.as_ref()))
        .set((
            tasks::kind.eq(task.outline.kind.as_ref()),
            tasks::objects.eq(super::count(task.outline.objects)),
            tasks::spec.eq(as_json(&task.spec)),
            tasks::secrets.eq(&task.sealed.0),
            tasks::limits.eq(as_json(&task.limits)),
            tasks::revision.eq(tasks::revision + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

pub fn find(conn: &mut Conn, id: &TaskId) -> Result<Option<Task>, Error> {
    type Long = (String, String, String, Option<String>);
    let found: Option<(OutlineRow, Long)> = tasks::table
        .find(id.as_str())
        .select((OUTLINE, (tasks::spec, tasks::secrets, tasks::limits, tasks::live)))
        .first(conn)
        .optional()?;
    let Some((outline, (spec, secrets, limits, live))) = found else { return Ok(None) };
    let row = row::reader(id.as_str());
    Ok(Some(Task {
        outline: outline.outline()?,
        spec: row.json("spec", &spec)?,
        sealed: Sealed(secrets),
        limits: row.json("limits", &limits)?,
        live: live.map(|live| row.json("live", &live)).transpose()?,
    }))
}

/// The same without what can be long.
pub fn outline(conn: &mut Conn, id: &TaskId) -> Result<Option<Outline>, Error> {
    let found: Option<OutlineRow> =
        tasks::table.find(id.as_str()).select(OUTLINE).first(conn).optional()?;
    found.map(OutlineRow::outline).transpose()
}

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<TaskState>,
    pub kind: Option<TaskKind>,
    pub prefix: Option<String>,
}

/// A page of tasks by id, and how many there are.
pub fn list(conn: &mut Conn, filter: &Filter, slice: Slice) -> Result<(Vec<Outline>, u64), Error> {
    let found = || {
        let pattern = beginning(filter.prefix.as_deref().unwrap_or_default());
        let mut query = tasks::table.filter(tasks::id.like(pattern).escape('!')).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(tasks::state.eq(state.as_ref().to_owned()));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(tasks::kind.eq(kind.as_ref().to_owned()));
        }
        query
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<OutlineRow> = found()
        .select(OUTLINE)
        .order(tasks::id)
        .limit(slice.limit())
        .offset(slice.offset())
        .load(conn)?;
    let page: Result<_, Error> = rows.into_iter().map(OutlineRow::outline).collect();
    Ok((page?, total.unsigned_abs()))
}

/// Asks a task to stop, which runs. Says whether it did.
pub fn ask_to_stop(conn: &mut Conn, id: &TaskId, now: i64) -> Result<bool, Error> {
    let changed = diesel::update(tasks::table.find(id.as_str()))
        .filter(tasks::state.eq(TaskState::Running.as_ref()))
        .set((
            tasks::state.eq(TaskState::Stopping.as_ref()),
            tasks::since.eq(now),
            tasks::revision.eq(tasks::revision + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Replaces the limits. Says whether there is such a task.
pub fn set_limits(conn: &mut Conn, id: &TaskId, limits: &Limits) -> Result<bool, Error> {
    let changed = diesel::update(tasks::table.find(id.as_str()))
        .set((tasks::limits.eq(as_json(limits)), tasks::revision.eq(tasks::revision + 1)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps a task as it is until the transaction ends, and tells its owner that something of it has
/// changed. Says whether there is such a task.
pub fn touch(conn: &mut Conn, id: &TaskId) -> Result<bool, Error> {
    let row = tasks::table.find(id.as_str());
    let changed = diesel::update(row).set(tasks::revision.eq(tasks::revision + 1)).execute(conn)?;
    Ok(changed == 1)
}

/// Removes a task and all that belongs to it.
pub fn delete(conn: &mut Conn, id: &TaskId) -> Result<(), Error> {
    full::forget(conn, id)?;
    incr::forget(conn, id)?;
    schema::forget(conn, id)?;
    diesel::delete(tasks::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

/// The sealed secrets of the next tasks behind an id, in the order of ids.
pub fn sealed_after(
    conn: &mut Conn,
    after: Option<&TaskId>,
    limit: i64,
) -> Result<Vec<(TaskId, Sealed)>, Error> {
    let after = after.map_or("", TaskId::as_str);
    let rows: Vec<(String, String)> = tasks::table
        .filter(tasks::id.gt(after))
        .order(tasks::id)
        .limit(limit)
        .select((tasks::id, tasks::secrets))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, sealed)| Ok((row::reader(&id).parse("id", &id)?, Sealed(sealed))))
        .collect()
}

/// Replaces a sealed text by another of the same secrets, only if it is still the one that was read.
pub fn reseal(conn: &mut Conn, id: &TaskId, old: &Sealed, new: &Sealed) -> Result<bool, Error> {
    let changed = diesel::update(tasks::table.find(id.as_str()))
        .filter(tasks::secrets.eq(&old.0))
        .set(tasks::secrets.eq(&new.0))
        .execute(conn)?;
    Ok(changed == 1)
}
