//! The outermost middleware: request id, span, deadline, log line and metrics of a request.

use super::{Refusal, caller::OPEN, late};
use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use oms_clients::hop;
use oms_contracts::{ErrorCode, ServiceName, service::headers};
use opentelemetry::propagation::Extractor;
use std::time::{Duration, Instant};
use tracing::{Instrument, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The id of the request, for handlers.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What the middleware has to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct HopSettings {
    pub service: ServiceName,
    pub deadline: Duration,
}

const ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

pub(super) async fn middleware<B: MessageBody + 'static>(
    settings: Data<HopSettings>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let id = given_id(request.headers()).unwrap_or_else(hop::new_request_id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = span(&settings, &request, &id);
    let method = request.method().clone();
    if method == Method::HEAD && OPEN.contains(&request.path()) {
        // The server sends no body to whoever did not ask for one.
        request.head_mut().method = Method::GET;
    }

    let work = served(settings.deadline, request, next).instrument(span.clone());
    let mut result = hop::scope(id.clone(), work).await;

    let (status, route) = match &mut result {
        Ok(response) => {
            if let Ok(value) = HeaderValue::from_str(&id) {
                response.headers_mut().insert(ID, value);
            }
            (response.status(), response.request().match_pattern())
        }
        Err(error) => (error.as_response_error().status_code(), None),
    };
    // The pattern, not the path: its values are few.
    let route = route.unwrap_or_else(|| "none".into());
    let status = status.as_u16();
    span.record("http.route", route.as_str()).record("http.response.status_code", status);
    let seconds = started.elapsed().as_secs_f64();
    let labels = [
        ("service", settings.service.to_string()),
        ("method", method_label(&method)),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("oms_http_requests_total", &labels).increment(1);
    metrics::histogram!("oms_http_request_seconds", &labels[..3]).record(seconds);
    span.in_scope(|| {
        if method.is_safe() {
            tracing::debug!(status, ms = seconds * 1e3, "answered");
        } else {
            tracing::info!(status, ms = seconds * 1e3, "answered");
        }
    });
    result
}

/// Runs the request to its answer, but not for ever. The refusal is made inside the scope,
/// where the request id is known.
async fn served<B: MessageBody + 'static>(
    deadline: Duration,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let body = late::watch(&mut request);
    match tokio::time::timeout(deadline, next.call(request)).await {
        Ok(result) => result,
        Err(_) if body.is_awaited() => {
            Err(Refusal::new(ErrorCode::BodyLate, "the body did not come to its end in time")
                .into())
        }
        Err(_) => Err(Refusal::new(ErrorCode::TimedOut, "the request took too long").into()),
    }
}

/// Any word is a method to HTTP, and every label is kept: strangers must not choose them.
fn method_label(method: &Method) -> String {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let known = KNOWN.into_iter().find(|known| *known == method.as_str());
    known.unwrap_or("OTHER").to_owned()
}

fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(ID)?.to_str().ok()?;
    hop::acceptable_id(id).then(|| id.to_owned())
}

fn span(settings: &HopSettings, request: &ServiceRequest, id: &str) -> Span {
    let span = tracing::info_span!(
        "request",
        service = settings.service.as_ref(),
        request_id = id,
        http.request.method = request.method().as_str(),
        url.path = request.path(),
        http.route = Empty,
        http.response.status_code = Empty,
        trace_id = Empty,
    );
    let parent = opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.extract(&Headers(request.headers()))
    });
    // Fails only where no trace exporter is installed, and then there is nothing to link.
    if span.set_parent(parent).is_ok() {
        use opentelemetry::trace::TraceContextExt;
        let context = span.context();
        let trace = context.span().span_context().trace_id();
        if trace != opentelemetry::trace::TraceId::INVALID {
            span.record("trace_id", trace.to_string());
        }
    }
    span
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
