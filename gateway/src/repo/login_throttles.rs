//! Failed logins, counted durably: neither a restart nor another replica forgets them.

use super::{RepoError, schema::login_throttles};
use crate::domain::throttle::{FORGET_AFTER, Patience};
use diesel::prelude::*;
use oms_chassis::Conn;

/// Until when a subject has to wait, in unix milliseconds; 0 when it need not.
pub fn blocked_until(conn: &mut Conn, subjects: &[&str]) -> Result<i64, RepoError> {
    let until: Option<i64> = login_throttles::table
        .filter(login_throttles::subject.eq_any(subjects))
        .select(diesel::dsl::max(login_throttles::blocked_until))
        .first(conn)?;
    Ok(until.unwrap_or(0))
}

/// Counts one more failure and makes the subject wait accordingly. To be called in a
/// transaction: the update holds the row, so no failure of another replica is lost.
pub fn add_failure(
    conn: &mut Conn,
    subject: &str,
    patience: Patience,
    now: i64,
) -> Result<(), RepoError> {
    let row = login_throttles::table.find(subject);
    let forgotten = now.saturating_sub_unsigned(millis(FORGET_AFTER));
    diesel::update(row.filter(login_throttles::last_failure_at.lt(forgotten)))
        .set(login_throttles::failures.eq(0))
        .execute(conn)?;
    let counted = diesel::update(row)
        .set((
            login_throttles::failures.eq(login_throttles::failures + 1),
            login_throttles::last_failure_at.eq(now),
        ))
        .execute(conn)?;
    if counted == 0 {
        diesel::insert_into(login_throttles::table)
            .values((
                login_throttles::subject.eq(subject),
                login_throttles::failures.eq(1),
                login_throttles::last_failure_at.eq(now),
                login_throttles::blocked_until.eq(0),
            ))
            .execute(conn)?;
    }
    let failures: i32 = row.select(login_throttles::failures).first(conn)?;
    let wait = patience.wait_after(u32::try_from(failures).unwrap_or(u32::MAX));
    diesel::update(row)
        .set(login_throttles::blocked_until.eq(now.saturating_add_unsigned(millis(wait))))
        .execute(conn)?;
    Ok(())
}

/// Forgets the failures of a subject.
pub fn clear(conn: &mut Conn, subject: &str) -> Result<(), RepoError> {
    diesel::delete(login_throttles::table.find(subject)).execute(conn)?;
    Ok(())
}

/// Removes what nobody has to wait for any more.
pub fn delete_old(conn: &mut Conn, now: i64) -> Result<usize, RepoError> {
    let forgotten = now.saturating_sub_unsigned(millis(FORGET_AFTER));
    let old = login_throttles::table
        .filter(login_throttles::last_failure_at.lt(forgotten))
        .filter(login_throttles::blocked_until.lt(now));
    Ok(diesel::delete(old).execute(conn)?)
}

fn millis(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
