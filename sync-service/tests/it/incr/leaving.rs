//! Rows that are left as they are, and what must be noticed for it.

use super::stage::{Stage, del, i, ins, upd};
use oms_contracts::ErrorCode;
use oms_model::{Table, Value};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::domain::incr::Kinds;
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::{Found, Outcome, Policy, TableRule};

/// An update that removes the row and writes it anew does neither where the one is refused.
#[tokio::test]
async fn a_row_is_not_removed_whose_new_state_is_refused() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            stage.policy = Policy::Record;
            let a = stage.table("a", "id INT PRIMARY KEY, u INT UNIQUE, v INT").await;
            let b = stage.table("b", "id INT PRIMARY KEY, v INT").await;
            let log = stage.log.clone();
            let rows: Vec<_> = (1..6).map(|id| ins(a, [i(id), i(id * 10), i(0)])).collect();
            log.commit(&rows);
            let first = log.commit(&[ins(b, [i(1), i(0)]), ins(b, [i(2), i(0)])]);
            stage.apply(first).await;
            let theirs = "INSERT INTO a VALUES (90, 91, 7); INSERT INTO b VALUES (9, 7); \
                          DELETE FROM a WHERE id = 5";
            stage.db.exec(theirs).await.unwrap();
            stage.token += 1;
            let last = log.commit(&[
                // Theirs has the value, so this row stays, and with it the one that wants its own.
                upd(a, [i(1), i(10), i(0)], [i(1), i(91), i(1)]),
                upd(a, [i(2), i(20), i(0)], [i(2), i(10), i(1)]),
                // Theirs has the key.
                upd(a, [i(3), i(30), i(0)], [i(90), i(30), i(1)]),
                upd(b, [i(1), i(0)], [i(9), i(1)]),
                // It is gone, and does not come back.
                upd(a, [i(5), i(50), i(0)], [i(5), i(51), i(1)]),
                upd(a, [i(4), i(40), i(0)], [i(6), i(41), i(1)]),
                upd(b, [i(2), i(0)], [i(3), i(1)]),
                ins(a, [i(7), i(70), i(1)]),
            ]);
            stage.apply(last).await;
            let shown = stage.shows("SELECT id, u, v FROM a ORDER BY id").await;
            let expected = ["1 10 0", "2 20 0", "3 30 0", "6 41 1", "7 70 1", "90 91 7"];
            assert_eq!(shown, expected, "{target} {mode:?}");
            let shown = stage.shows("SELECT id, v FROM b ORDER BY id").await;
            assert_eq!(shown, ["1 0", "3 1", "9 7"], "{target} {mode:?}");
            let mut found: Vec<_> =
                stage.book.0.lock().unwrap().iter().map(|one| (one.found, one.seq.0)).collect();
            found.sort_by_key(|(_, seq)| *seq);
            let in_the_way = Found::InTheWay;
            let begin = first.0 + 1;
            let expected = [
                (in_the_way, begin),
                (in_the_way, begin + 1),
                (in_the_way, begin + 2),
                (in_the_way, begin + 3),
                (Found::NothingToChange, begin + 4),
            ];
            assert_eq!(found, expected, "{target} {mode:?}");
        }
    }
}

/// The load read the place where the row went before it moved, and the one where it was after that.
#[tokio::test]
async fn a_row_that_the_load_missed_and_the_log_has_in_part_ends_the_task() {
    const SAME: Value<'static> = Value::Unchanged;
    for target in [MySql, OceanBase] {
        for mode in [Eventual, Transactional] {
            for policy in [Policy::Stop, Policy::Repair, Policy::Record] {
                let mut stage = Stage::on(target, mode).await;
                stage.policy = policy;
                let a = stage.table("a", "id INT PRIMARY KEY, u INT, v INT").await;
                stage.db.exec("INSERT INTO a VALUES (1, 10, 5)").await.unwrap();
                let log = stage.log.clone();
                log.commit(&[upd(a, [i(1), SAME, SAME], [SAME, SAME, i(7)])]);
                let last = log.commit(&[upd(a, [i(5), SAME, SAME], [i(9), SAME, SAME])]);
                stage.overlap_end = last;
                if policy == Policy::Record {
                    stage.apply(last).await;
                } else {
                    let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
                    assert_eq!(failure.code, ErrorCode::ChangeUnusable, "{}", failure.message);
                }
                assert_eq!(stage.book.0.lock().unwrap().len(), 1, "{target} {mode:?}");
                let shown = stage.shows("SELECT id, u, v FROM a").await;
                // What stands behind a stop is not there if it was part of the same transaction.
                assert!(shown == ["1 10 7"] || shown == ["1 10 5"], "{shown:?}");
                assert!(policy != Policy::Record || shown == ["1 10 7"], "{shown:?}");
            }
        }
    }
}

/// Only the table of which some changes are left out is taken as it is found.
#[tokio::test]
async fn a_table_with_gaps_hides_nothing_of_others() {
    let mut stage = Stage::on(MySql, Eventual).await;
    stage.table("a", "id INT PRIMARY KEY, v INT").await;
    let layout = Table { database: "source".into(), ..stage.layout("a").await };
    let kinds = Kinds { deletes: false, ..Kinds::ALL };
    let a = stage.maps(&layout, TableRule { kinds, ..TableRule::whole(stage.db.name(), "a") });
    let b = stage.table("b", "id INT PRIMARY KEY, v INT").await;
    stage.db.exec("INSERT INTO a VALUES (1, 0)").await.unwrap();
    stage.log.commit(&[ins(a, [i(1), i(1)]), del(b, [i(5), i(5)])]);
    let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
    assert_eq!(failure.code, ErrorCode::RowDrifted, "{}", failure.message);
    assert!(failure.message.contains("(id=5)"), "{}", failure.message);
}

/// Tables that go into one, and have rows of the same key.
#[tokio::test]
async fn rows_of_two_tables_with_one_key_are_not_one_row() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            stage.policy = Policy::Record;
            let goal = stage.table("goal", "id INT PRIMARY KEY, v INT").await;
            let whole = Table { database: "source".into(), ..stage.layout("goal").await };
            let other = Table { name: "other".into(), ..whole };
            let other = stage.maps(&other, TableRule::whole(stage.db.name(), "goal"));
            let last = stage.log.commit(&[
                ins(goal, [i(1), i(10)]),
                ins(other, [i(1), i(20)]),
                ins(goal, [i(2), i(10)]),
                del(goal, [i(2), i(10)]),
                ins(other, [i(2), i(20)]),
                upd(other, [i(2), i(20)], [i(2), i(21)]),
            ]);
            stage.apply(last).await;
            let shown = stage.shows("SELECT id, v FROM goal ORDER BY id").await;
            assert_eq!(shown, ["1 10", "2 21"], "{target} {mode:?}");
            let found = stage.book.0.lock().unwrap().clone();
            let found: Vec<_> = found.iter().map(|one| (one.found, one.key.as_str())).collect();
            assert_eq!(found, [(Found::InTheWay, "id=1")], "{target} {mode:?}");
        }
    }
}
