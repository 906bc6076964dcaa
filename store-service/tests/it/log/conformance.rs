//! What every log keeps, whatever is behind it. Another one is added by opening it in [`on_each`].

use super::{PATIENCE, append_all, open, read, read_on, small};
use crate::said::{Change, Heard, Said, append, place, row, table};
use oms_model::change::{Seq, Statement};
use oms_testkit::eventually;
use std::{sync::Arc, time::Duration};
use store_service::log::{ChangeLog, Extent, LogError, Opening, Resumed, SegmentSettings};
use tokio::time::timeout;

/// Runs a test on each kind of log, small and large.
async fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<dyn ChangeLog>) -> F) {
    for settings in [small(), SegmentSettings::default()] {
        let dir = tempfile::tempdir().unwrap();
        test(Arc::new(open(dir.path(), settings).await)).await;
    }
}

fn many(count: u64) -> Vec<Said> {
    (1..=count).map(|number| Said::rows(number, 1 + number as usize % 7)).collect()
}

fn changes(all: &[Said]) -> u64 {
    all.iter().map(|said| said.changes.len() as u64).sum()
}

#[tokio::test]
async fn what_is_appended_is_read_from_any_place() {
    on_each(|log| async move {
        let all = many(200);
        append_all(&*log, &all).await;
        let end = Seq(changes(&all));
        assert_eq!(log.extent().borrow().end, end);
        read(&*log, Seq::START, end).await.are(&all, Seq(1));
        for after in [1, 2, 17, 300, end.0 - 1] {
            let heard = read(&*log, Seq(after), end).await;
            let (first, _) = heard.all[0];
            assert!(first <= Seq(after + 1), "{first} is too late for {after}");
            let passed = all.len() - heard.all.len();
            heard.are(&all[passed..], first);
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_at_the_end_waits_and_goes_on() {
    on_each(|log| async move {
        // It may be there before the log is.
        let mut reader = log.read(Seq::START).await.unwrap();
        let reading = tokio::spawn(async move { read_on(&mut *reader, Seq(30)).await });
        let all: Vec<Said> = (1..=10).map(|number| Said::rows(number, 3)).collect();
        append_all(&*log, &all[..4]).await;
        let mut late = log.read(Seq(12)).await.unwrap();
        append_all(&*log, &all[4..]).await;
        reading.await.unwrap().are(&all, Seq(1));
        read_on(&mut *late, Seq(30)).await.are(&all[4..], Seq(13));
        let beyond = log.read(Seq(31)).await.unwrap_err();
        assert!(matches!(beyond, LogError::Ahead { end: Seq(30), .. }), "{beyond:?}");
    })
    .await;
}

#[tokio::test]
async fn a_transaction_is_visible_as_a_whole_and_not_before_its_end() {
    on_each(|log| async move {
        append_all(&*log, &many(3)).await;
        let before = log.extent().borrow().clone();
        let Resumed { mut appender, mut definitions, .. } = log.append().await.unwrap();
        let huge = Said::rows(4, 5_000);
        let mut entries = oms_model::change::Entries::default();
        for change in &huge.changes {
            crate::said::put(change, &mut entries, &mut definitions);
        }
        let opening = Opening { changes: 5_000, committed: 4_000, id: &huge.id, origin: "" };
        appender.begin(opening).await.unwrap();
        appender.items(entries.bytes(), &mut definitions).await.unwrap();
        // Most of it is durable, and nobody sees it.
        appender.flush().await.unwrap();
        assert_eq!(*log.extent().borrow(), before);
        let last = appender.end(&place(4)).await.unwrap();
        appender.flush().await.unwrap();
        assert_eq!((last, log.extent().borrow().end), (Seq(before.end.0 + 5_000), last));
        let heard = read(&*log, before.end, last).await;
        assert_eq!(heard.all.last().unwrap().1, huge);
    })
    .await;
}

#[tokio::test]
async fn what_an_appender_leaves_behind_never_was() {
    on_each(|log| async move {
        let all = many(5);
        append_all(&*log, &all).await;
        let end = log.extent().borrow().end;
        let Resumed { mut appender, mut definitions, .. } = log.append().await.unwrap();
        let opening = Opening { changes: 2_000, committed: 9_000, id: "", origin: "" };
        let mut entries = oms_model::change::Entries::default();
        for change in &Said::rows(9, 1_000).changes {
            crate::said::put(change, &mut entries, &mut definitions);
        }
        appender.begin(opening).await.unwrap();
        appender.items(entries.bytes(), &mut definitions).await.unwrap();
        appender.flush().await.unwrap();
        // Another one begins, and its numbers follow what was whole.
        let more = Said::of(6, vec![row("u", "other")]);
        append_all(&*log, std::slice::from_ref(&more)).await;
        let cut_off = appender.items(entries.bytes(), &mut definitions).await;
        let flushed = appender.flush().await;
        assert!(cut_off.is_err() || flushed.is_err(), "it is cut off");
        let whole: Vec<Said> = all.into_iter().chain([more]).collect();
        read(&*log, Seq::START, end.next()).await.are(&whole, Seq(1));
    })
    .await;
}

#[tokio::test]
async fn positions_moments_and_tables_are_those_of_the_last_transaction() {
    on_each(|log| async move {
        let Resumed { mut appender, mut definitions, position, tables } =
            log.append().await.unwrap();
        assert!(position.is_none() && tables.is_empty());
        appender.moved(&place(1), Some(500), &mut definitions).await.unwrap();
        let altered = Change::Row { table: "t".into(), columns: 2, text: b"x".into() };
        let said = Said::of(2, vec![row("t", "a"), row("gone", "b"), altered]);
        append(&mut *appender, &mut definitions, &said, &place(2)).await.unwrap();
        // A table is dropped, another one goes back to what it was, a third one is new.
        let statement = Statement {
            text: "…".into(),
            touches: ["gone", "t", "new"].map(|name| ("d".into(), name.into())).into(),
            tables: vec![table("t", 1), table("new", 3)],
            ..Statement::default()
        };
        let mut entries = oms_model::change::Entries::default();
        entries.statement(&statement);
        let opening = Opening { changes: 1, committed: 3_000, id: "s", origin: "" };
        appender.begin(opening).await.unwrap();
        appender.items(entries.bytes(), &mut definitions).await.unwrap();
        appender.end(&place(3)).await.unwrap();
        appender.moved(&place(4), Some(9_000), &mut definitions).await.unwrap();
        appender.flush().await.unwrap();
        drop(appender);
        let extent = log.extent().borrow().clone();
        let wanted = Extent {
            begin: Seq(0),
            end: Seq(4),
            began: 500,
            current: 9_000,
            position: Some(place(4)),
            bytes: extent.bytes,
        };
        assert_eq!(extent, wanted);
        let again = log.append().await.unwrap();
        assert_eq!(again.position, Some(place(4)));
        let tables: Vec<_> = again.tables.iter().map(|it| (&*it.name, it.columns.len())).collect();
        assert_eq!(tables, [("new", 3), ("t", 1)]);
        assert_eq!(again.definitions.highest(), definitions.highest());
    })
    .await;
}

#[tokio::test]
async fn a_moment_is_found_and_nothing_committed_later_is_missed() {
    on_each(|log| async move {
        let all = many(300);
        append_all(&*log, &all).await;
        let ends = |number: u64| Seq(changes(&all[..number as usize]));
        for number in [1, 2, 3, 50, 177, 299, 300] {
            let found = log.at(number as i64 * 1_000).await.unwrap();
            assert!(found <= ends(number - 1), "{found} passes over {number}");
            // As little else as blocks let it tell.
            let heard = read(&*log, found, ends(300)).await;
            assert!(heard.all.iter().any(|(_, said)| said.committed == number as i64 * 1_000));
        }
        assert_eq!(log.at(0).await.unwrap(), Seq::START);
        assert_eq!(log.at(300_001).await.unwrap(), ends(300));
    })
    .await;
}

#[tokio::test]
async fn rows_of_any_size_and_statements_come_back() {
    on_each(|log| async move {
        let sizes = [0, 1, 511, 513, 5_000, 300_000];
        let rows = sizes.map(|size| row("t", vec![b'x'; size]));
        let statement = Change::Statement("CREATE TABLE …".into());
        let said =
            Said { origin: "p.incr".into(), ..Said::of(1, [&rows[..], &[statement]].concat()) };
        append_all(&*log, std::slice::from_ref(&said)).await;
        read(&*log, Seq::START, Seq(7)).await.are(&[said], Seq(1));
    })
    .await;
}

#[tokio::test]
async fn whoever_appends_nonsense_is_refused() {
    on_each(|log| async move {
        let Resumed { mut appender, mut definitions, .. } = log.append().await.unwrap();
        let wrong = |result: Result<(), LogError>| {
            assert!(matches!(result, Err(LogError::Malformed(_))), "{result:?}");
        };
        let opening = Opening { changes: 1, committed: 1, id: "", origin: "" };
        appender.begin(opening).await.unwrap();
        wrong(appender.begin(opening).await);
        wrong(appender.items(&[9, 9, 9], &mut definitions).await);
        wrong(appender.end(&place(1)).await.map(drop));
        // And nothing of it is there.
        let all = many(2);
        append_all(&*log, &all).await;
        read(&*log, Seq::START, Seq(changes(&all))).await.are(&all, Seq(1));
    })
    .await;
}

#[tokio::test]
async fn slow_and_fast_readers_read_the_same() {
    on_each(|log| async move {
        let all = many(400);
        let end = Seq(changes(&all));
        let mut slow = log.read(Seq::START).await.unwrap();
        let mut heard = Heard::default();
        for part in all.chunks(40) {
            append_all(&*log, part).await;
            // One that stops waiting half-way loses nothing.
            if let Ok(frames) = timeout(Duration::ZERO, slow.next()).await {
                heard.frames(&frames.unwrap());
            }
        }
        while heard.last() < end {
            heard.frames(&timeout(PATIENCE, slow.next()).await.unwrap().unwrap());
        }
        heard.are(&all, Seq(1));
        eventually(PATIENCE, || async { log.extent().borrow().end == end }).await;
    })
    .await;
}
