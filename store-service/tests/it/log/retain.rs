//! What is removed, what is not, and who is told.

use super::{append_all, open, read, small};
use crate::said::{Heard, Said};
use oms_model::change::Seq;
use std::time::Duration;
use store_service::log::{ChangeLog, LogError, Retention, SegmentLog, Trimmed};

const FOR_EVER: Duration = Duration::from_secs(1 << 40);
const ALL: u64 = u64::MAX;

async fn filled(dir: &std::path::Path) -> (SegmentLog, Vec<Said>) {
    let log = open(dir, small()).await;
    let all: Vec<Said> = (1..=500).map(|number| Said::rows(number, 4)).collect();
    append_all(&log, &all).await;
    (log, all)
}

fn logs(dir: &std::path::Path) -> usize {
    let all = std::fs::read_dir(dir).unwrap();
    all.filter(|it| it.as_ref().unwrap().path().extension().is_some_and(|it| it == "log")).count()
}

#[tokio::test]
async fn what_is_within_age_and_size_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (log, all) = filled(dir.path()).await;
    let kept = log.trim(Retention { age: FOR_EVER, bytes: ALL, floor: None }).await.unwrap();
    assert_eq!(kept, Trimmed::default());
    read(&log, Seq::START, Seq(2_000)).await.are(&all, Seq(1));
}

#[tokio::test]
async fn the_oldest_go_until_the_rest_is_small_enough_and_numbers_stay() {
    let dir = tempfile::tempdir().unwrap();
    let (log, all) = filled(dir.path()).await;
    let before = log.extent().borrow().clone();
    let bytes = before.bytes / 2;
    let trimmed = log.trim(Retention { age: FOR_EVER, bytes, floor: None }).await.unwrap();
    let after = log.extent().borrow().clone();
    assert_eq!(after.bytes, before.bytes - trimmed.bytes);
    assert!(after.bytes <= bytes && after.bytes > bytes - (8 << 10), "{after:?}");
    assert_eq!((after.end, after.position.clone()), (before.end, before.position));
    let gone = log.read(Seq::START).await.unwrap_err();
    assert!(matches!(gone, LogError::Gone { begin, .. } if begin == after.begin), "{gone:?}");
    // The rest is read with nothing before it, and so it is after a restart.
    let rest = &all[after.begin.0 as usize / 4..];
    read(&log, after.begin, after.end).await.are(rest, after.begin.next());
    drop(log);
    let log = open(dir.path(), small()).await;
    assert_eq!(*log.extent().borrow(), after);
    read(&log, after.begin, after.end).await.are(rest, after.begin.next());
    let more = Said::rows(501, 1);
    append_all(&log, std::slice::from_ref(&more)).await;
    read(&log, Seq(2_000), Seq(2_001)).await.are(&[more], Seq(2_001));
}

#[tokio::test]
async fn what_somebody_has_yet_to_read_stays_and_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (log, all) = filled(dir.path()).await;
    let retention = |floor| Retention { age: Duration::from_secs(1), bytes: ALL, floor };
    let held = log.trim(retention(Some(Seq::START))).await.unwrap();
    assert_eq!(held, Trimmed { bytes: 0, held: true });
    let some = log.trim(retention(Some(Seq(1_000)))).await.unwrap();
    assert!(some.bytes > 0 && some.held);
    let begin = log.extent().borrow().begin;
    assert!(begin <= Seq(1_000), "{begin}");
    read(&log, Seq(1_000), Seq(2_000)).await;
    // All is old, and the last part stays none the less.
    let rest = log.trim(retention(None)).await.unwrap();
    assert!(rest.bytes > 0 && !rest.held && logs(dir.path()) == 1);
    let begin = log.extent().borrow().begin;
    read(&log, begin, Seq(2_000)).await.are(&all[begin.0 as usize / 4..], begin.next());
}

#[tokio::test]
async fn a_reader_whose_part_is_removed_reads_it_to_its_end_and_is_told_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = filled(dir.path()).await;
    let mut reader = log.read(Seq::START).await.unwrap();
    let mut heard = Heard::default();
    heard.frames(&reader.next().await.unwrap());
    log.trim(Retention { age: Duration::from_secs(1), bytes: 0, floor: None }).await.unwrap();
    let begin = log.extent().borrow().begin;
    let gone = loop {
        match reader.next().await {
            Ok(frames) => heard.frames(&frames),
            Err(error) => break error,
        }
    };
    assert!(heard.last() < begin);
    let LogError::Gone { after, .. } = gone else { panic!("{gone:?}") };
    assert_eq!(after, heard.last());
}
