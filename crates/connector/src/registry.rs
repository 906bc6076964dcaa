//! Which kind of database is served by what: the one place that branches on [`DatabaseKind`].

use crate::address::Address;
use crate::error::ConnectError;
use crate::product::{Product, Server};
use crate::waits::Waits;
use crate::{Connector, mysql, postgres};
use oms_model::{DatabaseKind, ProjectType};
use std::time::Duration;

/// How long one call may take unless the caller says otherwise.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(5);

/// A kind that exists and has no connector yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} is not supported yet")]
pub struct NotSupportedYet {
    pub kind: DatabaseKind,
}

/// What an opened connector is made of.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub kind: DatabaseKind,
    pub address: Address,
    /// How long one call may take, from name resolution to the last row.
    pub limit: Duration,
    /// How long sessions wait that move rows.
    pub waits: Waits,
}

impl Site {
    /// The error for a server that is not of the site's kind.
    pub fn wrong_kind(&self, found: &Server) -> ConnectError {
        ConnectError::WrongKind {
            expected: self.kind,
            found: found.to_string(),
            found_kind: kind_of(found.product),
        }
    }
}

/// Prepares the use of a database with [`DEFAULT_LIMIT`] for each call. Nothing is contacted yet.
pub fn open(kind: DatabaseKind, address: Address) -> Result<Box<dyn Connector>, NotSupportedYet> {
    open_within(kind, address, DEFAULT_LIMIT)
}

/// As [`open`], with the time one call may take at most, whatever the other side does.
pub fn open_within(
    kind: DatabaseKind,
    address: Address,
    limit: Duration,
) -> Result<Box<dyn Connector>, NotSupportedYet> {
    open_waiting(kind, address, limit, Waits::default())
}

/// As [`open_within`], with how long sessions that move rows wait.
pub fn open_waiting(
    kind: DatabaseKind,
    address: Address,
    limit: Duration,
    waits: Waits,
) -> Result<Box<dyn Connector>, NotSupportedYet> {
    let build = builder(kind).ok_or(NotSupportedYet { kind })?;
    Ok(build(Site { kind, address, limit, waits }))
}

/// The kinds [`open`] takes.
pub fn supported_kinds() -> Vec<DatabaseKind> {
    DatabaseKind::ALL.iter().copied().filter(|kind| builder(*kind).is_some()).collect()
}

/// How an account of a kind is written and what it enters: what has to be known to make an
/// [`Address`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// Users belong to tenants, and those to clusters: `user@tenant#cluster`.
    pub has_tenants: bool,
    /// A connection enters exactly one database, and what holds tables are schemas in it.
    pub one_database: bool,
}

/// The entrance of a kind that [`open`] takes.
pub fn entrance(kind: DatabaseKind) -> Result<Entrance, NotSupportedYet> {
    builder(kind).ok_or(NotSupportedYet { kind })?;
    Ok(Entrance {
        has_tenants: matches!(kind, DatabaseKind::ObMysql | DatabaseKind::ObOracle),
        one_database: matches!(kind, DatabaseKind::Postgresql),
    })
}

/// A side of a project of some type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is read from.
    Source(ProjectType),
    /// It is written to.
    Sink(ProjectType),
}

/// The kinds that can play a role, whether or not they have a connector yet.
pub fn kinds_for(role: Role) -> Vec<DatabaseKind> {
    DatabaseKind::ALL.iter().copied().filter(|kind| roles(*kind).contains(&role)).collect()
}

/// Total on purpose: a new kind does not compile until someone decides what it is good for.
fn roles(kind: DatabaseKind) -> &'static [Role] {
    use ProjectType::{Migration, Sync};
    use Role::{Sink, Source};
    match kind {
        DatabaseKind::Mysql
        | DatabaseKind::Mariadb
        | DatabaseKind::ObMysql
        | DatabaseKind::Postgresql
        | DatabaseKind::ObOracle
        | DatabaseKind::Oracle => &[Source(Migration), Sink(Migration), Source(Sync)],
        DatabaseKind::Db2Luw => &[Source(Migration), Sink(Migration)],
        DatabaseKind::Idb | DatabaseKind::DbpOpRoute => &[Source(Migration), Source(Sync)],
        DatabaseKind::Tidb | DatabaseKind::PolardbX1 | DatabaseKind::Hbase => &[Source(Migration)],
        DatabaseKind::Kafka
        | DatabaseKind::Rocketmq
        | DatabaseKind::Datahub
        | DatabaseKind::Adb => &[Sink(Sync)],
    }
}

/// Whether each side can follow the other without the changes running in circles, so that both may
/// be written to at once.
pub fn may_be_active_active(source: DatabaseKind, sink: DatabaseKind) -> bool {
    use DatabaseKind::{Mysql, ObMysql, ObOracle, Oracle};
    matches!(
        (source, sink),
        (Mysql | ObMysql, ObMysql)
            | (ObMysql, Mysql)
            | (Oracle | ObOracle, ObOracle)
            | (ObOracle, Oracle)
    )
}

type Build = fn(Site) -> Box<dyn Connector>;

