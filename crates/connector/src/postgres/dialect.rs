//! PostgreSQL's language.

use crate::dialect::{Dialect, enclosed};

#[derive(Debug)]
pub(super) struct Postgres;

impl Dialect for Postgres {
    fn quote(&self, identifier: &str) -> String {
        enclosed(identifier, '"')
    }

    /// Names that begin with `pg_` are the server's by decree.
    fn is_system(&self, database: &str) -> bool {
        database == "information_schema" || database.starts_with("pg_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_system_schemas_known() {
        assert_eq!(Postgres.qualified("My\"s", "t.1"), "\"My\"\"s\".\"t.1\"");
        assert!(Postgres.is_system("pg_toast"));
        assert!(!Postgres.is_system("public"));
        assert!(!Postgres.is_system("PG_mine"));
    }
}
