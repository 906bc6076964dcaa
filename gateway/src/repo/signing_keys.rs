//! Keys that sign access tokens. The secrets are sealed by the vault.

use super::{RepoError, schema::signing_keys};
use diesel::prelude::*;
use oms_chassis::Conn;

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct StoredKey {
    pub kid: String,
    pub sealed: String,
    pub created_at: i64,
    /// When another key took over. A retired key only verifies.
    pub retired_at: Option<i64>,
}

/// All keys, the one that signs first. Where two were made at once, one of them signs for all.
pub fn list(conn: &mut Conn) -> Result<Vec<StoredKey>, RepoError> {
    let mut keys: Vec<StoredKey> = signing_keys::table.select(StoredKey::as_select()).load(conn)?;
    keys.sort_by_key(|key| (key.retired_at.is_some(), -key.created_at, key.kid.clone()));
    Ok(keys)
}

pub fn insert(conn: &mut Conn, key: &StoredKey) -> Result<(), RepoError> {
    diesel::insert_into(signing_keys::table).values(key).execute(conn)?;
    Ok(())
}

/// Retires whatever signs and lets `next` sign.
pub fn replace(conn: &mut Conn, next: &StoredKey) -> Result<(), RepoError> {
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(next.created_at))
        .execute(conn)?;
    insert(conn, next)
}

/// Removes keys that were retired before a moment: their last tokens are dead.
pub fn delete_retired(conn: &mut Conn, before: i64) -> Result<usize, RepoError> {
    let dead = signing_keys::table.filter(signing_keys::retired_at.lt(before));
    Ok(diesel::delete(dead).execute(conn)?)
}

/// Replaces a sealed secret, unless somebody else did.
pub fn reseal(conn: &mut Conn, kid: &str, old: &str, new: &str) -> Result<bool, RepoError> {
    let row = signing_keys::table.find(kid).filter(signing_keys::sealed.eq(old));
    Ok(diesel::update(row).set(signing_keys::sealed.eq(new)).execute(conn)? == 1)
}
