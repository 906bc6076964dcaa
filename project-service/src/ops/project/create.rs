//! Making a project.

use super::{Shown, admit::store};
use crate::{Error, app::AppState, ops::require};
use oms_contracts::project::project::ProjectSpec;
use oms_model::{Actor, Right};

/// Stores a draft that belongs to the actor.
pub async fn create(state: &AppState, actor: Actor, spec: ProjectSpec) -> Result<Shown, Error> {
    require(&actor, Right::ChangeWork)?;
    let made = state.db.run(move |conn| store(conn, &actor, spec)).await?;
    state.totals.changed();
    Ok(made)
}
