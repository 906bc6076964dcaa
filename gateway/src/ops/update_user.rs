//! Changing a user: who may change what about whom.

use super::{find_users, follow_moves::follow_or_later, now};
use crate::{
    AppState, Error,
    domain::user::{self, DEFAULT_DEPARTMENT, User, default_department_id},
    repo::{RepoError, departments, owner_moves, sessions, users},
};
use oms_chassis::Conn;
use oms_contracts::{Detail, gateway::user::UpdateUser};
use oms_model::{
    actor::{Actor, Role},
    id::UserId,
};

/// Edits that meet another edit are made again on what that one left, so many times.
const TRIES: usize = 4;

/// Applies an edit. With `seen` only over that revision; without it the edit is made over
/// whatever is there, and never loses what another edit wrote meanwhile.
pub async fn update_user(
    state: &AppState,
    actor: &Actor,
    id: &UserId,
    edit: &UpdateUser,
    seen: Option<i64>,
) -> Result<(User, String), Error> {
    let faults = user::faults_of_edit(edit);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let edit_moves = edit.department_id.is_some();
    let mut tries = if seen.is_some() { 1 } else { TRIES };
    loop {
        tries -= 1;
        let (actor, id, edit) = (actor.clone(), id.clone(), edit.clone());
        let apply = move |conn: &mut Conn| conn.write(|conn| apply(conn, &actor, &id, &edit, seen));
        match state.db.run(apply).await {
            Err(Error::Repo(RepoError::Stale)) if tries > 0 => {}
            Ok((user, department)) => {
                state.sessions.forget_user(&user.id);
                if edit_moves {
                    follow_or_later(state, &user.id).await;
                }
                return Ok((user, department));
            }
            Err(error) => return Err(error),
        }
    }
}

fn apply(
    conn: &mut Conn,
    actor: &Actor,
    id: &UserId,
    edit: &UpdateUser,
    seen: Option<i64>,
) -> Result<(User, String), Error> {
    let (before, _) = find_users::find(conn, actor, id)?;
    if seen.is_some_and(|seen| seen != before.revision) {
        return Err(RepoError::Stale.into());
    }
    let now = now();
    let after = User { modified_at: now, ..edited(actor, &before, edit)? };
    let department = departments::find(conn, &after.department)?;
    let department = department.ok_or(Error::NoSuchDepartment)?.name;
    users::update(conn, &after).map_err(|error| match error {
        RepoError::Torn(_) => Error::NoSuchDepartment,
        error => error.into(),
    })?;
    if after.department != before.department {
        owner_moves::insert(conn, id)?;
    }
    if after.disabled && !before.disabled {
        sessions::end_all(conn, id, now)?;
    }
    Ok((User { revision: after.revision + 1, ..after }, department))
}

/// The user after the edit, if the actor may make all of it.
fn edited(actor: &Actor, before: &User, edit: &UpdateUser) -> Result<User, Error> {
    let mut after = before.clone();
    let standing = before.standing();
    if !actor.may_edit(&standing) {
        return Err(Error::Forbidden("your role cannot change this user"));
    }
    if let Some(email) = &edit.email {
        after.contact.email = user::optional(email);
    }
    if let Some(mobile) = &edit.mobile {
        after.contact.mobile = user::optional(mobile);
    }
    if let Some(description) = &edit.description {
        after.contact.description.clone_from(description);
    }
    if let Some(disabled) = edit.disabled.filter(|disabled| *disabled != before.disabled) {
        if !actor.may_reset(&standing) {
            return Err(Error::Forbidden("your role cannot enable or disable this user"));
        }
        after.disabled = disabled;
    }
    change_role(actor, before, edit, &mut after)?;
    change_department(actor, before, edit, &mut after)?;
    Ok(after)
}

fn change_role(
    actor: &Actor,
    before: &User,
    edit: &UpdateUser,
    after: &mut User,
) -> Result<(), Error> {
    let Some(role) = edit.role.filter(|role| *role != before.role) else { return Ok(()) };
    if before.built_in {
        return Err(Error::BuiltInUser(before.account.clone()));
    }
    if !actor.may_promote(&before.standing(), role) {
        return Err(Error::Forbidden("your role cannot give this user that role"));
    }
    after.role = role;
    Ok(())
}

fn change_department(
    actor: &Actor,
    before: &User,
    edit: &UpdateUser,
    after: &mut User,
) -> Result<(), Error> {
    if let Some(department) = edit.department_id.as_ref().filter(|d| **d != before.department) {
        // Whoever becomes an administrator may still be moved in the same edit, not after it.
        if before.role.keeps_department() {
            return Err(Error::DepartmentFixed(before.role));
        }
        if !actor.may_move(&before.standing()) {
            return Err(Error::Forbidden("only root moves users between departments"));
        }
        after.department = department.clone();
    }
    if after.role == Role::RootViewer && after.department != default_department_id() {
        let message = format!("users of this role are in the department {DEFAULT_DEPARTMENT}");
        return Err(Error::Invalid(vec![Detail::new("departmentId", message)]));
    }
    Ok(())
}
