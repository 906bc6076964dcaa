//! Calls that other services answer.

use crate::app::{Answer, TestApp};
use oms_contracts::{
    ErrorCode,
    gateway::{audit::AuditResult, paths, user::UpdateUser},
};
use oms_model::Role;
use oms_testkit::eventually;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_call_passes_as_it_came_and_its_answer_as_it_is() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let path =
        "/api/v1/data-sources/e_12345678/databases/my%20db%2e/tables/%E8%A1%A8%25?x=%2F..&y=1";
    let answer = Answer::of(
        app.by(&ann).request(Method::GET, path).header("x-request-id", "my-own-request-id"),
    )
    .await;
    assert_eq!(answer.header("etag"), "\"7\"");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"a.csv\"");
    assert_eq!(answer.header("x-internal-detail"), "", "only what callers need comes back");
    assert_eq!(answer.header("x-request-id"), "my-own-request-id");
    let body: Value = answer.ok(StatusCode::OK);
    assert_eq!(body["echo"], path);
    let call = app.peer.last();
    assert_eq!((call.method.as_str(), call.path.as_str()), ("GET", path));
    let actor = call.actor.clone().expect("the call names its user");
    assert_eq!((actor.account.as_str(), actor.role), ("ann", Role::User));
    assert_eq!(
        (actor.user, actor.department),
        (ann.user.id.clone(), ann.user.department_id.clone())
    );
    assert_eq!(call.header("x-request-id"), Some("my-own-request-id"));
    assert_eq!(call.header("authorization"), None, "the access token stays here");
}

#[tokio::test]
async fn bodies_pass_byte_by_byte_with_their_type_and_condition() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let body = "{ \"b\": 1,\n\t\"a\": 1e400, \"a\": \"\\u00e4\" } not even JSON";
    let request = app.by(&root).request(Method::PUT, "/api/v1/projects/np_12345678");
    let answer = Answer::of(
        request
            .header("content-type", "application/json; charset=utf-8")
            .header("if-match", "\"3\"")
            .body(body),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    let call = app.peer.last();
    assert_eq!(call.body, body.as_bytes());
    assert_eq!(call.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(call.header("if-match"), Some("\"3\""));
}

#[tokio::test]
async fn what_changes_something_is_recorded_with_its_object() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let by = app.by(&root);
    by.post("/api/v1/projects", &json!({})).await.ok::<Value>(StatusCode::OK);
    by.command("/api/v1/projects/np_12345678/start").await.ok::<Value>(StatusCode::OK);
    *app.peer.script.refusal.lock().expect("not poisoned") = Some(ErrorCode::DataSourceInUse);
    by.delete("/api/v1/data-sources/e_12345678").await;
    by.get("/api/v1/projects").await;
    let records: Vec<String> = app.texts(
        "SELECT target || ' ' || operation || ' ' || risk || ' ' || coalesce(object_id, '-') || ' ' || \
         coalesce(object_name, '-') || ' ' || result || ' ' || coalesce(code, '-') AS text \
         FROM audit_log WHERE target <> 'LOGON' AND target <> 'USER' ORDER BY id",
    );
    assert_eq!(
        records,
        [
            "PROJECT CREATE MODERATE np_fresh000 fresh SUCCESS -",
            "PROJECT START MODERATE np_fresh000 fresh SUCCESS -",
            "DATA_SOURCE DELETE CRITICAL e_12345678 - FAILED DATASOURCE-0004",
        ]
    );
}

