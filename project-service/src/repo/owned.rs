//! Who sees which rows: one fragment for every table whose rows have an owner.
//!
//! Such a table has the columns `owner_user` and `owner_department`.

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
