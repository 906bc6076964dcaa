//! Sync service: moves schemas and rows, and applies changes, forward and reverse.
//!
//! The parts stand where every service has them: `domain` (pure), `ops` (one use case a file),
//! `repo` (one table a file), `api` (one resource a file). Beside them `runner` runs the tasks, each
//! by the driver of its kind; what has no driver is not available, and the service says so.

pub mod api;
pub mod app;
pub mod domain;
pub mod error;
pub mod ops;
pub mod repo;
pub mod runner;
pub mod settings;

pub use app::{start, start_with};
pub use error::Error;
pub use settings::Settings;
