//! Starting and stopping tasks. Both may be repeated: what runs is not started twice, and what rests
//! needs no stop.

use super::{Error as Refusal, Shown, find, require_kind, require_outline};
use crate::{Error, app::AppState, ops::now, repo};
use oms_chassis::Conn;
use oms_contracts::sync::{TaskId, TaskKind, TaskState};

/// Starts a task, or goes on with it. One that runs or is done stays as it is.
pub async fn start(state: &AppState, id: TaskId) -> Result<Shown, Error> {
    let shown = find(state, id.clone()).await?;
    let outline = &shown.task.outline;
    if matches!(outline.state, TaskState::Running | TaskState::Finished) {
        return Ok(shown);
    }
    if !state.runner.drives(outline.kind) {
        return Err(Refusal::NotAvailable(outline.kind).into());
    }
    state.runner.start(&id).await?;
    find(state, id).await
}

/// Lets a schema task that is done build the indexes that it left for after the load. It is not
/// [`start`] that does, since that is repeated when its answer is lost: by then the task may be done,
/// and the load has not begun.
pub async fn build_indexes(state: &AppState, id: TaskId) -> Result<Shown, Error> {
    let shown = find(state, id.clone()).await?;
    let kind = shown.task.outline.kind;
    require_kind(kind, TaskKind::Schema)?;
    if !state.runner.drives(kind) {
        return Err(Refusal::NotAvailable(kind).into());
    }
    state.runner.reopen(&id).await?;
    find(state, id).await
}

/// Asks a task to stop. It has stopped once nothing of it is at work, and then its state says so.
pub async fn stop(state: &AppState, id: TaskId) -> Result<Shown, Error> {
    let asked = id.clone();
    let work = move |conn: &mut Conn| -> Result<(), Error> {
        conn.write(|conn| {
            repo::task::ask_to_stop(conn, &asked, now())?;
            require_outline(conn, &asked).map(drop)
        })
    };
    state.db.run(work).await?;
    state.runner.poke(&id);
    find(state, id).await
}
