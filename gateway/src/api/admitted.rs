//! What the gate knows of a request it let through, and what handlers tell it in turn.

use crate::{
    Error,
    access::Caller,
    domain::{
        address::Origin,
        audit::{Call, Object},
        route::Matched,
        session::Session,
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use oms_chassis::http::{Etag, Refusal};
use oms_contracts::gateway::audit::AuditResult;
use oms_model::actor::Actor;
use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::Arc,
};

/// A request that may go on.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub matched: Matched,
    /// Nobody for calls that are open.
    pub caller: Option<Arc<Caller>>,
    pub address: IpAddr,
}

/// Whoever is logged in.
#[derive(Debug, Clone)]
pub struct LoggedIn(Arc<Caller>);

impl LoggedIn {
    pub fn actor(&self) -> &Actor {
        &self.0.session.actor
    }

    pub fn session(&self) -> &Session {
        &self.0.session
    }
}

impl FromRequest for LoggedIn {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller =
            request.extensions().get::<Admitted>().and_then(|admitted| admitted.caller.clone());
        ready(caller.map(Self).ok_or(Error::Unauthenticated))
    }
}

/// Where a request comes from, and how the logs name it.
#[derive(Debug, Clone)]
pub struct Whence {
    pub origin: Origin,
    pub call: Call,
}

impl FromRequest for Whence {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let address = request.extensions().get::<Admitted>().map(|admitted| admitted.address);
        let whence =
            address.map(|address| Self { origin: address.into(), call: call(request, address) });
        ready(whence.ok_or(Error::Unauthenticated))
    }
}

/// A request as the audit log names it.
pub fn call(request: &HttpRequest, address: IpAddr) -> Call {
    let id = oms_clients::hop::request_id().unwrap_or_default();
    Call::new(request.method().as_str(), request.uri().path(), id, address.to_string())
}

/// What a handler knows for the audit log that the path did not tell.
#[derive(Debug, Clone, Default)]
pub struct Note {
    pub object: Object,
    /// The code of a refusal that another service made.
    pub code: Option<String>,
    /// The result, where the status does not tell it.
    pub result: Option<AuditResult>,
}

impl Note {
    pub fn about(request: &HttpRequest, id: impl AsRef<str>, name: impl AsRef<str>) {
        let object = Object::of(Some(id.as_ref()), Some(name.as_ref()));
        Self { object, ..Self::default() }.leave(request);
    }

    pub fn leave(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }
}

/// The revision that an edit was made from, where the caller says it.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(actix_web::http::header::IF_MATCH) {
            return ready(Ok(Self(None)));
        }
        let etag = Etag::from_request(request, payload).into_inner();
        ready(etag.map(|etag| Self(Some(etag.0))))
    }
}
