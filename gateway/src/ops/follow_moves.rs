//! What a user owns follows it into another department.
//!
//! The move is noted in the same transaction as the user's new department, so it is carried out
//! also when project-service is away at that moment or this process ends: at once if possible,
//! otherwise by housekeeping.

use crate::{AppState, Error, repo::owner_moves};
use oms_chassis::Coded;
use oms_model::id::{DepartmentId, UserId};

/// Moves carried out in one round of housekeeping.
const AT_ONCE: i64 = 500;

/// Carries out every noted move and says how many there were.
pub async fn follow_moves(state: &AppState) -> Result<usize, Error> {
    let users = state.db.run(|conn| owner_moves::list(conn, AT_ONCE).map_err(Error::from)).await?;
    for user in &users {
        follow(state, user).await?;
    }
    Ok(users.len())
}

/// Carries out the move of one user, or leaves it to housekeeping.
pub async fn follow_or_later(state: &AppState, user: &UserId) {
    if let Err(error) = follow(state, user).await {
        let code = error.code().as_str();
        tracing::warn!(code, %error, %user, "what a moved user owns follows later");
    }
}

async fn follow(state: &AppState, user: &UserId) -> Result<(), Error> {
    let Some(mut department) = department(state, user).await? else {
        return forget(state, user.clone()).await;
    };
    loop {
        state.siblings.project.move_owner(user, &department).await?;
        // The user may have been moved on meanwhile, and another replica may have been faster:
        // whoever sends last looks at what is true then.
        match settled(state, user.clone(), department).await? {
            None => return Ok(()),
            Some(next) => department = next,
        }
    }
}

async fn department(state: &AppState, user: &UserId) -> Result<Option<DepartmentId>, Error> {
    let user = user.clone();
    state.db.run(move |conn| owner_moves::department(conn, &user).map_err(Error::from)).await
}

/// Removes the note if `sent` is still true; otherwise says what is.
async fn settled(
    state: &AppState,
    user: UserId,
    sent: DepartmentId,
) -> Result<Option<DepartmentId>, Error> {
    let settle = move |conn: &mut oms_chassis::Conn| {
        conn.write(|conn| match owner_moves::department(conn, &user)? {
            Some(next) if next != sent => Ok(Some(next)),
            _ => owner_moves::delete(conn, &user).map(|()| None),
        })
        .map_err(Error::from)
    };
    state.db.run(settle).await
}

async fn forget(state: &AppState, user: UserId) -> Result<(), Error> {
    state.db.run(move |conn| owner_moves::delete(conn, &user).map_err(Error::from)).await
}
