//! Gateway: who calls, what they may do, the audit log, rate limits, and the relay of the public
//! API to the services behind it.
//!
//! The parts stand where every service has them: `domain` (pure), `ops` (one use case a file),
//! `repo` (one table a file), `api` (one resource a file).

pub mod api;
pub mod app;
pub mod domain;
pub mod error;
pub mod ops;
pub mod repo;
pub mod settings;

pub use app::start;
pub use error::Error;
pub use settings::Settings;
