//! MariaDB: MySQL's base, with its own names for rights and its own way to write defaults.

use super::dialect::{Member, Mysql, RawDefault, shared_needs};
use super::privileges::Need;
use crate::catalog::ColumnDefault;
use crate::dialect::Dialect;
use crate::privilege::Purpose;
use crate::product::{Product, Server, Version};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Mariadb(pub Mysql);

impl Dialect for Mariadb {
    fn quote(&self, identifier: &str) -> String {
        self.0.quote(identifier)
    }

    fn is_system(&self, database: &str) -> bool {
        self.0.is_system(database)
    }
}

impl Member for Mariadb {
    fn product(&self) -> Product {
        Product::Mariadb
    }

    fn statement_limit(&self, server: &Server, limit: Duration) -> Option<String> {
        let known = server.version >= Version(10, 1, 1);
        known.then(|| format!("max_statement_time = {:.3}", limit.as_secs_f64().max(0.001)))
    }

    fn needs(&self, server: &Server) -> Vec<Need> {
        // The right was split in 10.5, and the part that reads binary logs renamed.
        let status = if server.version >= Version(10, 5, 2) {
            "BINLOG MONITOR"
        } else {
            "REPLICATION CLIENT"
        };
        let mut needs = shared_needs();
        needs.push(Need::server("REPLICATION SLAVE", Purpose::IncrementalRead));
        needs.push(Need::server(status, Purpose::IncrementalRead));
        needs.push(Need::database("REFERENCES", Purpose::SchemaWrite));
        needs
    }

    /// Since 10.2.7 the catalog holds the default as it would be written in a statement: text in
    /// quotes, numbers bare, `NULL` spelled out, everything else an expression.
    fn column_default(&self, raw: RawDefault<'_>) -> Option<ColumnDefault> {
        let text = raw.text;
        if text == "NULL" {
            return None;
        }
        if let Some(quoted) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(ColumnDefault::Value(quoted.replace("''", "'")));
        }
        if text.parse::<f64>().is_ok() {
            return Some(ColumnDefault::Value(text.to_owned()));
        }
        Some(ColumnDefault::Expression(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(text: &str) -> Option<ColumnDefault> {
        let raw = RawDefault { text, data_type: "varchar", extra: "", precision: 0 };
        Mariadb(Mysql).column_default(raw)
    }

    #[test]
    fn defaults_are_read_as_they_are_written() {
        let value = |text: &str| Some(ColumnDefault::Value(text.to_owned()));
        assert_eq!(default("NULL"), None);
        assert_eq!(default("''"), value(""));
        assert_eq!(default("'it''s'"), value("it's"));
        assert_eq!(default("'NULL'"), value("NULL"));
        assert_eq!(default("-1.50"), value("-1.50"));
        let now = "current_timestamp()";
        assert_eq!(default(now), Some(ColumnDefault::Expression(now.into())));
    }

    #[test]
    fn the_right_to_see_binary_logs_has_the_name_of_the_version() {
        let names = |version: &str| -> Vec<String> {
            let server = Server::of_mysql_protocol(version, "");
            let needs = Mariadb(Mysql).needs(&server);
            needs.iter().map(|need| need.privilege.to_owned()).collect()
        };
        assert!(names("10.11.19-MariaDB").contains(&"BINLOG MONITOR".to_owned()));
        assert!(names("10.4.1-MariaDB").contains(&"REPLICATION CLIENT".to_owned()));
    }
}
