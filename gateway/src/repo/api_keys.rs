//! API keys. The secrets are sealed by the vault.

use super::{
    Backend, RepoError,
    schema::{api_keys, users},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::page::Slice;
use oms_model::{
    actor::{Role, Standing},
    id::{ApiKeyId, DepartmentId, UserId},
};

/// A key, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub access_key_id: String,
    pub description: String,
    pub enabled: bool,
    pub last_used_at: Option<i64>,
    pub created_at: i64,
    pub owner: Standing,
    pub account: String,
}

/// A key that is new.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewKey<'a> {
    pub id: &'a str,
    pub user_id: &'a str,
    pub access_key_id: &'a str,
    pub sealed: &'a str,
    pub description: &'a str,
    pub enabled: bool,
    pub created_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
struct Row {
    id: String,
    access_key_id: String,
    description: String,
    enabled: bool,
    last_used_at: Option<i64>,
    created_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct OwnerRow {
    id: String,
    account: String,
    role: String,
    department_id: String,
    built_in: bool,
}

fn key((row, owner): (Row, OwnerRow)) -> Result<ApiKey, RepoError> {
    let corrupt = |column| RepoError::Corrupt { table: "api_keys", id: row.id.clone(), column };
    Ok(ApiKey {
        id: ApiKeyId::parse(&row.id).map_err(|_| corrupt("id"))?,
        owner: Standing {
            user: UserId::parse(&owner.id).map_err(|_| corrupt("user_id"))?,
            role: owner.role.parse::<Role>().map_err(|_| corrupt("users.role"))?,
            department: DepartmentId::parse(&owner.department_id)
                .map_err(|_| corrupt("users.department_id"))?,
            built_in: owner.built_in,
        },
        account: owner.account,
        access_key_id: row.access_key_id,
        description: row.description,
        enabled: row.enabled,
        last_used_at: row.last_used_at,
        created_at: row.created_at,
    })
}

pub fn insert(conn: &mut Conn, key: NewKey<'_>) -> Result<(), RepoError> {
    diesel::insert_into(api_keys::table).values(key).execute(conn)?;
    Ok(())
}

pub fn count_of(conn: &mut Conn, user: &UserId) -> Result<u64, RepoError> {
    let count: i64 =
        api_keys::table.filter(api_keys::user_id.eq(user.as_str())).count().get_result(conn)?;
    Ok(count.unsigned_abs())
}

pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<ApiKey>, RepoError> {
    let row = api_keys::table
        .inner_join(users::table)
        .filter(api_keys::id.eq(id.as_str()))
        .select((Row::as_select(), OwnerRow::as_select()))
        .first(conn)
        .optional()?;
    row.map(key).transpose()
}

/// Whose keys a list shows, besides the caller's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Own,
    /// Those of users with these roles in a department: whom its administrators manage.
    Managed(DepartmentId, Vec<Role>),
    Everybody,
}

/// One page of keys by age, and how many there are.
pub fn list(
    conn: &mut Conn,
    me: &UserId,
    reach: &Reach,
    of: Option<&UserId>,
    page: Slice,
) -> Result<(Vec<ApiKey>, u64), RepoError> {
    let matching = || {
        let mut query = api_keys::table.inner_join(users::table).into_boxed::<Backend>();
        let own = api_keys::user_id.eq(me.as_str());
        match reach {
            Reach::Own => query = query.filter(own),
            Reach::Managed(department, roles) => {
                let managed = users::department_id
                    .eq(department.as_str())
                    .and(users::role.eq_any(roles.iter().map(Role::as_ref)));
                query = query.filter(own.or(managed));
            }
            Reach::Everybody => {}
        }
        match of {
            Some(user) => query.filter(api_keys::user_id.eq(user.as_str())),
            None => query,
        }
    };
    let total: i64 = matching().count().get_result(conn)?;
    let rows = matching()
        .order((api_keys::created_at, api_keys::id))
        .offset(page.offset())
        .limit(page.limit())
        .select((Row::as_select(), OwnerRow::as_select()))
        .load(conn)?;
    let keys = rows.into_iter().map(key).collect::<Result<_, _>>()?;
    Ok((keys, total.unsigned_abs()))
}

pub fn set_enabled(conn: &mut Conn, id: &ApiKeyId, enabled: bool) -> Result<(), RepoError> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set(api_keys::enabled.eq(enabled))
        .execute(conn)?;
    Ok(())
}

pub fn delete(conn: &mut Conn, id: &ApiKeyId) -> Result<(), RepoError> {
    diesel::delete(api_keys::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

pub fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<(), RepoError> {
    diesel::delete(api_keys::table.filter(api_keys::user_id.eq(user.as_str()))).execute(conn)?;
    Ok(())
}

/// Every key's id and sealed secret.
pub fn sealed(conn: &mut Conn) -> Result<Vec<(String, String)>, RepoError> {
    Ok(api_keys::table.select((api_keys::id, api_keys::sealed)).load(conn)?)
}

/// Replaces a sealed secret, unless somebody else did.
pub fn reseal(conn: &mut Conn, id: &str, old: &str, new: &str) -> Result<bool, RepoError> {
    let row = api_keys::table.find(id).filter(api_keys::sealed.eq(old));
    Ok(diesel::update(row).set(api_keys::sealed.eq(new)).execute(conn)? == 1)
}
