//! A table as it is at one place of the log.
//!
//! What a snapshot sees and what the log says at a moment differ by whatever is being committed:
//! servers write the log before rows can be seen, and tell what is logged later still. So nobody may
//! commit to the table while both are taken: a read lock on it waits for every transaction that has
//! changed it, and keeps further ones out. It is held for some milliseconds, and waited for no longer
//! than a moment, since whoever comes behind a waiting lock waits as well.

use super::Reading;
use crate::changes::{ChangeError, ChangeReader as _};
use crate::data_error::DataError;
use crate::mysql::Mysql;
use crate::mysql::data_session::{DataSession, Use};
use crate::product::Product;
use oms_model::Position;

/// How long a lock is waited for.
const SECONDS: u32 = 2;

/// Begins to read a table, and says up to where in the log it is seen.
pub(super) async fn begin(
    server: &Mysql,
    database: &str,
    table: &str,
) -> Result<(Reading, Position), DataError> {
    let open = || DataSession::open(&server.site, server.member, Use::Reading);
    if server.member.product() == Product::OceanBase {
        let message = "OceanBase has no lock that keeps a table as it is while it is read";
        return Err(DataError::Unsupported(message.into()));
    }
    let (mut reading, mut guard) = (open().await?, open().await?);
    guard.run(format!("SET lock_wait_timeout = {SECONDS}").as_bytes()).await?;
    let lock = format!("LOCK TABLES {} READ", guard.name(database, table));
    guard.run(lock.as_bytes()).await?;
    // When its connection ends for whatever reason, the lock is gone.
    reading.run(b"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    reading.run(b"START TRANSACTION WITH CONSISTENT SNAPSHOT").await?;
    let place = server.end().await.map_err(of_change)?;
    // An answer proves that the lock was held all the while.
    guard.run(b"UNLOCK TABLES").await?;
    guard.wire.quit().await;
    Ok((Reading { session: reading }, place))
}

fn of_change(error: ChangeError) -> DataError {
    match error {
        ChangeError::Data(error) => error,
        other => DataError::Unsupported(other.to_string()),
    }
}
