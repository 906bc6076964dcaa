//! Forgetting a project.

use super::{Error as Refusal, find::outlined};
use crate::{
    Error,
    app::AppState,
    domain::{lifecycle::ProjectEvent, project::Outline},
    ops::{now, require, retried},
    repo,
};
use oms_model::{Actor, ProjectId, Right};

/// Deletes a project whose name is repeated exactly. Its record stays for the audit, and is shown
/// to nobody; its name and its labels are free.
pub async fn delete(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    name: String,
) -> Result<(), Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                let outline = outlined(conn, &actor, &id)?;
                let next = outline.state.on(ProjectEvent::Delete).map_err(Refusal::from)?;
                if outline.name != name {
                    return Err(Refusal::NameNotConfirmed.into());
                }
                let seen = outline.seen();
                let deleted = Outline { state: next, ..outline.touched(now()) };
                if !repo::project::set_state(conn, &deleted, seen)? {
                    return Err(Refusal::Changed.into());
                }
                repo::project_label::set(conn, &id, &[])?;
                Ok(())
            })
        })
        .await?;
    state.totals.changed();
    Ok(())
}
