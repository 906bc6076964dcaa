//! A failure becomes a `Problem`: one shape, one place.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::ALLOW},
};
use oms_clients::hop;
use oms_contracts::{Detail, ErrorCode, Problem, Retry, service::headers};

/// An error that knows its code of the catalogue.
pub trait Coded: std::error::Error {
    fn code(&self) -> ErrorCode;

    /// The single faults, where there are several.
    fn details(&self) -> Vec<Detail> {
        Vec::new()
    }

    /// When to come back, for codes that say so.
    fn retry_after_seconds(&self) -> Option<u64> {
        None
    }

    /// The methods a path has, for the refusal of another.
    fn allow(&self) -> Option<String> {
        None
    }

    /// The request it belongs to, for errors that are answered after their scope has ended.
    fn request_id(&self) -> Option<String> {
        hop::request_id()
    }
}

/// Makes a service's error enum the error of its handlers.
#[macro_export]
macro_rules! answers_with_problems {
    ($error:ty) => {
        impl ::actix_web::ResponseError for $error {
            fn status_code(&self) -> ::actix_web::http::StatusCode {
                $crate::http::problem(self).status()
            }
            fn error_response(&self) -> ::actix_web::HttpResponse {
                $crate::http::problem(self)
            }
        }
    };
}

/// Logs failures that are ours with their whole chain: as errors when somebody has to look, as
/// warnings when they may pass.
fn log(error: &(impl Coded + ?Sized), code: ErrorCode) {
    if code.status() >= 500 && code.retry() == Retry::Soon || code == ErrorCode::NotAvailableYet {
        tracing::warn!(code = code.as_str(), error = %chain(error), "request not served");
    } else if code.status() >= 500 {
        tracing::error!(code = code.as_str(), error = %chain(error), "request failed");
    } else {
        tracing::debug!(code = code.as_str(), error = %chain(error), "request refused");
    }
}

/// The answer for a failure, which is logged here, once.
pub fn problem(error: &(impl Coded + ?Sized)) -> HttpResponse {
    let code = error.code();
    log(error, code);
    let request_id = error.request_id().unwrap_or_default();
    let mut answer = HttpResponse::build(status(code));
    answer.insert_header((headers::REQUEST_ID, request_id.as_str()));
    if let Some(seconds) = error.retry_after_seconds() {
        answer.insert_header(("retry-after", seconds.to_string()));
    }
    if let Some(methods) = error.allow() {
        answer.insert_header((ALLOW, methods));
    }
    answer.json(Problem {
        code,
        message: error.to_string(),
        advice: code.advice().into(),
        request_id,
        details: error.details(),
    })
}

fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).expect("the catalogue holds valid statuses")
}

/// An error with its causes, outermost first.
fn chain(error: &(impl std::error::Error + ?Sized)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// A refusal that the chassis itself makes, before a service's own code runs.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    code: ErrorCode,
    message: String,
    details: Vec<Detail>,
    allow: Option<String>,
    request_id: Option<String>,
}

impl Refusal {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let request_id = hop::request_id();
        Self { code, message: message.into(), details: Vec::new(), allow: None, request_id }
    }

    pub fn with_details(self, details: Vec<Detail>) -> Self {
        Self { details, ..self }
    }

    pub(super) fn allowing(self, methods: Option<String>) -> Self {
        Self { allow: methods, ..self }
    }
}

impl Coded for Refusal {
    fn code(&self) -> ErrorCode {
        self.code
    }
    fn details(&self) -> Vec<Detail> {
        self.details.clone()
    }
    fn allow(&self) -> Option<String> {
        self.allow.clone()
    }
    fn request_id(&self) -> Option<String> {
        self.request_id.clone().or_else(hop::request_id)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.code)
    }
    fn error_response(&self) -> HttpResponse {
        problem(self)
    }
}
