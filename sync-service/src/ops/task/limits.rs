//! Changing what a task may take.

use super::{Error as Refusal, Shown, find};
use crate::{Error, app::AppState, domain::check, repo};
use oms_chassis::Conn;
use oms_contracts::sync::{Limits, TaskId};

/// Replaces the limits of a task. If it runs, it hears of it.
pub async fn set_limits(state: &AppState, id: TaskId, limits: Limits) -> Result<Shown, Error> {
    let faults = check::limits(&limits);
    if !faults.is_empty() {
        return Err(Refusal::Limits(faults).into());
    }
    let of = id.clone();
    let work = move |conn: &mut Conn| -> Result<(), Error> {
        match repo::task::set_limits(conn, &of, &limits)? {
            true => Ok(()),
            false => Err(Refusal::NoSuch(of).into()),
        }
    };
    state.db.run(work).await?;
    state.runner.poke(&id);
    find(state, id).await
}
