//! Gateway: who calls, what they may do, the audit log, rate limits, and the relay of the public
//! API to the services behind it.
//!
//! The parts stand where every service has them: `domain` (pure), `ops` (one use case a file),
//! `repo` (one table a file), `api` (one resource a file). `access` is what the gateway has
//! besides: hashing, tokens, the cache of sessions, rate limits.

pub mod access;
pub mod api;
pub mod app;
pub mod domain;
pub mod error;
pub mod ops;
pub mod repo;
pub mod settings;
mod state;

pub use app::{Started, start};
pub use error::Error;
pub use settings::Settings;
pub use state::AppState;
