//! A load follows its limits and its databases while it runs, and says what holds it back.

use super::task::{places, spec};
use crate::app::{TestApp, id};
use oms_contracts::sync::{Bottleneck, Limits, LiveView, TaskState, TaskView};
use oms_testkit::peer::CutProxy;
use oms_testkit::{TestDb, TestUser, eventually};
use serde_json::{Value, json};
use std::time::Duration;

/// Some of these loads are slow on purpose.
const LONG: Duration = Duration::from_secs(120);

/// So many ten thousands of rows in `t`, and half as many in `loose`, which has no key.
async fn furnished(source: &TestDb, target: &TestDb, ten_thousands: u32) {
    let tables = "CREATE TABLE t(id INT PRIMARY KEY, v INT, s VARCHAR(60)); \
                  CREATE TABLE loose(id INT, v INT, s VARCHAR(60))";
    source.exec(tables).await.unwrap();
    target.exec(tables).await.unwrap();
    source
        .exec(&format!(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             INSERT INTO t SELECT a.n+b.n*10+c.n*100+e.n*1000+f.n*10000, a.n, REPEAT('x', 50) \
               FROM d a, d b, d c, d e, d f WHERE f.n < {ten_thousands}; \
             INSERT INTO loose SELECT * FROM t WHERE id % 2 = 0; ANALYZE TABLE t, loose;"
        ))
        .await
        .unwrap();
}

async fn same(source: &TestDb, target: &TestDb, tables: &[&str]) {
    for table in tables {
        let sums = format!("SELECT COUNT(*), SUM(id), SUM(v) FROM {table}");
        assert_eq!(source.rows(&sums).await.unwrap(), target.rows(&sums).await.unwrap());
    }
}

async fn view(app: &TestApp) -> TaskView {
    app.client().task(&id("p.full")).await.unwrap()
}

async fn live(app: &TestApp) -> LiveView {
    view(app).await.progress.live
}

async fn started(spec: &Value) -> TestApp {
    let app = TestApp::as_built().await;
    app.store("p.full", spec).await;
    app.client().start(&id("p.full")).await.unwrap();
    app
}

async fn finished(app: &TestApp) -> TaskView {
    eventually(LONG, || async {
        let task = view(app).await;
        assert_ne!(task.summary.state, TaskState::Failed, "{:?}", task.summary.error);
        (task.summary.state == TaskState::Finished).then_some(task)
    })
    .await
}

/// An account of a test's own, whose sessions can be told from others'.
async fn account(db: &TestDb) -> TestUser {
    let grant = format!("SELECT, INSERT ON {}.*", db.name());
    TestUser::create(db.server(), "tuned", "s3cret", &[&grant]).await.unwrap()
}

async fn sessions(db: &TestDb, account: &TestUser) -> usize {
    let list = db.rows("SHOW PROCESSLIST").await.unwrap();
    list.iter().filter(|row| row[1].as_deref() == Some(account.name())).count()
}

fn widths(read: u32, write: u32, rows: Option<u64>) -> Limits {
    let (read, write) = (Some(read), Some(write));
    Limits {
        read_worker_num: read,
        write_worker_num: write,
        throttle_rps: rows,
        ..Limits::default()
    }
}

#[tokio::test]
async fn widths_change_while_it_runs_and_nothing_begins_anew() {
    let (source, target) = places().await;
    furnished(&source, &target, 6).await;
    let (reader, writer) = (account(&source).await, account(&target).await);
    let mut slow = spec(&source, &target, &["loose", "t"]);
    for (end, account) in [("source", &reader), ("target", &writer)] {
        slow[end]["user"] = json!(account.name());
        slow[end]["password"] = json!("s3cret");
    }
    slow["limits"] = json!(widths(1, 1, Some(1_500)));
    let app = started(&slow).await;
    let come_to = async |read: u32, write: u32| {
        eventually(LONG, || async {
            let task = view(&app).await;
            assert_eq!(task.summary.state, TaskState::Running, "{:?}", task.summary.error);
            let shown = task.progress.live.widths;
            let now = (sessions(&source, &reader).await, sessions(&target, &writer).await);
            let moves = task.progress.rows > 0;
            moves
                && now == (read as usize, write as usize)
                && (shown.read, shown.write) == (read, write)
        })
        .await;
    };
    come_to(1, 1).await;
    for (read, write) in [(3, 5), (2, 1)] {
        let limits = widths(read, write, Some(1_500));
        app.client().set_limits(&id("p.full"), &limits).await.unwrap();
        come_to(read, write).await;
    }
    app.client().set_limits(&id("p.full"), &widths(4, 4, None)).await.unwrap();
    finished(&app).await;
    let tables = app.client().tables(&id("p.full"), &Default::default()).await.unwrap();
    let told: Vec<_> = tables.items.iter().map(|table| (table.attempts, table.rows)).collect();
    assert_eq!(told, [(1, 30_000), (1, 60_000)]);
    same(&source, &target, &["t", "loose"]).await;
}

/// The target takes no more than 500 rows at once, as one that is short of memory.
#[tokio::test]
async fn a_target_that_is_too_busy_for_large_batches_gets_smaller_ones() {
    let (source, target) = places().await;
    furnished(&source, &target, 4).await;
    target
        .exec(
            "CREATE TRIGGER short BEFORE INSERT ON t FOR EACH ROW BEGIN \
               SET @n = IF(@at = NOW(6), @n + 1, 1), @at = NOW(6); \
               IF @n > 500 THEN SIGNAL SQLSTATE 'HY000' \
                 SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'too much'; END IF; \
             END",
        )
        .await
        .unwrap();
    let app = started(&spec(&source, &target, &["t"])).await;
    eventually(LONG, || async {
        let live = live(&app).await;
        live.batch_bytes > 0 && live.batch_bytes < 512 << 10
    })
    .await;
    finished(&app).await;
    same(&source, &target, &["t"]).await;
}

#[tokio::test]
async fn a_long_way_to_the_target_is_told_from_a_slow_one() {
    let (source, target) = places().await;
    furnished(&source, &target, 10).await;
    let server = target.server();
    let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
    proxy.delay_answers(Duration::from_millis(250));
    let mut far = spec(&source, &target, &["t"]);
    far["target"]["port"] = json!(proxy.address().port());
    let app = started(&far).await;
    eventually(LONG, || async { live(&app).await.bottleneck == Bottleneck::Network }).await;
    finished(&app).await;
    same(&source, &target, &["t"]).await;
}

#[tokio::test]
async fn a_target_that_works_long_is_what_holds_the_load_back() {
    let (source, target) = places().await;
    furnished(&source, &target, 6).await;
    let slow = "CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW \
                SET NEW.v = NEW.v + SLEEP(0.0005)";
    target.exec(slow).await.unwrap();
    let app = started(&spec(&source, &target, &["t"])).await;
    eventually(LONG, || async {
        let now = live(&app).await.bottleneck;
        assert_ne!(now, Bottleneck::Network);
        now == Bottleneck::Write
    })
    .await;
    finished(&app).await;
    same(&source, &target, &["t"]).await;
}
