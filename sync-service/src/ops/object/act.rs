//! What users do about objects. Each is decided by itself: of many, those that an operation does not
//! fit are named with the reason, and the others are done.

use super::{
    Detail, Error as Refusal,
    find::{detail, state_of},
};
use crate::{
    Error,
    app::AppState,
    domain::object::{NotAllowed, ObjectEvent, allows, is_open, next},
    repo::{
        self,
        schema::{self, Seen},
    },
};
use oms_chassis::Conn;
use oms_contracts::sync::{ActOnObjects, ObjectOperation, ObjectResults, RefusedObject, TaskId};

/// Retries, skips or removes one object.
pub async fn act(
    state: &AppState,
    id: TaskId,
    number: u32,
    operation: ObjectOperation,
) -> Result<(), Error> {
    acceptable(operation)?;
    changed(state, id, move |conn, id| one(conn, id, number, operation)).await
}

/// Retries, skips or removes several objects.
pub async fn act_on_many(
    state: &AppState,
    id: TaskId,
    act: ActOnObjects,
) -> Result<ObjectResults, Error> {
    acceptable(act.operation)?;
    if act.numbers.is_empty() != act.all_failed {
        return Err(Refusal::Which.into());
    }
    changed(state, id, move |conn, id| {
        let mut numbers = match act.all_failed {
            true => schema::failed_objects(conn, id)?,
            false => act.numbers.clone(),
        };
        numbers.sort_unstable();
        numbers.dedup();
        let mut results = ObjectResults::default();
        for number in numbers {
            match one(conn, id, number, act.operation) {
                Ok(()) => results.done.push(number),
                Err(Error::Object(refusal)) => results.refused.push(RefusedObject {
                    number,
                    code: refusal.code(),
                    message: refusal.to_string(),
                }),
                Err(other) => return Err(other),
            }
        }
        Ok(results)
    })
    .await
}

/// Gives an object another statement. It is run if the task runs, and else when it is started.
pub async fn edit(state: &AppState, id: TaskId, number: u32, ddl: String) -> Result<Detail, Error> {
    if ddl.trim().is_empty() || ddl.contains('\0') {
        return Err(Refusal::Statement.into());
    }
    changed(state, id, move |conn, id| {
        let seen = seen(conn, id, number, ObjectOperation::Edit)?;
        let next = next(seen.state, ObjectEvent::Edit).map_err(Refusal::from)?;
        moved(schema::set_object(conn, id, seen, next, Some(&ddl))?)?;
        detail(conn, id, number)
    })
    .await
}

fn acceptable(operation: ObjectOperation) -> Result<(), Refusal> {
    use ObjectOperation as O;
    match operation {
        O::Retry | O::Skip | O::Remove => Ok(()),
        O::View | O::Edit => Err(Refusal::Operation(operation)),
    }
}

/// Does something to the objects of a task while users may, and tells whoever runs it.
async fn changed<T: Send + 'static>(
    state: &AppState,
    id: TaskId,
    work: impl Fn(&mut Conn, &TaskId) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let of = id.clone();
    let run = move |conn: &mut Conn| {
        conn.write(|conn| {
            // Kept as it is, so that its driver does not move objects meanwhile.
            repo::task::touch(conn, &of)?;
            let task = state_of(conn, &of)?;
            if !is_open(task) {
                return Err(Refusal::Closed(task).into());
            }
            work(conn, &of)
        })
    };
    let done = state.db.run(run).await?;
    state.runner.poke(&id);
    Ok(done)
}

fn one(conn: &mut Conn, id: &TaskId, number: u32, operation: ObjectOperation) -> Result<(), Error> {
    let object = schema::find_object(conn, id, number)?.ok_or(Refusal::NoSuch(number))?;
    let seen = seen(conn, id, number, operation)?;
    let event = match operation {
        ObjectOperation::Remove => return moved(schema::remove_object(conn, id, seen)?),
        ObjectOperation::Skip => ObjectEvent::Skip,
        // A statement of the user's own is run again, instead of being made anew.
        ObjectOperation::Retry if object.edited => ObjectEvent::Edit,
        ObjectOperation::Retry => ObjectEvent::Retry,
        ObjectOperation::View | ObjectOperation::Edit => {
            return Err(Refusal::Operation(operation).into());
        }
    };
    let next = next(seen.state, event).map_err(Refusal::from)?;
    moved(schema::set_object(conn, id, seen, next, None)?)?;
    if operation == ObjectOperation::Skip {
        // What is there under that name is the user's, and nothing of it may be dropped later.
        schema::forget_skipped(conn, id, number)?;
    }
    Ok(())
}

/// An object that the operation fits.
fn seen(
    conn: &mut Conn,
    id: &TaskId,
    number: u32,
    operation: ObjectOperation,
) -> Result<Seen, Error> {
    let object = schema::find_object(conn, id, number)?.ok_or(Refusal::NoSuch(number))?;
    let state = object.state;
    match allows(state, operation) {
        true => Ok(Seen { number, state }),
        false => Err(Refusal::from(NotAllowed { state, operation }).into()),
    }
}

fn moved(moved: bool) -> Result<(), Error> {
    if moved { Ok(()) } else { Err(Refusal::Moved.into()) }
}
