//! Refresh tokens: each works once.

use crate::app::{Answer, TestApp};
use oms_contracts::{
    ErrorCode,
    gateway::{
        auth::{RefreshRequest, SessionView},
        paths,
    },
};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn refresh(app: &TestApp, session: &SessionView) -> Answer {
    let body = RefreshRequest { refresh_token: session.refresh_token.clone() };
    app.nobody().post(paths::REFRESH, &body).await
}

#[tokio::test]
async fn a_refresh_token_buys_the_next_pair_and_the_access_token_before_lives_on() {
    let app = TestApp::start().await;
    let one = app.root().await;
    let two: SessionView = refresh(&app, &one).await.ok(StatusCode::OK);
    assert_ne!(one.refresh_token.expose(), two.refresh_token.expose());
    for session in [&one, &two] {
        assert_eq!(app.by(session).get(paths::ME).await.status, StatusCode::OK);
    }
    let three: SessionView = refresh(&app, &two).await.ok(StatusCode::OK);
    assert_eq!(app.by(&three).get(paths::ME).await.status, StatusCode::OK);
    let records = app.records();
    assert_eq!(records[records.len() - 2..], ["root LOGON OTHER SUCCESS"; 2]);
}

#[tokio::test]
async fn a_token_that_is_used_again_ends_the_whole_session_and_is_recorded_once() {
    let app = TestApp::start().await;
    let one = app.root().await;
    let two: SessionView = refresh(&app, &one).await.ok(StatusCode::OK);
    assert_eq!(app.by(&two).get(paths::ME).await.status, StatusCode::OK);
    refresh(&app, &one).await.refused(ErrorCode::RefreshReused);
    app.by(&two).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    refresh(&app, &two).await.refused(ErrorCode::RefreshInvalid);
    refresh(&app, &one).await.refused(ErrorCode::RefreshReused);
    let reuses = app.records().into_iter().filter(|record| record.ends_with("AUTH-0005"));
    assert_eq!(reuses.collect::<Vec<_>>(), ["root LOGON OTHER FAILED AUTH-0005"]);
}

#[tokio::test]
async fn of_many_refreshes_at_once_one_wins_and_the_others_end_the_session() {
    let app = TestApp::start().await;
    let session = app.root().await;
    let answers = futures::future::join_all((0..8).map(|_| refresh(&app, &session))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused(ErrorCode::RefreshReused);
    }
    let winner: SessionView = won.into_iter().next().expect("one").ok(StatusCode::OK);
    app.by(&winner).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    refresh(&app, &winner).await.refused(ErrorCode::RefreshInvalid);
}

#[tokio::test]
async fn unknown_expired_and_malformed_tokens_are_refused_and_nothing_changes() {
    let app = TestApp::start().await;
    let session = app.root().await;
    app.sql("UPDATE refresh_tokens SET expires_at = 1");
    let before = app.stored();
    refresh(&app, &session).await.refused(ErrorCode::RefreshInvalid);
    for token in ["", "x", "' OR 1=1 --", session.access_token.expose()] {
        let body = json!({ "refreshToken": token });
        app.nobody().post(paths::REFRESH, &body).await.refused(ErrorCode::RefreshInvalid);
    }
    for body in ["", "{", "[]", "{\"refreshToken\":7}", "{\"refreshToken\":\"a\",\"x\":1}"] {
        let answer = app.nobody().send(Method::POST, paths::REFRESH, body).await;
        answer.refused(ErrorCode::MalformedBody);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_session_has_an_end_however_often_it_is_refreshed() {
    let app = TestApp::start().await;
    let session = app.root().await;
    app.sql("UPDATE sessions SET expires_at = 1");
    refresh(&app, &session).await.refused(ErrorCode::RefreshInvalid);
}

#[tokio::test]
async fn only_digests_of_refresh_tokens_are_stored() {
    let app = TestApp::start().await;
    let session = app.root().await;
    let stored = app.stored();
    assert!(!stored.contains(session.refresh_token.expose()));
    assert!(!stored.contains(session.access_token.expose()));
}
