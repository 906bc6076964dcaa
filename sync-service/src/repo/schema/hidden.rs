//! The table `hidden_parts`: columns and indexes that were added to tables without a key.

use crate::{
    domain::Fence,
    repo::{Error, Reader, hold, ordinal},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;
use strum::{AsRefStr, EnumString};

diesel::table! {
    hidden_parts (task_id, object, ordinal) {
        task_id -> Text,
        object -> Integer,
        ordinal -> Integer,
        kind -> Text,
        name -> Text,
    }
}

/// What was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum HiddenKind {
    Column,
    Index,
}

/// Something that was added to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The object it belongs to.
    pub object: u32,
    pub kind: HiddenKind,
    pub name: String,
}

/// Records what is added to a table, in place of what was recorded. Done before it is added, so that
/// nothing that is there is unknown.
pub fn record_hidden(
    conn: &mut Conn,
    fence: &Fence,
    object: u32,
    parts: &[(HiddenKind, String)],
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        put(conn, &fence.task, object, parts)
    })
}

/// The same in a transaction of the caller's.
pub(super) fn put(
    conn: &mut Conn,
    task: &TaskId,
    object: u32,
    parts: &[(HiddenKind, String)],
) -> Result<(), Error> {
    use hidden_parts as h;
    forget(conn, task, object)?;
    for (number, (kind, name)) in (0..).zip(parts) {
        diesel::insert_into(h::table)
            .values((
                h::task_id.eq(task.as_str()),
                h::object.eq(ordinal(object)),
                h::ordinal.eq(number),
                h::kind.eq(kind.as_ref()),
                h::name.eq(name),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What was added to a table is gone.
pub fn forget_hidden(conn: &mut Conn, fence: &Fence, object: u32) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        forget(conn, &fence.task, object)
    })
}

/// All that was added by a task, by object.
pub fn hidden(conn: &mut Conn, task: &TaskId) -> Result<Vec<Hidden>, Error> {
    use hidden_parts as h;
    let rows: Vec<(i32, String, String)> = h::table
        .filter(h::task_id.eq(task.as_str()))
        .order((h::object, h::ordinal))
        .select((h::object, h::kind, h::name))
        .load(conn)?;
    rows.into_iter().map(|row| read(task, row)).collect()
}

/// What was added to these tables, by object.
pub fn hidden_of(conn: &mut Conn, task: &TaskId, objects: &[u32]) -> Result<Vec<Hidden>, Error> {
    use hidden_parts as h;
    let rows: Vec<(i32, String, String)> = h::table
        .filter(h::task_id.eq(task.as_str()))
        .filter(h::object.eq_any(objects.iter().copied().map(ordinal)))
        .order((h::object, h::ordinal))
        .select((h::object, h::kind, h::name))
        .load(conn)?;
    rows.into_iter().map(|row| read(task, row)).collect()
}

fn read(task: &TaskId, (object, kind, name): (i32, String, String)) -> Result<Hidden, Error> {
    let row = Reader { table: "hidden_parts", id: task.as_str() };
    let object = row.number("object", object)?;
    Ok(Hidden { object, kind: row.parse("kind", &kind)?, name })
}

/// In a transaction of the caller's.
pub(super) fn forget(conn: &mut Conn, task: &TaskId, object: u32) -> Result<(), Error> {
    use hidden_parts as h;
    let of_object =
        h::table.filter(h::task_id.eq(task.as_str())).filter(h::object.eq(ordinal(object)));
    diesel::delete(of_object).execute(conn)?;
    Ok(())
}
