//! One starter at a time changes the schema, however many replicas start together.
//!
//! The lock is held on a connection of its own: in MySQL and OceanBase every schema change ends
//! the transaction it is made in. A process that dies loses its connection and with it the lock.

use super::{Conn, MetadataManager, OpenError};
#[cfg(any(feature = "metadata-mysql", feature = "metadata-postgres"))]
use diesel::{connection::SimpleConnection, r2d2::ManageConnection, result::Error as QueryError};

/// How long a starter waits for another one.
#[cfg(any(feature = "metadata-mysql", feature = "metadata-postgres"))]
const WAIT_SECONDS: u32 = 60;

/// Takes the lock; the connection keeps it until it is dropped. SQLite needs none: the
/// transaction that changes its schema holds its write lock.
#[cfg(any(feature = "metadata-mysql", feature = "metadata-postgres"))]
pub(super) fn take(manager: &MetadataManager) -> Result<Option<Conn>, OpenError> {
    if manager.is_embedded() {
        return Ok(None);
    }
    let mut holder = manager.connect().map_err(OpenError::Connect)?;
    match &mut holder {
        #[cfg(feature = "metadata-postgres")]
        Conn::Postgres(conn) => postgres(conn),
        #[cfg(feature = "metadata-mysql")]
        Conn::Mysql(conn) => mysql(conn),
        Conn::Sqlite(_) => Ok(()),
    }
    .map_err(super::MigrationError::Lock)?;
    Ok(Some(holder))
}

/// A build with SQLite alone.
#[cfg(not(any(feature = "metadata-mysql", feature = "metadata-postgres")))]
pub(super) fn take(_: &MetadataManager) -> Result<Option<Conn>, OpenError> {
    Ok(None)
}

#[cfg(feature = "metadata-postgres")]
fn postgres(conn: &mut diesel::PgConnection) -> Result<(), QueryError> {
    /// `omsmeta` in ASCII. Locks of this kind are per database.
    const KEY: i64 = 0x006f_6d73_6d65_7461;
    conn.batch_execute(&format!(
        "SET lock_timeout = '{WAIT_SECONDS}s'; SELECT pg_advisory_lock({KEY})"
    ))
}

/// A row lock, not `GET_LOCK`: the OceanBase kernel was seen to grant that twice under contention.
#[cfg(feature = "metadata-mysql")]
fn mysql(conn: &mut diesel::MysqlConnection) -> Result<(), QueryError> {
    for setting in [
        format!("SET innodb_lock_wait_timeout = {WAIT_SECONDS}"),
        format!("SET ob_query_timeout = {WAIT_SECONDS}000000"),
        format!("SET ob_trx_timeout = {}000000", WAIT_SECONDS * 10),
        format!("SET ob_trx_idle_timeout = {}000000", WAIT_SECONDS * 10),
    ] {
        // Each server knows some of these; the others have no such limit.
        let _ = conn.batch_execute(&setting);
    }
    let prepared = prepare(conn);
    conn.batch_execute("START TRANSACTION")?;
    // Whoever lost a race to prepare finds the row that the winner made.
    match conn.batch_execute("UPDATE oms_schema_lock SET taken = taken + 1 WHERE id = 1") {
        Ok(()) => Ok(()),
        Err(error) => prepared.and(Err(error)),
    }
}

#[cfg(feature = "metadata-mysql")]
fn prepare(conn: &mut diesel::MysqlConnection) -> Result<(), QueryError> {
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS oms_schema_lock (id INT NOT NULL PRIMARY KEY, taken INT NOT NULL)",
    )?;
    conn.batch_execute("INSERT IGNORE INTO oms_schema_lock (id, taken) VALUES (1, 0)")
}
