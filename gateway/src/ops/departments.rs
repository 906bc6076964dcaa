//! Departments: made, renamed and deleted by root.

use super::now;
use crate::{
    Error,
    repo::{
        RepoError,
        departments::{self, Department},
    },
};
use chrono::DateTime;
use oms_chassis::{Conn, secrets};
use oms_contracts::{
    Detail, Page,
    gateway::department::{DepartmentQuery, DepartmentView},
};
use oms_model::{id::DepartmentId, names::check_department_name};

pub fn view(department: Department) -> DepartmentView {
    let time = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH);
    DepartmentView {
        id: department.id,
        name: department.name,
        built_in: department.built_in,
        users: department.users,
        created_at: time(department.created_at),
        modified_at: time(department.modified_at),
    }
}

pub fn list(conn: &mut Conn, query: &DepartmentQuery) -> Result<Page<DepartmentView>, Error> {
    let page = query.page().checked()?;
    let (found, total) = departments::list(conn, query.search.as_deref(), page)?;
    Ok(page.page(found.into_iter().map(view).collect(), total))
}

pub fn create(conn: &mut Conn, name: &str) -> Result<Department, Error> {
    check(name)?;
    let now = now();
    let department = Department {
        id: DepartmentId::from_entropy(secrets::entropy::<10>()),
        name: name.to_owned(),
        built_in: false,
        users: 0,
        revision: 1,
        created_at: now,
        modified_at: now,
    };
    departments::insert(conn, &department).map_err(|error| taken(error, name))?;
    Ok(department)
}

/// Renames a department; with `seen` only over that revision.
pub fn rename(
    conn: &mut Conn,
    id: &DepartmentId,
    name: &str,
    seen: Option<i64>,
) -> Result<Department, Error> {
    check(name)?;
    conn.write(|conn| {
        let department = find(conn, id)?;
        if seen.is_some_and(|seen| seen != department.revision) {
            return Err(RepoError::Stale.into());
        }
        let now = now();
        departments::set_name(conn, &department, name, now).map_err(|error| taken(error, name))?;
        let revision = department.revision + 1;
        Ok(Department { name: name.to_owned(), revision, modified_at: now, ..department })
    })
}

/// Deletes a department that nobody is in.
pub fn delete(conn: &mut Conn, id: &DepartmentId) -> Result<Department, Error> {
    conn.write(|conn| {
        let department = find(conn, id)?;
        if department.users > 0 {
            return Err(Error::DepartmentNotEmpty);
        }
        departments::delete(conn, id).map_err(|error| match error {
            RepoError::Torn(_) => Error::DepartmentNotEmpty,
            error => error.into(),
        })?;
        Ok(department)
    })
}

fn find(conn: &mut Conn, id: &DepartmentId) -> Result<Department, Error> {
    let department = departments::find(conn, id)?.ok_or(Error::NoSuchDepartment)?;
    if department.built_in { Err(Error::BuiltInDepartment) } else { Ok(department) }
}

fn check(name: &str) -> Result<(), Error> {
    check_department_name(name)
        .map_err(|fault| Error::Invalid(vec![Detail::new("name", fault.to_string())]))
}

fn taken(error: RepoError, name: &str) -> Error {
    match error {
        RepoError::Duplicate(_) => Error::DepartmentTaken(name.to_owned()),
        error => error.into(),
    }
}
