//! Locks that others hold, connections that break, limits that change.

use super::stage::{Event, PATIENCE, Stage, i, ins, t, upd};
use oms_model::Value;
use oms_model::change::Seq;
use oms_testkit::eventually;
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::time::Duration;
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};

#[tokio::test]
async fn a_row_that_others_hold_is_waited_for() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            stage.waits.lock = Duration::from_secs(1);
            let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
            let first = stage.log.commit(&[ins(a, [i(1), i(0)]), ins(a, [i(2), i(0)])]);
            let running = stage.start();
            running.reaches(first).await;
            stage.db.exec("BEGIN").await.unwrap();
            stage.db.exec("SELECT * FROM a WHERE id = 1 FOR UPDATE").await.unwrap();
            let last = stage
                .log
                .commit(&[upd(a, [i(1), i(0)], [i(1), i(1)]), upd(a, [i(2), i(0)], [i(2), i(1)])]);
            eventually(PATIENCE, || async { running.meter.status().retries > 0 }).await;
            stage.db.exec("ROLLBACK").await.unwrap();
            running.reaches(last).await;
            running.stop().await;
            assert_eq!(
                stage.shows("SELECT id, v FROM a").await,
                ["1 1", "2 1"],
                "{target} {mode:?}"
            );
        }
    }
}

/// The server ends one of two sessions that wait for one another.
#[tokio::test]
async fn a_deadlock_is_tried_again() {
    for target in [MySql, MariaDb] {
        let mut stage = Stage::on(target, Transactional).await;
        let a = stage.table("a", "id INT PRIMARY KEY, v INT, w VARCHAR(9)").await;
        let b = stage.table("b", "id INT PRIMARY KEY, v INT").await;
        let first = stage.log.commit(&[ins(a, [i(1), i(0), t("x")]), ins(b, [i(1), i(0)])]);
        let running = stage.start();
        running.reaches(first).await;
        // A session with much to lose, so that it is not the one to be ended.
        stage.db.exec("CREATE TABLE many (n INT)").await.unwrap();
        let other = "BEGIN; INSERT INTO many VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9); \
                     INSERT INTO many SELECT m.n FROM many m, many o, many p; \
                     UPDATE b SET v = 5 WHERE id = 1";
        stage.db.exec(other).await.unwrap();
        let last = stage.log.commit(&[
            upd(a, [i(1), i(0), t("x")], [i(1), i(1), t("y")]),
            upd(b, [i(1), i(0)], [i(1), i(1)]),
        ]);
        let watching = oms_testkit::TestDb::create(stage.db.server()).await.unwrap();
        eventually(PATIENCE, || async {
            let shown = watching.rows("SHOW FULL PROCESSLIST").await.unwrap();
            let name = format!("`{}`.`b`", stage.db.name());
            shown.iter().any(|row| format!("{row:?}").contains(&name))
        })
        .await;
        // It waits for b, and we for a.
        stage.db.exec("UPDATE a SET v = 5 WHERE id = 1; ROLLBACK").await.unwrap();
        running.reaches(last).await;
        assert!(running.meter.status().retries > 0, "{target}");
        running.stop().await;
        assert_eq!(stage.shows("SELECT a.v, b.v FROM a, b").await, ["1 1"], "{target}");
    }
}

/// Connections break again and again, also while commits are answered.
async fn connections_break(target: ServerKind, mode: Mode) {
    let mut stage = Stage::on(target, mode).await;
    stage.memory = 24 << 10;
    let server = stage.db.server().clone();
    let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
    stage.at.port = proxy.address().port();
    let n = stage.table("n", "a INT, b INT").await;
    let k = stage.table("k", "id INT PRIMARY KEY, v INT").await;
    let row = |a: i64, b: i64| vec![Value::Int(a), Value::Int(b)];
    stage.log.commit(&[ins(k, [i(1), i(0)])]);
    let mut last = Seq::START;
    for number in 0..400 {
        last = stage.log.commit(&[
            Event::Insert(n, row(number % 10, number)),
            Event::Insert(n, row(number % 10, 7)),
            Event::Update(k, row(1, number), row(1, number + 1)),
        ]);
    }
    let running = stage.start();
    for _ in 0..6 {
        let (before, seen) = (running.meter.status().batches, proxy.bytes_to_server());
        let moves = || async {
            running.meter.status().batches > before || proxy.bytes_to_server() > seen + 500
        };
        eventually(PATIENCE, moves).await;
        proxy.cut();
        eventually(PATIENCE, || async { proxy.open_connections() == 0 }).await;
        proxy.restore();
    }
    running.reaches(last).await;
    running.stop().await;
    let shown = stage.shows("SELECT COUNT(*), COUNT(DISTINCT a, b), SUM(b) FROM n").await;
    assert_eq!(
        shown,
        [format!("800 {} {}", 400 + 9, 400 * 399 / 2 + 400 * 7)],
        "{target} {mode:?}"
    );
    assert_eq!(stage.shows("SELECT v FROM k").await, ["400"], "{target} {mode:?}");
    assert!(stage.book.0.lock().unwrap().is_empty(), "{:?}", stage.book);
}

#[tokio::test]
async fn connections_break_and_nothing_is_done_twice() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            connections_break(target, mode).await;
        }
    }
}

#[tokio::test]
async fn limits_change_while_it_runs() {
    let mut stage = Stage::on(MySql, Eventual).await;
    let a = stage.table("a", "id INT PRIMARY KEY").await;
    let running = stage.start();
    running.knobs.limit(Some(200), None);
    let mut last = Seq::START;
    for id in 0..3_000 {
        last = stage.log.commit(&[Event::Insert(a, vec![Value::Int(id)])]);
    }
    eventually(PATIENCE, || async { running.meter.status().rows > 300 }).await;
    assert!(running.meter.status().seq < last, "it goes slowly");
    running.knobs.limit(None, None);
    running.knobs.want(1);
    running.reaches(last).await;
    running.stop().await;
    assert_eq!(stage.shows("SELECT COUNT(*) FROM a").await, ["3000"]);
}
