//! Project service: data sources, labels, projects and their selections of objects; later the
//! orchestrator. It observes the workers and is never called by them.
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
