//! A store of a real server that lets nobody read its log: by triggers, from the first to the last.

use super::real::{Heard, body};
use crate::app::{TestApp, id, refused, spec_of};
use oms_contracts::{
    ErrorCode,
    store::{SeqQuery, StoreState, StoreView},
};
use oms_model::change::Seq;
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use serde_json::{Value, json};

/// A store of all tables of a database.
fn store_of(db: &TestDb) -> Value {
    let mut store = body(db.server(), "OB_MYSQL", &format!("{}.*", db.name()));
    store["method"] = "TRIGGER".into();
    store
}

async fn begin(app: &TestApp, store: &Value) -> StoreView {
    app.client().put_store(&id("p.store"), &spec_of(store)).await.expect("is kept");
    app.client().start(&id("p.store")).await.expect("starts");
    app.sees("p.store", |view| view.live.has_begun).await
}

async fn stop(app: &TestApp) {
    app.client().stop(&id("p.store")).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
}

/// What is ours at the server, of one store.
async fn left(db: &TestDb, capture: &str) -> Vec<String> {
    let sql = format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%{capture}%' \
         UNION ALL SELECT trigger_name FROM information_schema.triggers \
         WHERE trigger_name LIKE '%{capture}%' ORDER BY 1"
    );
    let rows = db.rows(&sql).await.expect("is asked");
    rows.iter().map(|row| row[0].clone().unwrap_or_default()).collect()
}

/// How many rows lie in the change tables.
async fn lying(db: &TestDb, capture: &str, number: u32) -> String {
    let sql = format!("SELECT COUNT(*) FROM oms_capture_{capture}.changes_{number}");
    db.value(&sql).await.expect("is asked").unwrap_or_default()
}

#[tokio::test]
async fn an_oceanbase_is_captured_by_triggers_and_nothing_is_left_of_them() {
    let db = TestDb::create(of_this_run(ServerKind::OceanBase)).await.expect("a database");
    let other = TestDb::create(db.server()).await.expect("a session");
    let tables = "CREATE TABLE kept(id INT PRIMARY KEY, v VARCHAR(9)); \
                  CREATE TABLE side(id INT PRIMARY KEY)";
    db.exec(tables).await.expect("are created");
    db.exec("INSERT INTO kept VALUES (0, 'before')").await.expect("is written");
    let app = TestApp::on_databases().await;
    let begun = begin(&app, &store_of(&db)).await;
    let capture = begun.capture;
    assert_eq!(left(&other, &capture).await.len(), 7, "a database, and three for each table");
    db.exec("INSERT INTO kept VALUES (1, 'a')").await.expect("is written");
    db.exec("UPDATE kept SET v = 'b' WHERE id = 1").await.expect("is written");
    let (told, last) = Heard::behind(&app, Seq::START).await.told(2).await;
    assert_eq!(told, ["+kept 1,'a'", "~kept 1,'a' > 1,'b'"]);
    // What is durable does not lie at the source.
    oms_testkit::eventually(crate::app::PATIENCE, || async {
        lying(&other, &capture, 1).await == "0"
    })
    .await;
    let app = app.die_and_return().await;
    db.exec("DELETE FROM kept WHERE id = 1").await.expect("is written");
    let (told, last) = Heard::behind(&app, last).await.told(1).await;
    assert_eq!(told, ["-kept 1,'b'"]);
    // Stopped, the triggers go on.
    stop(&app).await;
    db.exec("INSERT INTO kept VALUES (2, 'c')").await.expect("is written");
    assert_eq!(lying(&other, &capture, 1).await, "1");
    let app = app.restart().await;
    app.client().start(&id("p.store")).await.expect("goes on");
    let (told, last) = Heard::behind(&app, last).await.told(1).await;
    assert_eq!(told, ["+kept 2,'c'"]);
    // Another definition, found by whoever reads.
    db.exec("ALTER TABLE kept ADD COLUMN w INT DEFAULT 7").await.expect("is altered");
    let (told, last) = Heard::behind(&app, last).await.told(3).await;
    assert!(told[0].starts_with("!TRUNCATE TABLE"), "{told:?}");
    assert_eq!(told[1..], ["+kept 0,'before',7", "+kept 2,'c',7"]);
    // The place of the store is one of its own.
    let at = app.sees("p.store", |view| view.live.last_seq == last).await.live.position;
    let at = SeqQuery::behind(at.expect("a place").parse().expect("a position"));
    assert_eq!(app.client().seq(&id("p.store"), &at).await.expect("is found").seq, last);
    stop(&app).await;
    app.client().delete_store(&id("p.store")).await.expect("is gone");
    assert_eq!(left(&other, &capture).await, Vec::<String>::new());
    db.exec("INSERT INTO kept VALUES (3, 'd', 1)").await.expect("the business goes on");
}

