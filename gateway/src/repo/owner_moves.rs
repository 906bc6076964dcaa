//! Users whose things have yet to follow them into another department.

use super::{
    RepoError,
    schema::{owner_moves, users},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_model::id::{DepartmentId, UserId};

/// Notes a move. Noting it twice is noting it once.
pub fn insert(conn: &mut Conn, user: &UserId) -> Result<(), RepoError> {
    let noted = owner_moves::table.find(user.as_str());
    if diesel::select(diesel::dsl::exists(noted)).get_result(conn)? {
        return Ok(());
    }
    diesel::insert_into(owner_moves::table)
        .values(owner_moves::user_id.eq(user.as_str()))
        .execute(conn)?;
    Ok(())
}

pub fn list(conn: &mut Conn, limit: i64) -> Result<Vec<UserId>, RepoError> {
    let ids: Vec<String> = owner_moves::table
        .select(owner_moves::user_id)
        .order(owner_moves::user_id)
        .limit(limit)
        .load(conn)?;
    let parse = |id: String| {
        let corrupt =
            RepoError::Corrupt { table: "owner_moves", id: id.clone(), column: "user_id" };
        UserId::parse(&id).map_err(|_| corrupt)
    };
    ids.into_iter().map(parse).collect()
}

/// The department a user is in now; none where the user is gone.
pub fn department(conn: &mut Conn, user: &UserId) -> Result<Option<DepartmentId>, RepoError> {
    let found: Option<String> =
        users::table.find(user.as_str()).select(users::department_id).first(conn).optional()?;
    let corrupt =
        || RepoError::Corrupt { table: "users", id: user.to_string(), column: "department_id" };
    found.map(|id| DepartmentId::parse(&id).map_err(|_| corrupt())).transpose()
}

pub fn delete(conn: &mut Conn, user: &UserId) -> Result<(), RepoError> {
    diesel::delete(owner_moves::table.find(user.as_str())).execute(conn)?;
    Ok(())
}
