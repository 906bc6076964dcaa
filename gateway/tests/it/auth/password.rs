//! Changing one's own password.

use crate::app::{FIRST_PASSWORD, PASSWORD, TestApp, fields};
use oms_contracts::{
    ErrorCode,
    gateway::{
        auth::{ChangePassword, SessionView},
        paths,
    },
};
use oms_model::Role;
use reqwest::StatusCode;
use serde_json::json;

fn change(old: &str, new: &str) -> ChangePassword {
    ChangePassword { old_password: old.into(), new_password: new.into() }
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_opens_one() {
    let app = TestApp::start().await;
    let one = app.root().await;
    let two: SessionView = app.login("root", PASSWORD).await.ok(StatusCode::OK);
    // Both are known to the cache.
    for session in [&one, &two] {
        assert_eq!(app.by(session).get(paths::ME).await.status, StatusCode::OK);
    }
    let body = change(PASSWORD, FIRST_PASSWORD);
    let fresh: SessionView = app.by(&one).post(paths::PASSWORD, &body).await.ok(StatusCode::OK);
    for session in [&one, &two] {
        app.by(session).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
        let body = json!({ "refreshToken": session.refresh_token });
        app.nobody().post(paths::REFRESH, &body).await.refused(ErrorCode::RefreshInvalid);
    }
    assert_eq!(app.by(&fresh).get(paths::ME).await.status, StatusCode::OK);
    app.login("root", PASSWORD).await.refused(ErrorCode::WrongCredentials);
    app.login("root", FIRST_PASSWORD).await.ok::<SessionView>(StatusCode::OK);
}

#[tokio::test]
async fn weak_unchanged_and_unproven_passwords_are_refused_and_nothing_changes() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let by = app.by(&root);
    for weak in
        ["", "short", "nodigitsUPPER!!", "Aa11bb!!Bb22é", "Aa11bb!!Bb22 ", &"Aa1!".repeat(9)]
    {
        let problem = by
            .post(paths::PASSWORD, &change(PASSWORD, weak))
            .await
            .refused(ErrorCode::PasswordTooWeak);
        assert!(fields(&problem).iter().all(|field| *field == "newPassword"));
        assert!(weak.is_empty() || !format!("{problem:?}").contains(weak), "{problem:?}");
    }
    by.post(paths::PASSWORD, &change("Wrong11!!Aa", FIRST_PASSWORD))
        .await
        .refused(ErrorCode::WrongOldPassword);
    by.post(paths::PASSWORD, &change(PASSWORD, PASSWORD))
        .await
        .refused(ErrorCode::PasswordUnchanged);
    assert_eq!(app.stored(), before);
    assert_eq!(by.get(paths::ME).await.status, StatusCode::OK, "the session lives");
}

#[tokio::test]
async fn a_stolen_token_is_no_way_to_try_passwords_at_leisure() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    for _ in 0..5 {
        app.by(&ann)
            .post(paths::PASSWORD, &change("Wrong11!!Aa", FIRST_PASSWORD))
            .await
            .refused(ErrorCode::WrongOldPassword);
    }
    let answer = app.by(&ann).post(paths::PASSWORD, &change(PASSWORD, FIRST_PASSWORD)).await;
    assert_eq!(answer.header("retry-after"), "1");
    answer.refused(ErrorCode::LoginThrottled);
    app.login("ann", PASSWORD).await.refused(ErrorCode::LoginThrottled);
}
