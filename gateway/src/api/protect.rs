//! Headers that keep browsers from doing harm with our answers, and those that let pages of
//! chosen other origins use the API.

use actix_web::{
    HttpResponse,
    dev::ServiceRequest,
    http::{
        Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap,
            HeaderValue, ORIGIN, REFERRER_POLICY, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
            X_FRAME_OPTIONS,
        },
    },
};

/// For every answer of the API: data, never a page, and never kept.
pub fn answer(headers: &mut HeaderMap, status: StatusCode) {
    common(headers);
    set(headers, CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(headers, CACHE_CONTROL, "no-store");
    if status == StatusCode::UNAUTHORIZED {
        set(headers, WWW_AUTHENTICATE, "Bearer");
    }
}

/// For the pages of the documentation, which load what they need from here and nothing else.
pub fn page(headers: &mut HeaderMap) {
    common(headers);
    set(
        headers,
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
}

fn common(headers: &mut HeaderMap) {
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, X_FRAME_OPTIONS, "DENY");
    set(headers, REFERRER_POLICY, "no-referrer");
}

fn set(headers: &mut HeaderMap, name: actix_web::http::header::HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// What a page of another origin may do. Only listed origins are answered at all, and cookies
/// play no part: a page needs a token of its own.
#[derive(Debug)]
pub struct Cors {
    /// The caller's origin, where it is a listed one.
    origin: Option<HeaderValue>,
    /// Whether answers differ by origin, which caches have to know.
    varies: bool,
}

const PREFLIGHT_SECONDS: &str = "600";

impl Cors {
    pub fn of(request: &ServiceRequest, origins: &[String]) -> Self {
        let given = request.headers().get(ORIGIN);
        let listed =
            given.filter(|origin| origins.iter().any(|o| o.as_bytes() == origin.as_bytes()));
        Self { origin: listed.cloned(), varies: !origins.is_empty() }
    }

    /// The answer to a browser that asks first.
    pub fn preflight(&self, request: &ServiceRequest) -> Option<HttpResponse> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.origin.is_none() {
            return None;
        }
        let mut answer = HttpResponse::NoContent().finish();
        let headers = answer.headers_mut();
        set(headers, ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE");
        set(
            headers,
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, if-match, x-request-id",
        );
        set(headers, ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        self.allow(headers);
        Some(answer)
    }

    /// Lets the page read the answer.
    pub fn allow(&self, headers: &mut HeaderMap) {
        if self.varies {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = &self.origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            set(
                headers,
                ACCESS_CONTROL_EXPOSE_HEADERS,
                "etag, retry-after, content-disposition, x-request-id",
            );
        }
    }
}
