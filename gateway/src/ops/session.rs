//! Opening a session, and telling it.

use crate::{
    AppState, Error,
    domain::{
        session::{Session, SessionId},
        user::User,
    },
    repo::sessions,
};
use chrono::DateTime;
use oms_chassis::{Conn, secrets};
use oms_contracts::gateway::auth::SessionView;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long things of a session last, from a moment on.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    pub refresh: Duration,
    pub session: Duration,
}

impl AppState {
    pub fn session_lifetimes(&self) -> Lifetimes {
        Lifetimes { refresh: self.lifetimes.refresh(), session: self.lifetimes.session() }
    }
}

/// What a caller presents is looked up by its digest; whoever reads the table learns no token.
pub fn digest(refresh_token: &str) -> String {
    let digest = Sha256::digest(refresh_token);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a session with its first refresh token.
pub fn open(
    conn: &mut Conn,
    user: &User,
    lifetimes: Lifetimes,
    now: i64,
) -> Result<(SessionId, SecretString), Error> {
    let id = SessionId::from_entropy(secrets::entropy());
    let expires_at = after(now, lifetimes.session);
    sessions::insert(conn, &id, &user.id, now, expires_at)?;
    let token = add_refresh_token(conn, &id, after(now, lifetimes.refresh).min(expires_at))?;
    Ok((id, token))
}

/// Gives a session its next refresh token.
pub fn add_refresh_token(
    conn: &mut Conn,
    session: &SessionId,
    expires_at: i64,
) -> Result<SecretString, Error> {
    let token = secrets::random_secret();
    sessions::insert_refresh_token(conn, &digest(token.expose_secret()), session, expires_at)?;
    Ok(token)
}

pub fn after(now: i64, span: Duration) -> i64 {
    now.saturating_add_unsigned(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

/// Signs an access token for a session and tells both tokens.
pub async fn tell(
    state: &AppState,
    (user, department): (User, String),
    (id, refresh_token): (SessionId, SecretString),
    now: i64,
) -> Result<SessionView, Error> {
    let session = Session {
        id,
        actor: user.actor(),
        must_change: user.password.must_change,
        password_expires_at: user.password_expires_at(state.password_validity),
    };
    let access_token = state.tokens.sign(&session, now).await?;
    let expires = DateTime::from_timestamp_millis(session.password_expires_at);
    Ok(SessionView {
        access_token: access_token.into(),
        refresh_token: refresh_token.into(),
        token_type: "Bearer".to_owned(),
        expires_in: state.lifetimes.access_ttl_seconds,
        password_change_required: session.password_change_required(now),
        password_expires_at: expires.unwrap_or(DateTime::<chrono::Utc>::MAX_UTC),
        user: user.view(department, state.password_validity, now),
    })
}
