//! Running the statement of an object.

use super::{
    draft::{Draft, Work, existing, refused},
    fault::{Fault, Halt, Refused},
    line::{Line, ask},
    shared::Shared,
};
use crate::{
    domain::object::ObjectEvent,
    repo::schema::{Change, Step},
};
use oms_connector::schema::{DefinitionKind, Refusal, SchemaError};
use std::{sync::PoisonError, time::Duration};

/// How long creating one object may take.
const LIMIT: Duration = Duration::from_secs(3_600);

/// What became of a statement.
#[derive(Debug)]
pub enum Made {
    /// Something it needs is not there; it may come yet.
    Wants(Step),
    Done(Step),
}

/// Runs the statement of a draft until it is known what became of it.
pub async fn create(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    draft: &Draft,
    work: &Work,
) -> Result<Made, Halt> {
    let database = shared.converter.name(&draft.todo.target).database;
    let number = draft.todo.number;
    // Whether an earlier attempt may have been through.
    let mut doubtful = draft.todo.begun;
    loop {
        let ran = target.run(&database, &work.sql, LIMIT).await?;
        doubtful |= matches!(ran, Err(SchemaError::Data(_)));
        let Some(ran) = target.judge(ran).await? else { continue };
        return Ok(match ran {
            Ok(()) => Made::Done(made(shared, target, draft, work).await?),
            Err(error) if error.why == Refusal::Exists => {
                Made::Done(look(shared, (source, target), draft, work, (error, doubtful)).await?)
            }
            Err(error) if error.why == Refusal::Missing => {
                Made::Wants(refused(number, explained(shared, &database, error)))
            }
            Err(error) => Made::Done(refused(number, explained(shared, &database, error))),
        });
    }
}

/// What the database says means more when it is known why its database is missing.
fn explained(shared: &Shared, database: &str, error: Refused) -> Fault {
    let mut fault = Fault::from(error);
    let barred = shared.barred.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(why) = barred.get(database) {
        fault.message = format!("{}; the database could not be created: {why}", fault.message);
    }
    fault
}

async fn made(
    shared: &Shared,
    target: &mut Line,
    draft: &Draft,
    work: &Work,
) -> Result<Step, Halt> {
    let todo = &draft.todo;
    if todo.edited && todo.kind == DefinitionKind::Table {
        forget_what_is_not_there(shared, target, draft).await?;
    }
    let event = match work.changed {
        true => ObjectEvent::CreatedConverted,
        false => ObjectEvent::Created,
    };
    Ok(Step::new(todo.number, event))
}

/// A user's statement may leave the hidden key out, and then nothing is to be dropped later.
async fn forget_what_is_not_there(
    shared: &Shared,
    target: &mut Line,
    draft: &Draft,
) -> Result<(), Halt> {
    let number = draft.todo.number;
    if !shared.book.has_hidden(number).await? {
        return Ok(());
    }
    let name = shared.converter.name(&draft.todo.target);
    let columns = ask!(target, session => session.columns(&name));
    let is_there = columns.is_ok_and(|columns| columns.iter().any(|c| c == "OMS_PK_INCRMT"));
    if is_there { Ok(()) } else { shared.book.forget_hidden(number).await }
}

/// Something of that name is there, though it was not, or not known to be: ours perhaps.
async fn look(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    draft: &Draft,
    work: &Work,
    (error, doubtful): (Refused, bool),
) -> Result<Step, Halt> {
    let mut todo = draft.todo.clone();
    let Some(expected) = &work.expected else {
        return Ok(refused(todo.number, error.into()));
    };
    todo.begun = doubtful;
    let mut notes = work.notes.clone();
    let kind = todo.kind;
    let verdict = existing(shared, (source, target), (&todo, kind), expected, &mut notes).await?;
    let change = Change { notes: Some(notes), ..Change::default() };
    Ok(match verdict.event {
        Ok(event) => Step { number: todo.number, event, change },
        Err(fault) => refused(todo.number, Fault { answer: error.answer, ..fault }),
    })
}
