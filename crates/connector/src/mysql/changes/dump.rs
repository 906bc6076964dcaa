//! Asking a server for its log, from a place on.

use super::event::kind;
use super::place::Place;
use super::source::{self, Source};
use crate::changes::ChangeError;
use crate::data_error::DataError;
use crate::mysql::data_session::DataSession;
use crate::mysql::wire::{Dump, WireError};
use std::time::Duration;

const DUMP: u8 = 0x12;
const DUMP_GTID: u8 = 0x1e;
/// End at the end of the log.
const NON_BLOCKING: u16 = 0x01;
/// Begin behind a set of transactions.
const THROUGH_GTID: u16 = 0x04;
/// What a server sends of the files it looks through before it has found the place.
const PREAMBLE: [u8; 6] = [
    kind::ROTATE,
    kind::FORMAT,
    kind::PREVIOUS_GTIDS,
    kind::MARIADB_GTID_LIST,
    kind::MARIADB_CHECKPOINT,
    kind::MARIADB_ENCRYPTION,
];
/// How often a server says that it is still looking for something to send.
const IDLE_BEAT: Duration = Duration::from_secs(5);
/// How many silent heartbeats are one too many.
const SILENT_BEATS: u32 = 3;

/// Sets the session up for what it is to send.
async fn prepare(
    session: &mut DataSession,
    source: &Source,
    heartbeat: Duration,
) -> Result<(), ChangeError> {
    let beat = heartbeat.as_nanos();
    let mut settings = vec![
        "@master_binlog_checksum = @@GLOBAL.binlog_checksum".to_owned(),
        "@source_binlog_checksum = @@GLOBAL.binlog_checksum".into(),
        format!("@master_heartbeat_period = {beat}"),
        format!("@source_heartbeat_period = {beat}"),
    ];
    if source.is_mariadb() {
        settings.push("@mariadb_slave_capability = 4".into());
    }
    session.run(format!("SET {}", settings.join(", ")).as_bytes()).await?;
    Ok(())
}

/// Begins to read behind a place, and goes on at the end.
pub(super) async fn follow(
    mut session: DataSession,
    source: &Source,
    place: &Place,
    (reader, heartbeat): (u32, Duration),
) -> Result<Dump, ChangeError> {
    prepare(&mut session, source, heartbeat).await?;
    let command = command(&mut session, place, 0, reader).await?;
    let silence = heartbeat * SILENT_BEATS + Duration::from_secs(1);
    session.wire.dump(&command, silence, &PREAMBLE).await.map_err(source::refused)
}

/// The command that sends what is behind a place.
async fn command(
    session: &mut DataSession,
    place: &Place,
    flags: u16,
    reader: u32,
) -> Result<Vec<u8>, ChangeError> {
    match place {
        Place::Gtids(set) => {
            let set = set.encoded();
            let mut command = vec![DUMP_GTID];
            command.extend_from_slice(&(THROUGH_GTID | flags).to_le_bytes());
            command.extend_from_slice(&reader.to_le_bytes());
            command.extend_from_slice(&[0; 4]);
            command.extend_from_slice(&4_u64.to_le_bytes());
            let length = u32::try_from(set.len()).unwrap_or(u32::MAX);
            command.extend_from_slice(&length.to_le_bytes());
            command.extend_from_slice(&set);
            Ok(command)
        }
        Place::Domains(domains) => {
            let sql = format!(
                "SET @slave_connect_state = '{domains}', @slave_gtid_strict_mode = 0, \
                 @slave_gtid_ignore_duplicates = 0"
            );
            session.run(sql.as_bytes()).await?;
            Ok(by_file("", 4, flags, reader))
        }
        Place::File(file) => {
            let at = u32::try_from(file.at).map_err(|_| ChangeError::Foreign {
                place: file.to_string(),
                message: "no server begins beyond 4 GiB of a file: set gtid_mode = ON".into(),
            })?;
            Ok(by_file(&file.file, at, flags, reader))
        }
    }
}

/// Reads what is behind a place, to the end of the log. It needs no number: the server takes nobody
/// for its former self who has none.
pub(super) async fn rest(
    mut session: DataSession,
    source: &Source,
    place: &Place,
) -> Result<Dump, ChangeError> {
    prepare(&mut session, source, IDLE_BEAT).await?;
    let silence = session.wire.limits().idle;
    let command = command(&mut session, place, NON_BLOCKING, 0).await?;
    session.wire.dump(&command, silence, &PREAMBLE).await.map_err(source::refused)
}

/// Reads a file from its beginning, and what follows, to the end of the log.
pub(super) async fn replay(
    mut session: DataSession,
    source: &Source,
    file: &str,
) -> Result<Dump, ChangeError> {
    prepare(&mut session, source, IDLE_BEAT).await?;
    let silence = session.wire.limits().idle;
    let command = by_file(file, 4, NON_BLOCKING, 0);
    session.wire.dump(&command, silence, &PREAMBLE).await.map_err(source::refused)
}

fn by_file(file: &str, at: u32, flags: u16, reader: u32) -> Vec<u8> {
    let mut command = vec![DUMP];
    command.extend_from_slice(&at.to_le_bytes());
    command.extend_from_slice(&flags.to_le_bytes());
    command.extend_from_slice(&reader.to_le_bytes());
    command.extend_from_slice(file.as_bytes());
    command
}

/// What a server says while it sends its log.
pub(super) fn fault(error: WireError, place: &Place, reader: u32) -> ChangeError {
    const FATAL: u16 = 1236;
    const SAME_NUMBER: u16 = 4052;
    match error {
        WireError::Server { code: SAME_NUMBER, .. } => ChangeError::ReaderTaken(reader),
        WireError::TimedOut { limit, .. } => ChangeError::Silent(limit),
        WireError::Server { code: FATAL, message, .. } => of_log(message, place, reader),
        other => source::refused(other),
    }
}

fn of_log(message: String, place: &Place, reader: u32) -> ChangeError {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["same server_uuid/server_id", "same server_id"]) {
        return ChangeError::ReaderTaken(reader);
    }
    if says(&["purged", "Could not find first log", "Could not find GTID state", "too old"]) {
        return ChangeError::Purged { message, oldest: None };
    }
    if says(&[
        "not in the master's binlog",
        "more GTIDs than",
        "impossible position",
        "is larger than",
    ]) {
        return ChangeError::Foreign { place: place.position().to_string(), message };
    }
    DataError::Server { code: "1236".into(), message }.into()
}
