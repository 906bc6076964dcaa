//! A new user.

use super::now;
use crate::{
    AppState, Error,
    domain::{
        password,
        user::{self, Contact, DEFAULT_DEPARTMENT, StoredPassword, User, default_department_id},
    },
    repo::{RepoError, departments, users},
};
use oms_chassis::{Conn, secrets};
use oms_contracts::{
    Detail,
    gateway::user::{CreateUser, CreatedUser},
};
use oms_model::{
    actor::{Actor, Role},
    id::{DepartmentId, UserId},
};

/// Creates a user that has to change its password at the first login.
pub async fn create_user(
    state: &AppState,
    actor: &Actor,
    wanted: CreateUser,
) -> Result<CreatedUser, Error> {
    let faults = user::faults_of_new(&wanted);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let department = department_for(actor, &wanted)?;
    if !actor.may_create(wanted.role, &department) {
        return Err(Error::Forbidden("your role cannot create such a user there"));
    }
    let faults = wanted.password.as_ref().map(|given| password::faults(given.expose()));
    if let Some(faults) = faults.filter(|faults| !faults.is_empty()) {
        return Err(Error::PasswordTooWeak { field: "password", faults });
    }
    let given = wanted.password.is_some();
    let password = match wanted.password.clone() {
        Some(given) => given.into_inner(),
        None => password::generate(|| secrets::entropy::<1>()[0]),
    };
    let hash = state.hasher.hash(password.clone()).await?;
    let (now, validity) = (now(), state.password_validity);
    let user = new_user(wanted, department, hash, now);
    let (user, department) = state.db.run(move |conn| insert(conn, user)).await?;
    Ok(CreatedUser {
        user: user.view(department, validity, now),
        generated_password: (!given).then(|| password.into()),
    })
}

/// Viewers of everything are in the department `default`; others are where the caller says, or
/// where the caller is.
fn department_for(actor: &Actor, wanted: &CreateUser) -> Result<DepartmentId, Error> {
    let default = default_department_id();
    match (&wanted.department_id, wanted.role) {
        (Some(other), Role::RootViewer) if *other != default => {
            let message = format!("users of this role are in the department {DEFAULT_DEPARTMENT}");
            Err(Error::Invalid(vec![Detail::new("departmentId", message)]))
        }
        (_, Role::RootViewer) => Ok(default),
        (Some(given), _) => Ok(given.clone()),
        (None, _) => Ok(actor.department.clone()),
    }
}

fn new_user(wanted: CreateUser, department: DepartmentId, hash: String, now: i64) -> User {
    User {
        id: UserId::from_entropy(secrets::entropy::<10>()),
        account: wanted.account,
        role: wanted.role,
        department,
        password: StoredPassword { hash, set_at: now, must_change: true },
        contact: Contact {
            email: wanted.email.as_deref().and_then(user::optional),
            mobile: wanted.mobile.as_deref().and_then(user::optional),
            description: wanted.description.unwrap_or_default(),
        },
        disabled: false,
        built_in: false,
        last_login_at: None,
        revision: 1,
        created_at: now,
        modified_at: now,
    }
}

fn insert(conn: &mut Conn, user: User) -> Result<(User, String), Error> {
    conn.write(|conn| {
        let department = departments::find(conn, &user.department)?;
        let department = department.ok_or(Error::NoSuchDepartment)?;
        match users::insert(conn, &user) {
            Ok(()) => Ok((user, department.name)),
            Err(RepoError::Duplicate(_)) => Err(Error::AccountTaken(user.account)),
            Err(RepoError::Torn(_)) => Err(Error::NoSuchDepartment),
            Err(error) => Err(error.into()),
        }
    })
}
