//! Which change a place of the source stands for.

use super::{open, small};
use crate::{
    app::{spec_of, store},
    said::{Said, append},
};
use oms_connector::ChangeReader;
use oms_model::{Position, change::Seq};
use proptest::{prelude::*, test_runner::TestRunner};
use std::{path::Path, sync::Arc, time::Duration};
use store_service::{
    log::{ChangeLog, PlaceError, Resumed, Retention, SegmentLog, SegmentSettings},
    runner::{Databases, Sources as _},
};

const SERVER: &str = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

/// The connector of a database, which compares places without being anywhere.
fn order(kind: &str, method: &str) -> Arc<dyn ChangeReader> {
    let mut body = store();
    body["source"]["kind"] = kind.into();
    body["method"] = method.into();
    Databases.open(&spec_of(&body)).expect("is offered")
}

/// How a kind of source names the transaction of a number, and the place behind it.
#[derive(Clone, Copy)]
struct Terms {
    kind: &'static str,
    method: &'static str,
    id: fn(u64) -> String,
    place: fn(u64) -> String,
}

const TERMS: [Terms; 4] = [
    Terms {
        kind: "MYSQL",
        method: "BINLOG",
        id: |number| format!("{SERVER}:{number}"),
        place: |number| match number {
            0 => "mysql-gtid-set:".into(),
            _ => format!("mysql-gtid-set:{SERVER}:1-{number}"),
        },
    },
    Terms {
        kind: "MYSQL",
        method: "BINLOG",
        id: |number| format!("binlog.{:06}/{}", 999_990 + number / 7, 100 + number % 7),
        place: |number| {
            let (file, at) = (999_990 + number / 7, 100 + number % 7);
            format!("binlog-file:binlog.{file:06}/{at}@{SERVER}")
        },
    },
    Terms {
        kind: "MARIADB",
        method: "BINLOG",
        id: |number| format!("0-1-{number}"),
        place: |number| format!("mariadb-gtid:0-1-{number}"),
    },
    Terms {
        kind: "OB_MYSQL",
        method: "TRIGGER",
        id: |number| number.to_string(),
        place: |number| format!(r#"triggers:{{"capture":"c","round":{number}}}"#),
    },
];

fn position(text: &str) -> Position {
    text.parse().expect("a position")
}

/// A log that begins behind a place. Of each transaction behind it, how many changes there are; one
/// without any was of no interest, and only its place is noted, or not even that.
async fn filled(dir: &Path, terms: Terms, from: u64, all: &[usize]) -> SegmentLog {
    let log = open(dir, small()).await;
    let Resumed { mut appender, mut definitions, .. } = log.append().await.expect("appends");
    let begin = position(&(terms.place)(from));
    appender.moved(&begin, None, &mut definitions).await.expect("is noted");
    appender.flush().await.expect("is durable");
    for (number, changes) in (from + 1..).zip(all) {
        let place = position(&(terms.place)(number));
        match changes {
            0 if number % 2 == 0 => {}
            0 => appender.moved(&place, None, &mut definitions).await.expect("is noted"),
            changes => {
                let said = Said { id: (terms.id)(number), ..Said::rows(number, *changes) };
                append(&mut *appender, &mut definitions, &said, &place).await.expect("adds");
            }
        }
    }
    let end = position(&(terms.place)(from + all.len() as u64));
    appender.moved(&end, None, &mut definitions).await.expect("is noted");
    appender.flush().await.expect("is durable");
    log
}

#[test]
fn every_place_of_every_kind_has_its_own_change() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(ProptestConfig::with_cases(6));
    let counts = prop::collection::vec(
        prop_oneof![3 => Just(0_usize), 8 => 1..4_usize, 1 => 20..90_usize],
        1..120,
    );
    let checked = runner.run(&counts, |all| {
        for terms in TERMS {
            let dir = tempfile::tempdir().expect("a folder");
            runtime.block_on(async {
                let log = filled(dir.path(), terms, 5, &all).await;
                let order = order(terms.kind, terms.method);
                let mut last = 0;
                for number in 5..=5 + all.len() as u64 {
                    last += number.checked_sub(6).map_or(0, |at| all[at as usize] as u64);
                    let place = position(&(terms.place)(number));
                    let found = log.behind(place.clone(), Arc::clone(&order)).await;
                    assert_eq!(found.expect("is found"), Seq(last), "{place}");
                }
                for (number, gone) in [(4, true), (6 + all.len() as u64, false)] {
                    let place = position(&(terms.place)(number));
                    match log.behind(place, Arc::clone(&order)).await {
                        Err(PlaceError::Gone) => assert!(gone),
                        Err(PlaceError::Ahead) => assert!(!gone),
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
        Ok(())
    });
    checked.expect("every place");
}

#[tokio::test]
async fn a_place_with_a_hole_stands_for_no_change_and_one_beyond_what_is_wanted_does() {
    let dir = tempfile::tempdir().unwrap();
    // The transactions 12 and 13 were of no interest.
    let mut all = [1; 40];
    (all[11], all[12]) = (0, 0);
    let log = filled(dir.path(), TERMS[0], 0, &all).await;
    let order = order("MYSQL", "BINLOG");
    let find = |set: &str| {
        let place = position(&format!("mysql-gtid-set:{SERVER}:{set}"));
        log.behind(place, Arc::clone(&order))
    };
    for (set, seq) in [("1-11", 11), ("1-12", 11), ("1-11:13", 11), ("1-13", 11), ("1-14", 12)] {
        assert_eq!(find(set).await.expect("is found"), Seq(seq), "{set}");
    }
    assert_eq!(find("1-10:12-13").await.expect("is found"), Seq(10), "none of them is kept");
    for (set, lacks) in [("1-9:11", 10), ("1-19:21-30", 20), ("1-2:40", 3), ("2", 1)] {
        match find(set).await {
            Err(PlaceError::Inexact { lacks: found, .. }) => {
                assert_eq!(found, format!("{SERVER}:{lacks}"), "{set}");
            }
            other => panic!("{set}: {other:?}"),
        }
    }
    let foreign = log.behind(position("mariadb-gtid:0-1-7"), Arc::clone(&order)).await;
    assert!(matches!(foreign, Err(PlaceError::Source(_))), "{foreign:?}");
}

#[tokio::test]
async fn what_was_removed_is_gone_and_the_rest_is_found_also_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let terms = TERMS[2];
    let log = filled(dir.path(), terms, 0, &[4; 500]).await;
    let order = order(terms.kind, terms.method);
    let retention = Retention { age: Duration::from_secs(1 << 40), bytes: 16 << 10, floor: None };
    log.trim(retention).await.expect("trims");
    drop(log);
    let log = open(dir.path(), SegmentSettings { stride: 2_000, ..small() }).await;
    let begin = log.extent().borrow().begin;
    assert!(begin > Seq(4) && begin.0 % 4 == 0, "{begin}");
    for number in 1..=500 {
        let found = log.behind(position(&(terms.place)(number)), Arc::clone(&order)).await;
        match found {
            Ok(seq) => assert_eq!(seq, Seq(number * 4)),
            Err(PlaceError::Gone) => assert!(number * 4 < begin.0, "{number}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn nothing_is_found_in_a_log_that_has_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), small()).await;
    let found = log.behind(position("mariadb-gtid:0-1-7"), order("MARIADB", "BINLOG")).await;
    assert!(matches!(found, Err(PlaceError::Ahead)), "{found:?}");
}
