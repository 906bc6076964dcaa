//! Which product answers, told from what it says about itself: many speak a protocol that is not
//! theirs.

use std::fmt;

/// A database product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// With the builds that keep its system tables and log: Percona, Aurora, RDS.
    Mysql,
    Mariadb,
    /// A tenant in MySQL mode.
    OceanBase,
    /// A tenant in Oracle mode.
    OceanBaseOracle,
    Tidb,
    PolardbX,
    /// With the builds that keep its catalogs.
    Postgresql,
    /// A product that speaks one of the protocols and is none of these.
    Another(&'static str),
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
            Self::OceanBase => "OceanBase",
            Self::OceanBaseOracle => "OceanBase in Oracle mode",
            Self::Tidb => "TiDB",
            Self::PolardbX => "PolarDB-X",
            Self::Postgresql => "PostgreSQL",
            Self::Another(name) => name,
        })
    }
}

/// A version as far as decisions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// Reads the numbers at the start of `text`; what is missing or too large counts as 0.
    fn leading(text: &str) -> Self {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut parts = text[..end].split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        Self(next(), next(), next())
    }
}

/// A server, as it presents itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub product: Product,
    pub version: Version,
    /// The version as the product writes it, without the dress of the protocol it imitates.
    pub release: String,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.release.is_empty() {
            return self.product.fmt(f);
        }
        write!(f, "{} {}", self.product, self.release)
    }
}

impl Server {
    /// A server that did not say which release it is.
    pub(crate) fn unversioned(product: Product) -> Self {
        Self::new(product, "")
    }

    fn new(product: Product, release: &str) -> Self {
        Self { product, version: Version::leading(release), release: release.to_owned() }
    }

    /// What speaks the MySQL protocol, from `version()` and `@@version_comment`.
    pub(crate) fn of_mysql_protocol(version: &str, comment: &str) -> Self {
        if let Some(release) = comment.find("OceanBase").map(|at| &comment[at..]) {
            return Self::new(Product::OceanBase, &oceanbase_release(release, version));
        }
        if let Some((release, _)) = version.split_once("-MariaDB") {
            // Version 10 and later hide behind 5.5.5- from clients that cannot count to ten.
            return Self::new(Product::Mariadb, release.strip_prefix("5.5.5-").unwrap_or(release));
        }
        const OTHERS: [(&str, Product); 9] = [
            ("-OceanBase", Product::OceanBase),
            ("-TiDB-v", Product::Tidb),
            ("-TDDL-", Product::PolardbX),
            ("-PolarDB-X-", Product::PolardbX),
            ("-Vitess", Product::Another("Vitess")),
            ("-ClickHouse", Product::Another("ClickHouse")),
            ("StarRocks", Product::Another("StarRocks")),
            ("Doris", Product::Another("Doris")),
            ("SingleStore", Product::Another("SingleStore")),
        ];
        for (mark, product) in OTHERS {
            if let Some((_, release)) = version.split_once(mark) {
                return Self::new(product, release.trim_start_matches('-'));
            }
            if comment.contains(mark) {
                return Self::new(product, "");
            }
        }
        Self::new(Product::Mysql, version)
    }

    /// What speaks the PostgreSQL protocol, from `version()`.
    pub(crate) fn of_postgres_protocol(version: &str) -> Self {
        const OTHERS: [(&str, &str); 8] = [
            ("CockroachDB", "CockroachDB"),
            ("Redshift", "Redshift"),
            ("Greenplum", "Greenplum"),
            ("-YB-", "YugabyteDB"),
            ("openGauss", "openGauss"),
            ("GaussDB", "GaussDB"),
            ("Materialize", "Materialize"),
            ("QuestDB", "QuestDB"),
        ];
        for (mark, name) in OTHERS {
            if version.contains(mark) {
                return Self::new(Product::Another(name), "");
            }
        }
        let release = version.strip_prefix("PostgreSQL ").or(version.strip_prefix("EnterpriseDB "));
        match release.and_then(|release| release.split_whitespace().next()) {
            Some(release) => Self::new(Product::Postgresql, release),
            None => Self::new(Product::Another("an unknown product"), version),
        }
    }
}

