//! Forgetting a database.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    ops::{require, retried},
    repo,
};
use oms_model::{Actor, EndpointId, Right};

/// Removes a data source that no live project uses. Its database is left as it is.
pub async fn delete(state: &AppState, actor: Actor, id: EndpointId) -> Result<(), Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                // Held before the projects are counted, as a project holds it before it is
                // stored: of two at once, the later sees the earlier.
                let held = repo::data_source::hold(conn, &id)?;
                let reach = Right::ChangeWork;
                let found = repo::data_source::find_within(conn, &actor, reach, &id)?;
                if !held || found.is_none() {
                    return Err(Refusal::NoSuch(id.clone()).into());
                }
                let projects = repo::project::live_on(conn, &id)?;
                if !projects.is_empty() {
                    return Err(Refusal::InUse(projects).into());
                }
                repo::data_source::forget_partner(conn, &id)?;
                repo::data_source::delete(conn, &id)?;
                Ok(())
            })
        })
        .await
}
