//! MySQL's language, and what a relative may say differently.

use super::logical::MemberStyle;
use super::privileges::Need;
use crate::catalog::ColumnDefault;
use crate::dialect::{Dialect, enclosed};
use crate::privilege::Purpose;
use crate::product::{Product, Server, Version};
use oms_model::LogicalType;
use std::time::Duration;

/// What differs between the members of the family. The provided methods are MySQL's own behaviour.
pub(super) trait Member: Dialect {
    /// What must answer at the address.
    fn product(&self) -> Product;

    /// Assignments that make the server give up a statement by itself after `limit`.
    fn statement_limit(&self, server: &Server, limit: Duration) -> Option<String>;

    /// Assignments that make a statement wait no longer than `limit` for a table.
    fn lock_limit(&self, limit: Duration) -> Option<String> {
        Some(format!("lock_wait_timeout = {}", limit.as_secs().max(1)))
    }

    /// The assignment that makes a statement wait no longer than `limit` for a row.
    fn row_lock_limit(&self, limit: Duration) -> String {
        format!("innodb_lock_wait_timeout = {}", limit.as_secs().max(1))
    }

    /// The assignment that lets the server build an index with so many threads.
    fn index_threads(&self, server: &Server, threads: u32) -> Option<String> {
        let known = server.product == Product::Mysql && server.version >= Version(8, 0, 27);
        known.then(|| format!("innodb_ddl_threads = {}", threads.clamp(1, 64)))
    }

    /// Further assignments for each session.
    fn more_settings(&self, _server: &Server) -> Vec<String> {
        Vec::new()
    }

    /// The rights that the uses of a database take.
    fn needs(&self, _server: &Server) -> Vec<Need> {
        shared_needs()
    }

    /// A column's default, from what the catalog says of it.
    fn column_default(&self, raw: RawDefault<'_>) -> Option<ColumnDefault>;

    /// Whether a database or table can be called so. Names are stored in a character set without
    /// what Unicode added later, and to compare one with such a character is an error.
    fn can_name(&self, name: &str) -> bool {
        name.chars().all(|c| u32::from(c) <= 0xffff)
    }

    /// Whether `LOAD DATA LOCAL` is faster than inserts of many rows.
    fn loads_fast(&self) -> bool {
        true
    }

    /// How many sessions can die in a seat until nobody can take it: one that is forgotten at once
    /// takes no place.
    fn seat_places(&self) -> u32 {
        1
    }

    /// What is true in `information_schema.statistics` for an index that can be used, where there
    /// are others.
    fn usable_index(&self) -> Option<&'static str> {
        None
    }

    /// Whether the statistics say which tables are divided into partitions.
    fn marks_partitioned(&self) -> bool {
        true
    }

    /// The column that numbers the rows of a table without a key.
    fn hidden_key(&self) -> Option<HiddenKey> {
        None
    }

    /// Whether changes can be captured by triggers, and what is asked for that is known.
    fn has_trigger_capture(&self) -> bool {
        false
    }

    /// Whether a trigger can write down such a value. Where it cannot, it would make the statements
    /// of the business fail.
    fn triggers_take(&self, _logical: &LogicalType) -> bool {
        true
    }

    /// Statements that list the open transactions, each with its session; the first one that the
    /// server knows counts. None where a trigger waits for them before it is there.
    fn open_transactions(&self) -> &'static [&'static str] {
        &[]
    }

    /// A query for the tables of a database, each with what its rows are stored in, if the server
    /// says that.
    fn storages(&self, _database: &str) -> Option<String> {
        None
    }

    /// A query whose answer changes with the definitions of tables.
    fn definitions_mark(&self) -> Option<&'static str> {
        None
    }

    /// Whether a literal may name this charset in front of its quotes.
    fn introduces(&self, _charset: &str) -> bool {
        true
    }

    /// Whether an upsert changes rows faster than removing them and writing them anew.
    fn upserts_fast(&self) -> bool {
        true
    }

    /// How the catalog writes the members of an ENUM or SET.
    fn member_style(&self) -> MemberStyle {
        MemberStyle::Escaped
    }

    /// The row estimate, where the statistics hold one.
    fn row_estimate(&self, recorded: Option<u64>) -> Option<u64> {
        recorded
    }
}

/// A column that no catalog lists and that can be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct HiddenKey {
    pub column: &'static str,
    pub native: &'static str,
    /// What a statement that names it says first.
    pub hint: &'static str,
}

/// What `information_schema.columns` says about a default.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawDefault<'a> {
    pub text: &'a str,
    /// The type without length.
    pub data_type: &'a str,
    pub extra: &'a str,
    /// Digits of a second's fraction, for types with a time.
    pub precision: u64,
}

