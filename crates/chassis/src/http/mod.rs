//! The HTTP side of a service: server, middleware, extractors, and errors to [`Problem`]s.
//!
//! [`Problem`]: oms_contracts::Problem

mod caller;
mod common;
mod extract;
mod hop;
mod late;
mod reply;
mod server;

pub use caller::{Access, Acting, Caller};
pub use extract::{Body, Etag, Params, Query};
pub use hop::RequestId;
pub use reply::{Coded, Refusal, problem};
pub use server::{Routes, Running, ServeError, ServiceParts, serve};
