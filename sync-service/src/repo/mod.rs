//! The metadata of sync-service. One table a file; `instances` is the chassis' own.
//!
//! What the driver of a task writes carries its [`Fence`]: it is refused once somebody else has taken
//! the task up. Nobody else writes these rows while a task runs, except what users do to objects.

pub mod full;
pub mod incr;
pub mod schema;
pub mod task;

use crate::domain::Fence;
use oms_chassis::db::{Migrations, beginning, code_of, containing};
use oms_contracts::{
    ErrorCode,
    sync::{TaskError, TaskId},
};
use std::{fmt::Display, str::FromStr};

/// The schema, for each database it can live in.
pub const MIGRATIONS: Migrations = oms_chassis::embedded_migrations!();

/// How many rows one statement inserts: databases limit the values of a statement.
const BATCH: usize = 500;

/// Why metadata could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the metadata could not be read or written")]
    Query(#[from] diesel::result::Error),
    /// A row that this code cannot have written.
    #[error("the row {id} of {table} is damaged: {what}")]
    Corrupt { table: &'static str, id: String, what: String },
    /// Somebody else has taken the task up, or it is gone.
    #[error("the task {0} is no longer run here")]
    Fenced(TaskId),
    /// A driver took an object where it cannot go.
    #[error(transparent)]
    Object(#[from] crate::domain::object::IllegalTransition),
    #[error(transparent)]
    Db(#[from] oms_chassis::DbError),
}

impl Error {
    pub fn corrupt(table: &'static str, id: &str, what: impl Display) -> Self {
        Self::Corrupt { table, id: id.to_owned(), what: what.to_string() }
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Query(error) => code_of(error),
            Self::Corrupt { .. } | Self::Object(_) => ErrorCode::Internal,
            Self::Fenced(_) => ErrorCode::TaskTaken,
            Self::Db(error) => error.code(),
        }
    }

    /// Whether the same may work in a moment.
    pub fn is_passing(&self) -> bool {
        self.code().retry() == oms_contracts::Retry::Soon
    }
}

/// Reads the columns of one row.
struct Reader<'a> {
    table: &'static str,
    id: &'a str,
}

impl Reader<'_> {
    fn parse<T: FromStr<Err: Display>>(&self, column: &str, text: &str) -> Result<T, Error> {
        text.parse().map_err(|error| self.corrupt(column, error))
    }

    fn json<T: serde::de::DeserializeOwned>(&self, column: &str, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|error| self.corrupt(column, error))
    }

    fn number(&self, column: &str, number: i32) -> Result<u32, Error> {
        u32::try_from(number).map_err(|error| self.corrupt(column, error))
    }

    /// An error is stored as its code and its message.
    fn error(
        &self,
        code: Option<String>,
        message: Option<String>,
    ) -> Result<Option<TaskError>, Error> {
        let Some(code) = code else { return Ok(None) };
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
        let known = known.ok_or_else(|| self.corrupt("error_code", "it is not of the catalogue"));
        Ok(Some(TaskError::new(*known?, message.unwrap_or_default())))
    }

    fn corrupt(&self, column: &str, error: impl Display) -> Error {
        Error::corrupt(self.table, self.id, format!("{column}: {error}"))
    }
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists of them are JSON")
}

/// A number of the wire as databases count. What is larger than they can count is as much as they can.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A place among the objects of a task; there are never that many.
fn ordinal(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The names of an object, to be searched in any case.
fn folded(names: [&oms_model::ObjectName; 2]) -> String {
    format!("{}\n{}", names[0], names[1]).to_lowercase()
}

/// Begins a transaction's work for a task: the rest is written only as long as the fence holds.
fn hold(conn: &mut oms_chassis::Conn, fence: &Fence) -> Result<(), Error> {
    if task::hold(conn, fence)? { Ok(()) } else { Err(Error::Fenced(fence.task.clone())) }
}
