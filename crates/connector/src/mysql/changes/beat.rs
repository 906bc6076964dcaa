//! A table of ours at the source, written to so that its log goes on while nobody else writes.

use crate::changes::{ChangeError, Heartbeat};
use crate::data_error::DataError;
use crate::mysql::Mysql;
use crate::mysql::data_session::{DataSession, Use};
use oms_model::change::origin;

pub(super) async fn beat(database: &Mysql, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
    let mut session = DataSession::open(&database.site, database.member, Use::Writing).await?;
    let table = name(&session, heartbeat);
    let write = format!(
        "INSERT INTO {table} (id, at) VALUES (1, UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000) \
         ON DUPLICATE KEY UPDATE at = VALUES(at)"
    );
    let written = match session.run(write.as_bytes()).await {
        Err(DataError::Changed { .. }) => {
            let make = format!(
                "CREATE TABLE IF NOT EXISTS {table} \
                 (id TINYINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)"
            );
            match session.run(make.as_bytes()).await {
                Ok(()) => session.run(write.as_bytes()).await,
                refused => refused,
            }
        }
        written => written,
    };
    written.map_err(|error| lacking(error, &table, heartbeat))?;
    session.wire.quit().await;
    Ok(())
}

pub(super) async fn stop(database: &Mysql, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
    let mut session = DataSession::open(&database.site, database.member, Use::Defining).await?;
    let table = name(&session, heartbeat);
    match session.run(format!("DROP TABLE IF EXISTS {table}").as_bytes()).await {
        Ok(()) | Err(DataError::NoSuchDatabase(_)) => {}
        Err(error) => return Err(lacking(error, &table, heartbeat).into()),
    }
    session.wire.quit().await;
    Ok(())
}

fn name(session: &DataSession, heartbeat: &Heartbeat) -> String {
    session.name(&heartbeat.database, &format!("{}{}", origin::HEARTBEAT, heartbeat.name))
}

/// Says which rights are missing.
fn lacking(error: DataError, table: &str, heartbeat: &Heartbeat) -> DataError {
    match error {
        DataError::Forbidden { message } => DataError::Forbidden {
            message: format!(
                "the heartbeat is the table {table}, for which the user needs CREATE, INSERT, \
                 UPDATE and DROP on {}.*: {message}",
                heartbeat.database
            ),
        },
        other => other,
    }
}
