//! Heartbeats: written if that was said, and no more than told when they cannot be.

use super::real::{Heard, body};
use crate::{
    app::{PATIENCE, TestApp, id, refused, spec_of, store},
    said::row,
};
use oms_contracts::{ErrorCode, store::StoreState};
use oms_model::change::Seq;
use oms_testkit::{
    TestDb, TestUser, eventually,
    servers::{ServerKind, of_this_run},
};
use serde_json::{Value, json};

fn beating() -> Value {
    let mut body = store();
    body["heartbeat"] = json!({ "database": "ops", "everySeconds": 1 });
    body
}

#[tokio::test]
async fn a_heartbeat_is_written_as_often_as_was_said_and_removed_with_the_store() {
    let app = TestApp::start().await;
    let plain = app.begin("p.plain", &store()).await;
    let begun = app.begin("p.store", &beating()).await;
    assert!(plain.heartbeat.is_none() && begun.heartbeat.is_some());
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.beats() >= 2 }).await;
    assert!(app.script.installed().contains(&format!("ops.{}", begun.capture)));
    app.client().stop(&id("p.store")).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
    app.client().delete_store(&id("p.store")).await.expect("is gone");
    assert!(!app.script.installed().contains(&format!("ops.{}", begun.capture)));
}

#[tokio::test]
async fn a_heartbeat_that_is_refused_is_told_and_the_capture_goes_on() {
    let app = TestApp::start().await;
    app.script.refuse_beats(Some("it needs CREATE on ops.*"));
    app.begin("p.store", &beating()).await;
    let told = app.sees("p.store", |view| view.summary.error.is_some()).await;
    let error = told.summary.error.expect("an error");
    assert_eq!(
        (told.summary.state, error.code),
        (StoreState::Running, ErrorCode::HeartbeatRefused)
    );
    assert!(error.message.contains("CREATE on ops"), "{}", error.message);
    app.script.commit("a", vec![row("t", "1")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 1 && view.summary.error.is_some()).await;
    app.script.refuse_beats(None);
    app.sees("p.store", |view| view.summary.error.is_none()).await;
}

#[tokio::test]
async fn a_heartbeat_may_come_later_but_not_move() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.client().put_store(&id("p.store"), &spec_of(&beating())).await.expect("is changed");
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.beats() >= 1 }).await;
    let gone = app.client().put_store(&id("p.store"), &spec_of(&store())).await;
    assert_eq!(refused(gone, ErrorCode::StoreFixed).details[0].field, "heartbeat.database");
}

/// A user that may follow the log of a server, and no more.
async fn follower(db: &TestDb) -> TestUser {
    let user = TestUser::create(db.server(), "follower", "a-Pass-1", &[]).await.expect("a user");
    let rights = "SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.*";
    db.exec(&format!("GRANT {rights} TO '{}'@'%'", user.name())).await.expect("is granted");
    user
}

/// A store that a user begins without any further right, and is then told to have a heartbeat.
async fn told_to_beat(app: &TestApp, db: &TestDb, user: &TestUser, kind: &str) {
    // All of the database is wanted that the heartbeat is in.
    let mut store = body(user.server(), kind, &format!("{}.*", db.name()));
    app.client().put_store(&id("p.store"), &spec_of(&store)).await.expect("is kept");
    app.client().start(&id("p.store")).await.expect("starts");
    app.sees("p.store", |view| view.live.has_begun && view.summary.error.is_none()).await;
    store["heartbeat"] = json!({ "database": db.name(), "everySeconds": 1 });
    app.client().put_store(&id("p.store"), &spec_of(&store)).await.expect("is changed");
}

/// Waits until a heartbeat was written, and another one.
async fn beats(db: &TestDb, capture: &str) {
    let sql = format!("SELECT at FROM {}.oms_heartbeat_{capture}", db.name());
    let at = async || db.value(&sql).await.expect("is asked");
    let first = eventually(PATIENCE, || async { at().await.ok_or(()) }).await;
    eventually(PATIENCE, || async { at().await.is_some_and(|now| now != first) }).await;
}

async fn a_server_has_a_heartbeat(kind: ServerKind, name: &str) {
    let db = TestDb::create(of_this_run(kind)).await.expect("a database");
    db.exec("CREATE TABLE kept(id INT PRIMARY KEY)").await.expect("is created");
    let (app, user) = (TestApp::on_databases().await, follower(&db).await);
    told_to_beat(&app, &db, &user, name).await;
    let told = app.sees("p.store", |view| view.summary.error.is_some()).await;
    let error = told.summary.error.expect("an error");
    assert_eq!(error.code, ErrorCode::HeartbeatRefused, "{error:?}");
    assert!(error.message.contains("CREATE, INSERT, UPDATE and DROP"), "{}", error.message);
    let rights = format!("CREATE, INSERT, UPDATE, DROP ON {}.*", db.name());
    db.exec(&format!("GRANT {rights} TO '{}'@'%'", user.name())).await.expect("is granted");
    let moving = app.sees("p.store", |view| view.summary.error.is_none()).await;
    beats(&db, &moving.capture).await;
    app.sees("p.store", |view| view.live.position != moving.live.position).await;
    db.exec("INSERT INTO kept VALUES (1)").await.expect("is written");
    let (all, last) = Heard::behind(&app, Seq::START).await.told(1).await;
    assert_eq!((all, last), (vec!["+kept 1".to_owned()], Seq(1)), "nobody hears of the heartbeat");
    app.client().stop(&id("p.store")).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
    app.client().delete_store(&id("p.store")).await.expect("is gone");
    let tables = db.rows("SHOW TABLES").await.expect("is asked");
    assert_eq!(tables.len(), 1, "{tables:?}");
}

#[tokio::test]
async fn a_mysql_has_a_heartbeat() {
    a_server_has_a_heartbeat(ServerKind::MySql, "MYSQL").await;
}

#[tokio::test]
async fn a_mariadb_has_a_heartbeat() {
    a_server_has_a_heartbeat(ServerKind::MariaDb, "MARIADB").await;
}
