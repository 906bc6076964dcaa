//! The metadata of project-service. One table a file; `instances` is the chassis' own.

pub mod data_source;
pub mod label;
mod owned;
pub mod project;
pub mod project_label;

pub use owned::move_to;
pub(crate) use owned::within_reach;

use oms_chassis::db::{Migrations, code_of, containing};
use oms_contracts::ErrorCode;

/// The schema, for each database it can live in.
pub const MIGRATIONS: Migrations = oms_chassis::embedded_migrations!();

/// Why metadata could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the metadata could not be read or written")]
    Query(#[from] diesel::result::Error),
    /// A row that this code cannot have written.
    #[error("the row {id} of {table} is damaged: {what}")]
    Corrupt { table: &'static str, id: String, what: String },
}

impl Error {
    pub fn corrupt(table: &'static str, id: &str, what: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, id: id.to_owned(), what: what.to_string() }
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Query(error) => code_of(error),
            Self::Corrupt { .. } => ErrorCode::Internal,
        }
    }
}
