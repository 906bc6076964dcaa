//! Deleting a task.

use super::Error as Refusal;
use crate::{Error, app::AppState, domain::lifecycle::is_active, repo};
use oms_chassis::Conn;
use oms_contracts::sync::TaskId;

/// Removes every trace of a task. Succeeds when there is none.
pub async fn delete(state: &AppState, id: TaskId) -> Result<(), Error> {
    let work = move |conn: &mut Conn| {
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
    state.db.run(work).await
}
