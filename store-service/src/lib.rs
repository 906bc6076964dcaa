//! Store service: captures the change log of a source durably and serves it by `Seq`.
//!
//! The parts stand where every service has them: `domain` (pure), `ops` (one use case a file),
//! `repo` (one table a file), `api` (one resource a file). Beside them `runner` runs the stores,
//! `gather` makes transactions of what a source says, and `log` keeps them.

pub mod api;
pub mod app;
pub mod domain;
pub mod error;
pub mod gather;
pub mod log;
pub mod ops;
pub mod repo;
pub mod runner;
pub mod settings;

pub use app::{start, start_with};
pub use error::Error;
pub use settings::Settings;
