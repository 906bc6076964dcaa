//! What goes by itself: expired sessions and tokens, forgotten failures, dead keys, old records,
//! moves between departments that were left half done, and records of calls that nobody comes
//! back to complete.

use super::{follow_moves::follow_moves, now};
use crate::{
    AppState, Error,
    repo::{audit_log, login_throttles, sessions, signing_keys},
};
use oms_chassis::{Coded, Shutdown};
use std::{sync::Arc, time::Duration};

/// How often the house is kept. The first time is right after the start.
const PERIOD: Duration = Duration::from_secs(60);
/// Rows removed at once: no transaction holds the metadata for long.
const PIECE: i64 = 500;

/// Keeps house until the end begins. Replicas may do so at the same time: all of it is about what
/// is past, and done twice it is done.
pub fn start(state: Arc<AppState>, shutdown: &Shutdown) {
    let end = shutdown.clone();
    shutdown.spawn(async move {
        let mut settled = 0;
        loop {
            tokio::select! {
                () = end.begun() => break,
                () = round(&state, &mut settled) => {}
            }
            tokio::select! {
                () = end.begun() => break,
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    });
}

/// One round. What cannot be done in it is done in a later one.
async fn round(state: &AppState, settled: &mut i64) {
    log(keep(state).await);
    log(settle(state, settled).await);
    log(follow_moves(state).await);
}

fn log(result: Result<usize, Error>) {
    match result {
        Ok(0) => {}
        Ok(rows) => tracing::debug!(rows, "kept house"),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(code = error.code().as_str(), %error, cause, "the house was not kept");
        }
    }
}

/// Gives the records up that a killed process left pending, and says how many those were.
///
/// `from` is the moment before which all were looked at: the first round reads the whole log,
/// the others what came since the round before.
async fn settle(state: &AppState, from: &mut i64) -> Result<usize, Error> {
    let longest = u64::try_from(state.longest_call.as_millis()).unwrap_or(u64::MAX);
    let over = now().saturating_sub_unsigned(longest);
    let mut rows = 0;
    loop {
        let span = *from..over;
        let given_up = state
            .db
            .run(move |conn| audit_log::give_up(conn, span, PIECE).map_err(Error::from))
            .await?;
        if given_up == 0 {
            *from = over;
            return Ok(rows);
        }
        tracing::warn!(records = given_up, "calls of a process that is gone ended unknown");
        rows += given_up;
    }
}

/// Removes what is past and says how many rows that was.
async fn keep(state: &AppState) -> Result<usize, Error> {
    state.limits.forget_the_quiet();
    state.tokens.reload().await?;
    let keys_dead = state.tokens.dead_before(now());
    let retention = u64::try_from(state.retention.as_millis()).unwrap_or(u64::MAX);
    let records_old = now().saturating_sub_unsigned(retention);
    let mut rows = state
        .db
        .run(move |conn| {
            let keys = signing_keys::delete_retired(conn, keys_dead)?;
            let failures = login_throttles::delete_old(conn, now())?;
            let tokens = sessions::delete_expired_tokens(conn, now())?;
            Ok::<_, Error>(keys + failures + tokens)
        })
        .await?;
    loop {
        let sessions = state
            .db
            .run(|conn| conn.write(|c| sessions::delete_old(c, now(), PIECE)).map_err(Error::from))
            .await?;
        let records = state
            .db
            .run(move |conn| {
                audit_log::delete_before(conn, records_old, PIECE).map_err(Error::from)
            })
            .await?;
        if sessions + records == 0 {
            return Ok(rows);
        }
        rows += sessions + records;
    }
}
