//! Looking at objects.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    ops::task::{require, require_kind},
    repo::schema::{self, Deferred, Hidden, SchemaObject, Statements},
};
use oms_chassis::Conn;
use oms_contracts::{
    Page,
    sync::{ObjectQuery, TaskId, TaskKind, TaskState},
};

/// An object, and the state of its task.
#[derive(Debug)]
pub struct Listed {
    pub object: SchemaObject,
    pub task: TaskState,
}

/// Everything about an object.
#[derive(Debug)]
pub struct Detail {
    pub listed: Listed,
    pub statements: Statements,
    pub deferred: Vec<Deferred>,
    pub hidden: Vec<Hidden>,
}

/// A page of the objects of a schema task.
pub async fn list(state: &AppState, id: TaskId, query: ObjectQuery) -> Result<Page<Listed>, Error> {
    let slice = query.page().checked()?;
    let filter = schema::Filter { state: query.state, kind: query.kind, search: query.search };
    state
        .db
        .run(move |conn| {
            let task = state_of(conn, &id)?;
            let (objects, total) = schema::list_objects(conn, &id, &filter, slice)?;
            let listed = objects.into_iter().map(|object| Listed { object, task }).collect();
            Ok(slice.page(listed, total))
        })
        .await
}

pub async fn find(state: &AppState, id: TaskId, number: u32) -> Result<Detail, Error> {
    state.db.run(move |conn| detail(conn, &id, number)).await
}

pub(super) fn detail(conn: &mut Conn, id: &TaskId, number: u32) -> Result<Detail, Error> {
    let task = state_of(conn, id)?;
    let object = schema::find_object(conn, id, number)?.ok_or(Refusal::NoSuch(number))?;
    Ok(Detail {
        listed: Listed { object, task },
        statements: schema::statements(conn, id, number)?,
        deferred: schema::deferred_of(conn, id, number)?,
        hidden: schema::hidden_of(conn, id, number)?,
    })
}

/// The state of a task, which has to be a schema task.
pub(super) fn state_of(conn: &mut Conn, id: &TaskId) -> Result<TaskState, Error> {
    let task = require(conn, id)?;
    require_kind(task.outline.kind, TaskKind::Schema)?;
    Ok(task.outline.state)
}
