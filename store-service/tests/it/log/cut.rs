//! Files that are cut anywhere, changed anywhere, or gone.

use super::{PATIENCE, append_all, open, read, small};
use crate::said::{Change, Heard, Said, row};
use oms_model::change::Seq;
use proptest::{prelude::*, sample::Index};
use std::{
    fs,
    path::{Path, PathBuf},
};
use store_service::log::{ChangeLog, LogError, SegmentLog};
use tokio::{runtime::Runtime, time::timeout};

fn some() -> impl Strategy<Value = Vec<Said>> {
    let text = prop::collection::vec(any::<u8>(), 0..300);
    let change = (1..3_usize, prop::sample::select(vec!["t", "u"]), text)
        .prop_map(|(columns, table, text)| Change::Row { table: table.into(), columns, text });
    let transaction = prop_oneof![
        6 => prop::collection::vec(change, 1..6),
        1 => Just((0..400).map(|at| row("t", format!("{at}"))).collect()),
    ];
    prop::collection::vec(transaction, 1..25)
        .prop_map(|all| (1..).zip(all).map(|(number, changes)| Said::of(number, changes)).collect())
}

fn changes(all: &[Said]) -> u64 {
    all.iter().map(|said| said.changes.len() as u64).sum()
}

/// The files of a kind, in order.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        all.filter(|path| path.extension().is_some_and(|it| it == ending)).collect();
    found.sort();
    found
}

/// What a log holds that was opened again.
async fn held(dir: &Path) -> (SegmentLog, Heard) {
    let log = open(dir, small()).await;
    let end = log.extent().borrow().end;
    let heard = read(&log, Seq::START, end).await;
    assert_eq!(heard.last(), end, "the extent ends with a whole transaction");
    (log, heard)
}

/// A prefix of what was appended; and what follows can be appended again.
async fn goes_on(dir: &Path, all: &[Said]) {
    let (log, heard) = held(dir).await;
    let kept = heard.all.len();
    heard.are(&all[..kept], Seq(1));
    let resumed = log.append().await.unwrap();
    let number = resumed.position.as_ref().map(|place| place.to_string());
    let number = number.and_then(|place| place.rsplit_once('/')?.1.parse().ok());
    assert_eq!(number, kept.checked_sub(1).map(|last| all[last].committed.unsigned_abs() / 1_000));
    drop(resumed);
    append_all(&log, &all[kept..]).await;
    drop(log);
    let (_, heard) = held(dir).await;
    heard.are(all, Seq(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_log_cut_at_any_byte_is_a_prefix_of_whole_transactions(
        all in some(), at in any::<Index>(), indexes in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        Runtime::new().unwrap().block_on(async {
            append_all(&open(dir.path(), small()).await, &all).await;
            drop(held(dir.path()).await);
            let last = files(dir.path(), "log").pop().unwrap();
            let length = last.metadata().unwrap().len();
            let file = fs::OpenOptions::new().write(true).open(&last).unwrap();
            file.set_len(at.index(length as usize + 1) as u64).unwrap();
            if !indexes {
                files(dir.path(), "idx").iter().for_each(|path| fs::remove_file(path).unwrap());
            }
            goes_on(dir.path(), &all).await;
        });
    }

    #[test]
    fn whatever_a_crash_leaves_behind_the_end_is_cut_off(
        all in some(), rubbish in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let dir = tempfile::tempdir().unwrap();
        Runtime::new().unwrap().block_on(async {
            append_all(&open(dir.path(), small()).await, &all).await;
            drop(held(dir.path()).await);
            let last = files(dir.path(), "log").pop().unwrap();
            let written = [fs::read(&last).unwrap(), rubbish].concat();
            fs::write(&last, written).unwrap();
            let (log, heard) = held(dir.path()).await;
            heard.are(&all, Seq(1));
            drop(log);
            goes_on(dir.path(), &all).await;
        });
    }

    #[test]
    fn a_changed_byte_is_an_error_or_a_shorter_log_and_never_other_changes(
        all in some(), file in any::<Index>(), at in any::<Index>(), by in 1..=255_u8, indexes in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        Runtime::new().unwrap().block_on(async {
            append_all(&open(dir.path(), small()).await, &all).await;
            drop(held(dir.path()).await);
            let mut paths = files(dir.path(), "log");
            if indexes {
                paths.extend(files(dir.path(), "idx"));
            }
            let path = &paths[file.index(paths.len())];
            let mut bytes = fs::read(path).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= by;
            fs::write(path, bytes).unwrap();
            let log = match SegmentLog::open(dir.path().to_owned(), small()).await {
                Err(LogError::Damaged { .. } | LogError::Missing { .. }) => return,
                opened => opened.unwrap(),
            };
            let end = log.extent().borrow().end;
            let mut reader = log.read(Seq::START).await.unwrap();
            let mut heard = Heard::default();
            while heard.last() < end {
                match timeout(PATIENCE, reader.next()).await.unwrap() {
                    Ok(frames) => heard.frames(&frames),
                    Err(LogError::Damaged { .. }) => break,
                    Err(other) => panic!("{other}"),
                }
            }
            heard.are(&all[..heard.all.len()], Seq(1));
        });
    }
}

#[tokio::test]
async fn a_part_that_is_missing_in_the_middle_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let all: Vec<Said> = (1..=300).map(|number| Said::rows(number, 5)).collect();
    append_all(&open(dir.path(), small()).await, &all).await;
    drop(held(dir.path()).await);
    let logs = files(dir.path(), "log");
    assert!(logs.len() > 3, "{logs:?}");
    fs::remove_file(&logs[1]).unwrap();
    let error = SegmentLog::open(dir.path().to_owned(), small()).await.unwrap_err();
    assert!(matches!(error, LogError::Missing { .. }), "{error:?}");
    assert_eq!(changes(&all), 1_500);
}

#[tokio::test]
async fn no_two_have_one_log() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path(), small()).await;
    let second = SegmentLog::open(dir.path().to_owned(), small()).await.unwrap_err();
    assert!(matches!(second, LogError::InUse(_)), "{second:?}");
    let mut waiting = first.read(Seq::START).await.unwrap();
    first.close().await.unwrap();
    assert!(matches!(waiting.next().await, Err(LogError::Ending)));
    drop((first, waiting));
    open(dir.path(), small()).await;
}
