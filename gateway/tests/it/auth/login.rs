//! Logging in and out.

use crate::app::{Answer, FIRST_PASSWORD, PASSWORD, TestApp, new_user};
use oms_contracts::{
    ErrorCode,
    gateway::{
        auth::{ChangePassword, SessionView},
        paths,
        user::{CreatedUser, UpdateUser, UserView},
    },
};
use oms_model::Role;
use oms_testkit::eventually;
use reqwest::StatusCode;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_first_start_makes_root_and_admin_who_have_to_change_their_passwords() {
    let app = TestApp::start().await;
    let accounts: Vec<&str> = app.first_passwords.iter().map(|(account, _)| &**account).collect();
    assert_eq!(accounts, ["root", "admin"]);
    for (account, password) in &app.first_passwords {
        let session: SessionView = app.login(account, password).await.ok(StatusCode::OK);
        assert!(session.password_change_required && session.user.built_in);
        assert_eq!((session.token_type.as_str(), session.expires_in), ("Bearer", 900));
        assert_eq!(session.user.department_name, "default");
    }
}

#[tokio::test]
async fn until_the_password_is_changed_only_the_calls_that_change_it_are_answered() {
    let app = TestApp::start().await;
    let first = app.first_password("root").to_owned();
    let session: SessionView = app.login("root", &first).await.ok(StatusCode::OK);
    let by = app.by(&session);
    for path in [paths::USERS, paths::AUDIT, "/api/v1/projects", paths::API_KEYS] {
        by.get(path).await.refused(ErrorCode::PasswordChangeRequired);
    }
    let before = app.stored();
    by.post(paths::USERS, &new_user("ann", Role::User, None))
        .await
        .refused(ErrorCode::PasswordChangeRequired);
    by.command(paths::ROTATE_SIGNING_KEY).await.refused(ErrorCode::PasswordChangeRequired);
    assert_eq!(app.stored(), before);
    assert!(app.peer.calls().is_empty());
    let me: UserView = by.get(paths::ME).await.ok(StatusCode::OK);
    assert!(me.password_change_required);
    let change = ChangePassword { old_password: (&*first).into(), new_password: PASSWORD.into() };
    let fresh: SessionView = by.post(paths::PASSWORD, &change).await.ok(StatusCode::OK);
    assert!(!fresh.password_change_required);
    app.by(&fresh).get(paths::USERS).await.ok::<serde_json::Value>(StatusCode::OK);
    app.by(&fresh).command(paths::LOGOUT).await.done();
}

#[tokio::test]
async fn wrong_password_unknown_account_and_strange_names_get_the_same_answer() {
    let app = TestApp::start().await;
    let before = app.stored();
    let long = "x".repeat(10_000);
    let names = ["root", "nobody", "", "rööt", "ro'ot", "root' OR '1'='1", "a\u{0}b", "😀", &long];
    let mut messages = Vec::new();
    for account in names {
        let problem = app.login(account, "wrong").await.refused(ErrorCode::WrongCredentials);
        messages.push((problem.message, problem.details));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn the_case_of_an_account_does_not_matter_but_that_of_a_password_does() {
    let app = TestApp::start().await;
    app.root().await;
    app.login("ROOT", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
    app.login("root", &PASSWORD.to_lowercase()).await.refused(ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn logging_out_ends_the_session_at_once_here_and_within_seconds_elsewhere() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let session = app.root().await;
    let other: SessionView = app.login("root", PASSWORD).await.ok(StatusCode::OK);
    let there = || {
        let request = app.http.get(format!("{}{}", replica.base, paths::ME));
        Answer::of(request.bearer_auth(session.access_token.expose()))
    };
    assert_eq!(there().await.status, StatusCode::OK);
    app.by(&session).command(paths::LOGOUT).await.done();
    app.by(&session).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    eventually(Duration::from_secs(5), || async {
        there().await.status == StatusCode::UNAUTHORIZED
    })
    .await;
    there().await.refused(ErrorCode::TokenInvalid);
    let body = json!({ "refreshToken": session.refresh_token });
    app.nobody().post(paths::REFRESH, &body).await.refused(ErrorCode::RefreshInvalid);
    assert_eq!(app.by(&other).get(paths::ME).await.status, StatusCode::OK, "another session");
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_told_so_only_with_the_right_password() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let path = paths::user(&ann.user.id);
    let disable = UpdateUser { disabled: Some(true), ..Default::default() };
    let view: UserView = app.by(&root).patch(&path, &disable).await.ok(StatusCode::OK);
    assert!(view.disabled);
    app.by(&ann).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    app.login("ann", PASSWORD).await.refused(ErrorCode::UserDisabled);
    app.login("ann", "wrong").await.refused(ErrorCode::WrongCredentials);
    let enable = UpdateUser { disabled: Some(false), ..Default::default() };
    app.by(&root).patch(&path, &enable).await.ok::<UserView>(StatusCode::OK);
    app.by(&ann).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    app.login("ann", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
}

#[tokio::test]
async fn a_password_that_is_too_old_has_to_be_changed() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let days = 90 * 24 * 3600 * 1000_i64;
    app.sql(&format!("UPDATE users SET password_set_at = password_set_at - {days}"));
    let late: SessionView = app.login("root", PASSWORD).await.ok(StatusCode::OK);
    assert!(late.password_change_required);
    assert!(late.password_expires_at < root.password_expires_at);
    app.by(&late).get(paths::USERS).await.refused(ErrorCode::PasswordChangeRequired);
}

#[tokio::test]
async fn a_storm_of_logins_is_served_by_few_hashes_at_a_time() {
    let app = TestApp::with(|settings| settings.users.hashes_at_once = 1).await;
    let root = app.root().await;
    app.by(&root)
        .post(paths::USERS, &new_user("ann", Role::User, None))
        .await
        .ok::<CreatedUser>(StatusCode::CREATED);
    let logins = (0..30).map(|_| app.login("ann", FIRST_PASSWORD));
    for answer in futures::future::join_all(logins).await {
        answer.ok::<SessionView>(StatusCode::OK);
    }
}
