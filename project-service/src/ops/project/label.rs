//! Putting labels on a project.

use super::{
    Error as Refusal, Shown,
    admit::{put_labels, refuse},
    find::visible,
};
use crate::{
    Error,
    app::AppState,
    domain::{
        lifecycle::{NotAllowed, allows},
        project::Project,
        project_check::label_faults,
    },
    ops::{now, require, retried},
    repo,
};
use oms_contracts::project::project::ProjectOperation;
use oms_model::{Actor, LabelId, ProjectId, Right};

/// Gives a project these labels in place of those it has. It counts as a change: an edit under way
/// brings labels too, and must not undo this unseen.
pub async fn set_labels(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    labels: Vec<LabelId>,
) -> Result<Shown, Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                let project = visible(conn, &actor, &id)?;
                let (state, operation) = (project.outline.state, ProjectOperation::SetLabels);
                if !allows(state, operation) {
                    return Err(Refusal::from(NotAllowed { state, operation }).into());
                }
                let known = repo::project_label::existing(conn, &labels)?;
                refuse(label_faults(&labels, &known))?;
                let seen = project.outline.seen();
                let project = Project { outline: project.outline.touched(now()), ..project };
                if !repo::project::set_state(conn, &project.outline, seen)? {
                    return Err(Refusal::Changed.into());
                }
                put_labels(conn, &id, &labels)?;
                super::shown(conn, project)
            })
        })
        .await
}
