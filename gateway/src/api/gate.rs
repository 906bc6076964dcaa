//! The way in: every call under `/api/v1` passes here, before any handler and any body.
//!
//! In this order: the call must exist; the caller is authenticated; requests are counted, also
//! those that were refused already; a password that has to be changed comes first; the role must
//! have the right; what changes something is recorded; then it is done, and how it ended is
//! recorded too.
//!
//! Of what is refused here, the audit log has what a known caller must not do. It has neither
//! strangers nor those who are told to wait: they could fill it as fast as they can call.

use super::{
    admitted::{Admitted, Note, call},
    protect::{self, Cors},
    to_its_end::to_its_end,
};
use crate::{
    AppState, Error,
    access::{Caller, Wait},
    domain::{
        address,
        audit::{Object, Outcome, Who},
        route::{self, Need, Verb},
    },
    ops::audit::{self, Pending},
};
use actix_web::{
    HttpMessage, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header::AUTHORIZATION},
    middleware::Next,
    web::Data,
};
use oms_chassis::{Coded, http::Refusal};
use oms_contracts::{ErrorCode, gateway::audit::AuditResult};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

pub async fn gate<B: MessageBody + 'static>(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let cors = Cors::of(&request, &state.origins);
    if let Some(answer) = cors.preflight(&request) {
        return Ok(request.into_response(answer).map_into_right_body());
    }
    let mut response = match let_in(&state, &request).await {
        Ok((admitted, pending)) => {
            request.extensions_mut().insert(admitted);
            made(&state, pending, request, next).await?.map_into_left_body()
        }
        Err(error) => request.into_response(HttpResponse::from_error(error)).map_into_right_body(),
    };
    let status = response.status();
    protect::answer(response.headers_mut(), status);
    cors.allow(response.headers_mut());
    Ok(response)
}

/// Lets a request in, with a record begun where it changes something, or says why not.
async fn let_in(
    state: &AppState,
    request: &ServiceRequest,
) -> Result<(Admitted, Option<Pending>), Error> {
    let admitted = admit(state, request).await?;
    let allowed = allow(&admitted);
    let (Some(act), Some(caller)) = (admitted.matched.route.act, &admitted.caller) else {
        return allowed.map(|()| (admitted, None));
    };
    let who = Who::from(&caller.session.actor);
    let object = Object::of(admitted.matched.object.as_deref(), None);
    let call = call(request.request(), admitted.address);
    match allowed {
        Ok(()) => {
            let pending = audit::begin(&state.db, who, act, object, call).await?;
            Ok((admitted, Some(pending)))
        }
        Err(refusal) => {
            audit::refused(&state.db, (who, act), object, call, refusal.code()).await;
            Err(refusal)
        }
    }
}

/// Finds out which call it is and who makes it, and counts it.
async fn admit(state: &AppState, request: &ServiceRequest) -> Result<Admitted, Error> {
    let address = client_address(state, request);
    let matched = match route::find(verb(request.method()), request.uri().path()) {
        Ok(matched) => matched,
        Err(error) => {
            // Searching for paths is not free either, whoever does it.
            state.limits.address(address.into()).map_err(limited)?;
            return Err(error.into());
        }
    };
    if matched.route.need == Need::Nothing {
        state.limits.address(address.into()).map_err(limited)?;
        return Ok(Admitted { matched, caller: None, address });
    }
    let caller = match authenticate(state, request).await {
        Ok(caller) => caller,
        Err(error) => {
            // Whoever has no valid token is counted by address: trying tokens is not free.
            state.limits.address(address.into()).map_err(limited)?;
            return Err(error);
        }
    };
    state.limits.user(caller.limit_key).map_err(limited)?;
    Ok(Admitted { matched, caller: Some(caller), address })
}

/// Whether the caller may make the call.
fn allow(Admitted { matched, caller, .. }: &Admitted) -> Result<(), Error> {
    let Some(caller) = caller else { return Ok(()) };
    let need = matched.route.need;
    let now = chrono::Utc::now().timestamp_millis();
    if need != Need::LoginEvenWithOldPassword && caller.session.password_change_required(now) {
        return Err(Error::PasswordChangeRequired);
    }
    if !need.is_met_by(&caller.session.actor) {
        return Err(Error::Forbidden("your role does not have the right to do that"));
    }
    Ok(())
}

fn limited(Wait(seconds): Wait) -> Error {
    Error::RateLimited { seconds }
}

async fn authenticate(state: &AppState, request: &ServiceRequest) -> Result<Arc<Caller>, Error> {
    let header = request.headers().get(AUTHORIZATION).ok_or(Error::Unauthenticated)?;
    let text = header.to_str().map_err(|_| Error::Unauthenticated)?;
    let (scheme, token) = text.split_once(' ').ok_or(Error::Unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::Unauthenticated);
    }
    Ok(state.sessions.caller(token.trim()).await?)
}

fn verb(method: &Method) -> Option<Verb> {
    method.as_str().parse().ok()
}

/// Where the call comes from. A connection without an address is a local one.
fn client_address(state: &AppState, request: &ServiceRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |addr| addr.ip());
    if state.proxies.is_empty() {
        return peer.to_canonical();
    }
    // A proxy may append a header of its own instead of a part to the one that is there.
    let hops: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let forwarded = (!hops.is_empty()).then(|| hops.join(","));
    address::client(peer, forwarded.as_deref(), &state.proxies)
}

/// Makes the call. Where a record was begun it is completed, whoever still waits for the answer.
async fn made<B: MessageBody + 'static>(
    state: &AppState,
    pending: Option<Pending>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let Some(pending) = pending else { return next.call(request).await };
    let db = state.db.clone();
    to_its_end(async move {
        let answered = next.call(request).await;
        audit::finish(&db, pending, outcome(&answered)).await;
        answered
    })
    .await?
}

/// How a call ended, by its answer and by what the handler noted.
fn outcome<B>(answered: &Result<ServiceResponse<B>, actix_web::Error>) -> Outcome {
    let response = match answered {
        Ok(response) => response,
        Err(error) => return Outcome::failed(code_of(error)),
    };
    let note = response.request().extensions().get::<Note>().cloned().unwrap_or_default();
    let status = response.status();
    let ended = if status.is_client_error() || status.is_server_error() {
        let own = response.response().error().map_or(ErrorCode::Internal, code_of);
        let code = note.code.unwrap_or_else(|| own.as_str().to_owned());
        Outcome { code: Some(code), ..Outcome::failed(own) }
    } else {
        Outcome::success()
    };
    let result: AuditResult = note.result.unwrap_or(ended.result);
    Outcome { object: note.object, result, ..ended }
}

fn code_of(error: &actix_web::Error) -> ErrorCode {
    let own = error.as_error::<Error>().map(Coded::code);
    own.or_else(|| error.as_error::<Refusal>().map(Coded::code)).unwrap_or(ErrorCode::Internal)
}
