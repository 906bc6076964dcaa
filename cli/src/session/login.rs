//! Using a session: the client of its gateway, with tokens that are renewed in time.

use super::{Profile, Sessions, file::Tokens};
use crate::fault::{Code, Fault};
use chrono::{DateTime, TimeDelta, Utc};
use oms_clients::{
    ClientError,
    gateway::{GatewayClient, Renewal},
};
use oms_contracts::{ErrorCode, Secret};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Longer than anything the gateway waits for itself.
const DEADLINE: Duration = Duration::from_secs(40);
/// A token this close to its end is renewed first.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// A client that is nobody yet.
pub fn client(url: &Url) -> Result<GatewayClient, Fault> {
    GatewayClient::new(url.clone(), DEADLINE)
        .map_err(|error| Fault::from_error(Code::Runtime, &error))
}

/// A client that acts for whoever is logged in under the profile.
pub async fn opened(sessions: &Sessions, name: &str) -> Result<GatewayClient, Fault> {
    let profile = sessions.find(name)?.ok_or_else(|| not_logged_in(name))?;
    let tokens = profile.tokens.as_ref().ok_or_else(|| not_logged_in(name))?;
    let access = if is_fresh(tokens, Utc::now()) {
        tokens.access.clone()
    } else {
        renewed(sessions, name, &tokens.access).await?
    };
    let bearer = client(&profile.url)?.with_token(access.into_inner());
    Ok(bearer.with_renewal(renewal(sessions.clone(), name.to_owned())))
}

/// Exchanges the refresh token, unless another command did so after `stale` was read.
pub async fn renewed(sessions: &Sessions, name: &str, stale: &Secret) -> Result<Secret, Fault> {
    let held = sessions.hold()?;
    let profile = held.find(name)?.ok_or_else(|| not_logged_in(name))?;
    let tokens = profile.tokens.clone().ok_or_else(|| not_logged_in(name))?;
    if tokens.access.expose() != stale.expose() && is_fresh(&tokens, Utc::now()) {
        return Ok(tokens.access);
    }
    match client(&profile.url)?.refresh(tokens.refresh).await {
        Ok(session) => {
            let profile = Profile::new(profile.url, &session, Utc::now());
            held.put(name, profile)?;
            Ok(session.access_token)
        }
        Err(error) => {
            // The session is over for good; what is left of it would only be refused again.
            if is_over(&error) {
                held.put(name, profile.without_tokens())?;
            }
            Err(error.into())
        }
    }
}

fn renewal(sessions: Sessions, name: String) -> Renewal {
    let shared = Arc::new((sessions, name));
    Box::new(move |stale| {
        let shared = shared.clone();
        Box::pin(async move {
            let (sessions, name) = &*shared;
            renewed(sessions, name, &stale.into()).await.ok().map(Secret::into_inner)
        })
    })
}

fn is_fresh(tokens: &Tokens, now: DateTime<Utc>) -> bool {
    tokens.access_expires_at - now > MARGIN
}

fn is_over(error: &ClientError) -> bool {
    let ClientError::Refused { problem, .. } = error else { return false };
    matches!(
        problem.code,
        ErrorCode::RefreshInvalid
            | ErrorCode::RefreshReused
            | ErrorCode::UserDisabled
            | ErrorCode::Unauthenticated
    )
}

fn not_logged_in(profile: &str) -> Fault {
    match profile {
        super::DEFAULT_PROFILE => Fault::new(Code::NotLoggedIn, "you are not logged in"),
        name => Fault::new(Code::NotLoggedIn, format!("the profile {name} is not logged in"))
            .advise(format!("log in first: oms login --profile {name}")),
    }
}
