//! Who calls a service: a sibling with a token, on behalf of a user.

use super::Refusal;
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use oms_clients::token::{Claims, Signer};
use oms_contracts::{
    ErrorCode, ServiceName,
    service::{headers, paths},
};
use oms_model::actor::Actor;
use std::future::{Ready, ready};

/// Who may talk to a service.
#[derive(Debug, Clone)]
pub enum Access {
    /// Siblings that sign their calls.
    Signed(Signer),
    /// Anybody: the service authenticates by itself. Only the gateway.
    Public,
}

/// What the guard has to know.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    pub service: ServiceName,
    pub access: Access,
}

/// Health, metrics and the description tell nothing that has to be kept.
pub(super) const OPEN: [&str; 4] = [paths::HEALTHZ, paths::READYZ, paths::METRICS, paths::OPENAPI];

pub(super) async fn middleware<B: MessageBody + 'static>(
    guard: Data<Guard>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if let Access::Signed(signer) = &guard.access
        && !OPEN.contains(&request.path())
    {
        match claims(signer, guard.service, &request) {
            Ok(claims) => drop(request.extensions_mut().insert(claims)),
            Err(refusal) => {
                let answer = HttpResponse::from_error(refusal).map_into_right_body();
                return Ok(request.into_response(answer));
            }
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn claims(
    signer: &Signer,
    service: ServiceName,
    request: &ServiceRequest,
) -> Result<Claims, Refusal> {
    let unsigned =
        |what| Refusal::new(ErrorCode::UnsignedCall, format!("the call to {service} {what}"));
    let header =
        request.headers().get(headers::INTERNAL_TOKEN).ok_or_else(|| unsigned("is not signed"))?;
    let token = header.to_str().map_err(|_| unsigned("is not signed"))?;
    signer.verify(service, token).map_err(|_| unsigned("has no valid signature"))
}

/// The service that calls.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub ServiceName);

impl FromRequest for Caller {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Claims>().map(|claims| Self(claims.iss));
        let missing = || Refusal::new(ErrorCode::UnsignedCall, "the call is not signed");
        ready(caller.ok_or_else(missing))
    }
}

/// The user on whose behalf a sibling calls.
#[derive(Debug, Clone)]
pub struct Acting(pub Actor);

impl FromRequest for Acting {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let actor = request.extensions().get::<Claims>().and_then(|claims| claims.act.clone());
        let missing =
            || Refusal::new(ErrorCode::UnsignedCall, "the call names nobody it is made for");
        ready(actor.map(Self).ok_or_else(missing))
    }
}
