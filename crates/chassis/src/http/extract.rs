//! Reading requests: bodies, queries, path parameters and ETags, with errors that name the place.

use super::Refusal;
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH},
    web::{Bytes, Path},
};
use futures::future::LocalBoxFuture;
use oms_contracts::ErrorCode;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = says_json(request);
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Refusal::new(
                    ErrorCode::UnsupportedMediaType,
                    "the body is not declared as application/json",
                ));
            }
            let bytes = bytes.await.map_err(|error| unreadable(&error))?;
            parse(&bytes).map(Self)
        })
    }
}

fn says_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unreadable(error: &actix_web::Error) -> Refusal {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => {
            Refusal::new(ErrorCode::BodyTooLarge, "the body is larger than this service accepts")
        }
        _ => Refusal::new(ErrorCode::MalformedBody, "the body could not be read to its end"),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Refusal::new(ErrorCode::BadEncoding, "the body is not UTF-8"));
    }
    let malformed = |message: String| Refusal::new(ErrorCode::MalformedBody, message);
    // serde takes a list for a struct, field by field: that is nobody's intention here.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(malformed("the body is a list where an object is expected".into()));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { String::new() } else { format!("{place}: ") };
        malformed(format!("{place}{}", error.inner()))
    })?;
    reader.end().map_err(|error| malformed(error.to_string()))?;
    Ok(value)
}

/// A query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Err(refusal) = readable(request.query_string()) {
            return ready(Err(refusal));
        }
        let read = actix_web::web::Query::<T>::from_query(request.query_string());
        ready(read.map(|query| Self(query.into_inner())).map_err(|error| {
            Refusal::new(ErrorCode::InvalidParameter, format!("in the query: {error}"))
        }))
    }
}

/// A database may cut a text at a NUL, and bytes that are no text would be replaced silently.
fn readable(query: &str) -> Result<(), Refusal> {
    for pair in query.split('&') {
        let decoded: Vec<u8> = url::form_urlencoded::parse(pair.as_bytes())
            .flat_map(|(key, value)| [key.into_owned(), value.into_owned()])
            .flat_map(String::into_bytes)
            .collect();
        // The replacement character is what the decoder makes of bytes that are not UTF-8.
        let text = String::from_utf8_lossy(&decoded);
        let replaced =
            text.contains('\u{fffd}') && !pair.to_ascii_uppercase().contains("%EF%BF%BD");
        if replaced {
            return Err(Refusal::new(ErrorCode::BadEncoding, "the query is not UTF-8"));
        }
        if text.contains('\0') {
            let message = "in the query: a NUL character is not allowed";
            return Err(Refusal::new(ErrorCode::InvalidParameter, message));
        }
    }
    Ok(())
}

/// Path parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = Path::<T>::from_request(request, payload).into_inner();
        ready(read.map(|path| Self(path.into_inner())).map_err(|error| {
            Refusal::new(ErrorCode::InvalidParameter, format!("in the path: {error}"))
        }))
    }
}

/// The revision of a resource, as its ETag; extracted from a required `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Etag(pub i64);

impl Etag {
    /// The header of an answer.
    pub fn header(self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&format!("\"{}\"", self.0)).expect("digits are ASCII");
        (ETAG, value)
    }
}

impl FromRequest for Etag {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(given) = request.headers().get(IF_MATCH) else {
            let missing = Refusal::new(ErrorCode::PreconditionRequired, "If-Match is missing");
            return ready(Err(missing));
        };
        let text = given.to_str().unwrap_or_default().trim();
        let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let revision = digits.and_then(|digits| digits.parse().ok());
        ready(revision.map(Self).ok_or_else(|| {
            Refusal::new(ErrorCode::InvalidParameter, "If-Match is not an ETag of this service")
        }))
    }
}
