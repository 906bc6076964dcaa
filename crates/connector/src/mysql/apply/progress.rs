//! The table at the target that says how far each task is.

use crate::apply::{ClaimError, Mark, Progress};
use crate::data_error::DataError;
use crate::mysql::data_fault;
use crate::mysql::data_session::DataSession;
use crate::mysql::encode;
use crate::mysql::wire::{TextRow, WireError};
use oms_model::change::{Seq, origin};

fn name(session: &DataSession) -> String {
    session.name(origin::DATABASE, origin::PROGRESS)
}

/// Makes the table, and its database, if they are not there.
pub(super) async fn create(session: &mut DataSession) -> Result<(), DataError> {
    let look = format!("SELECT 1 FROM {} LIMIT 1", name(session));
    match session.wire.query(look.as_bytes()).await {
        Ok(_) => return Ok(()),
        Err(error @ WireError::Server { .. }) => {
            let reason = data_fault::of_wire(error);
            if reason.is_passing() {
                return Err(reason);
            }
        }
        Err(error) => return Err(data_fault::of_wire(error)),
    }
    let database = session.member.quote(origin::DATABASE);
    let made = format!("CREATE DATABASE IF NOT EXISTS {database}");
    session.run(made.as_bytes()).await.map_err(lacking)?;
    let table = format!(
        "CREATE TABLE IF NOT EXISTS {} (\
         task VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
         lane INT UNSIGNED NOT NULL, \
         token BIGINT NOT NULL, \
         seq BIGINT UNSIGNED NOT NULL, \
         upto BIGINT UNSIGNED NOT NULL, \
         committed BIGINT NOT NULL, \
         batches BIGINT UNSIGNED NOT NULL, \
         PRIMARY KEY (task, lane))",
        name(session)
    );
    session.run(table.as_bytes()).await.map_err(lacking)
}

/// Says which rights are missing.
fn lacking(error: DataError) -> DataError {
    match error {
        DataError::Forbidden { message } => DataError::Forbidden {
            message: format!(
                "the progress of incremental syncs is kept in {0}.{1}, for which the user needs \
                 CREATE, SELECT, INSERT, UPDATE and DELETE on {0}.*: {message}",
                origin::DATABASE,
                origin::PROGRESS
            ),
        },
        other => other,
    }
}

const COLUMNS: &str = "lane, seq, upto, committed, batches";

pub(super) async fn claim(
    session: &mut DataSession,
    task: &str,
    token: i64,
) -> Result<Vec<Progress>, ClaimError> {
    let sql = format!("SELECT token FROM {} WHERE {} FOR UPDATE", name(session), of_task(task));
    let held = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    for row in &held.rows {
        let theirs = number(row, 0)?;
        if theirs > token {
            session.run(b"ROLLBACK").await?;
            return Err(ClaimError::Fenced { ours: token, theirs });
        }
    }
    let take = format!("UPDATE {} SET token={token} WHERE {}", name(session), of_task(task));
    session.run(take.as_bytes()).await.map_err(lacking)?;
    session.run(b"COMMIT").await?;
    let all = format!("SELECT {COLUMNS} FROM {} WHERE {}", name(session), of_task(task));
    let rows = read(session, &all).await?;
    Ok(rows)
}

pub(super) async fn add(
    session: &mut DataSession,
    task: &str,
    token: i64,
    lane: &Progress,
) -> Result<(), ClaimError> {
    if lane.lane != 0 {
        // Whoever takes the task over locks this row as well: it sees this lane, or we see its token.
        let sql = format!(
            "SELECT token FROM {} WHERE {} AND lane=0 FOR UPDATE",
            name(session),
            of_task(task)
        );
        let held = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let theirs = held.rows.first().map(|row| number(row, 0)).transpose()?;
        if theirs != Some(token) {
            session.run(b"ROLLBACK").await?;
            return Err(ClaimError::Fenced { ours: token, theirs: theirs.unwrap_or(i64::MAX) });
        }
    }
    let Progress { lane, seq, upto, committed, batches } = lane;
    let head = format!("INSERT INTO {} (task, token, {COLUMNS}) VALUES (_utf8mb4", name(session));
    let mut sql = head.into_bytes();
    encode::text(&mut sql, task.as_bytes());
    let numbers = format!(",{token},{lane},{seq},{upto},{committed},{batches})");
    sql.extend_from_slice(numbers.as_bytes());
    session.run(&sql).await.map_err(lacking)?;
    Ok(session.run(b"COMMIT").await?)
}

pub(super) async fn of_lane(
    session: &mut DataSession,
    task: &str,
    lane: u32,
) -> Result<Option<Progress>, DataError> {
    let sql =
        format!("SELECT {COLUMNS} FROM {} WHERE {} AND lane={lane}", name(session), of_task(task));
    Ok(read(session, &sql).await?.pop())
}

pub(super) async fn forget(session: &mut DataSession, task: &str) -> Result<(), DataError> {
    let journal = session.name(origin::DATABASE, origin::STATEMENTS);
    for table in [name(session), journal] {
        let sql = format!("DELETE FROM {table} WHERE {}", of_task(task));
        match session.run(sql.as_bytes()).await {
            // What was never made needs no removing.
            Err(DataError::Changed { .. } | DataError::NoSuchDatabase(_)) => {}
            outcome => outcome?,
        }
    }
    session.run(b"COMMIT").await
}

/// The statement that marks a lane.
pub(super) fn mark(session: &DataSession, task: &str, token: i64, mark: &Mark) -> Vec<u8> {
    let Mark { lane, seq, upto, committed } = mark;
    format!(
        "UPDATE {} SET seq={seq},upto={upto},committed={committed},batches=batches+1 \
         WHERE {} AND lane={lane} AND token={token}",
        name(session),
        of_task(task)
    )
    .into_bytes()
}

fn of_task(task: &str) -> String {
    let mut text = Vec::new();
    encode::text(&mut text, task.as_bytes());
    format!("task=_utf8mb4{}", String::from_utf8_lossy(&text))
}

async fn read(session: &mut DataSession, sql: &str) -> Result<Vec<Progress>, DataError> {
    let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let rows = found.rows.iter().map(progress).collect();
    // What was read must not keep old versions of rows alive, nor show them again.
    session.run(b"COMMIT").await?;
    rows
}

fn progress(row: &TextRow) -> Result<Progress, DataError> {
    let natural = |at| number::<u64>(row, at);
    Ok(Progress {
        lane: number(row, 0)?,
        seq: Seq(natural(1)?),
        upto: Seq(natural(2)?),
        committed: number(row, 3)?,
        batches: natural(4)?,
    })
}

fn number<T: std::str::FromStr>(row: &TextRow, at: usize) -> Result<T, DataError> {
    let text = row.text(at).map_err(data_fault::of_wire)?;
    text.and_then(|text| text.parse().ok()).ok_or_else(|| DataError::Changed {
        message: format!("{}.{} holds what we never wrote", origin::DATABASE, origin::PROGRESS),
    })
}