impl RawDefault<'_> {
    pub fn is_moment(&self) -> bool {
        matches!(self.data_type, "timestamp" | "datetime")
    }

    pub fn is_now(&self) -> bool {
        let prefix = "CURRENT_TIMESTAMP";
        self.text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }
}

/// MySQL itself, and the base the relatives wrap.
#[derive(Debug)]
pub(super) struct Mysql;

impl Dialect for Mysql {
    fn quote(&self, identifier: &str) -> String {
        enclosed(identifier, '`')
    }

    fn is_system(&self, database: &str) -> bool {
        const SYSTEM: [&str; 4] = ["information_schema", "mysql", "performance_schema", "sys"];
        SYSTEM.iter().any(|name| name.eq_ignore_ascii_case(database))
    }
}

impl Member for Mysql {
    fn product(&self) -> Product {
        Product::Mysql
    }

    fn statement_limit(&self, server: &Server, limit: Duration) -> Option<String> {
        let known = server.version >= Version(5, 7, 8);
        known.then(|| format!("max_execution_time = {}", limit.as_millis().max(1)))
    }

    /// Statistics come from the storage engine of the tables asked for. With the cache on, reading
    /// them would write to the source's data dictionary.
    fn more_settings(&self, server: &Server) -> Vec<String> {
        let cached = server.version >= Version(8, 0, 3);
        cached.then(|| "information_schema_stats_expiry = 0".to_owned()).into_iter().collect()
    }

    fn needs(&self, _server: &Server) -> Vec<Need> {
        let mut needs = shared_needs();
        needs.push(Need::server("REPLICATION SLAVE", Purpose::IncrementalRead));
        needs.push(Need::server("REPLICATION CLIENT", Purpose::IncrementalRead));
        needs.push(Need::database("REFERENCES", Purpose::SchemaWrite));
        needs
    }

    fn column_default(&self, raw: RawDefault<'_>) -> Option<ColumnDefault> {
        let computed = raw.extra.split_whitespace().any(|word| word == "DEFAULT_GENERATED");
        let text = raw.text.to_owned();
        // Before 8.0 the only expression there is carries no mark.
        if computed || (raw.is_moment() && raw.is_now()) {
            return Some(ColumnDefault::Expression(text));
        }
        Some(ColumnDefault::Value(text))
    }
}

/// What every member asks of an account in each database it is used for.
pub(super) fn shared_needs() -> Vec<Need> {
    use Purpose as P;
    [
        ("SHOW VIEW", P::SchemaRead),
        ("SELECT", P::FullRead),
        ("SELECT", P::Write),
        ("INSERT", P::Write),
        ("UPDATE", P::Write),
        ("DELETE", P::Write),
        ("CREATE", P::SchemaWrite),
        ("CREATE VIEW", P::SchemaWrite),
        ("ALTER", P::SchemaWrite),
        ("INDEX", P::SchemaWrite),
        ("DROP", P::SchemaWrite),
    ]
    .map(|(privilege, purpose)| Need::database(privilege, purpose))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(text: &str, data_type: &str, extra: &str) -> ColumnDefault {
        let raw = RawDefault { text, data_type, extra, precision: 0 };
        Mysql.column_default(raw).unwrap()
    }

    #[test]
    fn a_default_is_a_value_unless_the_server_marks_it() {
        let expression = |text: &str| ColumnDefault::Expression(text.to_owned());
        assert_eq!(default("it's", "varchar", ""), ColumnDefault::Value("it's".into()));
        assert_eq!(default("upper('a')", "varchar", "DEFAULT_GENERATED"), expression("upper('a')"));
        let extra = "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)";
        let now = "CURRENT_TIMESTAMP(3)";
        assert_eq!(default(now, "timestamp", extra), expression(now));
        assert_eq!(
            default("CURRENT_TIMESTAMP", "datetime", ""),
            expression("CURRENT_TIMESTAMP"),
            "MySQL 5.7 has no mark"
        );
        assert_eq!(
            default("CURRENT_TIMESTAMP", "varchar", ""),
            ColumnDefault::Value("CURRENT_TIMESTAMP".into())
        );
    }

    #[test]
    fn settings_follow_the_version() {
        let limit = Duration::from_millis(4_500);
        let of = |version| {
            let server = Server::of_mysql_protocol(version, "");
            (Mysql.statement_limit(&server, limit), Mysql.more_settings(&server).len())
        };
        assert_eq!(of("5.6.51"), (None, 0));
        assert_eq!(of("5.7.44"), (Some("max_execution_time = 4500".into()), 0));
        assert_eq!(of("9.7.4").1, 1);
    }
}
