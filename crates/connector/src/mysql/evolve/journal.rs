//! The journal of definitions at the target: what is about to be run stands there first.

use crate::evolve::{Entry, EntryState};
use crate::mysql::ddl::{Quoting, literal};
use crate::mysql::seated::Seated;
use crate::mysql::wire::{TextRow, WireError};
use crate::schema::SchemaError;
use oms_model::change::{Seq, origin};

use super::super::schema::of_statement;

fn name(session: &Seated) -> String {
    session.name(origin::DATABASE, origin::STATEMENTS)
}

fn text(value: &str) -> String {
    format!("_utf8mb4{}", literal(value.as_bytes(), Quoting::default()))
}

/// Makes the table, and its database, if they are not there.
pub(super) async fn create(session: &mut Seated) -> Result<(), SchemaError> {
    let look = format!("SELECT 1 FROM {} LIMIT 1", name(session));
    match session.wire.query(look.as_bytes()).await.map_err(of_statement) {
        Ok(_) => return Ok(()),
        Err(error @ SchemaError::Data(_)) => return Err(error),
        Err(error) if error.is_passing() => return Err(error),
        Err(_) => {}
    }
    let database = session.member.quote(origin::DATABASE);
    run(session, &format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
    let table = format!(
        "CREATE TABLE IF NOT EXISTS {} (\
         task VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
         seq BIGINT UNSIGNED NOT NULL, \
         state VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
         done INT UNSIGNED NOT NULL, \
         body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
         looks LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
         PRIMARY KEY (task, seq))",
        name(session)
    );
    run(session, &table).await
}

const COLUMNS: &str = "seq, state, done, body, looks";

pub(super) async fn entry(
    session: &mut Seated,
    task: &str,
    seq: Seq,
) -> Result<Option<Entry>, SchemaError> {
    let of = format!("task={} AND seq={seq}", text(task));
    Ok(read(session, &of).await?.pop())
}

pub(super) async fn entries(
    session: &mut Seated,
    task: &str,
    state: EntryState,
) -> Result<Vec<Entry>, SchemaError> {
    let of = format!("task={} AND state='{state}' ORDER BY seq", text(task));
    read(session, &of).await
}

/// Says no where the token is not that of the task any more.
pub(super) async fn write(
    session: &mut Seated,
    task: &str,
    token: i64,
    entry: &Entry,
) -> Result<bool, SchemaError> {
    let progress = session.name(origin::DATABASE, origin::PROGRESS);
    let Entry { seq, state, done, body, before } = entry;
    let (task, body, before) = (text(task), text(body), text(before));
    let ours = format!("SELECT 1 FROM {progress} WHERE task={task} AND lane=0 AND token={token}");
    let sql = format!(
        "INSERT INTO {} (task, {COLUMNS}) SELECT {task}, {seq}, '{state}', {done}, {body}, {before} \
         FROM {progress} WHERE task={task} AND lane=0 AND token={token} ON DUPLICATE KEY UPDATE \
         state=VALUES(state), done=VALUES(done), body=VALUES(body), looks=VALUES(looks)",
        name(session)
    );
    let written = session.wire.execute(sql.as_bytes()).await.map_err(of_statement)?;
    if written.affected > 0 {
        return Ok(true);
    }
    // Nothing counts as written as well where it stood there before.
    let found = session.wire.query(ours.as_bytes()).await.map_err(of_statement)?;
    Ok(!found.rows.is_empty())
}

pub(super) async fn erase(
    session: &mut Seated,
    task: &str,
    seqs: &[Seq],
) -> Result<(), SchemaError> {
    if seqs.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = seqs.iter().map(ToString::to_string).collect();
    let of = format!("task={} AND seq IN ({})", text(task), list.join(","));
    let sql = format!("DELETE FROM {} WHERE {of}", name(session));
    run(session, &sql).await
}

async fn read(session: &mut Seated, of: &str) -> Result<Vec<Entry>, SchemaError> {
    let sql = format!("SELECT {COLUMNS} FROM {} WHERE {of}", name(session));
    let found = session.wire.query(sql.as_bytes()).await.map_err(of_statement)?;
    found.rows.iter().map(entry_of).collect()
}

fn entry_of(row: &TextRow) -> Result<Entry, SchemaError> {
    let cell = |at| row.text(at).map(Option::unwrap_or_default).map_err(of_statement);
    let strange = || of_statement(WireError::protocol("the journal holds what we never wrote"));
    Ok(Entry {
        seq: Seq(cell(0)?.parse().map_err(|_| strange())?),
        state: cell(1)?.parse().map_err(|_| strange())?,
        done: cell(2)?.parse().map_err(|_| strange())?,
        body: cell(3)?.to_owned(),
        before: cell(4)?.to_owned(),
    })
}

async fn run(session: &mut Seated, sql: &str) -> Result<(), SchemaError> {
    session.wire.execute(sql.as_bytes()).await.map(drop).map_err(of_statement)
}
