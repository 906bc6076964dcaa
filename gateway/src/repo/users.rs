//! Users.

use super::{
    Backend, ESCAPE, RepoError, contains, lower_nullable,
    schema::{departments, users},
};
use crate::domain::user::{Contact, StoredPassword, User};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::page::Slice;
use oms_model::{
    actor::Role,
    id::{DepartmentId, UserId},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
struct Row {
    id: String,
    account: String,
    account_key: String,
    password_hash: String,
    password_set_at: i64,
    must_change: bool,
    role: String,
    department_id: String,
    email: Option<String>,
    mobile: Option<String>,
    description: String,
    disabled: bool,
    built_in: bool,
    last_login_at: Option<i64>,
    revision: i64,
    created_at: i64,
    modified_at: i64,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            account: user.account.clone(),
            account_key: user.account.to_ascii_lowercase(),
            password_hash: user.password.hash.clone(),
            password_set_at: user.password.set_at,
            must_change: user.password.must_change,
            role: user.role.to_string(),
            department_id: user.department.to_string(),
            email: user.contact.email.clone(),
            mobile: user.contact.mobile.clone(),
            description: user.contact.description.clone(),
            disabled: user.disabled,
            built_in: user.built_in,
            last_login_at: user.last_login_at,
            revision: user.revision,
            created_at: user.created_at,
            modified_at: user.modified_at,
        }
    }
}

impl Row {
    fn user(self) -> Result<User, RepoError> {
        let corrupt = |column| RepoError::Corrupt { table: "users", id: self.id.clone(), column };
        Ok(User {
            id: UserId::parse(&self.id).map_err(|_| corrupt("id"))?,
            role: self.role.parse::<Role>().map_err(|_| corrupt("role"))?,
            department: DepartmentId::parse(&self.department_id)
                .map_err(|_| corrupt("department_id"))?,
            account: self.account,
            password: StoredPassword {
                hash: self.password_hash,
                set_at: self.password_set_at,
                must_change: self.must_change,
            },
            contact: Contact {
                email: self.email,
                mobile: self.mobile,
                description: self.description,
            },
            disabled: self.disabled,
            built_in: self.built_in,
            last_login_at: self.last_login_at,
            revision: self.revision,
            created_at: self.created_at,
            modified_at: self.modified_at,
        })
    }
}

pub fn insert(conn: &mut Conn, user: &User) -> Result<(), RepoError> {
    diesel::insert_into(users::table).values(Row::from(user)).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: &UserId) -> Result<Option<User>, RepoError> {
    let row = users::table.find(id.as_str()).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::user).transpose()
}

/// The user of an account, with the name of its department. Letters count whatever their case.
pub fn find_by_account(
    conn: &mut Conn,
    account: &str,
) -> Result<Option<(User, String)>, RepoError> {
    let found: Option<(Row, String)> = users::table
        .inner_join(departments::table)
        .filter(users::account_key.eq(account.to_ascii_lowercase()))
        .select((Row::as_select(), departments::name))
        .first(conn)
        .optional()?;
    found.map(|(row, department)| Ok((row.user()?, department))).transpose()
}

/// A user and the name of its department.
pub fn find_named(conn: &mut Conn, id: &UserId) -> Result<Option<(User, String)>, RepoError> {
    let found: Option<(Row, String)> = users::table
        .inner_join(departments::table)
        .filter(users::id.eq(id.as_str()))
        .select((Row::as_select(), departments::name))
        .first(conn)
        .optional()?;
    found.map(|(row, department)| Ok((row.user()?, department))).transpose()
}

/// Which users a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub search: Option<String>,
    pub role: Option<Role>,
    pub disabled: Option<bool>,
    pub department: Option<DepartmentId>,
    /// Only this department, and of it only the roles below root's: what its administrators see.
    pub within: Option<DepartmentId>,
}

/// One page of users by account, each with the name of its department, and how many there are.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    page: Slice,
) -> Result<(Vec<(User, String)>, u64), RepoError> {
    let total: i64 = matching(filter).count().get_result(conn)?;
    let rows: Vec<(Row, String)> = matching(filter)
        .order(users::account_key)
        .offset(page.offset())
        .limit(page.limit())
        .select((Row::as_select(), departments::name))
        .load(conn)?;
    let items = rows
        .into_iter()
        .map(|(row, department)| Ok((row.user()?, department)))
        .collect::<Result<_, RepoError>>()?;
    Ok((items, total.unsigned_abs()))
}

#[diesel::dsl::auto_type]
fn joined() -> _ {
    users::table.inner_join(departments::table)
}

fn matching(filter: &Filter) -> diesel::helper_types::IntoBoxed<'_, joined, Backend> {
    let mut query = joined().into_boxed::<Backend>();
    if let Some(text) = &filter.search {
        let pattern = contains(text);
        query = query.filter(
            users::account_key
                .like(pattern.clone())
                .escape(ESCAPE)
                .or(lower_nullable(users::email).like(pattern.clone()).escape(ESCAPE))
                .or(users::mobile.like(pattern).escape(ESCAPE)),
        );
    }
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role.as_ref().to_owned()));
    }
    if let Some(disabled) = filter.disabled {
        query = query.filter(users::disabled.eq(disabled));
    }
    if let Some(department) = &filter.department {
        query = query.filter(users::department_id.eq(department.as_str()));
    }
    if let Some(department) = &filter.within {
        query = query.filter(
            users::department_id.eq(department.as_str()).and(users::role.ne_all(above_admins())),
        );
    }
    query
}

/// Who stands above the administrators of departments.
pub fn above_admins() -> [&'static str; 2] {
    [Role::Root.into(), Role::RootViewer.into()]
}

/// Writes a changed user over the revision it was made from.
pub fn update(conn: &mut Conn, user: &User) -> Result<(), RepoError> {
    let seen = user.revision;
    let row = users::table.find(user.id.as_str()).filter(users::revision.eq(seen));
    let changed = diesel::update(row)
        .set((
            users::password_hash.eq(&user.password.hash),
            users::password_set_at.eq(user.password.set_at),
            users::must_change.eq(user.password.must_change),
            users::role.eq(user.role.as_ref()),
            users::department_id.eq(user.department.as_str()),
            users::email.eq(user.contact.email.as_deref()),
            users::mobile.eq(user.contact.mobile.as_deref()),
            users::description.eq(&user.contact.description),
            users::disabled.eq(user.disabled),
            users::revision.eq(seen + 1),
            users::modified_at.eq(user.modified_at),
        ))
        .execute(conn)?;
    if changed == 0 { Err(RepoError::Stale) } else { Ok(()) }
}

/// Notes a login. Not an edit: the revision stays.
pub fn set_last_login(conn: &mut Conn, id: &UserId, at: i64) -> Result<(), RepoError> {
    diesel::update(users::table.find(id.as_str()))
        .set(users::last_login_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Holds the user's row until the transaction ends, so that two calls cannot both count and
/// then add. Says whether there is such a user.
pub fn hold(conn: &mut Conn, id: &UserId) -> Result<bool, RepoError> {
    let held = diesel::update(users::table.find(id.as_str()))
        .set(users::revision.eq(users::revision))
        .execute(conn)?;
    Ok(held > 0)
}

pub fn delete(conn: &mut Conn, id: &UserId) -> Result<(), RepoError> {
    diesel::delete(users::table.find(id.as_str())).execute(conn)?;
    Ok(())
}
