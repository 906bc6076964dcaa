//! The connection type: one enum over the databases this build can keep its metadata in.

use diesel::{
    Connection, SqliteConnection,
    connection::{AnsiTransactionManager, TransactionManager},
};

/// A connection to the metadata database.
///
/// What diesel's multi-backend cannot express (batch inserts, `returning`, `on_conflict`, row
/// locks) is done by `match`ing on the variant inside one repository function.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    #[cfg(feature = "metadata-postgres")]
    Postgres(diesel::PgConnection),
    #[cfg(feature = "metadata-mysql")]
    Mysql(diesel::MysqlConnection),
    Sqlite(SqliteConnection),
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conn")
    }
}

impl Conn {
    /// A transaction that writes.
    ///
    /// On SQLite it takes the write lock first: a transaction that reads and later wants to
    /// write would fail at once, without waiting, when another writer came between.
    pub fn write<T, E: From<diesel::result::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        type Manager = <Conn as Connection>::TransactionManager;
        match self {
            Self::Sqlite(sqlite) => begin_immediate(sqlite)?,
            #[allow(unreachable_patterns, reason = "SQLite may be the only backend of a build")]
            _ => Manager::begin_transaction(self)?,
        }
        match work(self) {
            Ok(value) => {
                Manager::commit_transaction(self)?;
                Ok(value)
            }
            Err(error) => {
                // A full disk makes SQLite roll back by itself; then this fails, the pool drops
                // the connection, and the first error is still the one to tell.
                if let Err(rollback) = Manager::rollback_transaction(self) {
                    tracing::warn!(error = %rollback, "a metadata transaction was not rolled back");
                }
                Err(error)
            }
        }
    }
}

fn begin_immediate(sqlite: &mut SqliteConnection) -> Result<(), diesel::result::Error> {
    let depth = AnsiTransactionManager::transaction_manager_status_mut(sqlite);
    if depth.transaction_depth()?.is_some() {
        return AnsiTransactionManager::begin_transaction(sqlite);
    }
    AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")
}

/// Runs the same diesel code with the connection of the database's own type, for what the common
/// one cannot express, such as inserting many rows by one statement:
/// `each_backend!(conn, |conn| insert_into(things).values(&rows).execute(conn))`.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, |$own:ident| $body:expr) => {
        'done: {
            let conn: &mut $crate::Conn = $conn;
            $crate::__on_mysql!(conn, $own, 'done, $body);
            $crate::__on_postgres!(conn, $own, 'done, $body);
            match conn {
                $crate::Conn::Sqlite($own) => $body,
                #[allow(unreachable_patterns, reason = "SQLite may be the only backend")]
                _ => unreachable!("all backends of the build were asked"),
            }
        }
    };
}

macro_rules! arm {
    ($name:ident, $feature:literal, $variant:ident, $d:tt) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
                            ($d conn:ident, $d own:ident, $d done:lifetime, $d body:expr) => {
                                if let $crate::Conn::$variant($d own) = &mut *$d conn {
                                    break $d done $d body;
                                }
                            };
                        }
        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
            ($d conn:ident, $d own:ident, $d done:lifetime, $d body:expr) => {};
        }
    };
}
arm!(__on_mysql, "metadata-mysql", Mysql, $);
arm!(__on_postgres, "metadata-postgres", Postgres, $);
