//! Bringing a metadata schema up to date, once, however many replicas start together.

use super::Conn;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

type Source = fn() -> EmbeddedMigrations;

/// A service's embedded migrations, one set a backend, same versions in each.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "a build reads the sets of its own backends")]
pub struct Migrations {
    pub sqlite: Source,
    pub mysql: Source,
    pub postgres: Source,
}

impl std::fmt::Debug for Migrations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Migrations")
    }
}

/// Embeds `migrations/{sqlite,mysql,postgres}` of the calling crate.
#[macro_export]
macro_rules! embedded_migrations {
    () => {
        $crate::db::Migrations {
            sqlite: || {
                const SET: ::diesel_migrations::EmbeddedMigrations =
                    ::diesel_migrations::embed_migrations!("migrations/sqlite");
                SET
            },
            mysql: || {
                const SET: ::diesel_migrations::EmbeddedMigrations =
                    ::diesel_migrations::embed_migrations!("migrations/mysql");
                SET
            },
            postgres: || {
                const SET: ::diesel_migrations::EmbeddedMigrations =
                    ::diesel_migrations::embed_migrations!("migrations/postgres");
                SET
            },
        }
    };
}

#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("the lock for schema changes of the metadata could not be had")]
    Lock(#[source] diesel::result::Error),
    #[error("the metadata schema could not be changed: {0}")]
    Failed(String),
    /// Running on it could damage what a newer version wrote.
    #[error("the metadata was written by a newer version: it knows migration {0}")]
    Newer(String),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

/// Runs what is pending. The caller has the schema to itself: [`super::Db::open`] sees to that.
pub fn migrate(conn: &mut Conn, migrations: &Migrations) -> Result<(), MigrationError> {
    atomically(conn, |conn| apply(conn, migrations, Direction::Up))
}

/// Takes every migration back: the way out of a release, and what tests of `down.sql` run.
pub fn revert_all(conn: &mut Conn, migrations: &Migrations) -> Result<(), MigrationError> {
    atomically(conn, |conn| apply(conn, migrations, Direction::Down))
}

/// SQLite's schema changes are transactional, and its write lock keeps other starters out. The
/// servers commit with every statement that changes the schema.
fn atomically(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<(), MigrationError>,
) -> Result<(), MigrationError> {
    match conn {
        Conn::Sqlite(_) => conn.write(work),
        #[allow(unreachable_patterns, reason = "SQLite may be the only backend of a build")]
        _ => work(conn),
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

fn apply(conn: &mut Conn, set: &Migrations, way: Direction) -> Result<(), MigrationError> {
    match conn {
        #[cfg(feature = "metadata-postgres")]
        Conn::Postgres(c) => go(c, set.postgres, way),
        #[cfg(feature = "metadata-mysql")]
        Conn::Mysql(c) => go(c, set.mysql, way),
        Conn::Sqlite(c) => go(c, set.sqlite, way),
    }
}

fn go<C, DB>(conn: &mut C, source: Source, way: Direction) -> Result<(), MigrationError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let failed =
        |e: Box<dyn std::error::Error + Send + Sync>| MigrationError::Failed(e.to_string());
    match way {
        Direction::Up => {
            refuse_newer::<C, DB>(conn, &source())?;
            let done = conn.run_pending_migrations(source()).map_err(failed)?;
            if !done.is_empty() {
                tracing::info!(migrations = done.len(), "metadata schema brought up to date");
            }
        }
        Direction::Down => drop(conn.revert_all_migrations(source()).map_err(failed)?),
    }
    Ok(())
}

fn refuse_newer<C, DB>(conn: &mut C, source: &EmbeddedMigrations) -> Result<(), MigrationError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let failed =
        |e: Box<dyn std::error::Error + Send + Sync>| MigrationError::Failed(e.to_string());
    let known: Vec<String> = MigrationSource::<DB>::migrations(source)
        .map_err(failed)?
        .iter()
        .map(|m| m.name().version().to_string())
        .collect();
    let applied: Vec<MigrationVersion<'_>> = conn.applied_migrations().map_err(failed)?;
    match applied.iter().map(ToString::to_string).find(|v| !known.contains(v)) {
        Some(version) => Err(MigrationError::Newer(version)),
        None => Ok(()),
    }
}
