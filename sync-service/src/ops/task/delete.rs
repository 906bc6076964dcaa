//! Deleting a task.

use super::Error as Refusal;
use crate::{Error, app::AppState, domain::Task, domain::lifecycle::is_active, ops::incr, repo};
use oms_chassis::Conn;
use oms_contracts::sync::{TaskId, TaskKind};
use std::time::Duration;

/// How long a target or a store is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Removes every trace of a task. Succeeds when there is none.
///
/// What an incremental task keeps at its target is removed as well, if the target can be reached. What
/// stays otherwise does no harm: no other task has its name there.
pub async fn delete(state: &AppState, id: TaskId) -> Result<(), Error> {
    let begun = begun(state, id.clone()).await?;
    let work = move |conn: &mut Conn| -> Result<(), Error> {
        conn.write(|conn| {
            // Kept as it is, so that nobody starts it meanwhile.
            if !repo::task::touch(conn, &id)? {
                return Ok(());
            }
            let task = super::require_outline(conn, &id)?;
            if is_active(task.state) {
                return Err(Refusal::Active(task.state).into());
            }
            Ok(repo::task::delete(conn, &id)?)
        })
    };
    state.db.run(work).await?;
    // Only what nobody can start any more is forgotten by others.
    if let Some((task, name)) = begun {
        let forgotten = forget(state, &task, &name);
        if tokio::time::timeout(PATIENCE, forgotten).await.is_err() {
            let task = &task.outline.id;
            tracing::warn!(%task, "the target or the store of the task did not answer in time");
        }
    }
    Ok(())
}

/// An incremental task that rests and ran before, and what its target knows it by.
async fn begun(state: &AppState, id: TaskId) -> Result<Option<(Task, String)>, Error> {
    let work = move |conn: &mut Conn| {
        let Some(task) = repo::task::find(conn, &id)? else { return Ok(None) };
        if task.outline.kind != TaskKind::Incr || is_active(task.outline.state) {
            return Ok(None);
        }
        Ok(repo::incr::find(conn, &id)?.map(|begun| (task, begun.name)))
    };
    state.db.run(work).await
}

/// Removes what others keep of a task.
async fn forget(state: &AppState, task: &Task, name: &str) {
    let id = &task.outline.id;
    let Ok(spec) = super::unsealed(&state.vault, task) else { return };
    if let Err(error) = incr::forget(&spec, name).await {
        tracing::warn!(task = %id, error, "what the target keeps of the task stays there");
    }
    if let (Some(stores), Some(settings)) = (&state.stores, &spec.incr)
        && let Err(error) = stores.delete_consumer(&settings.store, id).await
    {
        tracing::warn!(task = %id, %error, "the store still keeps changes for the task");
    }
}
