//! Keys that change, values that are handed on, rows that nothing tells apart.

use super::stage::{NULL, Stage, del, i, ins, t, upd};
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};

/// Case MY-043 of the catalogue, then MY-044.
async fn keys_move(target: ServerKind, mode: Mode) {
    let mut stage = Stage::on(target, mode).await;
    let id_u = "id INT PRIMARY KEY, u VARCHAR(5) UNIQUE";
    let a = stage.table("a", id_u).await;
    let b = stage.table("b", "id INT PRIMARY KEY, u INT UNIQUE").await;
    let log = stage.log.clone();
    log.commit(&[ins(a, [i(1), t("a")]), ins(a, [i(2), t("b")]), ins(a, [i(3), t("c")])]);
    log.commit(&[ins(a, [i(10), t("z")]), ins(b, [i(1), i(100)])]);
    log.commit(&[
        upd(a, [i(3), t("c")], [i(4), t("c")]),
        upd(a, [i(2), t("b")], [i(3), t("b")]),
        upd(a, [i(1), t("a")], [i(2), t("a")]),
    ]);
    log.commit(&[
        upd(a, [i(2), t("a")], [i(2), t("tmp")]),
        upd(a, [i(3), t("b")], [i(3), t("a")]),
        upd(a, [i(2), t("tmp")], [i(2), t("b")]),
    ]);
    log.commit(&[del(a, [i(10), t("z")]), upd(a, [i(4), t("c")], [i(10), t("c")])]);
    log.commit(&[del(b, [i(1), i(100)])]);
    log.commit(&[ins(b, [i(2), i(100)])]);
    log.commit(&[upd(b, [i(2), i(100)], [i(2), i(200)])]);
    log.commit(&[ins(b, [i(3), i(100)])]);
    log.commit(&[del(b, [i(2), i(200)]), ins(b, [i(4), i(200)])]);
    let last = log.commit(&[upd(b, [i(3), i(100)], [i(3), i(300)])]);
    stage.apply(last).await;
    let a = stage.shows("SELECT id, u FROM a ORDER BY id").await;
    assert_eq!(a, ["2 b", "3 a", "10 c"], "{target} {mode:?}");
    let b = stage.shows("SELECT id, u FROM b ORDER BY id").await;
    assert_eq!(b, ["3 300", "4 200"], "{target} {mode:?}");
    assert!(stage.book.0.lock().unwrap().is_empty());
}

/// One transaction each, so that windows are as small as can be; then all of it at once.
#[tokio::test]
async fn keys_move_and_values_are_handed_on() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            keys_move(target, mode).await;
        }
    }
}

/// A swap that comes alone, so that both rows were written by an earlier window.
#[tokio::test]
async fn unique_values_are_swapped_between_windows() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let a = stage.table("a", "id INT PRIMARY KEY, u INT UNIQUE, v INT").await;
        let first = stage.log.commit(&[ins(a, [i(1), i(10), i(0)]), ins(a, [i(2), i(20), i(0)])]);
        let running = stage.start();
        running.reaches(first).await;
        let last = stage.log.commit(&[
            upd(a, [i(1), i(10), i(0)], [i(1), NULL, i(0)]),
            upd(a, [i(2), i(20), i(0)], [i(2), i(10), i(0)]),
            upd(a, [i(1), NULL, i(0)], [i(1), i(20), i(7)]),
        ]);
        running.reaches(last).await;
        running.stop().await;
        let shown = stage.shows("SELECT id, u, v FROM a ORDER BY id").await;
        assert_eq!(shown, ["1 20 7", "2 10 0"], "{target}");
    }
}

/// Case MY-041: a key that may be NULL tells nothing apart, and the rest of the row does.
#[tokio::test]
async fn rows_with_no_key_or_null_in_it_are_found_by_all_they_have() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let n = stage.table("n", "u INT NULL UNIQUE, v INT").await;
            let d = stage.table("d", "a INT, s VARCHAR(9)").await;
            let log = stage.log.clone();
            log.commit(&[ins(n, [NULL, i(1)]), ins(n, [NULL, i(2)]), ins(n, [i(5), i(3)])]);
            let twice = ins(d, [i(1), t("x")]);
            let first = log.commit(&[twice.clone(), twice.clone(), twice]);
            let running = stage.start();
            running.reaches(first).await;
            log.commit(&[upd(n, [NULL, i(2)], [NULL, i(20)]), del(n, [NULL, i(1)])]);
            log.commit(&[upd(n, [i(5), i(3)], [NULL, i(3)]), del(d, [i(1), t("x")])]);
            let last = log.commit(&[upd(d, [i(1), t("x")], [NULL, t("y")])]);
            running.reaches(last).await;
            running.stop().await;
            let shown = stage.shows("SELECT u, v FROM n ORDER BY v").await;
            assert_eq!(shown, ["NULL 3", "NULL 20"], "{target} {mode:?}");
            let shown = stage.shows("SELECT a, s FROM d ORDER BY s").await;
            assert_eq!(shown, ["1 x", "NULL y"], "{target} {mode:?}");
        }
    }
}

