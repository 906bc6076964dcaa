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
