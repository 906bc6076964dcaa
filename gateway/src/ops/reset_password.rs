//! A new password for somebody who forgot it.

use super::{find_users, now};
use crate::{
    AppState, Error,
    domain::{
        password,
        user::{StoredPassword, User},
    },
    repo::{sessions, users},
};
use oms_chassis::secrets;
use oms_contracts::gateway::user::PasswordResetView;
use oms_model::{actor::Actor, id::UserId};

/// Makes a password, ends every session of the user, and tells the password this once. The user
/// has to change it at the next login.
pub async fn reset_password(
    state: &AppState,
    actor: &Actor,
    id: &UserId,
) -> Result<PasswordResetView, Error> {
    let (who, user) = (actor.clone(), id.clone());
    let (user, _) = state.db.run(move |conn| find_users::find(conn, &who, &user)).await?;
    if actor.user == *id {
        return Err(Error::Forbidden("one's own password is changed with the old one"));
    }
    if !actor.may_reset(&user.standing()) {
        return Err(Error::Forbidden("your role cannot reset this user's password"));
    }
    let password = password::generate(|| secrets::entropy::<1>()[0]);
    let hash = state.hasher.hash(password.clone()).await?;
    let now = now();
    let changed = User {
        password: StoredPassword { hash, set_at: now, must_change: true },
        modified_at: now,
        ..user
    };
    let account = changed.account.clone();
    state
        .db
        .run(move |conn| {
            conn.write(|conn| {
                users::update(conn, &changed)?;
                sessions::end_all(conn, &changed.id, now)?;
                Ok::<_, Error>(())
            })
        })
        .await?;
    state.sessions.forget_user(id);
    Ok(PasswordResetView { account, password: password.into() })
}