/// The source logged what changed, and the key.
#[tokio::test]
async fn what_the_source_did_not_log_stays() {
    const SAME: oms_model::Value<'static> = oms_model::Value::Unchanged;
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let a = stage.table("a", "id INT PRIMARY KEY, u INT UNIQUE, v INT, s TEXT").await;
            let log = stage.log.clone();
            let first = log.commit(&[
                ins(a, [i(1), i(10), i(0), t("long")]),
                ins(a, [i(2), i(20), i(0), t("longer")]),
            ]);
            let running = stage.start();
            running.reaches(first).await;
            log.commit(&[upd(a, [i(1), SAME, SAME, SAME], [SAME, SAME, i(7), SAME])]);
            log.commit(&[upd(a, [i(1), SAME, SAME, SAME], [SAME, i(11), SAME, SAME])]);
            log.commit(&[upd(a, [i(2), SAME, SAME, SAME], [i(3), i(10), SAME, SAME])]);
            let last = log.commit(&[upd(a, [i(3), SAME, SAME, SAME], [SAME, SAME, i(8), SAME])]);
            running.reaches(last).await;
            running.stop().await;
            let shown = stage.shows("SELECT id, u, v, s FROM a ORDER BY id").await;
            assert_eq!(shown, ["1 11 7 long", "3 10 8 longer"], "{target} {mode:?}");
        }
    }
}

/// Case MY-034: what the target computes is not written, and may be unique.
#[tokio::test]
async fn computed_columns_are_left_to_the_target() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let columns = "id INT PRIMARY KEY, a INT, b INT, s INT AS (a+b) STORED, UNIQUE KEY(s)";
        let a = stage.table("a", columns).await;
        let log = stage.log.clone();
        let rows = [[1, 1, 2, 3], [2, 10, 20, 30]].map(|row| row.map(i));
        let first = log.commit(&[ins(a, rows[0]), ins(a, rows[1])]);
        let running = stage.start();
        running.reaches(first).await;
        let last = log.commit(&[
            upd(a, rows[0], [100, 1, 2, 3].map(i)),
            upd(a, rows[1], [2, 1, 1, 2].map(i)),
            upd(a, [100, 1, 2, 3].map(i), [100, 10, 20, 30].map(i)),
        ]);
        running.reaches(last).await;
        running.stop().await;
        let shown = stage.shows("SELECT id, a, b, s FROM a ORDER BY id").await;
        assert_eq!(shown, ["2 1 1 2", "100 10 20 30"], "{target}");
    }
}

/// What refers to a row stays, though the row is removed and written anew; and it may come first.
#[tokio::test]
async fn rows_that_refer_to_others_need_no_order_and_lose_nothing() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let p = stage.table("p", "id INT PRIMARY KEY, u INT UNIQUE").await;
            let refers = "id INT PRIMARY KEY, pid INT, up INT, \
                          FOREIGN KEY (pid) REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE, \
                          FOREIGN KEY (up) REFERENCES c(id) ON DELETE SET NULL";
            let c = stage.table("c", refers).await;
            let log = stage.log.clone();
            log.commit(&[ins(p, [i(1), i(10)]), ins(p, [i(2), i(20)])]);
            log.commit(&[ins(c, [i(5), i(1), NULL]), ins(c, [i(6), i(2), i(5)])]);
            let first = log.commit(&[ins(c, [i(7), i(1), i(7)])]);
            let running = stage.start();
            running.reaches(first).await;
            log.commit(&[
                upd(p, [i(1), i(10)], [i(1), NULL]),
                upd(p, [i(2), i(20)], [i(2), i(10)]),
                upd(p, [i(1), NULL], [i(1), i(20)]),
            ]);
            // As a source that logs what a cascade does.
            let last = log.commit(&[
                del(p, [i(2), i(10)]),
                del(c, [i(6), i(2), i(5)]),
                upd(p, [i(1), i(20)], [i(3), i(20)]),
                upd(c, [i(5), i(1), NULL], [i(5), i(3), NULL]),
                upd(c, [i(7), i(1), i(7)], [i(7), i(3), i(7)]),
            ]);
            running.reaches(last).await;
            running.stop().await;
            assert_eq!(stage.shows("SELECT id, u FROM p").await, ["3 20"], "{target} {mode:?}");
            let shown = stage.shows("SELECT id, pid, up FROM c ORDER BY id").await;
            assert_eq!(shown, ["5 3 NULL", "7 3 7"], "{target} {mode:?}");
            assert!(stage.book.0.lock().unwrap().is_empty());
        }
    }
}
