//! Making a project like another one.

use super::{Shown, admit::store, find::visible};
use crate::{
    Error,
    app::AppState,
    domain::lifecycle::{NotAllowed, allows},
    ops::{project::Error as Refusal, require},
    repo,
};
use oms_contracts::project::project::ProjectOperation;
use oms_model::{Actor, LabelId, ProjectId, Right};

/// Stores a draft with everything its owner decided of a project that the actor sees, whatever
/// became of that one. The copy belongs to the actor, and is checked like a new project.
pub async fn copy(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    name: String,
) -> Result<Shown, Error> {
    require(&actor, Right::ChangeWork)?;
    let made = state
        .db
        .run(move |conn| {
            let original = visible(conn, &actor, &id)?;
            let (state, operation) = (original.outline.state, ProjectOperation::Clone);
            if !allows(state, operation) {
                return Err(Refusal::from(NotAllowed { state, operation }).into());
            }
            let labels: Vec<LabelId> = repo::project_label::of(conn, [&id])?
                .into_values()
                .flatten()
                .map(|label| label.id)
                .collect();
            let mut spec = original.spec(labels);
            spec.name = name;
            store(conn, &actor, spec)
        })
        .await?;
    state.totals.changed();
    Ok(made)
}
