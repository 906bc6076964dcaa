//! Full loads as tasks of the service as it is shipped, asked over HTTP.

use crate::app::{PATIENCE, TestApp, id};
use crate::endpoint::endpoint;
use oms_contracts::sync::{Bottleneck, Limits, TableState, TaskState};
use oms_testkit::servers::{mariadb, mysql};
use oms_testkit::{TestDb, eventually};
use serde_json::{Value, json};

pub async fn places() -> (TestDb, TestDb) {
    let (source, target) = (TestDb::create(mysql()).await, TestDb::create(mariadb()).await);
    (source.unwrap(), target.unwrap())
}

pub fn spec(source: &TestDb, target: &TestDb, tables: &[&str]) -> Value {
    let object = |table: &&str| {
        json!({
            "kind": "TABLE",
            "source": { "database": source.name(), "name": table },
            "target": { "database": target.name(), "name": table },
        })
    };
    json!({
        "kind": "FULL",
        "source": endpoint(mysql()),
        "target": endpoint(mariadb()),
        "objects": tables.iter().map(object).collect::<Vec<_>>(),
        "full": {},
    })
}

/// 20,000 rows.
async fn furnished(source: &TestDb, target: &TestDb) {
    let table = "CREATE TABLE t(id INT PRIMARY KEY, v INT, s VARCHAR(60))";
    source.exec(table).await.unwrap();
    target.exec(table).await.unwrap();
    source
        .exec(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             INSERT INTO t SELECT a.n+b.n*10+c.n*100+e.n*1000+f.n*10000, a.n, REPEAT('x', 50) \
               FROM d a, d b, d c, d e, d f WHERE f.n < 2; ANALYZE TABLE t;",
        )
        .await
        .unwrap();
}

async fn same(source: &TestDb, target: &TestDb) {
    let sums = "SELECT COUNT(*), SUM(id), SUM(v) FROM t";
    assert_eq!(source.rows(sums).await.unwrap(), target.rows(sums).await.unwrap());
}

#[tokio::test]
async fn a_task_loads_its_tables_and_tells_of_each() {
    let (source, target) = places().await;
    furnished(&source, &target).await;
    source.exec("CREATE TABLE bad(id INT PRIMARY KEY)").await.unwrap();
    let app = TestApp::as_built().await;
    app.store("p.full", &spec(&source, &target, &["t", "bad"])).await;
    app.client().start(&id("p.full")).await.unwrap();
    let view = app.reaches("p.full", TaskState::Failed).await;
    assert_eq!(view.summary.error.unwrap().message, "1 of 2 tables could not be loaded");
    let tables = app.client().tables(&id("p.full"), &Default::default()).await.unwrap();
    let [t, bad] = &tables.items[..] else { panic!("{tables:?}") };
    assert_eq!((t.state, t.rows, t.estimated_rows), (TableState::Finished, 20_000, 20_000));
    let failure = bad.failure.as_ref().unwrap();
    assert_eq!((bad.state, failure.code.as_str()), (TableState::Failed, "MOVE-0004"));
    assert!(failure.message.contains("\"bad\""), "{failure:?}");
    same(&source, &target).await;

    target.exec("CREATE TABLE bad(id INT PRIMARY KEY)").await.unwrap();
    app.client().start(&id("p.full")).await.unwrap();
    app.reaches("p.full", TaskState::Finished).await;
}

#[tokio::test]
async fn limits_change_while_it_runs_and_a_kill_loses_nothing() {
    let (source, target) = places().await;
    furnished(&source, &target).await;
    let app = TestApp::as_built().await;
    let mut slow = spec(&source, &target, &["t"]);
    slow["limits"] = json!({ "throttleRps": 1_000 });
    app.store("p.full", &slow).await;
    app.client().start(&id("p.full")).await.unwrap();
    eventually(PATIENCE, || async {
        let running = app.client().task(&id("p.full")).await.unwrap();
        assert_eq!(running.summary.state, TaskState::Running);
        let tables = &running.progress.tables;
        let moves = tables
            .first()
            .is_some_and(|table| table.rows_per_second > 0.0 && table.remaining_seconds.is_some());
        running.progress.live.bottleneck == Bottleneck::Throttle && moves
    })
    .await;

    let dir = app.kill().await;
    let app = TestApp::as_built_in(dir).await;
    // The same service is back and goes on by itself, at the pace that was asked for.
    let running = app.client().task(&id("p.full")).await.unwrap();
    assert_eq!(running.limits.throttle_rps, Some(1_000));
    let faster =
        Limits { read_worker_num: Some(2), write_worker_num: Some(3), ..Limits::default() };
    app.client().set_limits(&id("p.full"), &faster).await.unwrap();
    app.reaches("p.full", TaskState::Finished).await;
    same(&source, &target).await;
}
