//! Metadata that cannot be read or written: nothing is done, and the answer says why.

use crate::app::{PASSWORD, TestApp, new_user};
use diesel::{Connection, RunQueryDsl, connection::SimpleConnection, sql_query};
use oms_chassis::{Coded, Db, Shutdown};
use oms_contracts::{
    ErrorCode,
    gateway::{auth::SessionView, department::NameDepartment, paths, user::CreatedUser},
};
use oms_model::Role;
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn while_another_writer_holds_the_metadata_nothing_is_done_and_nobody_waits_long() {
    let app = TestApp::with(|settings| settings.metadata.wait_ms = 300).await;
    let root = app.root().await;
    let before = app.stored();
    let mut other = app.metadata();
    sql_query("BEGIN IMMEDIATE").execute(&mut other).expect("takes the lock");
    let since = Instant::now();
    let wanted = new_user("ann", Role::User, None);
    app.by(&root).post(paths::USERS, &wanted).await.refused(ErrorCode::MetadataBusy);
    app.by(&root).post("/api/v1/projects", &json!({})).await.refused(ErrorCode::MetadataBusy);
    app.login("root", PASSWORD).await.refused(ErrorCode::MetadataBusy);
    let body = json!({ "refreshToken": root.refresh_token });
    app.nobody().post(paths::REFRESH, &body).await.refused(ErrorCode::MetadataBusy);
    assert!(since.elapsed() < Duration::from_secs(10));
    assert_eq!(
        app.by(&root).get("/api/v1/projects").await.status,
        StatusCode::OK,
        "reading goes on"
    );
    assert_eq!(app.peer.calls().len(), 1, "only the reading");
    sql_query("ROLLBACK").execute(&mut other).expect("lets go");
    assert_eq!(app.stored(), before);
    // The refresh token was not used up by the failure.
    let fresh = app.nobody().post(paths::REFRESH, &body).await;
    fresh.ok::<SessionView>(StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_done() {
    let app = TestApp::start().await;
    let root = app.root().await;
    app.sql("ALTER TABLE audit_log RENAME TO hidden");
    let before = app.stored();
    let by = app.by(&root);
    by.post(paths::USERS, &new_user("ann", Role::User, None))
        .await
        .refused(ErrorCode::AuditUnavailable);
    by.post("/api/v1/projects", &json!({})).await.refused(ErrorCode::AuditUnavailable);
    by.command(paths::ROTATE_SIGNING_KEY).await.refused(ErrorCode::AuditUnavailable);
    by.command(paths::LOGOUT).await.refused(ErrorCode::AuditUnavailable);
    by.get(paths::AUDIT_CSV).await.refused(ErrorCode::AuditUnavailable);
    app.login("root", PASSWORD).await.refused(ErrorCode::AuditUnavailable);
    assert_eq!(app.stored(), before);
    assert!(app.peer.calls().is_empty());
    assert_eq!(by.get(paths::ME).await.status, StatusCode::OK, "reading goes on");
    app.sql("ALTER TABLE hidden RENAME TO audit_log");
    app.login("root", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
}

/// Runs a statement on the connection that the service itself uses.
async fn on_its_connection(db: &Db, sql: String) -> Result<(), gateway::Error> {
    db.run(move |conn| Ok(conn.batch_execute(&sql)?)).await
}

/// Inserts small rows until one finds the disk full, so that no larger one fits.
async fn fill(db: &Db, row: impl Fn(usize) -> String) {
    for number in 0..1000 {
        match on_its_connection(db, row(number)).await {
            Ok(()) => {}
            Err(error) => return assert_eq!(error.code(), ErrorCode::MetadataFull),
        }
    }
    panic!("the disk never filled");
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_done_until_there_is_room_again() {
    let (app, db) = TestApp::on_one_connection().await;
    let root = app.root().await;
    let by = app.by(&root);
    // As many pages as there are: whatever needs another finds the disk full.
    on_its_connection(&db, "PRAGMA max_page_count = 1".into()).await.expect("limits");

    // The record still has room, the act has none.
    fill(&db, |n| format!("INSERT INTO departments VALUES ('f{n}', '', 'f{n}', 0, 1, 1, 1)")).await;
    let before = app.stored();
    let name = NameDepartment { name: "sales".into() };
    by.post(paths::DEPARTMENTS, &name).await.refused(ErrorCode::MetadataFull);
    assert_eq!(app.stored(), before);
    let full = ErrorCode::MetadataFull.as_str();
    let failed = format!("root DEPARTMENT CREATE FAILED {full}");
    assert_eq!(app.records().last(), Some(&failed));

    // Nor can anything be recorded.
    fill(&db, |n| {
        format!(
            "INSERT INTO audit_log SELECT '{n}', 1, '', NULL, NULL, NULL, target, NULL, NULL, \
             operation, risk, result, NULL, '', '', '', NULL FROM audit_log LIMIT 1"
        )
    })
    .await;
    let (records, calls) = (app.records().len(), app.peer.calls().len());
    let ann = new_user("ann", Role::User, None);
    let refresh = json!({ "refreshToken": root.refresh_token });
    for answer in [
        by.post(paths::USERS, &ann).await,
        by.post(paths::API_KEYS, &json!({})).await,
        by.post("/api/v1/projects", &json!({})).await,
        by.command(paths::ROTATE_SIGNING_KEY).await,
        by.command(paths::ROTATE_VAULT).await,
        by.command(paths::LOGOUT).await,
        by.get(paths::AUDIT_CSV).await,
        app.nobody().post(paths::REFRESH, &refresh).await,
        app.login("root", PASSWORD).await,
    ] {
        answer.refused(ErrorCode::MetadataFull);
    }
    assert_eq!(app.stored(), before);
    assert_eq!((app.records().len(), app.peer.calls().len()), (records, calls));
    assert_eq!(by.get(paths::ME).await.status, StatusCode::OK, "reading goes on");

    on_its_connection(&db, "PRAGMA max_page_count = 100000".into()).await.expect("makes room");
    app.nobody().post(paths::REFRESH, &refresh).await.ok::<SessionView>(StatusCode::OK);
    by.post(paths::USERS, &ann).await.ok::<CreatedUser>(StatusCode::CREATED);
}

#[tokio::test]
async fn calls_with_known_tokens_do_not_ask_the_metadata() {
    let app = TestApp::with(|settings| settings.metadata.wait_ms = 300).await;
    let root = app.root().await;
    assert_eq!(app.by(&root).get("/api/v1/projects").await.status, StatusCode::OK);
    let mut other = app.metadata();
    // An exclusive lock keeps readers out only without the write-ahead log, so the table goes.
    other
        .transaction::<_, diesel::result::Error, _>(|conn| {
            sql_query("ALTER TABLE sessions RENAME TO hidden").execute(conn)
        })
        .expect("renames");
    assert_eq!(app.by(&root).get("/api/v1/projects").await.status, StatusCode::OK);
    app.sql("ALTER TABLE hidden RENAME TO sessions");
}

#[tokio::test]
async fn a_start_that_fails_says_all_the_causes() {
    let app = TestApp::start().await;
    app.sql("ALTER TABLE instances RENAME TO hidden");
    let failed = gateway::start(&app.settings, &Shutdown::default()).await.expect_err("fails");
    let causes = std::iter::successors(Some(&failed as &dyn std::error::Error), |e| e.source());
    assert_eq!(
        causes.map(ToString::to_string).collect::<Vec<_>>(),
        ["the identity of this instance could not be read or written", "no such table: instances"]
    );
}
