//! Deleting a user.

use super::find_users;
use crate::{
    AppState, Error,
    domain::user::User,
    repo::{RepoError, api_keys, sessions, users},
};
use oms_model::{actor::Actor, id::UserId};

/// Deletes a user who owns nothing, with its sessions and keys.
///
/// What the user creates between the count and the deletion stays, with its account and
/// department written on it, so that the department's administrators can take it over.
pub async fn delete_user(state: &AppState, actor: &Actor, id: &UserId) -> Result<User, Error> {
    let (who, user) = (actor.clone(), id.clone());
    let (user, _) = state.db.run(move |conn| find_users::find(conn, &who, &user)).await?;
    if user.built_in {
        return Err(Error::BuiltInUser(user.account));
    }
    if !actor.may_delete(&user.standing()) {
        return Err(Error::Forbidden("your role cannot delete this user"));
    }
    let owned = state.siblings.project.owner_counts(id).await?;
    if owned.projects > 0 || owned.data_sources > 0 {
        return Err(Error::UserOwnsObjects {
            projects: owned.projects,
            data_sources: owned.data_sources,
        });
    }
    let gone = id.clone();
    state
        .db
        .run(move |conn| {
            conn.write(|conn| {
                api_keys::delete_of_user(conn, &gone)?;
                sessions::delete_of_user(conn, &gone)?;
                users::delete(conn, &gone).map_err(|error| match error {
                    // The user logged in between the two deletions.
                    RepoError::Torn(_) => RepoError::Stale,
                    error => error,
                })?;
                Ok::<_, Error>(())
            })
        })
        .await?;
    state.sessions.forget_user(id);
    Ok(user)
}
