//! Staying logged in: a refresh token buys the next pair of tokens, once.
//!
//! A token that comes a second time was copied. Nobody can tell the owner from the thief, so the
//! whole session ends for both.

use super::{audit, now, session};
use crate::{
    AppState, Error,
    domain::{
        audit::{Call, Object, Outcome, Who},
        route::Act,
        session::SessionId,
        user::User,
    },
    repo::{
        sessions::{self, Redeemed},
        users,
    },
};
use oms_chassis::Conn;
use oms_contracts::{
    ErrorCode,
    gateway::{
        audit::{AuditOperation, AuditRisk, AuditTarget},
        auth::{RefreshRequest, SessionView},
    },
};
use secrecy::SecretString;
use std::time::Duration;

const REFRESH: Act =
    Act { target: AuditTarget::Logon, operation: AuditOperation::Other, risk: AuditRisk::Low };
const REUSE: Act =
    Act { target: AuditTarget::Logon, operation: AuditOperation::Other, risk: AuditRisk::Critical };

enum Refreshed {
    Yes { user: Box<(User, String)>, session: SessionId, token: SecretString },
    Reused(SessionId),
    No,
}

pub async fn refresh(
    state: &AppState,
    request: &RefreshRequest,
    call: Call,
) -> Result<SessionView, Error> {
    let hash = session::digest(request.refresh_token.expose());
    let (lifetime, now) = (state.lifetimes.refresh(), now());
    let exchange = move |conn: &mut Conn| {
        // What is found out must last, also when it is bad news: so it is no error in here.
        conn.write(|conn| exchange(conn, &hash, lifetime, call, now))
    };
    match state.db.run(exchange).await? {
        Refreshed::Yes { user, session, token } => {
            session::tell(state, *user, (session, token), now).await
        }
        Refreshed::Reused(session) => {
            state.sessions.forget_session(&session);
            Err(Error::RefreshReused)
        }
        Refreshed::No => Err(Error::RefreshInvalid),
    }
}

fn exchange(
    conn: &mut Conn,
    hash: &str,
    lifetime: Duration,
    call: Call,
    now: i64,
) -> Result<Refreshed, Error> {
    let id = match sessions::redeem(conn, hash, now)? {
        Redeemed::First(id) => id,
        Redeemed::Again(id) => {
            end_family(conn, &id, call, now)?;
            return Ok(Refreshed::Reused(id));
        }
        Redeemed::Unknown => return Ok(Refreshed::No),
    };
    let live = sessions::standing(conn, &id)?
        .filter(|found| found.ended_at.is_none() && !found.disabled && now < found.expires_at);
    let Some(standing) = live else { return Ok(Refreshed::No) };
    let Some(user) = users::find_named(conn, &standing.actor.user)? else {
        return Ok(Refreshed::No);
    };
    let expires_at = session::after(now, lifetime).min(standing.expires_at);
    let token = session::add_refresh_token(conn, &id, expires_at)?;
    let (who, object) = (Who::from(&standing.actor), Object::of(Some(id.as_str()), None));
    audit::record(conn, (who, REFRESH), object, call, &Outcome::success())?;
    Ok(Refreshed::Yes { user: Box::new(user), session: id, token })
}

/// Ends the session and records why, both or neither. Ending it twice is no second theft.
fn end_family(conn: &mut Conn, id: &SessionId, call: Call, now: i64) -> Result<(), Error> {
    let Some(standing) = sessions::standing(conn, id)?.filter(|found| found.ended_at.is_none())
    else {
        return Ok(());
    };
    sessions::end(conn, id, now)?;
    let who = Who::from(&standing.actor);
    let outcome = Outcome::failed(ErrorCode::RefreshReused);
    audit::record(conn, (who, REUSE), Object::of(Some(id.as_str()), None), call, &outcome)
}
