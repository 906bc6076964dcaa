//! Looking at users.

use super::now;
use crate::{
    Error,
    domain::user::User,
    repo::users::{self, Filter},
};
use oms_chassis::Conn;
use oms_contracts::{
    Page,
    gateway::user::{UserQuery, UserView},
};
use oms_model::{
    actor::{Actor, Right, Scope},
    id::UserId,
};
use std::time::Duration;

/// A user that the actor sees, with the name of its department. One it does not see is not there.
pub fn find(conn: &mut Conn, actor: &Actor, id: &UserId) -> Result<(User, String), Error> {
    let found = users::find_named(conn, id)?;
    found.filter(|(user, _)| actor.sees_user(&user.standing())).ok_or(Error::NoSuchUser)
}

/// One page of the users that the actor sees.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    query: UserQuery,
    validity: Duration,
) -> Result<Page<UserView>, Error> {
    let page = query.page().checked()?;
    let within = match actor.role.scope(Right::ReadUsers) {
        Scope::Everything => None,
        Scope::Department => Some(actor.department.clone()),
        Scope::Own | Scope::Nothing => {
            return Err(Error::Forbidden("users are listed for administrators"));
        }
    };
    let filter = Filter {
        search: query.search,
        role: query.role,
        disabled: query.disabled,
        department: query.department_id,
        within,
    };
    let (found, total) = users::list(conn, &filter, page)?;
    let now = now();
    let views = found.into_iter().map(|(user, department)| user.view(department, validity, now));
    Ok(page.page(views.collect(), total))
}
