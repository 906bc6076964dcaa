//! Calls that other services answer, handed on as they came and back as they are.

use super::admitted::{Admitted, LoggedIn, Note};
use crate::{
    AppState, Error,
    domain::{
        audit::Object,
        relay::ROUTES,
        route::{Matched, NoRoute},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    error::PayloadError,
    http::{
        StatusCode,
        header::{
            CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
            IF_MATCH, LOCATION, RETRY_AFTER,
        },
    },
    web::{self, Bytes, Data, ReqData},
};
use oms_clients::{ClientError, Relay, Relayed};
use oms_contracts::gateway::audit::AuditResult;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the paths of the table, so that metrics and traces know them by pattern. They are
/// described by the services that answer them.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    let patterns: BTreeSet<String> = ROUTES.iter().map(|route| pattern(route.pattern)).collect();
    for pattern in patterns {
        cfg.map(|cfg| cfg.service(web::resource(pattern.as_str()).to(relay)));
    }
}

/// A pattern of the table for a router that wants each placeholder to have a name of its own.
fn pattern(path: &str) -> String {
    let relative = path.strip_prefix("/api/v1").unwrap_or(path);
    relative.replacen("{name}", "{database}", 1).replacen("{name}", "{table}", 1)
}

async fn relay(
    state: Data<AppState>,
    caller: LoggedIn,
    admitted: ReqData<Admitted>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Error> {
    let Matched { route, .. } = &admitted.matched;
    let sibling = state.siblings.of(route.service).ok_or(NoRoute::Unknown)?;
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Error::BodyEncoded);
    }
    let body = body.map_err(|error| unreadable(&error))?;
    let header = |name: HeaderName| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let path = request.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string);
    let call = Relay {
        method: method(&request),
        path,
        content_type: header(CONTENT_TYPE),
        if_match: header(IF_MATCH),
        body,
    };
    let answered = sibling.peer.relay(call, caller.actor()).await;
    if route.act.is_some() {
        note(&answered).leave(&request);
    }
    Ok(answer(answered?))
}

/// The same method for the other HTTP crate.
fn method(request: &HttpRequest) -> reqwest::Method {
    reqwest::Method::from_bytes(request.method().as_str().as_bytes())
        .expect("the table holds methods that both know")
}

fn unreadable(error: &actix_web::Error) -> Error {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Error::BodyTooLarge,
        _ => Error::BodyCut,
    }
}

/// What a caller needs of an answer. Everything else is between the services.
const PASSED_ON: [HeaderName; 5] = [CONTENT_TYPE, ETAG, CONTENT_DISPOSITION, RETRY_AFTER, LOCATION];

fn answer(relayed: Relayed) -> HttpResponse {
    let status = StatusCode::from_u16(relayed.status.as_u16());
    let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::BAD_GATEWAY));
    for name in PASSED_ON {
        let value = relayed.headers.get(name.as_str());
        if let Some(value) = value.and_then(|v| HeaderValue::from_bytes(v.as_bytes()).ok()) {
            answer.insert_header((name, value));
        }
    }
    answer.body(relayed.body)
}

/// What the audit log learns from an answer. Only answers to calls that change something are
/// looked into, and those are small.
fn note(answered: &Result<Relayed, ClientError>) -> Note {
    #[derive(Default, Deserialize)]
    struct Thing {
        id: Option<String>,
        name: Option<String>,
    }
    #[derive(Deserialize)]
    struct Refused {
        code: String,
    }
    match answered {
        Ok(relayed) if relayed.status.is_success() => {
            let thing: Thing = serde_json::from_slice(&relayed.body).unwrap_or_default();
            let object = Object::of(thing.id.as_deref(), thing.name.as_deref());
            Note { object, ..Note::default() }
        }
        Ok(relayed) => {
            let refused = serde_json::from_slice::<Refused>(&relayed.body);
            Note { code: refused.ok().map(|refused| refused.code), ..Note::default() }
        }
        // Nothing was sent where there was no connection; anything else may have been done.
        Err(ClientError::Unreachable { source, .. }) if !source.is_connect() => {
            Note { result: Some(AuditResult::Unknown), ..Note::default() }
        }
        Err(_) => Note::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_one_path_have_different_names() {
        for route in ROUTES {
            let pattern = pattern(route.pattern);
            let names: Vec<&str> = pattern.split('/').filter(|part| part.contains('{')).collect();
            let different: BTreeSet<&&str> = names.iter().collect();
            assert_eq!(names.len(), different.len(), "{pattern}");
            assert!(!pattern.contains("{name}"), "{pattern}");
        }
    }
}
