//! The four real servers the tests run against, and how each is named.

use std::{fmt, str::FromStr};

/// One of the servers that OMS is tested against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServerKind {
    MySql,
    MariaDb,
    Postgres,
    /// The OceanBase kernel (seekdb): one tenant in MySQL mode.
    OceanBase,
}

impl ServerKind {
    pub const ALL: [Self; 4] = [Self::MySql, Self::MariaDb, Self::Postgres, Self::OceanBase];

    /// The name on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
            Self::Postgres => "postgres",
            Self::OceanBase => "oceanbase",
        }
    }

    /// The environment variable that names a server to use instead of starting one.
    pub fn variable(self) -> &'static str {
        match self {
            Self::MySql => "OMS_TEST_MYSQL_URL",
            Self::MariaDb => "OMS_TEST_MARIADB_URL",
            Self::Postgres => "OMS_TEST_POSTGRES_URL",
            Self::OceanBase => "OMS_TEST_OCEANBASE_URL",
        }
    }

    /// Whether clients reach it with the MySQL protocol.
    pub fn speaks_mysql(self) -> bool {
        self != Self::Postgres
    }
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
            Self::Postgres => "PostgreSQL",
            Self::OceanBase => "OceanBase kernel",
        })
    }
}

/// The word was not the name of a server.
#[derive(Debug, thiserror::Error)]
#[error("unknown server `{0}`; the servers are mysql, mariadb, postgres and oceanbase")]
pub struct UnknownKind(String);

impl FromStr for ServerKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownKind(name.to_owned()))
    }
}
