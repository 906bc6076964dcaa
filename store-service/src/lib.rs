//! Store service: captures the change log of a source durably and serves it by `Seq`.
//!
//! The parts stand where every service has them: `domain` (pure), `ops` (one use case a file),
//! `repo` (one table a file), `api` (one resource a file). What the service can run is listed in
//! `domain`, and each kind says whether this version already can.

pub mod api;
pub mod app;
pub mod domain;
pub mod error;
pub mod gather;
pub mod log;
pub mod ops;
pub mod repo;
pub mod settings;

pub use app::start;
pub use error::Error;
pub use settings::Settings;
