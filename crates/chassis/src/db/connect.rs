//! Opening metadata connections by URL, and handing them to the pool.

use super::Conn;
use diesel::{
    Connection, ConnectionError, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{HandleError, ManageConnection, R2D2Connection},
};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    #[error("metadata.url must start with sqlite:, mysql:// or postgres://")]
    Scheme,
    #[error("this build keeps no metadata in {0}; rebuild with the feature metadata-{0}")]
    NotBuilt(&'static str),
}

#[derive(Debug, thiserror::Error)]
pub enum MetadataConnectError {
    #[error("the metadata database refused the connection")]
    Refused(#[from] ConnectionError),
    #[error("the metadata database does not answer")]
    Silent(#[from] diesel::result::Error),
}

enum Target {
    Sqlite(String),
    #[cfg(feature = "metadata-mysql")]
    Mysql(String),
    #[cfg(feature = "metadata-postgres")]
    Postgres(String),
}

/// Opens and tests connections for the pool.
pub struct MetadataManager {
    target: Target,
    wait: Duration,
}

impl MetadataManager {
    pub fn new(url: &str, wait: Duration) -> Result<Self, UrlError> {
        let target = match url.split_once(':') {
            Some(("sqlite", file)) => Target::Sqlite(file.trim_start_matches("//").to_owned()),
            Some(("mysql", _)) => Self::mysql(url)?,
            Some(("postgres" | "postgresql", _)) => Self::postgres(url)?,
            _ => return Err(UrlError::Scheme),
        };
        Ok(Self { target, wait })
    }

    #[cfg(feature = "metadata-mysql")]
    fn mysql(url: &str) -> Result<Target, UrlError> {
        Ok(Target::Mysql(url.to_owned()))
    }
    #[cfg(not(feature = "metadata-mysql"))]
    fn mysql(_: &str) -> Result<Target, UrlError> {
        Err(UrlError::NotBuilt("mysql"))
    }
    #[cfg(feature = "metadata-postgres")]
    fn postgres(url: &str) -> Result<Target, UrlError> {
        Ok(Target::Postgres(url.to_owned()))
    }
    #[cfg(not(feature = "metadata-postgres"))]
    fn postgres(_: &str) -> Result<Target, UrlError> {
        Err(UrlError::NotBuilt("postgres"))
    }

    /// Whether the database is a file of this machine.
    #[cfg(any(feature = "metadata-mysql", feature = "metadata-postgres"))]
    pub fn is_embedded(&self) -> bool {
        matches!(self.target, Target::Sqlite(_))
    }

    pub fn backend(&self) -> &'static str {
        match &self.target {
            Target::Sqlite(_) => "sqlite",
            #[cfg(feature = "metadata-mysql")]
            Target::Mysql(_) => "mysql",
            #[cfg(feature = "metadata-postgres")]
            Target::Postgres(_) => "postgres",
        }
    }
}

impl ManageConnection for MetadataManager {
    type Connection = Conn;
    type Error = MetadataConnectError;

    fn connect(&self) -> Result<Conn, MetadataConnectError> {
        match &self.target {
            Target::Sqlite(file) => {
                let mut conn = SqliteConnection::establish(file)?;
                // The busy timeout comes first: switching to WAL needs a lock itself.
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA cache_size = -2048;",
                    self.wait.as_millis()
                ))?;
                Ok(Conn::Sqlite(conn))
            }
            #[cfg(feature = "metadata-mysql")]
            Target::Mysql(url) => {
                let mut conn = diesel::MysqlConnection::establish(url)?;
                conn.batch_execute("SET time_zone = '+00:00'")?;
                Ok(Conn::Mysql(conn))
            }
            #[cfg(feature = "metadata-postgres")]
            Target::Postgres(url) => {
                let mut conn = diesel::PgConnection::establish(url)?;
                conn.batch_execute("SET TIME ZONE 'UTC'")?;
                Ok(Conn::Postgres(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), MetadataConnectError> {
        match conn {
            // A file does not go away like a server does; asking it costs every call time.
            Conn::Sqlite(_) => Ok(()),
            #[allow(unreachable_patterns, reason = "SQLite may be the only backend of a build")]
            other => Ok(other.ping()?),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(conn)
    }
}

/// The pool retries in the background; its failures belong in the log, without the URL.
#[derive(Debug)]
pub struct LogPoolErrors;

impl HandleError<MetadataConnectError> for LogPoolErrors {
    fn handle_error(&self, error: MetadataConnectError) {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(%error, cause, "a metadata connection failed");
    }
}
