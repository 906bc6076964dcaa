//! The table `schema_objects`.

mod list;
mod row;
mod step;

pub use list::{Filter, failed_objects, list_objects, states};
pub(super) use step::take;
pub use step::{Change, Step, advance, interrupt};

use crate::repo::{BATCH, Error, folded, ordinal};
use diesel::prelude::*;
use oms_chassis::{Conn, each_backend};
use oms_contracts::sync::{ObjectState, SyncObjectKind, TaskError, TaskId};
use oms_model::ObjectName;
use row::{COLUMNS, Row};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

diesel::table! {
    schema_objects (task_id, ordinal) {
        task_id -> Text,
        ordinal -> Integer,
        kind -> Text,
        source_database -> Text,
        source_name -> Text,
        target_database -> Text,
        target_name -> Text,
        names_folded -> Text,
        state -> Text,
        removed -> Bool,
        edited -> Bool,
        source_ddl -> Nullable<Text>,
        converted_ddl -> Nullable<Text>,
        notes -> Text,
        note_count -> Integer,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        database_code -> Nullable<Text>,
        database_message -> Nullable<Text>,
    }
}

/// An object, without what can be long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaObject {
    /// Its place in the task.
    pub number: u32,
    pub kind: SyncObjectKind,
    pub source: ObjectName,
    pub target: ObjectName,
    pub state: ObjectState,
    /// Whether a user wrote its statement.
    pub edited: bool,
    pub notes: u32,
    pub error: Option<TaskError>,
}

/// What can be long about an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statements {
    pub source_ddl: Option<String>,
    pub converted_ddl: Option<String>,
    pub notes: Vec<Note>,
    /// What the database answered when it refused.
    pub database_code: Option<String>,
    pub database_message: Option<String>,
}

/// Something that was changed or left out on the way to the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A stable word for what happened.
    pub code: String,
    pub message: String,
}

/// An object that is to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObject {
    pub number: u32,
    pub kind: SyncObjectKind,
    pub source: ObjectName,
    pub target: ObjectName,
}

#[derive(Insertable)]
#[diesel(table_name = schema_objects, treat_none_as_default_value = false)]
struct NewRow<'a> {
    task_id: &'a str,
    ordinal: i32,
    kind: &'a str,
    source_database: &'a str,
    source_name: &'a str,
    target_database: &'a str,
    target_name: &'a str,
    names_folded: String,
    state: &'a str,
    removed: bool,
    edited: bool,
    notes: &'a str,
    note_count: i32,
}

/// Adds the objects of a task that is stored, many by one statement.
pub fn insert_objects(conn: &mut Conn, task: &TaskId, objects: &[NewObject]) -> Result<(), Error> {
    for batch in objects.chunks(BATCH) {
        let rows: Vec<NewRow<'_>> = batch.iter().map(|object| new_row(task, object)).collect();
        each_backend!(conn, |conn| {
            diesel::insert_into(schema_objects::table).values(&rows).execute(conn)
        })?;
    }
    Ok(())
}

fn new_row<'a>(task: &'a TaskId, object: &'a NewObject) -> NewRow<'a> {
    NewRow {
        task_id: task.as_str(),
        ordinal: ordinal(object.number),
        kind: object.kind.into(),
        source_database: &object.source.database,
        source_name: &object.source.name,
        target_database: &object.target.database,
        target_name: &object.target.name,
        names_folded: folded([&object.source, &object.target]),
        state: ObjectState::Initializing.into(),
        removed: false,
        edited: false,
        notes: "[]",
        note_count: 0,
    }
}

/// All objects of a task by number, but those that were removed.
pub fn objects(conn: &mut Conn, task: &TaskId) -> Result<Vec<SchemaObject>, Error> {
    let rows: Vec<Row> = schema_objects::table
        .filter(schema_objects::task_id.eq(task.as_str()))
        .filter(schema_objects::removed.eq(false))
        .order(schema_objects::ordinal)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(|row| row.object(task)).collect()
}

/// An object, unless it was removed or never was.
pub fn find_object(
    conn: &mut Conn,
    task: &TaskId,
    number: u32,
) -> Result<Option<SchemaObject>, Error> {
    let row: Option<Row> = schema_objects::table
        .find((task.as_str(), ordinal(number)))
        .filter(schema_objects::removed.eq(false))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(|row| row.object(task)).transpose()
}

/// What can be long about these objects, by number.
pub fn statements(
    conn: &mut Conn,
    task: &TaskId,
    numbers: &[u32],
) -> Result<HashMap<u32, Statements>, Error> {
    use schema_objects as o;
    type Long = (i32, Option<String>, Option<String>, String, Option<String>, Option<String>);
    let rows: Vec<Long> = o::table
        .filter(o::task_id.eq(task.as_str()))
        .filter(o::ordinal.eq_any(numbers.iter().copied().map(ordinal)))
        .select((
            o::ordinal,
            o::source_ddl,
            o::converted_ddl,
            o::notes,
            o::database_code,
            o::database_message,
        ))
        .load(conn)?;
    let row = row::reader(task);
    rows.into_iter()
        .map(|(number, source_ddl, converted_ddl, notes, database_code, database_message)| {
            let notes = row.json("notes", &notes)?;
            let statements =
                Statements { source_ddl, converted_ddl, notes, database_code, database_message };
            Ok((row.number("ordinal", number)?, statements))
        })
        .collect()
}

/// An object as a user saw it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub number: u32,
    pub state: ObjectState,
}

/// Moves an object for a user: to its next state, with a statement of the user's if there is one. What
/// was said of its failure is gone. Says whether it was still as it was seen.
pub fn set_object(
    conn: &mut Conn,
    task: &TaskId,
    seen: Seen,
    next: ObjectState,
    ddl: Option<&str>,
) -> Result<bool, Error> {
    use schema_objects as o;
    let row = o::table
        .find((task.as_str(), ordinal(seen.number)))
        .filter(o::removed.eq(false))
        .filter(o::state.eq(seen.state.as_ref()));
    let moved = (
        o::state.eq(next.as_ref()),
        o::error_code.eq(None::<String>),
        o::error_message.eq(None::<String>),
        o::database_code.eq(None::<String>),
        o::database_message.eq(None::<String>),
    );
    let changed = match ddl {
        Some(ddl) => diesel::update(row)
            .set((moved, o::converted_ddl.eq(Some(ddl)), o::edited.eq(true)))
            .execute(conn)?,
        None => diesel::update(row).set(moved).execute(conn)?,
    };
    Ok(changed == 1)
}

/// Takes an object out of its task, with the statements that are kept for it.
pub fn remove_object(conn: &mut Conn, task: &TaskId, seen: Seen) -> Result<bool, Error> {
    use schema_objects as o;
    let row = o::table
        .find((task.as_str(), ordinal(seen.number)))
        .filter(o::removed.eq(false))
        .filter(o::state.eq(seen.state.as_ref()));
    let changed = diesel::update(row).set(o::removed.eq(true)).execute(conn)?;
    super::deferred::forget(conn, task, seen.number)?;
    Ok(changed == 1)
}
