//! How many requests somebody may send.

use crate::app::TestApp;
use oms_contracts::{
    ErrorCode,
    gateway::{auth::SessionView, paths},
};
use oms_model::Role;
use reqwest::{Method, StatusCode};
use std::collections::HashSet;

#[tokio::test]
async fn who_sends_too_much_waits_and_others_do_not() {
    let app = TestApp::with(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 20;
    })
    .await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let answers =
        futures::future::join_all((0..40).map(|_| async { app.by(&ann).get(paths::ME).await }))
            .await;
    let limited = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.count() >= 10);
    let late =
        answers.into_iter().find(|a| a.status == StatusCode::TOO_MANY_REQUESTS).expect("one");
    let wait: u64 = late.header("retry-after").parse().expect("seconds");
    assert!(wait >= 1);
    let message = late.refused(ErrorCode::RateLimited).message;
    assert!(message.starts_with(&format!("too many requests: wait {wait} second")), "{message}");
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK, "another user");
}

#[tokio::test]
async fn those_without_a_token_are_counted_by_address_and_do_not_slow_the_others() {
    let app = TestApp::with(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 20;
    })
    .await;
    let root = app.root().await;
    let tries = (0..40).map(|_| async { app.with_token("rubbish").get(paths::ME).await });
    let answers = futures::future::join_all(tries).await;
    let statuses: HashSet<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [401, 429].into());
    app.login("root", "wrong").await.refused(ErrorCode::RateLimited);
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn calls_that_do_not_exist_are_counted_by_address() {
    let app = TestApp::with(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 20;
    })
    .await;
    let root = app.root().await;
    for (method, path) in [
        (Method::GET, "/api/v1/nothing-here"),
        (Method::PUT, paths::LOGIN),
        (Method::DELETE, "/api/v1/users/no-id"),
    ] {
        let tries = (0..40).map(|_| app.nobody().request(method.clone(), path).send());
        let answers = futures::future::join_all(tries).await;
        let limited = answers
            .into_iter()
            .filter(|answer| answer.as_ref().expect("an answer").status() == 429)
            .count();
        assert!(limited >= 10, "{method} {path}: {limited}");
    }
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK, "known callers go on");
}

#[tokio::test]
async fn whoever_has_to_change_the_password_first_is_counted_too() {
    let app = TestApp::with(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 20;
    })
    .await;
    let first = app.first_password("root").to_owned();
    let root: SessionView = app.login("root", &first).await.ok(StatusCode::OK);
    let tries = (0..40).map(|_| async { app.by(&root).get(paths::USERS).await });
    let answers = futures::future::join_all(tries).await;
    let statuses: HashSet<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [403, 429].into());
}
