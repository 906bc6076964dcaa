//! Which kinds of database a project can lead from and to. A table of facts, asked by membership:
//! what a kind can do is the connectors' knowledge, what a project may join is this one.

use oms_model::{
    DatabaseKind::{
        self, Adb, Datahub, Db2Luw, DbpOpRoute, Hbase, Idb, Kafka, Mariadb, Mysql, ObMysql,
        ObOracle, Oracle, PolardbX1, Postgresql, Rocketmq, Tidb,
    },
    ProjectType,
};

const MIGRATION_SOURCES: &[DatabaseKind] = &[
    Mysql, Mariadb, ObMysql, Postgresql, ObOracle, Oracle, Tidb, Db2Luw, Idb, DbpOpRoute,
    PolardbX1, Hbase,
];
const MIGRATION_SINKS: &[DatabaseKind] =
    &[Mysql, Mariadb, ObMysql, Postgresql, ObOracle, Oracle, Db2Luw];
const SYNC_SOURCES: &[DatabaseKind] =
    &[Mysql, Mariadb, ObMysql, Postgresql, ObOracle, Oracle, Idb, DbpOpRoute];
const SYNC_SINKS: &[DatabaseKind] = &[Kafka, Rocketmq, Datahub, Adb];

/// Pairs of which each side can follow the other without the changes running in circles.
const ACTIVE_ACTIVE: &[(DatabaseKind, DatabaseKind)] = &[
    (Mysql, ObMysql),
    (ObMysql, Mysql),
    (ObMysql, ObMysql),
    (Oracle, ObOracle),
    (ObOracle, Oracle),
    (ObOracle, ObOracle),
];

/// The kinds that a project of this type reads from.
pub fn sources(kind: ProjectType) -> &'static [DatabaseKind] {
    match kind {
        ProjectType::Migration => MIGRATION_SOURCES,
        ProjectType::Sync => SYNC_SOURCES,
    }
}

/// The kinds that a project of this type writes to.
pub fn sinks(kind: ProjectType) -> &'static [DatabaseKind] {
    match kind {
        ProjectType::Migration => MIGRATION_SINKS,
        ProjectType::Sync => SYNC_SINKS,
    }
}

/// Whether both sides of the pair may be written to at once.
pub fn may_be_active_active(source: DatabaseKind, sink: DatabaseKind) -> bool {
    ACTIVE_ACTIVE.contains(&(source, sink))
}

/// Kinds as a text for messages.
pub fn listed(kinds: &[DatabaseKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(AsRef::as_ref).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_written_to_by_synchronisation_and_read_by_nothing() {
        for queue in [Kafka, Rocketmq, Datahub] {
            assert!(sinks(ProjectType::Sync).contains(&queue));
            assert!(!sinks(ProjectType::Migration).contains(&queue));
            assert!(!sources(ProjectType::Sync).contains(&queue));
            assert!(!sources(ProjectType::Migration).contains(&queue));
        }
    }

    #[test]
    fn both_sides_of_an_active_active_pair_can_be_read_and_written() {
        for (source, sink) in ACTIVE_ACTIVE {
            for side in [source, sink] {
                assert!(sources(ProjectType::Migration).contains(side), "{side}");
                assert!(sinks(ProjectType::Migration).contains(side), "{side}");
            }
            assert!(may_be_active_active(*sink, *source), "{source} and {sink}");
        }
    }

    #[test]
    fn whatever_has_a_connector_can_be_migrated_from_and_to() {
        for kind in oms_connector::supported_kinds() {
            assert!(sources(ProjectType::Migration).contains(&kind), "{kind}");
            assert!(sinks(ProjectType::Migration).contains(&kind), "{kind}");
        }
    }
}
