//! Where a run goes on that another one left, and what must not be recorded before it is there.

use super::stage::{Event, PATIENCE, Stage, del, i, ins, upd};
use oms_model::Value;
use oms_model::change::Seq;
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use std::time::Duration;
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::{Outcome, TableRule};

fn row(id: i64, v: i64) -> Vec<Value<'static>> {
    vec![Value::Int(id), Value::Int(v)]
}

/// The rest of the transaction concerns tables that nobody asked for, so its last window is empty.
#[tokio::test]
async fn a_large_transaction_is_recorded_with_its_rows_and_not_before() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Transactional).await;
        stage.memory = 24 << 10;
        let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
        let layout = stage.layout("a").await;
        let other = stage.log.define(&oms_model::Table { name: "other".into(), ..layout });
        let mut events: Vec<Event> = (0..2_000).map(|id| Event::Insert(a, row(id, 0))).collect();
        events.extend((0..9_000).map(|id| Event::Insert(other, row(id, 0))));
        let last = stage.log.commit(&events);
        let running = stage.start();
        running.reaches(last).await;
        // Whoever is told that it is applied finds it.
        let watching = oms_testkit::TestDb::create(stage.db.server()).await.unwrap();
        let count = format!("SELECT COUNT(*) FROM {}.a", stage.db.name());
        let shown = watching.rows(&count).await.unwrap();
        assert_eq!(shown[0][0].as_deref(), Some("2000"), "{target}");
        assert_eq!(running.stop().await, Outcome::Stopped);
        let recorded = format!(
            "SELECT seq, upto FROM oms_sync.progress WHERE task = '{}.incr' AND lane = 0",
            stage.db.name()
        );
        assert_eq!(stage.shows(&recorded).await, [format!("{last} {last}")], "{target}");
    }
}

/// A run died that had done some of what comes; another one stopped in good order before all of it
/// was done again.
#[tokio::test]
async fn a_stop_does_not_forget_what_an_earlier_run_may_have_done() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
            let first = stage.log.commit(&[ins(a, [i(1), i(0)])]);
            stage.apply(first).await;
            let died = format!(
                "INSERT INTO a VALUES (3, 7); DELETE FROM a WHERE id = 1; \
                 UPDATE oms_sync.progress SET upto = 1000 WHERE task = '{}.incr' AND lane = 0",
                stage.db.name()
            );
            stage.db.exec(&died).await.unwrap();
            stage.token += 1;
            let second = stage.log.commit(&[ins(a, [i(2), i(0)])]);
            stage.apply(second).await;
            stage.token += 1;
            let last = stage.log.commit(&[del(a, [i(1), i(0)]), ins(a, [i(3), i(7)])]);
            stage.apply(last).await;
            let shown = stage.shows("SELECT id, v FROM a ORDER BY id").await;
            assert_eq!(shown, ["2 0", "3 7"], "{target} {mode:?}");
            assert!(stage.book.0.lock().unwrap().is_empty(), "{:?}", stage.book);
        }
    }
}

/// Nothing meets the filter, for longer than a window is.
#[tokio::test]
async fn windows_without_work_are_passed() {
    for target in [MySql, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            stage.memory = 24 << 10;
            stage.table("a", "id INT PRIMARY KEY, v INT").await;
            let layout = stage.layout("a").await;
            let table = oms_model::Table { database: "source".into(), ..layout };
            let filter = Some("v > 10".into());
            let rule = TableRule { filter, ..TableRule::whole(stage.db.name(), "a") };
            let a = stage.maps(&table, rule);
            let events: Vec<Event> = (0..9_000).map(|id| Event::Insert(a, row(id, 0))).collect();
            let end = stage.log.commit(&events);
            // Nor does anything of what a load may have brought already.
            stage.overlap_end = Seq(end.0 - 10);
            stage.log.commit(&[ins(a, [i(1), i(20)]), del(a, [i(1), i(20)])]);
            let last = stage.log.commit(&[ins(a, [i(2), i(20)])]);
            stage.apply(last).await;
            assert_eq!(stage.shows("SELECT id FROM a").await, ["2"], "{target} {mode:?}");
        }
    }
}

#[tokio::test]
async fn a_log_that_is_silent_is_opened_anew() {
    let mut stage = Stage::on(MySql, Eventual).await;
    stage.silence = Duration::from_millis(300);
    let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
    let first = stage.log.commit(&[ins(a, [i(1), i(0)])]);
    let running = stage.start();
    running.reaches(first).await;
    let opened = || stage.opened.load(std::sync::atomic::Ordering::Relaxed);
    eventually(PATIENCE, || async { opened() > 2 }).await;
    let last = stage.log.commit(&[upd(a, [i(1), i(0)], [i(1), i(1)])]);
    running.reaches(last).await;
    assert_eq!(running.stop().await, Outcome::Stopped);
    assert_eq!(stage.shows("SELECT id, v FROM a").await, ["1 1"]);
}
