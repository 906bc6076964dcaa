//! OceanBase in MySQL mode: MySQL's base over a catalog of its own.

use super::dialect::{HiddenKey, Member, Mysql, RawDefault, shared_needs};
use super::logical::MemberStyle;
use super::privileges::Need;
use crate::catalog::ColumnDefault;
use crate::dialect::Dialect;
use crate::privilege::Purpose;
use crate::product::{Product, Server};
use oms_model::LogicalType;
use std::time::Duration;

macro_rules! open_transactions {
    () => {
        "SELECT IF(trans_id <> 0, trans_id, trace_id), id FROM "
    };
}

macro_rules! at_work {
    () => {
        " WHERE id <> CONNECTION_ID() AND (trans_id <> 0 OR (state = 'ACTIVE' \
         AND COALESCE(info, '') NOT REGEXP '^ *(select|show|desc|explain|set|use|create|alter|drop|\
         truncate|rename|analyze|optimize|kill)[^a-z_]'))"
    };
}

#[derive(Debug)]
pub(super) struct OceanBase(pub Mysql);

impl Dialect for OceanBase {
    fn quote(&self, identifier: &str) -> String {
        self.0.quote(identifier)
    }

    fn is_system(&self, database: &str) -> bool {
        const MORE: [&str; 7] =
            ["oceanbase", "__recyclebin", "__public", "sys", "lbacsys", "oraauditor", "ocs"];
        self.0.is_system(database) || MORE.iter().any(|name| name.eq_ignore_ascii_case(database))
    }
}

impl Member for OceanBase {
    fn product(&self) -> Product {
        Product::OceanBase
    }

    /// Names are stored in full Unicode.
    fn can_name(&self, _name: &str) -> bool {
        true
    }

    /// In microseconds. A transaction's limit has to follow, or it cuts the statement off first.
    fn statement_limit(&self, _server: &Server, limit: Duration) -> Option<String> {
        let limit = limit.as_micros().max(1_000);
        Some(format!("ob_query_timeout = {limit}, ob_trx_timeout = {limit}"))
    }

    /// What a statement on definitions waits for a lock ends with the statement's own limit, or with
    /// one of the whole cluster.
    fn lock_limit(&self, _limit: Duration) -> Option<String> {
        None
    }

    /// In microseconds.
    fn row_lock_limit(&self, limit: Duration) -> String {
        format!("ob_trx_lock_timeout = {}", limit.as_micros().max(1_000))
    }

    fn index_threads(&self, _server: &Server, threads: u32) -> Option<String> {
        Some(format!("_force_parallel_ddl_dop = {threads}"))
    }

    /// There is no binary log to be read by this port: changes are captured by triggers.
    fn needs(&self, _server: &Server) -> Vec<Need> {
        let mut needs = shared_needs();
        needs.push(Need::database("TRIGGER", Purpose::IncrementalRead));
        needs.push(Need::database("CREATE", Purpose::IncrementalRead));
        needs
    }

    /// The catalog leaves the precision out of `CURRENT_TIMESTAMP(n)`.
    fn column_default(&self, raw: RawDefault<'_>) -> Option<ColumnDefault> {
        if raw.is_moment() && raw.is_now() && raw.precision > 0 && !raw.text.contains('(') {
            let text = format!("{}({})", raw.text, raw.precision);
            return Some(ColumnDefault::Expression(text));
        }
        self.0.column_default(raw)
    }

    /// It takes three times as long there.
    fn loads_fast(&self) -> bool {
        false
    }

    /// Who held a lock is forgotten some time after its session is gone.
    fn seat_places(&self) -> u32 {
        16
    }

    /// An index has its name while it is being built, and for a while after that was given up.
    fn usable_index(&self) -> Option<&'static str> {
        Some("comment IN ('VALID', 'AVAILABLE', '')")
    }

    fn marks_partitioned(&self) -> bool {
        false
    }

    /// Every table without a primary key has it. Rows keep their number for life, also when the
    /// table is rebuilt, and each partition counts for itself. It is seen only by statements that
    /// ask for hidden columns: a kernel that does not know that hint says that there is no such
    /// column.
    fn hidden_key(&self) -> Option<HiddenKey> {
        Some(HiddenKey {
            column: "__pk_increment",
            native: "bigint unsigned",
            hint: "/*+ opt_param('hidden_column_visible', 'true') */",
        })
    }

    fn has_trigger_capture(&self) -> bool {
        true
    }

    /// Shapes are refused by the statement that fires the trigger; lists of numbers are not tried, and
    /// members of other charsets are known in UTF-8 only.
    fn triggers_take(&self, logical: &LogicalType) -> bool {
        match logical {
            LogicalType::Geometry | LogicalType::Vector { .. } => false,
            LogicalType::Enum { charset, .. } | LogicalType::Set { charset, .. } => {
                charset.is_utf8()
            }
            _ => true,
        }
    }

    /// A trigger is there at once, whoever is at work. A statement that was planned before may not
    /// have begun its transaction: then it is known by its trace. One that only reads or defines
    /// changes no rows, and may take its time.
    fn open_transactions(&self) -> &'static [&'static str] {
        &[
            concat!(open_transactions!(), "oceanbase.GV$OB_PROCESSLIST", at_work!()),
            concat!(open_transactions!(), "oceanbase.V$OB_PROCESSLIST", at_work!()),
        ]
    }

    /// The tablets: new ones when the table is emptied or rebuilt.
    fn storages(&self, database: &str) -> Option<String> {
        Some(format!(
            "SELECT object_name, CONCAT(COUNT(*), ':', SUM(data_object_id)) \
             FROM oceanbase.DBA_OBJECTS \
             WHERE owner = {database} AND object_type LIKE 'TABLE%' \
             AND data_object_id IS NOT NULL GROUP BY object_name"
        ))
    }

    fn definitions_mark(&self) -> Option<&'static str> {
        Some(
            "SELECT CONCAT(COUNT(*), ':', MAX(last_ddl_time), ':', \
             SUM(COALESCE(data_object_id, 0))) FROM oceanbase.DBA_OBJECTS",
        )
    }

    /// It tries to insert first, and takes that back.
    fn upserts_fast(&self) -> bool {
        false
    }

    /// Its parser knows few of the charsets that it has.
    fn introduces(&self, charset: &str) -> bool {
        matches!(charset, "utf8mb4" | "utf8" | "binary" | "gbk")
    }

    fn member_style(&self) -> MemberStyle {
        MemberStyle::Bare
    }

    /// A table that was never analysed is recorded with no rows.
    fn row_estimate(&self, recorded: Option<u64>) -> Option<u64> {
        recorded.filter(|rows| *rows > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_precision_of_a_moment_is_put_back() {
        let raw =
            |text, precision| RawDefault { text, data_type: "timestamp", extra: "", precision };
        let default = |text, precision| OceanBase(Mysql).column_default(raw(text, precision));
        let now = |text: &str| Some(ColumnDefault::Expression(text.to_owned()));
        assert_eq!(default("CURRENT_TIMESTAMP", 3), now("CURRENT_TIMESTAMP(3)"));
        assert_eq!(default("CURRENT_TIMESTAMP", 0), now("CURRENT_TIMESTAMP"));
        assert_eq!(default("CURRENT_TIMESTAMP(6)", 6), now("CURRENT_TIMESTAMP(6)"));
    }

    #[test]
    fn no_rows_recorded_is_no_estimate() {
        assert_eq!(OceanBase(Mysql).row_estimate(Some(0)), None);
        assert_eq!(OceanBase(Mysql).row_estimate(Some(7)), Some(7));
    }
}
