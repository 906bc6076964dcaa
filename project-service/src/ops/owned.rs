//! What somebody owns.

use crate::{Error, app::AppState, repo};
use diesel::Connection;
use oms_contracts::project::OwnedCounts;
use oms_model::{DepartmentId, UserId};

/// Counts what keeps a user from being deleted.
pub async fn owned_by(state: &AppState, user: UserId) -> Result<OwnedCounts, Error> {
    state
        .db
        .run(move |conn| {
            conn.transaction(|conn| {
                Ok(OwnedCounts {
                    projects: repo::project::live_of(conn, &user)?,
                    data_sources: repo::data_source::count_of(conn, &user)?,
                })
            })
        })
        .await
}

/// Lets what a user owns follow it into another department. Repeating is harmless.
pub async fn move_owner(state: &AppState, user: UserId, to: DepartmentId) -> Result<(), Error> {
    let moved = state.db.run(move |conn| conn.write(|conn| Ok(repo::move_to(conn, &user, &to)?)));
    let moved: Result<(), Error> = moved.await;
    state.totals.changed();
    moved
}
