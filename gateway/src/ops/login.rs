//! Logging in with account and password.

use super::{audit, now, session, throttle::Subjects};
use crate::{
    AppState, Error,
    access::Slot,
    domain::{
        address::Origin,
        audit::{Call, Object, Outcome, Who},
        route::Act,
        user::User,
    },
    repo::{RepoError, users},
};
use oms_chassis::Coded;
use oms_contracts::gateway::{
    audit::{AuditOperation, AuditRisk, AuditTarget},
    auth::{LoginRequest, SessionView},
};

const LOGON: Act =
    Act { target: AuditTarget::Logon, operation: AuditOperation::Logon, risk: AuditRisk::Low };

/// Logs somebody in.
///
/// Whoever has to wait is refused before a password is looked at, and leaves no record: the
/// failures that led to it did. The question is asked again once a hash may be computed, so
/// that no more guesses slip through together than there are slots.
pub async fn login(
    state: &AppState,
    request: LoginRequest,
    origin: Origin,
    call: Call,
) -> Result<SessionView, Error> {
    let subjects = Subjects::new(&request.account, origin, state.tolerance);
    subjects.may_try(&state.db).await?;
    let slot = state.hasher.slot().await?;
    subjects.may_try(&state.db).await?;
    let who = Who::claimed(&request.account);
    let pending = audit::begin(&state.db, who, LOGON, Object::default(), call).await?;
    let result = attempt(state, request, &subjects, slot).await;
    let outcome = match &result {
        Ok((user, _)) => Outcome::success().by(Who::from(&user.actor())),
        Err((error, user)) => {
            let outcome = Outcome::failed(error.code());
            match user {
                Some(user) => outcome.by(Who::from(&user.actor())),
                None => outcome,
            }
        }
    };
    audit::finish(&state.db, pending, outcome).await;
    result.map(|(_, view)| view).map_err(|(error, _)| error)
}

/// One try: the session, or why there is none and whom it was about.
async fn attempt(
    state: &AppState,
    request: LoginRequest,
    subjects: &Subjects,
    slot: Slot,
) -> Result<(User, SessionView), (Error, Option<User>)> {
    let nobody = |error: Error| (error, None);
    let account = request.account;
    let found = state
        .db
        .run(move |conn| users::find_by_account(conn, &account).map_err(Error::from))
        .await
        .map_err(nobody)?;
    let hash = found.as_ref().map(|(user, _)| user.password.hash.clone());
    let verified = slot.verify(request.password.into_inner(), hash).await;
    let (slot, fits) = verified.map_err(|error| nobody(error.into()))?;
    let (user, department) = match found {
        Some(found) if fits => found,
        found => {
            subjects.failed(&state.db).await.map_err(nobody)?;
            return Err((Error::WrongCredentials, found.map(|(user, _)| user)));
        }
    };
    drop(slot);
    if user.disabled {
        return Err((Error::UserDisabled, Some(user)));
    }
    match open(state, (user.clone(), department), subjects).await {
        Ok(view) => Ok((user, view)),
        Err(error) => Err((error, Some(user))),
    }
}

async fn open(
    state: &AppState,
    (mut user, department): (User, String),
    subjects: &Subjects,
) -> Result<SessionView, Error> {
    let (lifetimes, now) = (state.session_lifetimes(), now());
    user.last_login_at = Some(now);
    let (subjects, who) = (subjects.clone(), user.clone());
    let opened = state
        .db
        .run(move |conn| {
            conn.write(|conn| {
                subjects.succeeded(conn)?;
                users::set_last_login(conn, &who.id, now)?;
                session::open(conn, &who, lifetimes, now)
            })
        })
        .await;
    match opened {
        Ok(opened) => session::tell(state, (user, department), opened, now).await,
        // The user was deleted while the password was checked.
        Err(Error::Repo(RepoError::Torn(_))) => Err(Error::WrongCredentials),
        Err(error) => Err(error),
    }
}
