//! Departments.

use super::{
    Backend, ESCAPE, RepoError, contains,
    schema::{departments, users},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::page::Slice;
use oms_model::id::DepartmentId;
use std::collections::HashMap;

/// A department, and how many users it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    pub built_in: bool,
    pub users: u64,
    pub revision: i64,
    pub created_at: i64,
    pub modified_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = departments)]
struct Row {
    id: String,
    name: String,
    built_in: bool,
    revision: i64,
    created_at: i64,
    modified_at: i64,
}

impl Row {
    fn department(self, users: u64) -> Result<Department, RepoError> {
        let corrupt =
            |id: &str| RepoError::Corrupt { table: "departments", id: id.to_owned(), column: "id" };
        Ok(Department {
            id: DepartmentId::parse(&self.id).map_err(|_| corrupt(&self.id))?,
            name: self.name,
            built_in: self.built_in,
            users,
            revision: self.revision,
            created_at: self.created_at,
            modified_at: self.modified_at,
        })
    }
}

/// Names that differ only in case are the same name.
fn key(name: &str) -> String {
    name.to_lowercase()
}

pub fn insert(conn: &mut Conn, department: &Department) -> Result<(), RepoError> {
    diesel::insert_into(departments::table)
        .values((
            departments::id.eq(department.id.as_str()),
            departments::name.eq(&department.name),
            departments::name_key.eq(key(&department.name)),
            departments::built_in.eq(department.built_in),
            departments::revision.eq(department.revision),
            departments::created_at.eq(department.created_at),
            departments::modified_at.eq(department.modified_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: &DepartmentId) -> Result<Option<Department>, RepoError> {
    let row =
        departments::table.find(id.as_str()).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let users = users_of(conn, &[id.as_str()])?.remove(id.as_str()).unwrap_or(0);
    row.department(users).map(Some)
}

/// One page of the departments, by name, and how many there are.
pub fn list(
    conn: &mut Conn,
    search: Option<&str>,
    page: Slice,
) -> Result<(Vec<Department>, u64), RepoError> {
    let matching = || {
        let all = departments::table.into_boxed::<Backend>();
        match search {
            Some(text) => all.filter(departments::name_key.like(contains(text)).escape(ESCAPE)),
            None => all,
        }
    };
    let total: i64 = matching().count().get_result(conn)?;
    let rows = matching()
        .order(departments::name_key)
        .offset(page.offset())
        .limit(page.limit())
        .select(Row::as_select())
        .load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut counts = users_of(conn, &ids)?;
    let items = rows
        .into_iter()
        .map(|row| {
            let users = counts.remove(&row.id).unwrap_or(0);
            row.department(users)
        })
        .collect::<Result<_, _>>()?;
    Ok((items, total.unsigned_abs()))
}

fn users_of(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, u64>, RepoError> {
    let counts: Vec<(String, i64)> = users::table
        .filter(users::department_id.eq_any(ids))
        .group_by(users::department_id)
        .select((users::department_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(counts.into_iter().map(|(id, count)| (id, count.unsigned_abs())).collect())
}

/// The names of departments, by id.
pub fn names(conn: &mut Conn, ids: &[&DepartmentId]) -> Result<HashMap<String, String>, RepoError> {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let rows: Vec<(String, String)> = departments::table
        .filter(departments::id.eq_any(ids))
        .select((departments::id, departments::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Renames a department that is as the caller saw it.
pub fn set_name(conn: &mut Conn, seen: &Department, name: &str, now: i64) -> Result<(), RepoError> {
    let row =
        departments::table.find(seen.id.as_str()).filter(departments::revision.eq(seen.revision));
    let changed = diesel::update(row)
        .set((
            departments::name.eq(name),
            departments::name_key.eq(key(name)),
            departments::revision.eq(seen.revision + 1),
            departments::modified_at.eq(now),
        ))
        .execute(conn)?;
    if changed == 0 { Err(RepoError::Stale) } else { Ok(()) }
}

/// Deletes a department. The foreign key of users refuses while it has any, also one that came
/// in this moment.
pub fn delete(conn: &mut Conn, id: &DepartmentId) -> Result<(), RepoError> {
    diesel::delete(departments::table.find(id.as_str())).execute(conn)?;
    Ok(())
}
