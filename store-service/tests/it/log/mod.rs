//! The log: what every log keeps, and what files can do to it.

mod conformance;
mod crash;
mod cut;
mod find;
mod full;
mod retain;
mod speed;

use crate::said::{Heard, Said, append, place};
use oms_model::change::{Definitions, Seq};
use oms_testkit::eventually;
use std::{path::Path, time::Duration};
use store_service::log::{
    Appender, ChangeLog, LogError, LogReader, Resumed, SegmentLog, SegmentSettings,
};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

/// Segments that are full after some transactions, and blocks that are full after some rows.
fn small() -> SegmentSettings {
    SegmentSettings {
        segment: 4 << 10,
        block: 512,
        waiting: 8 << 10,
        stride: 1 << 10,
        chunk: 2 << 10,
        ..SegmentSettings::default()
    }
}

/// Opens a log, once whoever had it has let go.
async fn open(dir: &Path, settings: SegmentSettings) -> SegmentLog {
    eventually(PATIENCE, || async {
        match SegmentLog::open(dir.to_owned(), settings).await {
            Err(error @ LogError::InUse(_)) => Err(error),
            opened => Ok(opened.expect("opens")),
        }
    })
    .await
}

/// Appends transactions, each behind the place of its number, and makes them durable.
async fn append_all(log: &dyn ChangeLog, all: &[Said]) {
    let Resumed { mut appender, mut definitions, .. } = log.append().await.expect("appends");
    add(&mut *appender, &mut definitions, all).await.expect("adds");
    appender.flush().await.expect("is durable");
}

async fn add(
    appender: &mut dyn Appender,
    definitions: &mut Definitions,
    all: &[Said],
) -> Result<(), LogError> {
    for said in all {
        append(appender, definitions, said, &place(said.committed.unsigned_abs() / 1_000)).await?;
    }
    Ok(())
}

/// Reads what follows a change, up to another one.
async fn read(log: &dyn ChangeLog, after: Seq, upto: Seq) -> Heard {
    let mut reader = log.read(after).await.expect("reads");
    read_on(&mut *reader, upto).await
}

async fn read_on(reader: &mut dyn LogReader, upto: Seq) -> Heard {
    let mut heard = Heard::default();
    while heard.last() < upto {
        let frames = timeout(PATIENCE, reader.next()).await.expect("goes on").expect("reads");
        heard.frames(&frames);
    }
    heard
}
