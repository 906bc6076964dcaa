//! The metadata database of a service: SQLite embedded, or MySQL, OceanBase or PostgreSQL.
//!
//! [`Db::run`] is the only way to it: it takes a connection on a worker thread and carries the
//! span over. Repository functions take `&mut Conn`, so callers compose them in a transaction.

mod conn;
mod connect;
mod fault;
mod like;
mod lock;
mod migrate;

pub use conn::Conn;
pub use fault::{code_of, is_deadlock, is_duplicate};
pub use like::{beginning, containing};
pub use migrate::{MigrationError, Migrations, migrate, revert_all};

use crate::{Cancelled, on_worker_thread, settings::MetadataSettings};
use connect::MetadataManager;
use diesel::{
    RunQueryDsl,
    r2d2::{Pool, PoolError},
};
use oms_contracts::ErrorCode;
use secrecy::ExposeSecret;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("no connection to the metadata database became free in time")]
    Exhausted(#[source] PoolError),
    #[error("the metadata database does not answer")]
    Silent(#[source] diesel::result::Error),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl DbError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Exhausted(_) | Self::Silent(_) => ErrorCode::MetadataUnavailable,
            Self::Cancelled(_) => ErrorCode::ShuttingDown,
        }
    }
}

/// Why the metadata database cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Url(#[from] connect::UrlError),
    #[error("the metadata database cannot be reached")]
    Unreachable(#[source] PoolError),
    #[error(transparent)]
    Connect(connect::MetadataConnectError),
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// One connection outside any pool, for tools and tests.
pub fn connect(settings: &MetadataSettings) -> Result<Conn, ConnectError> {
    let wait = Duration::from_millis(settings.wait_ms);
    let manager = MetadataManager::new(settings.url.expose_secret(), wait)?;
    Ok(diesel::r2d2::ManageConnection::connect(&manager)?)
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Url(#[from] connect::UrlError),
    #[error(transparent)]
    Metadata(#[from] connect::MetadataConnectError),
}

/// A service's metadata database.
#[derive(Clone)]
pub struct Db {
    pool: Pool<MetadataManager>,
    backend: &'static str,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({})", self.backend)
    }
}

impl Db {
    /// Connects and brings the schema up to date, under a lock that all replicas respect.
    pub async fn open(
        settings: &MetadataSettings,
        migrations: Migrations,
    ) -> Result<Self, OpenError> {
        let settings = settings.clone();
        on_worker_thread(move || Self::open_blocking(&settings, &migrations)).await?
    }

    fn open_blocking(
        settings: &MetadataSettings,
        migrations: &Migrations,
    ) -> Result<Self, OpenError> {
        let wait = Duration::from_millis(settings.wait_ms);
        let manager = MetadataManager::new(settings.url.expose_secret(), wait)?;
        let backend = manager.backend();
        let holder = lock::take(&manager)?;
        let pool = Pool::builder()
            .max_size(settings.connections)
            .min_idle(Some(1))
            .connection_timeout(wait)
            .error_handler(Box::new(connect::LogPoolErrors))
            .build(manager)
            .map_err(OpenError::Unreachable)?;
        let mut conn = take(&pool).map_err(OpenError::Unreachable)?;
        migrate(&mut conn, migrations)?;
        drop((conn, holder));
        Ok(Self { pool, backend })
    }

    /// `sqlite`, `mysql` or `postgres`.
    pub fn backend(&self) -> &'static str {
        self.backend
    }

    /// Runs `work` with a connection, on a worker thread.
    pub async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let pool = self.pool.clone();
        on_worker_thread(move || work(&mut *take(&pool).map_err(DbError::Exhausted)?))
            .await
            .map_err(DbError::Cancelled)?
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        let pool = self.pool.clone();
        on_worker_thread(move || {
            let mut conn = take(&pool).map_err(DbError::Exhausted)?;
            // Reads a table: a file that is gone or damaged answers `SELECT 1` as well.
            diesel::sql_query("SELECT 1 FROM instances WHERE 1 = 0")
                .execute(&mut *conn)
                .map(drop)
                .map_err(DbError::Silent)
        })
        .await?
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn take(
    pool: &Pool<MetadataManager>,
) -> Result<diesel::r2d2::PooledConnection<MetadataManager>, PoolError> {
    pool.get()
}

#[cfg(test)]
mod tests;
