//! Loads that are cut off: what was written stays, and nothing is written twice.

use super::fenced::Doomed;
use super::place::Place;
use oms_testkit::eventually;
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::Server;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use std::sync::{Arc, atomic::Ordering};
use std::time::Duration;
use sync_service::ops::full::{Flow, Outcome};
use tokio_util::sync::CancellationToken;

pub fn proxy_of(server: &Server) -> CutProxy {
    CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap()
}

pub async fn furnished(place: &Place) {
    place
        .both(
            "CREATE TABLE t(id INT PRIMARY KEY, v INT, s VARCHAR(60)); \
             CREATE TABLE w(k VARCHAR(20) PRIMARY KEY, v INT) \
               DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; \
             CREATE TABLE loose(a INT, s VARCHAR(60));",
        )
        .await;
    place
        .source
        .exec(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             INSERT INTO t SELECT a.n+b.n*10+c.n*100+e.n*1000+f.n*10000, a.n, REPEAT('x', 50) \
               FROM d a, d b, d c, d e, d f WHERE f.n < 4; \
             INSERT INTO w SELECT CONCAT('k', id), v FROM t; \
             INSERT INTO loose SELECT v, s FROM t WHERE id < 30000; ANALYZE TABLE t, w, loose;",
        )
        .await
        .unwrap();
}

pub async fn all_arrived(place: &Place) {
    place.same("SELECT COUNT(*), SUM(id), SUM(v) FROM t").await;
    place.same("SELECT COUNT(*), SUM(v) FROM w").await;
    place.same("SELECT COUNT(*), SUM(a) FROM loose").await;
}

/// Rows at the target.
fn moved(flow: &Flow) -> u64 {
    flow.meter.rows.load(Ordering::Relaxed)
}

const TABLES: [&str; 3] = ["t", "w", "loose"];
pub const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_load_that_is_stopped_goes_on_where_it_was() {
    let mut place = Place::between(MySql, OceanBase).await;
    furnished(&place).await;
    let mut runs = 0;
    loop {
        // Slow enough to be stopped on the way.
        place.flow = Arc::new(Flow::new(16 << 20, Some(40_000), None));
        place.stop = CancellationToken::new();
        let (stop, book) = (place.stop.clone(), place.book.clone());
        let rows = move || book.page(0).rows + book.page(1).rows;
        let before = rows();
        let stopper = tokio::spawn(async move {
            eventually(PATIENCE, || async { rows() > before + 8_000 }).await;
            stop.cancel();
        });
        // A table without a key begins anew each time, and would never end like this.
        let outcome = place.run(&TABLES[..2]).await;
        stopper.abort();
        runs += 1;
        match outcome {
            Outcome::Ended { failed: 0 } => break,
            Outcome::Stopped => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(runs > 1, "it was never stopped");
    place.stop = CancellationToken::new();
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    assert_eq!(place.run(&TABLES).await, Outcome::Ended { failed: 0 });
    all_arrived(&place).await;
}

#[tokio::test]
async fn a_load_whose_process_dies_goes_on_from_what_was_recorded() {
    let mut place = Place::between(MySql, MariaDb).await;
    furnished(&place).await;
    let mut deaths = 0;
    // Each later than the one before, at some place in the middle of everything.
    for rows in [1, 5_000, 11_000, 18_000, 26_000] {
        let flow = Arc::new(Flow::new(16 << 20, Some(60_000), None));
        place.flow = Arc::clone(&flow);
        let plans = (0..).zip(TABLES).map(|(number, table)| place.plan(number, table));
        let doomed = Doomed::start(place.load(plans.collect()));
        eventually(PATIENCE, || async { doomed.has_ended() || moved(&flow) >= rows }).await;
        deaths += u32::from(!doomed.has_ended());
        // What it had sent may still be written.
        doomed.die();
    }
    assert!(deaths > 1, "it was hardly ever killed");
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    assert_eq!(place.run(&TABLES).await, Outcome::Ended { failed: 0 });
    all_arrived(&place).await;
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again() {
    let mut place = Place::between(MySql, OceanBase).await;
    furnished(&place).await;
    let (source, target) = (proxy_of(place.source.server()), proxy_of(place.target.server()));
    place.source_by(source.address().port());
    place.target_by(target.address().port());
    place.flow = Arc::new(Flow::new(16 << 20, Some(30_000), None));
    let flow = Arc::clone(&place.flow);
    let cutting = async {
        for _ in 0..4 {
            for proxy in [&target, &source] {
                let before = moved(&flow);
                eventually(PATIENCE, || async { moved(&flow) > before + 3_000 }).await;
                proxy.cut();
                eventually(PATIENCE, || async { proxy.open_connections() == 0 }).await;
                proxy.restore();
            }
        }
        std::future::pending::<()>().await;
    };
    let outcome = tokio::select! {
        outcome = place.run(&TABLES[..2]) => outcome,
        () = cutting => unreachable!("it never ends"),
    };
    let failures = [0, 1].map(|table| place.book.page(table).failure);
    assert_eq!(outcome, Outcome::Ended { failed: 0 }, "{failures:?}");
    place.same("SELECT COUNT(*), SUM(id), SUM(v) FROM t").await;
    place.same("SELECT COUNT(*), SUM(v) FROM w").await;
}
