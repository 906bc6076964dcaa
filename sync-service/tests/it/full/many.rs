//! Many small tables are loaded fast. `OMS_TEST_MANY_TABLES=1000` measures more of them.

use super::place::Place;
use crate::app::{TestApp, id};
use crate::endpoint::endpoint;
use oms_contracts::sync::TaskState;
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::{
    ServerKind::{self, MariaDb, MySql, OceanBase},
    of_this_run,
};
use oms_testkit::{TestDb, TestUser, eventually};
use serde_json::json;
use std::time::{Duration, Instant};
use sync_service::ops::full::{FailureKind, Outcome};

/// However many are measured.
const MEASURED: Duration = Duration::from_secs(900);

fn wanted() -> usize {
    match std::env::var("OMS_TEST_MANY_TABLES") {
        Ok(count) => count.parse().expect("OMS_TEST_MANY_TABLES is a number"),
        // Creating and dropping them is what takes time.
        Err(_) => 100,
    }
}

async fn created(db: &TestDb, count: usize, with_rows: bool) {
    db.exec("CREATE TABLE hundred(n INT PRIMARY KEY)").await.unwrap();
    let numbers: Vec<String> = (0..100).map(|n| format!("({n})")).collect();
    db.exec(&format!("INSERT INTO hundred VALUES {}", numbers.join(","))).await.unwrap();
    for piece in (0..count).collect::<Vec<_>>().chunks(100) {
        let statements = piece.iter().map(|i| {
            let columns = "id INT PRIMARY KEY, a BIGINT, s VARCHAR(80), at DATETIME, INDEX(a)";
            let create = format!("CREATE TABLE t{i:05}({columns})");
            let rows = "n, n*7, CONCAT('a row of some length: ', n), '2024-01-02 03:04:05'";
            match with_rows {
                true => format!("{create}; INSERT INTO t{i:05} SELECT {rows} FROM hundred"),
                false => create,
            }
        });
        db.exec(&statements.collect::<Vec<_>>().join("; ")).await.unwrap();
    }
}

#[expect(clippy::print_stdout, reason = "a measurement that nobody sees is none")]
async fn many_tables_arrive(target: ServerKind) {
    let count = wanted();
    let (source, target) = (of_this_run(MySql), of_this_run(target));
    let (from, into) =
        (TestDb::create(source).await.unwrap(), TestDb::create(target).await.unwrap());
    created(&from, count, true).await;
    created(&into, count, false).await;
    let object = |i: usize| {
        let name = format!("t{i:05}");
        json!({
            "kind": "TABLE",
            "source": { "database": from.name(), "name": name },
            "target": { "database": into.name(), "name": name },
        })
    };
    let spec = json!({
        "kind": "FULL",
        "source": endpoint(source),
        "target": endpoint(target),
        "objects": (0..count).map(object).collect::<Vec<_>>(),
        "full": {},
    });
    let app = TestApp::as_built().await;
    app.store("p.full", &spec).await;
    let started = Instant::now();
    app.client().start(&id("p.full")).await.unwrap();
    eventually(MEASURED, || async {
        let task = app.client().task(&id("p.full")).await.unwrap();
        assert_ne!(task.summary.state, TaskState::Failed, "{:?}", task.summary.error);
        task.summary.state == TaskState::Finished
    })
    .await;
    println!("{count} tables into {}: {:.2?}", target.kind, started.elapsed());
    for i in [0, count / 2, count - 1] {
        let sums = format!("SELECT COUNT(*), SUM(a), MAX(s) FROM t{i:05}");
        assert_eq!(from.rows(&sums).await.unwrap(), into.rows(&sums).await.unwrap());
    }
}

#[tokio::test]
async fn many_tables_arrive_in_mariadb() {
    many_tables_arrive(MariaDb).await;
}

#[tokio::test]
async fn many_tables_arrive_in_oceanbase() {
    many_tables_arrive(OceanBase).await;
}

/// What is asked about tables is asked about many at a time, on connections that stay.
#[tokio::test]
async fn tables_cost_no_connections() {
    let mut place = Place::between(MySql, OceanBase).await;
    created(&place.source, 60, true).await;
    created(&place.target, 60, false).await;
    let proxy = |db: &TestDb| {
        let server = db.server();
        CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap()
    };
    let (source, target) = (proxy(&place.source), proxy(&place.target));
    place.source_by(source.address().port());
    place.target_by(target.address().port());
    let names: Vec<String> = (0..60).map(|i| format!("t{i:05}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(place.run(&names).await, Outcome::Ended { failed: 0 });
    // One for each reader and writer, and for each opener one that reads and one that writes.
    assert!(source.accepted() <= place.readers + 2, "{}", source.accepted());
    assert!(target.accepted() <= place.writers + 4, "{}", target.accepted());
    place.same("SELECT COUNT(*), SUM(a) FROM t00059").await;
}

#[tokio::test]
async fn a_table_that_cannot_be_asked_about_keeps_no_other_one_from_loading() {
    let mut place = Place::between(MySql, MySql).await;
    let tables = ["a", "blind", "c"];
    for table in tables {
        place.both(&format!("CREATE TABLE {table}(id INT PRIMARY KEY)")).await;
        place.source.exec(&format!("INSERT INTO {table} VALUES (1),(2)")).await.unwrap();
    }
    let grant = |rights: &str, table: &str| format!("{rights} ON {}.{table}", place.target.name());
    let grants =
        [grant("SELECT, INSERT", "a"), grant("INSERT", "blind"), grant("SELECT, INSERT", "c")];
    let grants: Vec<&str> = grants.iter().map(String::as_str).collect();
    let account = TestUser::create(place.target.server(), "half", "s3cret", &grants).await.unwrap();
    place.target_as(&account);
    assert_eq!(place.run(&tables).await, Outcome::Ended { failed: 1 });
    assert_eq!(place.book.page(1).failure.unwrap().kind, FailureKind::Forbidden);
    for table in ["a", "c"] {
        place.same(&format!("SELECT COUNT(*), SUM(id) FROM {table}")).await;
    }
}
