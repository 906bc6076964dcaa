//! The kinds of database and message queue there are. Which of them can do what is decided by the
//! connectors; only their registry may branch on a kind.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What sort of system a data source is.
    pub enum DatabaseKind {
        Mysql = "MYSQL",
        Mariadb = "MARIADB",
        /// OceanBase, a tenant in MySQL mode.
        ObMysql = "OB_MYSQL",
        Postgresql = "POSTGRESQL",
        /// OceanBase, a tenant in Oracle mode.
        ObOracle = "OB_ORACLE",
        Oracle = "ORACLE",
        Tidb = "TIDB",
        Db2Luw = "DB2_LUW",
        Kafka = "KAFKA",
        Rocketmq = "ROCKETMQ",
        Datahub = "DATAHUB",
        PolardbX1 = "POLARDB_X_1",
        Hbase = "HBASE",
        /// A logical database of IDB.
        Idb = "IDB",
        /// A logical database behind an ODP route.
        DbpOpRoute = "DBP_OP_ROUTE",
        Adb = "ADB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_spelling_in_text_and_json() {
        for kind in DatabaseKind::ALL {
            let text = kind.to_string();
            assert_eq!(text.parse::<DatabaseKind>().unwrap(), *kind);
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{text}\""));
            assert_eq!(kind.as_ref(), text);
        }
    }

    #[test]
    fn the_spellings_are_the_published_ones() {
        let all: Vec<String> = DatabaseKind::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(
            all.join(" "),
            "MYSQL MARIADB OB_MYSQL POSTGRESQL OB_ORACLE ORACLE TIDB DB2_LUW KAFKA ROCKETMQ \
             DATAHUB POLARDB_X_1 HBASE IDB DBP_OP_ROUTE ADB"
        );
    }

    #[test]
    fn an_unknown_kind_is_refused_and_the_known_ones_are_named() {
        let refusal = "mysql".parse::<DatabaseKind>().unwrap_err();
        assert!(
            refusal.to_string().starts_with("\"mysql\" is not a DatabaseKind: known are MYSQL,")
        );
    }
}
