//! The metadata of gateway. One table a file; `instances` is the chassis' own.

pub mod api_keys;
pub mod audit_log;
pub mod departments;
pub mod login_throttles;
pub mod owner_moves;
mod schema;
pub mod sessions;
pub mod signing_keys;
pub mod users;

use diesel::result::{DatabaseErrorKind, Error as QueryError};
use oms_chassis::db::{Conn, Migrations, code_of, is_deadlock, is_duplicate};
use oms_contracts::ErrorCode;

/// The schema, for each database it can live in.
pub const MIGRATIONS: Migrations = oms_chassis::embedded_migrations!();

/// The backend behind [`Conn`], for queries whose conditions are put together at run time.
type Backend = <Conn as diesel::Connection>::Backend;

#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    #[error("a unique value is taken")]
    Duplicate(#[source] QueryError),
    /// A row points to another that is gone, or is pointed to and should go.
    #[error("rows that belong together would be torn apart")]
    Torn(#[source] QueryError),
    /// Nothing was done, and the same may succeed at once.
    #[error("two transactions waited for each other")]
    Deadlock(#[source] QueryError),
    /// The row is not as the caller saw it any more.
    #[error("someone else changed it first")]
    Stale,
    #[error("the metadata could not be read or written")]
    Query(#[source] QueryError),
    #[error("the row {id} of {table} holds no valid {column}")]
    Corrupt { table: &'static str, id: String, column: &'static str },
}

impl From<QueryError> for RepoError {
    fn from(error: QueryError) -> Self {
        match &error {
            this if is_duplicate(this) => Self::Duplicate(error),
            this if is_deadlock(this) => Self::Deadlock(error),
            QueryError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
                Self::Torn(error)
            }
            _ => Self::Query(error),
        }
    }
}

impl RepoError {
    /// What it means where nothing better is known.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Stale => ErrorCode::Stale,
            Self::Query(error) | Self::Deadlock(error) => code_of(error),
            Self::Duplicate(_) | Self::Torn(_) | Self::Corrupt { .. } => ErrorCode::Internal,
        }
    }
}

/// A search text as a pattern for `LIKE … ESCAPE '!'`, lower-cased.
fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The escape character of [`contains`]: unlike a backslash it means the same in each database.
const ESCAPE: char = '!';

diesel::define_sql_function! {
    /// ASCII letters become lower case in every database; SQLite leaves others as they are.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

diesel::define_sql_function! {
    #[sql_name = "lower"]
    fn lower_nullable(text: diesel::sql_types::Nullable<diesel::sql_types::Text>)
        -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_are_plain_characters() {
        assert_eq!(contains("A%b_c!"), "%a!%b!_c!!%");
        assert_eq!(contains(""), "%%");
    }
}
