//! A new password for oneself.

use super::{now, session, throttle::Subjects};
use crate::{
    AppState, Error,
    domain::{
        address::Origin,
        password,
        user::{StoredPassword, User},
    },
    repo::{sessions, users},
};
use oms_contracts::gateway::auth::{ChangePassword, SessionView};
use oms_model::actor::Actor;

/// Changes the caller's password. Every session of the user ends, this one too; the answer
/// opens a new one.
///
/// A wrong old password counts like a failed login: a stolen access token must not be a way to
/// try passwords at leisure.
pub async fn change_password(
    state: &AppState,
    actor: &Actor,
    request: ChangePassword,
    origin: Origin,
) -> Result<SessionView, Error> {
    let ChangePassword { old_password, new_password } = request;
    let faults = password::faults(new_password.expose());
    if !faults.is_empty() {
        return Err(Error::PasswordTooWeak { field: "newPassword", faults });
    }
    let subjects = Subjects::new(&actor.account, origin, state.tolerance);
    subjects.may_try(&state.db).await?;
    let slot = state.hasher.slot().await?;
    subjects.may_try(&state.db).await?;
    let id = actor.user.clone();
    let found = state.db.run(move |conn| users::find_named(conn, &id).map_err(Error::from)).await?;
    let (user, department) = found.ok_or(Error::NoSuchUser)?;
    let unchanged = old_password.expose() == new_password.expose();
    let (slot, fits) =
        slot.verify(old_password.into_inner(), Some(user.password.hash.clone())).await?;
    if !fits {
        subjects.failed(&state.db).await?;
        return Err(Error::WrongOldPassword);
    }
    drop(slot);
    if unchanged {
        return Err(Error::PasswordUnchanged);
    }
    let hash = state.hasher.hash(new_password.into_inner()).await?;
    let view = store(state, (user, department), hash, subjects).await?;
    state.sessions.forget_user(&actor.user);
    Ok(view)
}

async fn store(
    state: &AppState,
    (user, department): (User, String),
    hash: String,
    subjects: Subjects,
) -> Result<SessionView, Error> {
    let (lifetimes, now) = (state.session_lifetimes(), now());
    let changed = User {
        password: StoredPassword { hash, set_at: now, must_change: false },
        modified_at: now,
        ..user
    };
    let row = changed.clone();
    let opened = state
        .db
        .run(move |conn| {
            conn.write(|conn| {
                // Over the revision whose old password was checked, and no other.
                users::update(conn, &row)?;
                sessions::end_all(conn, &row.id, now)?;
                subjects.succeeded(conn)?;
                session::open(conn, &row, lifetimes, now)
            })
        })
        .await?;
    session::tell(state, (changed, department), opened, now).await
}