#[tokio::test]
async fn a_refusal_of_the_service_is_the_answer() {
    let app = TestApp::start().await;
    let root = app.root().await;
    *app.peer.script.refusal.lock().expect("not poisoned") = Some(ErrorCode::NoSuchProject);
    let answer = app.by(&root).get("/api/v1/projects/np_12345678").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let problem: oms_contracts::Problem = answer.ok(StatusCode::NOT_FOUND);
    assert_eq!(
        (problem.code, problem.message.as_str()),
        (ErrorCode::NoSuchProject, "the peer says no")
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_is_named_and_nothing_counts_as_done() {
    let app = TestApp::with(|s| s.peers.project_service = "http://127.0.0.1:1/".parse().ok()).await;
    let root = app.root().await;
    let problem =
        app.by(&root).get("/api/v1/projects").await.refused(ErrorCode::ServiceUnreachable);
    assert!(problem.message.contains("project-service"), "{problem:?}");
    app.by(&root).post("/api/v1/projects", &json!({})).await.refused(ErrorCode::ServiceUnreachable);
    assert_eq!(app.records().last().expect("one"), "root PROJECT CREATE FAILED COMMON-0014");
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_the_result_unknown() {
    let app = TestApp::start().await;
    let root = app.root().await;
    *app.peer.script.hangs_up.lock().expect("not poisoned") = true;
    let answer = app.by(&root).post("/api/v1/projects", &json!({})).await;
    answer.refused(ErrorCode::ServiceUnreachable);
    assert_eq!(app.peer.calls().len(), 1, "it arrived");
    let result = AuditResult::Unknown;
    let expected = format!("root PROJECT CREATE {result} COMMON-0014");
    assert_eq!(app.records().last(), Some(&expected));
}

#[tokio::test]
async fn a_call_whose_caller_hangs_up_is_still_recorded_to_its_end() {
    let app = TestApp::start().await;
    let root = app.root().await;
    app.peer.script.holds.send_replace(true);
    let request = app.by(&root).request(Method::POST, "/api/v1/projects").json(&json!({}));
    let call = tokio::spawn(request.send());
    eventually(Duration::from_secs(10), || async { !app.peer.calls().is_empty() }).await;
    assert_eq!(app.records().last().expect("one"), "root PROJECT CREATE PENDING");
    call.abort();
    assert!(call.await.expect_err("aborted").is_cancelled());
    app.peer.script.holds.send_replace(false);
    eventually(Duration::from_secs(10), || async {
        app.records().last().is_some_and(|record| record == "root PROJECT CREATE SUCCESS")
    })
    .await;
}

#[tokio::test]
async fn paths_that_could_be_read_in_two_ways_go_nowhere() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    for path in [
        "/api/v1/projects/np_12345678/%2e%2e",
        "/api/v1/data-sources/e_12345678/databases/%2e%2e/objects",
        "/api/v1/data-sources/e_12345678/databases/a%2Fb/objects",
        "/api/v1/data-sources/e_12345678/databases/a%5cb/objects",
        "/api/v1/data-sources/e_12345678/databases/%00/objects",
        "/api/v1/data-sources/e_12345678/databases/a%0d%0ab/objects",
        "/api/v1/data-sources/e_12345678/databases/%ff/objects",
        "/api/v1/data-sources/e_12345678/databases/%zz/objects",
        "/api/v1/data-sources/e_12345678/databases//objects",
        "/api/v1//projects",
        "/api/v1/projects/",
        "/api/v1/projects/np_1",
        "/api/v1/projects/e_12345678",
        "/api/v1/projects/np_12345678'%20or%201=1",
        "/api/v1/labels/l_😀",
    ] {
        let answer = raw(&app, "GET", path, root.access_token.expose()).await;
        // A method that the path does not have is told only where the path is one.
        assert!(
            answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 405 "),
            "{path}: {answer}"
        );
    }
    for (path, code) in [
        ("/api/v1/nothing", ErrorCode::NoSuchRoute),
        ("/api/v1", ErrorCode::NoSuchRoute),
        ("/api/v1/%70rojects", ErrorCode::NoSuchRoute),
        ("/api/v1/projects/np_12345678/explode", ErrorCode::NoSuchRoute),
        ("/internal/v1/owners/u_12345678/counts", ErrorCode::NoSuchRoute),
        ("/api/v1/internal/v1/vault/reseal", ErrorCode::NoSuchRoute),
    ] {
        app.by(&root).get(path).await.refused(code);
    }
    let answer = app.by(&root).delete("/api/v1/projects").await;
    assert_eq!(answer.header("allow"), "GET, POST");
    answer.refused(ErrorCode::MethodNotAllowed);
    let options = app.by(&root).request(Method::OPTIONS, "/api/v1/projects");
    Answer::of(options).await.refused(ErrorCode::MethodNotAllowed);
    assert!(app.peer.calls().is_empty());
    assert_eq!(app.stored(), before);
}

/// Sends a path that a careful client would have cleaned up, and gives the first line back.
async fn raw(app: &TestApp, method: &str, path: &str, token: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = app.base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("connects");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("reads");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn large_and_compressed_bodies_are_refused_before_they_go_anywhere() {
    let app = TestApp::with(|settings| settings.http.body_limit_bytes = 2000).await;
    let root = app.root().await;
    let by = app.by(&root);
    by.send(Method::POST, "/api/v1/projects", "x".repeat(2001))
        .await
        .refused(ErrorCode::BodyTooLarge);
    let gzip = by.request(Method::POST, "/api/v1/projects").header("content-encoding", "gzip");
    Answer::of(gzip.body("x")).await.refused(ErrorCode::UnsupportedMediaType);
    assert!(app.peer.calls().is_empty());
    let fits = by.send(Method::POST, "/api/v1/projects", "x".repeat(2000)).await;
    assert_eq!(fits.status, StatusCode::OK);
    let large = json!({ "description": "x".repeat(2001) });
    by.patch(&paths::user(&root.user.id), &large).await.refused(ErrorCode::BodyTooLarge);
}

#[tokio::test]
async fn a_change_of_department_travels_with_the_next_call() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let department = |app: &TestApp| app.peer.last().actor.expect("an actor").department;
    app.by(&ann).get("/api/v1/projects").await;
    assert_eq!(department(&app), ann.user.department_id);
    let edit = UpdateUser { department_id: Some(sales.clone()), ..Default::default() };
    let moved = app.by(&root).patch(&paths::user(&ann.user.id), &edit).await;
    assert_eq!(moved.status, StatusCode::OK);
    app.by(&ann).get("/api/v1/projects").await;
    assert_eq!(department(&app), sales);
}
