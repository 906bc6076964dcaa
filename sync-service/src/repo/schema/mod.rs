//! The objects of schema tasks: `schema_objects`, `deferred_statements` and `hidden_parts`.

mod deferred;
mod hidden;
mod object;
mod record;

pub use deferred::{
    Deferred, NewDeferred, deferred, deferred_of, has_due_indexes, make_indexes_due, set_deferred,
    store_deferred, sums as deferred_sums,
};
pub use hidden::{Hidden, HiddenKind, forget_hidden, hidden, hidden_of, record_hidden};
pub use object::{
    Change, Filter, NewObject, Note, SchemaObject, Seen, Statements, Step, advance, failed_objects,
    find_object, insert_objects, interrupt, list_objects, objects, remove_object, set_object,
    statements, states,
};
pub use record::{Kept, record};

use super::Error;
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;

/// Removes what there is of a task.
pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    let id = task.as_str();
    use {
        deferred::deferred_statements as d, hidden::hidden_parts as h, object::schema_objects as o,
    };
    diesel::delete(d::table.filter(d::task_id.eq(id))).execute(conn)?;
    diesel::delete(h::table.filter(h::task_id.eq(id))).execute(conn)?;
    diesel::delete(o::table.filter(o::task_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Removes what is kept for an object that is no longer ours to create. In a transaction of the
/// caller's.
pub fn forget_skipped(conn: &mut Conn, task: &TaskId, object: u32) -> Result<(), Error> {
    deferred::forget(conn, task, object)?;
    hidden::forget(conn, task, object)
}

/// Removes the objects of a task that was never started, before it gets others.
pub fn clear(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    forget(conn, task)
}