/// Total on purpose: a new kind does not compile until someone decides who serves it.
fn builder(kind: DatabaseKind) -> Option<Build> {
    match kind {
        DatabaseKind::Mysql => Some(mysql::connector),
        DatabaseKind::Mariadb => Some(mysql::mariadb_connector),
        DatabaseKind::ObMysql => Some(mysql::oceanbase_connector),
        DatabaseKind::Postgresql => Some(postgres::connector),
        DatabaseKind::ObOracle
        | DatabaseKind::Oracle
        | DatabaseKind::Tidb
        | DatabaseKind::Db2Luw
        | DatabaseKind::Kafka
        | DatabaseKind::Rocketmq
        | DatabaseKind::Datahub
        | DatabaseKind::PolardbX1
        | DatabaseKind::Hbase
        | DatabaseKind::Idb
        | DatabaseKind::DbpOpRoute
        | DatabaseKind::Adb => None,
    }
}

/// The kind to choose for a product that answered, where there is one.
fn kind_of(product: Product) -> Option<DatabaseKind> {
    match product {
        Product::Mysql => Some(DatabaseKind::Mysql),
        Product::Mariadb => Some(DatabaseKind::Mariadb),
        Product::OceanBase => Some(DatabaseKind::ObMysql),
        Product::OceanBaseOracle => Some(DatabaseKind::ObOracle),
        Product::Tidb => Some(DatabaseKind::Tidb),
        Product::PolardbX => Some(DatabaseKind::PolardbX1),
        Product::Postgresql => Some(DatabaseKind::Postgresql),
        Product::Another(_) => None,
    }
}

/// A scheme of database URLs.
pub(crate) struct Scheme {
    name: &'static str,
    pub kind: DatabaseKind,
    pub default_port: u16,
}

const SCHEMES: [Scheme; 5] = [
    Scheme { name: "mysql", kind: DatabaseKind::Mysql, default_port: 3306 },
    Scheme { name: "mariadb", kind: DatabaseKind::Mariadb, default_port: 3306 },
    Scheme { name: "oceanbase", kind: DatabaseKind::ObMysql, default_port: 2881 },
    Scheme { name: "postgres", kind: DatabaseKind::Postgresql, default_port: 5432 },
    Scheme { name: "postgresql", kind: DatabaseKind::Postgresql, default_port: 5432 },
];

pub(crate) fn scheme(name: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.name == name)
}

pub(crate) fn schemes() -> Vec<&'static str> {
    SCHEMES.iter().map(|scheme| scheme.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address::parse("mysql://u@h").unwrap().1
    }

    #[test]
    fn four_kinds_are_supported_and_the_others_refused_by_name() {
        let supported: Vec<String> = supported_kinds().iter().map(ToString::to_string).collect();
        assert_eq!(supported, ["MYSQL", "MARIADB", "OB_MYSQL", "POSTGRESQL"]);
        for kind in DatabaseKind::ALL {
            match open(*kind, address()) {
                Ok(_) => assert!(supported_kinds().contains(kind)),
                Err(refusal) => {
                    assert_eq!(refusal.to_string(), format!("{kind} is not supported yet"));
                }
            }
        }
    }

    #[test]
    fn an_entrance_is_known_for_what_can_be_opened() {
        let of = |wanted: fn(&Entrance) -> bool| -> Vec<DatabaseKind> {
            let kinds = supported_kinds().into_iter();
            kinds.filter(|kind| wanted(&entrance(*kind).unwrap())).collect()
        };
        assert_eq!(of(|entrance| entrance.has_tenants), [DatabaseKind::ObMysql]);
        assert_eq!(of(|entrance| entrance.one_database), [DatabaseKind::Postgresql]);
        assert!(entrance(DatabaseKind::Kafka).is_err());
    }

    #[test]
    fn every_scheme_opens() {
        for scheme in &SCHEMES {
            assert!(open(scheme.kind, address()).is_ok(), "{}", scheme.name);
        }
    }

    #[test]
    fn queues_are_written_to_by_synchronisation_and_read_by_nothing() {
        for queue in [DatabaseKind::Kafka, DatabaseKind::Rocketmq, DatabaseKind::Datahub] {
            assert_eq!(roles(queue), [Role::Sink(ProjectType::Sync)], "{queue}");
        }
    }

    #[test]
    fn both_sides_of_an_active_active_pair_can_be_read_and_written() {
        let mut pairs = 0;
        for (source, sink) in DatabaseKind::ALL
            .iter()
            .flat_map(|source| DatabaseKind::ALL.iter().map(move |sink| (*source, *sink)))
            .filter(|(source, sink)| may_be_active_active(*source, *sink))
        {
            pairs += 1;
            for side in [source, sink] {
                assert!(roles(side).contains(&Role::Source(ProjectType::Migration)), "{side}");
                assert!(roles(side).contains(&Role::Sink(ProjectType::Migration)), "{side}");
            }
            assert!(may_be_active_active(sink, source), "{source} and {sink}");
        }
        assert_eq!(pairs, 6);
    }

    #[test]
    fn whatever_has_a_connector_can_be_migrated_from_and_to() {
        for kind in supported_kinds() {
            assert!(kinds_for(Role::Source(ProjectType::Migration)).contains(&kind), "{kind}");
            assert!(kinds_for(Role::Sink(ProjectType::Migration)).contains(&kind), "{kind}");
        }
    }
}
