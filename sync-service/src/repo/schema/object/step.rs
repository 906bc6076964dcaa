//! What the driver does to objects: steps of their life, several in one transaction.

use super::{Note, schema_objects as o};
use crate::{
    domain::{
        Fence,
        object::{ObjectEvent, next},
    },
    repo::{Error, as_json, hold, ordinal},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    ErrorCode,
    sync::{ObjectState, TaskId},
};

/// Something that happened to an object, and what was learned by it.
#[derive(Debug, Clone)]
pub struct Step {
    pub number: u32,
    pub event: ObjectEvent,
    pub change: Change,
}

/// What was learned. What is not said stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub source_ddl: Option<String>,
    /// Passed over where a user wrote the statement.
    pub converted_ddl: Option<String>,
    pub notes: Option<Vec<Note>>,
    /// Why it went wrong.
    pub error: Option<(ErrorCode, String)>,
    /// What the database answered: its code and its words.
    pub database: Option<(String, String)>,
}

impl Step {
    pub fn new(number: u32, event: ObjectEvent) -> Self {
        Self { number, event, change: Change::default() }
    }
}

/// Takes objects further. Gives the numbers of those that a user has removed or moved meanwhile: they
/// are as the user wants them, and nothing was noted of them.
pub fn advance(conn: &mut Conn, fence: &Fence, steps: &[Step]) -> Result<Vec<u32>, Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let mut gone = Vec::new();
        for step in steps {
            if !take(conn, &fence.task, step)? {
                gone.push(step.number);
            }
        }
        Ok(gone)
    })
}

/// One step, in a transaction of the caller's.
pub(in crate::repo::schema) fn take(
    conn: &mut Conn,
    task: &TaskId,
    step: &Step,
) -> Result<bool, Error> {
    let row = o::table.find((task.as_str(), ordinal(step.number)));
    let found: Option<(String, bool, bool)> =
        row.select((o::state, o::removed, o::edited)).first(conn).optional()?;
    let Some((state, false, edited)) = found else { return Ok(false) };
    let seen: ObjectState = super::row::reader(task).parse("state", &state)?;
    let next = match next(seen, step.event) {
        Ok(next) => next,
        // Users move what failed; everything else is the driver's alone.
        Err(_) if user_may_have_moved(seen) => return Ok(false),
        Err(illegal) => return Err(illegal.into()),
    };
    diesel::update(row).set(Changed::of(&step.change, next, edited)).execute(conn)?;
    Ok(true)
}

fn user_may_have_moved(to: ObjectState) -> bool {
    matches!(to, ObjectState::Skipped | ObjectState::Initializing | ObjectState::Ready)
}

/// `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = o)]
struct Changed<'a> {
    state: &'a str,
    source_ddl: Option<&'a str>,
    converted_ddl: Option<&'a str>,
    notes: Option<String>,
    note_count: Option<i32>,
    error_code: Option<Option<&'a str>>,
    error_message: Option<Option<&'a str>>,
    database_code: Option<Option<&'a str>>,
    database_message: Option<Option<&'a str>>,
}

impl<'a> Changed<'a> {
    fn of(change: &'a Change, next: ObjectState, edited: bool) -> Self {
        let notes = change.notes.as_ref();
        let error = change.error.as_ref();
        let database = change.database.as_ref();
        Self {
            state: next.into(),
            source_ddl: change.source_ddl.as_deref(),
            converted_ddl: change.converted_ddl.as_deref().filter(|_| !edited),
            notes: notes.map(as_json),
            note_count: notes.map(|notes| i32::try_from(notes.len()).unwrap_or(i32::MAX)),
            // Each step says anew what went wrong, if anything did.
            error_code: Some(error.map(|(code, _)| code.as_str())),
            error_message: Some(error.map(|(_, message)| message.as_str())),
            database_code: Some(database.map(|(code, _)| code.as_str())),
            database_message: Some(database.map(|(_, message)| message.as_str())),
        }
    }
}

/// A run begins: what an earlier one left half way is taken back to where it can go on.
pub fn interrupt(conn: &mut Conn, fence: &Fence) -> Result<usize, Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let mut moved = 0;
        for state in [ObjectState::DdlObtained, ObjectState::Creating] {
            let back = next(state, ObjectEvent::Interrupted)?;
            let left = o::table
                .filter(o::task_id.eq(fence.task.as_str()))
                .filter(o::state.eq(state.as_ref()));
            moved += diesel::update(left).set(o::state.eq(back.as_ref())).execute(conn)?;
        }
        Ok(moved)
    })
}
