//! Rows of the target that are not what the source's changes begin with, and rows that a full load
//! has brought already.

use super::stage::{NULL, Stage, del, i, ins, t, upd};
use oms_contracts::ErrorCode;
use oms_model::change::Seq;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};
use sync_service::ops::incr::{Found, Outcome, Policy};

/// A target where rows are missing, one is in the way, and a hundred others are as they should be.
async fn drifted(target: ServerKind, mode: Mode, policy: Policy) -> (Stage, Seq) {
    let mut stage = Stage::on(target, mode).await;
    stage.policy = policy;
    let a = stage.table("a", "id INT PRIMARY KEY, v VARCHAR(9)").await;
    let n = stage.table("n", "x INT").await;
    let rows: Vec<_> = (0..100).map(|id| ins(a, [i(id), t("old")])).collect();
    stage.log.commit(&rows);
    let first = stage.log.commit(&[ins(n, [i(1)]), ins(n, [i(1)])]);
    stage.apply(first).await;
    let drift = "DELETE FROM a WHERE id IN (7, 8); INSERT INTO a VALUES (200, 'theirs'); \
                 DELETE FROM n LIMIT 1";
    stage.db.exec(drift).await.unwrap();
    let mut changes: Vec<_> =
        (0..50).map(|id| upd(a, [i(id), t("old")], [i(id), t("new")])).collect();
    changes[8] = del(a, [i(8), t("old")]);
    changes.push(ins(a, [i(200), t("ours")]));
    changes.extend([del(n, [i(1)]), del(n, [i(1)])]);
    let last = stage.log.commit(&changes);
    stage.token += 1;
    (stage, last)
}

const SHOWN: &str = "SELECT COUNT(*), SUM(v = 'new'), SUM(id = 7), SUM(v = 'ours') FROM a";

#[tokio::test]
async fn a_row_that_is_not_as_expected_is_recorded_and_put_right() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let (stage, last) = drifted(target, mode, Policy::Repair).await;
            let meter = stage.apply(last).await;
            let shown = stage.shows(SHOWN).await;
            assert_eq!(shown, ["100 49 1 1"], "{target} {mode:?}");
            assert_eq!(stage.shows("SELECT COUNT(*) FROM n").await, ["0"]);
            let mut found = stage.book.0.lock().unwrap().clone();
            found.sort_by_key(|one| (one.table.clone(), one.key.clone()));
            let told: Vec<_> =
                found.iter().map(|one| (one.found, one.key.as_str(), one.is_repaired)).collect();
            assert_eq!(
                told,
                [
                    (Found::InTheWay, "id=200", true),
                    (Found::NothingToChange, "id=7", true),
                    (Found::NothingToRemove, "id=8", true),
                    (Found::NothingToRemove, "x=1", true),
                ],
                "{target} {mode:?}"
            );
            assert_eq!(found[1].before.as_deref(), Some("id=7, v='old'"));
            assert_eq!(found[1].after.as_deref(), Some("id=7, v='new'"));
            let status = meter.status();
            assert_eq!((status.nothing_to_change, status.in_the_way), (1, 1));
        }
    }
}

#[tokio::test]
async fn a_row_that_is_not_as_expected_is_left_alone_where_that_is_wanted() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let (stage, last) = drifted(target, mode, Policy::Record).await;
            stage.apply(last).await;
            assert_eq!(stage.shows(SHOWN).await, ["99 48 0 0"], "{target} {mode:?}");
            assert_eq!(stage.book.0.lock().unwrap().len(), 4);
        }
    }
}

#[tokio::test]
async fn a_row_that_is_not_as_expected_ends_the_task_where_that_is_wanted() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let (stage, _) = drifted(target, mode, Policy::Stop).await;
            let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
            assert_eq!(failure.code, ErrorCode::RowDrifted, "{}", failure.message);
            assert!(failure.message.contains("is not there"), "{}", failure.message);
            let before = stage.shows("SELECT SUM(v = 'new') FROM a").await;
            assert_eq!(before, ["0"], "{target} {mode:?}: nothing of the batch stays");
        }
    }
}

/// Rows were loaded while the changes were captured: some before a change, some behind it.
#[tokio::test]
async fn what_overlaps_the_full_load_ends_as_the_source_is() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let a = stage.table("a", "id INT PRIMARY KEY, u INT UNIQUE, v INT").await;
            // As they were at some moment; 4 and 5 are missing, 6 is gone at the source by now.
            let loaded = "INSERT INTO a VALUES (1, 10, 0), (2, 21, 1), (3, 30, 0), (6, 60, 0)";
            stage.db.exec(loaded).await.unwrap();
            let log = stage.log.clone();
            log.commit(&[upd(a, [i(2), i(20), i(0)], [i(2), i(21), i(1)])]);
            log.commit(&[
                ins(a, [i(3), i(30), i(0)]),
                upd(a, [i(9), i(90), i(0)], [i(4), i(90), i(0)]),
            ]);
            log.commit(&[upd(a, [i(5), i(50), i(0)], [i(5), i(50), i(2)])]);
            log.commit(&[del(a, [i(6), i(60), i(0)]), ins(a, [i(7), i(60), i(0)])]);
            let end = log.commit(&[upd(a, [i(1), i(10), i(0)], [i(1), NULL, i(0)])]);
            stage.overlap_end = end;
            let last = log.commit(&[upd(a, [i(3), i(30), i(0)], [i(3), i(10), i(0)])]);
            stage.apply(last).await;
            let shown = stage.shows("SELECT id, u, v FROM a ORDER BY id").await;
            let expected = ["1 NULL 0", "2 21 1", "3 10 0", "4 90 0", "5 50 2", "7 60 0"];
            assert_eq!(shown, expected, "{target} {mode:?}");
            assert!(stage.book.0.lock().unwrap().is_empty());
        }
    }
}
