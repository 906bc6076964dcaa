//! Looking at objects.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    ops::task::{require_kind, require_outline},
    repo::schema::{self, Deferred, Hidden, SchemaObject, Statements},
};
use oms_chassis::Conn;
use oms_contracts::{
    Page,
    sync::{ObjectQuery, TaskId, TaskKind, TaskState},
};
use std::collections::HashMap;

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
    page(state, id, query, |_, _, listed| Ok(listed)).await
}

/// The same with everything about each.
pub async fn list_details(
    state: &AppState,
    id: TaskId,
    query: ObjectQuery,
) -> Result<Page<Detail>, Error> {
    page(state, id, query, details).await
}

async fn page<T: Send + 'static>(
    state: &AppState,
    id: TaskId,
    query: ObjectQuery,
    show: impl FnOnce(&mut Conn, &TaskId, Vec<Listed>) -> Result<Vec<T>, Error> + Send + 'static,
) -> Result<Page<T>, Error> {
    let slice = query.page().checked()?;
    let ObjectQuery { state: stands, kind, search, noted, .. } = query;
    let filter = schema::Filter { state: stands, kind, search, noted };
    state
        .db
        .run(move |conn| {
            let task = state_of(conn, &id)?;
            let (objects, total) = schema::list_objects(conn, &id, &filter, slice)?;
            let listed = objects.into_iter().map(|object| Listed { object, task }).collect();
            Ok(slice.page(show(conn, &id, listed)?, total))
        })
        .await
}

pub async fn find(state: &AppState, id: TaskId, number: u32) -> Result<Detail, Error> {
    state.db.run(move |conn| detail(conn, &id, number)).await
}

pub(super) fn detail(conn: &mut Conn, id: &TaskId, number: u32) -> Result<Detail, Error> {
    let task = state_of(conn, id)?;
    let object = schema::find_object(conn, id, number)?.ok_or(Refusal::NoSuch(number))?;
    let found = details(conn, id, vec![Listed { object, task }])?.pop();
    Ok(found.ok_or(Refusal::NoSuch(number))?)
}

/// By as many statements for all of them as for one.
fn details(conn: &mut Conn, id: &TaskId, listed: Vec<Listed>) -> Result<Vec<Detail>, Error> {
    let numbers: Vec<u32> = listed.iter().map(|listed| listed.object.number).collect();
    let mut statements = schema::statements(conn, id, &numbers)?;
    let mut deferred: HashMap<u32, Vec<Deferred>> = HashMap::new();
    for statement in schema::deferred_of(conn, id, &numbers)? {
        deferred.entry(statement.object).or_default().push(statement);
    }
    let mut hidden: HashMap<u32, Vec<Hidden>> = HashMap::new();
    for part in schema::hidden_of(conn, id, &numbers)? {
        hidden.entry(part.object).or_default().push(part);
    }
    let detail = |listed: Listed| {
        let number = listed.object.number;
        Some(Detail {
            // Gone since it was listed.
            statements: statements.remove(&number)?,
            deferred: deferred.remove(&number).unwrap_or_default(),
            hidden: hidden.remove(&number).unwrap_or_default(),
            listed,
        })
    };
    Ok(listed.into_iter().filter_map(detail).collect())
}

/// The state of a task, which has to be a schema task.
pub(super) fn state_of(conn: &mut Conn, id: &TaskId) -> Result<TaskState, Error> {
    let task = require_outline(conn, id)?;
    require_kind(task.kind, TaskKind::Schema)?;
    Ok(task.state)
}
