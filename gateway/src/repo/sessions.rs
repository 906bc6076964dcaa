//! Logins and their refresh tokens.

use super::{
    RepoError,
    schema::{refresh_tokens, sessions, users},
};
use crate::domain::session::SessionId;
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_model::{
    actor::{Actor, Role},
    id::{DepartmentId, UserId},
};

/// What an access token is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub actor: Actor,
    pub disabled: bool,
    pub must_change: bool,
    pub password_set_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
}

pub fn insert(
    conn: &mut Conn,
    id: &SessionId,
    user: &UserId,
    now: i64,
    expires_at: i64,
) -> Result<(), RepoError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id.as_str()),
            sessions::user_id.eq(user.as_str()),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

type StandingRow = (String, String, String, String, bool, bool, i64, i64, Option<i64>);

/// A session with its user as it is now, in one question.
pub fn standing(conn: &mut Conn, id: &SessionId) -> Result<Option<Standing>, RepoError> {
    let row: Option<StandingRow> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.as_str()))
        .select((
            users::id,
            users::account,
            users::role,
            users::department_id,
            users::disabled,
            users::must_change,
            users::password_set_at,
            sessions::expires_at,
            sessions::ended_at,
        ))
        .first(conn)
        .optional()?;
    let Some((
        user,
        account,
        role,
        department,
        disabled,
        must_change,
        set_at,
        expires_at,
        ended_at,
    )) = row
    else {
        return Ok(None);
    };
    let corrupt = |column| RepoError::Corrupt { table: "users", id: user.clone(), column };
    let actor = Actor {
        user: UserId::parse(&user).map_err(|_| corrupt("id"))?,
        role: role.parse::<Role>().map_err(|_| corrupt("role"))?,
        department: DepartmentId::parse(&department).map_err(|_| corrupt("department_id"))?,
        account,
    };
    Ok(Some(Standing {
        actor,
        disabled,
        must_change,
        password_set_at: set_at,
        expires_at,
        ended_at,
    }))
}

/// Ends one session. Ending an ended one changes nothing.
pub fn end(conn: &mut Conn, id: &SessionId, now: i64) -> Result<(), RepoError> {
    diesel::update(sessions::table.find(id.as_str()).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends every session of a user.
pub fn end_all(conn: &mut Conn, user: &UserId, now: i64) -> Result<(), RepoError> {
    let live = sessions::table
        .filter(sessions::user_id.eq(user.as_str()))
        .filter(sessions::ended_at.is_null());
    diesel::update(live).set(sessions::ended_at.eq(now)).execute(conn)?;
    Ok(())
}

pub fn insert_refresh_token(
    conn: &mut Conn,
    hash: &str,
    session: &SessionId,
    expires_at: i64,
) -> Result<(), RepoError> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(hash),
            refresh_tokens::session_id.eq(session.as_str()),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// What became of a refresh token that somebody presents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// This call used it, and no other call can.
    First(SessionId),
    /// It was used before.
    Again(SessionId),
    Unknown,
}

/// Uses a refresh token. The row is changed only from unused to used, so of any number of calls
/// at the same moment one is the first.
pub fn redeem(conn: &mut Conn, hash: &str, now: i64) -> Result<Redeemed, RepoError> {
    let fresh = refresh_tokens::table
        .find(hash)
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(now));
    let used = diesel::update(fresh).set(refresh_tokens::used_at.eq(now)).execute(conn)?;
    let row: Option<(String, Option<i64>)> = refresh_tokens::table
        .find(hash)
        .select((refresh_tokens::session_id, refresh_tokens::used_at))
        .first(conn)
        .optional()?;
    Ok(match row {
        Some((session, _)) if used == 1 => Redeemed::First(SessionId::stored(session)),
        Some((session, Some(_))) => Redeemed::Again(SessionId::stored(session)),
        Some((_, None)) | None => Redeemed::Unknown,
    })
}

/// Removes refresh tokens that are past. Used or not, they open nothing any more.
pub fn delete_expired_tokens(conn: &mut Conn, now: i64) -> Result<usize, RepoError> {
    let past = refresh_tokens::table.filter(refresh_tokens::expires_at.lt(now));
    Ok(diesel::delete(past).execute(conn)?)
}

/// Removes every session of a user, for good.
pub fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<(), RepoError> {
    let ids: Vec<String> = sessions::table
        .filter(sessions::user_id.eq(user.as_str()))
        .select(sessions::id)
        .load(conn)?;
    delete(conn, &ids)
}

/// Removes sessions that expired before a moment, at most so many. Says how many.
pub fn delete_old(conn: &mut Conn, before: i64, most: i64) -> Result<usize, RepoError> {
    let ids: Vec<String> = sessions::table
        .filter(sessions::expires_at.lt(before))
        .order(sessions::expires_at)
        .limit(most)
        .select(sessions::id)
        .load(conn)?;
    delete(conn, &ids)?;
    Ok(ids.len())
}

fn delete(conn: &mut Conn, ids: &[String]) -> Result<(), RepoError> {
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(ids)))
        .execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(conn)?;
    Ok(())
}