#[tokio::test]
async fn tables_are_added_and_removed_while_the_store_rests() {
    let db = TestDb::create(of_this_run(ServerKind::OceanBase)).await.expect("a database");
    let tables = "CREATE TABLE one(id INT PRIMARY KEY); CREATE TABLE two(id INT PRIMARY KEY)";
    db.exec(tables).await.expect("are created");
    db.exec("INSERT INTO two VALUES (7)").await.expect("is written");
    let app = TestApp::on_databases().await;
    let only = |table: &str| {
        let mut store = store_of(&db);
        store["objects"]["tableAndViewWhiteList"] = json!([format!("{}.{table}", db.name())]);
        store
    };
    let capture = begin(&app, &only("one")).await.capture;
    db.exec("INSERT INTO one VALUES (1)").await.expect("is written");
    let (told, last) = Heard::behind(&app, Seq::START).await.told(1).await;
    assert_eq!(told, ["+one 1"]);
    stop(&app).await;
    app.client().put_store(&id("p.store"), &spec_of(&only("two"))).await.expect("is changed");
    app.client().start(&id("p.store")).await.expect("goes on");
    let (told, last) = Heard::behind(&app, last).await.told(2).await;
    assert!(told[0].starts_with("!TRUNCATE TABLE") && told[0].contains("two"), "{told:?}");
    assert_eq!(told[1], "+two 7", "what there was comes with it");
    db.exec("INSERT INTO one VALUES (2)").await.expect("is written");
    db.exec("INSERT INTO two VALUES (8)").await.expect("is written");
    let (told, _) = Heard::behind(&app, last).await.told(1).await;
    assert_eq!(told, ["+two 8"], "the other one is neither captured nor said to be gone");
    stop(&app).await;
    // Somebody removed a part of it, and no row can be written any more.
    db.exec(&format!("DROP DATABASE oms_capture_{capture}")).await.expect("is dropped");
    db.exec("INSERT INTO two VALUES (9)").await.expect_err("the trigger has nowhere to write");
    refused(app.client().delete_store(&id("p.store")).await, ErrorCode::SourceNotCleared);
    assert_eq!(left(&db, &capture).await, Vec::<String>::new());
    db.exec("INSERT INTO two VALUES (9)").await.expect("is written");
    app.client().abandon_store(&id("p.store")).await.expect("is gone");
}

#[tokio::test]
async fn two_installations_share_a_source_and_one_that_loses_its_rights_says_so() {
    let db = TestDb::create(of_this_run(ServerKind::OceanBase)).await.expect("a database");
    db.exec("CREATE TABLE t(id INT PRIMARY KEY)").await.expect("is created");
    let (one, two) = (TestApp::on_databases().await, TestApp::on_databases().await);
    let (first, second) = (begin(&one, &store_of(&db)).await, begin(&two, &store_of(&db)).await);
    db.exec("INSERT INTO t VALUES (1)").await.expect("is written");
    for app in [&one, &two] {
        assert_eq!(Heard::behind(app, Seq::START).await.told(1).await.0, ["+t 1"]);
    }
    stop(&one).await;
    one.client().delete_store(&id("p.store")).await.expect("is gone");
    assert_eq!(left(&db, &first.capture).await, Vec::<String>::new());
    db.exec("INSERT INTO t VALUES (2)").await.expect("is written");
    assert_eq!(Heard::behind(&two, Seq(1)).await.told(1).await.0, ["+t 2"]);
    stop(&two).await;
    let mut locked = store_of(&db);
    locked["source"]["password"] = "another".into();
    two.client().put_store(&id("p.store"), &spec_of(&locked)).await.expect("is changed");
    let refusal = two.client().delete_store(&id("p.store")).await;
    let problem = refused(refusal, ErrorCode::SourceNotCleared);
    assert!(problem.message.contains(&second.capture), "{}", problem.message);
    two.client().put_store(&id("p.store"), &spec_of(&store_of(&db))).await.expect("is changed");
    two.client().delete_store(&id("p.store")).await.expect("is gone");
    assert_eq!(left(&db, &second.capture).await, Vec::<String>::new());
}