/// `OceanBase_CE 4.2.1.0 (r…)` and `OceanBase 4.3.5.3 seekdb (r1.4.0.0) …` carry the number of the
/// kernel; a proxy's comment may not, and then the version text has to do.
fn oceanbase_release(comment: &str, version: &str) -> String {
    let mut words = comment.split_whitespace().skip(1);
    let number = words.next().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let Some(number) = number else { return version.to_owned() };
    match (words.next(), version.split_once("seekdb-v")) {
        (Some("seekdb"), Some((_, release))) => format!("{number} (seekdb {release})"),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql(version: &str, comment: &str) -> (Product, String) {
        let server = Server::of_mysql_protocol(version, comment);
        (server.product, server.to_string())
    }

    #[test]
    fn products_that_speak_the_mysql_protocol_are_told_apart() {
        for (version, comment, product, text) in [
            ("9.7.4-2", "(Debian)", Product::Mysql, "MySQL 9.7.4-2"),
            ("8.0.36-28", "Percona Server (GPL), Release 28", Product::Mysql, "MySQL 8.0.36-28"),
            ("5.7.44-log", "MySQL Community Server (GPL)", Product::Mysql, "MySQL 5.7.44-log"),
            ("10.11.19-MariaDB-0+deb12u1-log", "Debian 12", Product::Mariadb, "MariaDB 10.11.19"),
            ("5.5.5-10.4.1-MariaDB", "", Product::Mariadb, "MariaDB 10.4.1"),
            (
                "5.7.25-OceanBase seekdb-v1.4.0.0",
                "OceanBase 4.3.5.3 seekdb (r1.4.0.0) (Built 1-d0c Sep  8 2026)",
                Product::OceanBase,
                "OceanBase 4.3.5.3 (seekdb 1.4.0.0)",
            ),
            (
                "5.7.25-OceanBase_CE-v4.2.1.0",
                "OceanBase_CE 4.2.1.0 (r100000102023092807) (Built Sep 28 2023)",
                Product::OceanBase,
                "OceanBase 4.2.1.0",
            ),
            ("5.6.25", "OceanBase 3.2.4 (r…)", Product::OceanBase, "OceanBase 3.2.4"),
            ("5.7.25-TiDB-v7.1.0", "TiDB Server (Apache License 2.0)", Product::Tidb, "TiDB 7.1.0"),
            ("5.6.29-TDDL-5.4.12", "", Product::PolardbX, "PolarDB-X 5.4.12"),
            ("8.0.30-Vitess", "Version: 18", Product::Another("Vitess"), "Vitess"),
            ("5.7.99", "Doris version doris-2.0", Product::Another("Doris"), "Doris"),
        ] {
            assert_eq!(mysql(version, comment), (product, text.to_owned()));
        }
    }

    #[test]
    fn products_that_speak_the_postgresql_protocol_are_told_apart() {
        let of = |version| Server::of_postgres_protocol(version);
        let server = of("PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu");
        assert_eq!(server.to_string(), "PostgreSQL 15.18");
        assert_eq!(server.version, Version(15, 18, 0));
        assert_eq!(of("PostgreSQL 17beta1 on x86_64").version, Version(17, 0, 0));
        for (version, name) in [
            ("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", "CockroachDB"),
            ("PostgreSQL 11.2-YB-2.19 on x86_64", "YugabyteDB"),
            ("PostgreSQL 8.0.2 on i686-pc-linux-gnu, Redshift 1.0.5", "Redshift"),
            ("(openGauss 5.0.0 build a07d57c3) compiled", "openGauss"),
        ] {
            assert_eq!(of(version).product, Product::Another(name));
        }
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(Version::leading("10.11.19") > Version::leading("10.5.2"));
        assert_eq!(Version::leading("9.7.4-2"), Version(9, 7, 4));
        assert_eq!(Version::leading("soon"), Version(0, 0, 0));
        assert_eq!(Version::leading("5.99999999.1"), Version(5, 0, 1));
    }
}
