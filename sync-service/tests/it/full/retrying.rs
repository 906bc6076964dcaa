//! Tables that others hold for a while: they are taken up again in the same run, after the others.

use super::place::Place;
use super::resuming::PATIENCE;
use oms_connector::Waits;
use oms_contracts::ErrorCode;
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::sync::{Arc, atomic::Ordering};
use std::time::Duration;
use sync_service::ops::full::{FailureKind, Flow, Outcome};

const SOON: Duration = Duration::from_secs(1);

/// A table with a key and one without, of 4,000 rows each, and a small one.
async fn furnished(source: ServerKind, target: ServerKind) -> Place {
    let mut place = Place::between(source, target).await;
    place
        .both(
            "CREATE TABLE t(id INT PRIMARY KEY, v INT); CREATE TABLE loose(a INT, v INT); \
             CREATE TABLE small(id INT PRIMARY KEY)",
        )
        .await;
    place
        .source
        .exec(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             INSERT INTO t SELECT a.n+b.n*10+c.n*100+e.n*1000, a.n FROM d a, d b, d c, d e \
               WHERE e.n < 4; \
             INSERT INTO loose SELECT id, v FROM t; INSERT INTO small VALUES (1),(2)",
        )
        .await
        .unwrap();
    place.waits = Waits { lock: SOON, ..Waits::default() };
    place.patience = SOON;
    place
}

async fn all_arrived(place: &Place) {
    place.same("SELECT COUNT(*), SUM(id), SUM(v) FROM t").await;
    place.same("SELECT COUNT(*), SUM(a), SUM(v) FROM loose").await;
    place.same("SELECT COUNT(*), SUM(id) FROM small").await;
}

#[tokio::test]
async fn what_is_locked_for_a_while_goes_on_in_the_same_run() {
    for target in [MySql, MariaDb] {
        let mut place = furnished(MySql, target).await;
        place.retries.attempts = 100;
        // Slow enough to be held on the way.
        place.flow = Arc::new(Flow::new(16 << 20, Some(1_000), None));
        let plans = vec![place.plan(0, "t"), place.plan(1, "loose"), place.plan(2, "small")];
        let running = tokio::spawn(place.load(plans).run());
        let moved = |table| place.book.page(table).rows;
        eventually(PATIENCE, || async { moved(0) > 0 && moved(1) > 0 }).await;
        place.target.exec("LOCK TABLES t WRITE, loose WRITE").await.unwrap();
        place.flow.limit(None, None);
        let attempts = || place.book.attempts.load(Ordering::SeqCst);
        eventually(PATIENCE, || async { attempts() > 2 }).await;
        assert!(place.book.page(2).table.finished, "the others go on");
        place.target.exec("UNLOCK TABLES").await.unwrap();
        let outcome = running.await.unwrap();
        let pages = [0, 1, 2].map(|table| place.book.page(table));
        let failures = pages.each_ref().map(|page| page.failure.as_ref());
        assert_eq!(outcome, Outcome::Ended { failed: 0 }, "{failures:?}");
        all_arrived(&place).await;
        assert_eq!((pages[0].begun, pages[0].rows), (1, 4_000), "it went on where it was");
        assert!(pages[1].begun > 1 && pages[1].rows == 4_000, "it began anew");
    }
}

#[tokio::test]
async fn what_stays_locked_fails_alone_and_says_how_often_it_was_tried() {
    for target in [MySql, MariaDb] {
        let mut place = furnished(MySql, target).await;
        place.retries.attempts = 2;
        place.target.exec("LOCK TABLES t WRITE").await.unwrap();
        assert_eq!(place.run(&["t", "loose", "small"]).await, Outcome::Ended { failed: 1 });
        let failure = place.book.page(0).failure.unwrap();
        assert_eq!(failure.kind, FailureKind::Busy, "{}", failure.message);
        assert_eq!(failure.code(), ErrorCode::MoveBusy);
        assert!(failure.message.contains("(after 2 attempts)"), "{}", failure.message);
        place.target.exec("UNLOCK TABLES").await.unwrap();
        assert_eq!(place.run(&["t", "loose", "small"]).await, Outcome::Ended { failed: 0 });
        all_arrived(&place).await;
    }
}

/// Somebody has written into the table and has not said whether it is to stay.
async fn what_cannot_be_emptied_fails_alone(target: ServerKind) {
    let mut place = furnished(MySql, target).await;
    place.retries.attempts = 2;
    place.book.begin(1);
    place.target.exec("INSERT INTO loose VALUES (7, 7)").await.unwrap();
    place.target.exec("BEGIN").await.unwrap();
    place.target.exec("INSERT INTO loose VALUES (8, 8)").await.unwrap();
    assert_eq!(place.run(&["t", "loose", "small"]).await, Outcome::Ended { failed: 1 });
    let failure = place.book.page(1).failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Busy, "{}", failure.message);
    assert!(failure.message.contains("(after 2 attempts)"), "{}", failure.message);
    place.target.exec("ROLLBACK").await.unwrap();
    assert_eq!(place.run(&["t", "loose", "small"]).await, Outcome::Ended { failed: 0 });
    all_arrived(&place).await;
}

#[tokio::test]
async fn what_cannot_be_emptied_fails_alone_in_mysql() {
    what_cannot_be_emptied_fails_alone(MySql).await;
}

#[tokio::test]
async fn what_cannot_be_emptied_fails_alone_in_mariadb() {
    what_cannot_be_emptied_fails_alone(MariaDb).await;
}

#[tokio::test]
async fn what_cannot_be_emptied_fails_alone_in_oceanbase() {
    what_cannot_be_emptied_fails_alone(OceanBase).await;
}

/// Nothing that is wrong with the data passes.
#[tokio::test]
async fn what_the_data_is_to_blame_for_is_not_tried_again() {
    let place = furnished(MySql, OceanBase).await;
    place.target.exec("ALTER TABLE small ADD CONSTRAINT c CHECK (id < 2)").await.unwrap();
    assert_eq!(place.run(&["small", "absent"]).await, Outcome::Ended { failed: 2 });
    assert_eq!(place.book.page(0).failure.unwrap().kind, FailureKind::Row);
    assert_eq!(place.book.page(1).failure.unwrap().kind, FailureKind::Table);
    assert_eq!(place.book.attempts.load(Ordering::SeqCst), 1);
}
