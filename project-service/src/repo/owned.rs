//! Who sees which rows: one fragment for every table whose rows have an owner.
//!
//! Such a table has the columns `owner_user` and `owner_department`.

use super::{Error, data_source::data_sources, label::labels, project::projects};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_model::{DepartmentId, UserId};

/// Narrows a boxed query on `$table` to the rows that `$right` of `$actor` reaches. The same
/// decision as `Actor::has`, made by the database so that pages and totals are right.
macro_rules! within_reach {
    ($query:expr, $table:ident, $actor:expr, $right:expr) => {{
        use ::diesel::prelude::*;
        let (query, actor): (_, &::oms_model::Actor) = ($query, $actor);
        let user = actor.user.as_str().to_owned();
        match actor.role.scope($right) {
            ::oms_model::Scope::Everything => query,
            ::oms_model::Scope::Department => query.filter(
                $table::owner_department
                    .eq(actor.department.as_str().to_owned())
                    .or($table::owner_user.eq(user)),
            ),
            ::oms_model::Scope::Own => query.filter($table::owner_user.eq(user)),
            // Matches nothing: no id is empty.
            ::oms_model::Scope::Nothing => query.filter($table::owner_user.eq(String::new())),
        }
    }};
}
pub(crate) use within_reach;

/// Moves everything a user owns into another department. No edit of what is moved: revisions stay.
pub fn move_to(conn: &mut Conn, user: &UserId, to: &DepartmentId) -> Result<(), Error> {
    macro_rules! moved {
        ($($table:ident),+) => {$(
            let rows = $table::table.filter($table::owner_user.eq(user.as_str().to_owned()));
            diesel::update(rows)
                .set($table::owner_department.eq(to.as_str().to_owned()))
                .execute(conn)?;
        )+};
    }
    moved!(data_sources, labels, projects);
    Ok(())
}
