//! What travels with a request from hop to hop: its id and the trace context.
//!
//! The server side opens a scope for the request it serves; every call made inside the scope
//! carries the same id, so one id finds the whole story in all logs.

use oms_contracts::service::headers;
use opentelemetry::propagation::Injector;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::future::Future;
use tracing_opentelemetry::OpenTelemetrySpanExt;

tokio::task_local! {
    static REQUEST_ID: String;
}

const LONGEST_ID: usize = 64;

/// Runs `work` as the request `id`.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    REQUEST_ID.scope(id, work).await
}

/// The id of the request being served, if there is one.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// A fresh id; ids sort by time.
pub fn new_request_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// A caller's own id is kept when it cannot garble a log line or a header.
pub fn acceptable_id(id: &str) -> bool {
    (8..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Writes request id and W3C trace context of the present scope into outgoing headers.
pub(crate) fn inject(headers: &mut HeaderMap) {
    let id = request_id().unwrap_or_else(new_request_id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(headers::REQUEST_ID), value);
    }
    let context = tracing::Span::current().context();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut Headers(headers));
    });
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(key.as_bytes()), HeaderValue::from_str(&value))
        {
            self.0.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_garble_a_log_are_not_accepted() {
        assert!(acceptable_id(&new_request_id()));
        for bad in ["", "short", "has blank in it", "line\nbreak-line", "ünïcödé-ünïcödé"] {
            assert!(!acceptable_id(bad), "{bad:?}");
        }
        assert!(!acceptable_id(&"x".repeat(65)));
    }

    #[tokio::test]
    async fn the_id_is_known_inside_the_scope_only() {
        let inside = scope("request-1".into(), async { request_id() }).await;
        assert_eq!(inside.as_deref(), Some("request-1"));
        assert_eq!(request_id(), None);
    }
}
