//! Changing a draft.

use super::{
    Error as Refusal, Shown,
    admit::{checked, hold, put_labels, taken},
    find::visible,
};
use crate::{
    Error,
    app::AppState,
    domain::lifecycle::{ProjectState, allows},
    ops::{now, require, retried},
    repo,
};
use oms_contracts::project::project::{ProjectOperation, ProjectSpec};
use oms_model::{Actor, ProjectId, Right};

/// Replaces everything the owner decides, if the project is still at the revision that was read.
/// Of two edits at once one finds it is not, and nothing of either is lost.
pub async fn edit(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    wanted: i64,
    spec: ProjectSpec,
) -> Result<Shown, Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            let project = visible(conn, &actor, &id)?;
            editable(project.outline.state)?;
            let ends = checked(conn, &actor, &spec)?;
            let seen = project.outline.seen();
            if seen.revision != wanted {
                return Err(Refusal::stale(seen, wanted).into());
            }
            let labels = spec.label_ids.clone();
            let edited = project.edited(ends, spec, now());
            retried(conn, |conn| {
                hold(conn, &edited.outline.ends)?;
                let name = &edited.outline.name;
                let stored = repo::project::set_decided(conn, &edited, seen);
                if !stored.map_err(|error| taken(error, name))? {
                    return Err(overtaken(conn, &actor, &id, wanted)?.into());
                }
                put_labels(conn, &id, &labels)
            })?;
            super::shown(conn, edited)
        })
        .await
}

fn editable(state: ProjectState) -> Result<(), Refusal> {
    if allows(state, ProjectOperation::Edit) { Ok(()) } else { Err(Refusal::NotEditable(state)) }
}

/// What came between.
fn overtaken(
    conn: &mut oms_chassis::Conn,
    actor: &Actor,
    id: &ProjectId,
    wanted: i64,
) -> Result<Refusal, Error> {
    let now = visible(conn, actor, id)?.outline;
    Ok(editable(now.state).err().unwrap_or(Refusal::stale(now.seen(), wanted)))
}
