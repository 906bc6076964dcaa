//! The metadata of store-service. One table a file; `instances` is the chassis' own.

pub mod consumer;
pub mod store;

use oms_chassis::db::{Migrations, code_of};
use oms_contracts::ErrorCode;
use std::fmt::Display;

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
    #[error(transparent)]
    Db(#[from] oms_chassis::DbError),
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Query(error) => code_of(error),
            Self::Corrupt { .. } => ErrorCode::Internal,
            Self::Db(error) => error.code(),
        }
    }
}

/// For what a row of some table cannot be.
fn corrupt<E: Display>(
    table: &'static str,
    id: &str,
    column: &'static str,
) -> impl FnOnce(E) -> Error {
    move |what| Error::Corrupt { table, id: id.to_owned(), what: format!("{column}: {what}") }
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists of them are JSON")
}
