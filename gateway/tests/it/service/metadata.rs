//! Metadata that cannot be read or written: nothing is done, and the answer says why.

use crate::app::{PASSWORD, TestApp, new_user};
use diesel::{Connection, RunQueryDsl, sql_query};
use oms_contracts::{
    ErrorCode,
    gateway::{auth::SessionView, paths},
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

#[tokio::test]
async fn a_full_disk_is_named_and_nothing_is_done() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    // A trigger raises what SQLite says when the disk is full; a connection's page limit would
    // bind only that connection.
    app.sql(
        "CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN \
         SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    app.by(&root)
        .post(paths::USERS, &new_user("ann", Role::User, None))
        .await
        .refused(ErrorCode::MetadataFull);
    app.sql("DROP TRIGGER full");
    assert_eq!(app.stored(), before);
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
