//! Starting, pausing, resuming and releasing.

use super::{Error as Refusal, find::outlined};
use crate::{Error, app::AppState, domain::lifecycle::ProjectEvent, ops::require};
use oms_model::{Actor, ProjectId, Right};
use std::convert::Infallible;

/// Refuses what the project's state does not take, and owns up that nothing runs projects yet:
/// a state that claimed otherwise would be a pretence.
pub async fn act(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    event: ProjectEvent,
) -> Result<Infallible, Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            let outline = outlined(conn, &actor, &id)?;
            outline.state.on(event).map_err(Refusal::from)?;
            Err(Refusal::NotAvailableYet(event).into())
        })
        .await
}
