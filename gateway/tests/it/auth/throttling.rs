//! Failed logins make wait.

use crate::app::{PASSWORD, TestApp, new_user};
use oms_contracts::{
    ErrorCode,
    gateway::{auth::SessionView, paths, user::CreatedUser},
};
use oms_model::Role;
use oms_testkit::eventually;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn after_five_failures_known_and_unknown_accounts_wait_alike() {
    let app = TestApp::start().await;
    app.root().await;
    for account in ["root", "nobody"] {
        for _ in 0..5 {
            app.login(account, "wrong").await.refused(ErrorCode::WrongCredentials);
        }
        let answer = app.login(account, PASSWORD).await;
        assert_eq!(answer.header("retry-after"), "1", "{account}");
        let problem = answer.refused(ErrorCode::LoginThrottled);
        assert_eq!(problem.message, "too many failed logins: wait 1 second");
    }
    eventually(Duration::from_secs(10), || async {
        app.login("root", PASSWORD).await.status == StatusCode::OK
    })
    .await;
    // A success forgets the failures: the next one is free again.
    app.login("root", "wrong").await.refused(ErrorCode::WrongCredentials);
    app.login("root", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
}

#[tokio::test]
async fn each_further_failure_doubles_the_wait_and_a_restart_forgets_nothing() {
    let mut app = TestApp::start().await;
    for _ in 0..5 {
        app.login("root", "wrong").await.refused(ErrorCode::WrongCredentials);
    }
    // Twelve failures, the last wait just over: the next failure costs 2^8 seconds.
    app.sql("UPDATE login_throttles SET failures = 12, blocked_until = 0 WHERE subject LIKE 'account:%'");
    app.login("root", "wrong").await.refused(ErrorCode::WrongCredentials);
    let waits =
        |answer: &crate::app::Answer| answer.header("retry-after").parse::<u64>().expect("seconds");
    let first = app.first_password("root").to_owned();
    let answer = app.login("root", &first).await;
    let wait = waits(&answer);
    assert!((250..=256).contains(&wait), "{answer:?}");
    let problem = answer.refused(ErrorCode::LoginThrottled);
    assert_eq!(problem.message, format!("too many failed logins: wait {wait} seconds"));
    app.restart().await;
    let answer = app.login("root", &first).await;
    assert!((200..=256).contains(&waits(&answer)), "{answer:?}");
    answer.refused(ErrorCode::LoginThrottled);
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_waits_for_all_of_them() {
    let app = TestApp::with(|settings| settings.limits.free_failures_per_address = 3).await;
    let root = app.root().await;
    for account in ["one", "two", "three"] {
        app.login(account, "wrong").await.refused(ErrorCode::WrongCredentials);
    }
    app.login("root", PASSWORD).await.refused(ErrorCode::LoginThrottled);
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK, "sessions live on");
}

#[tokio::test]
async fn what_a_stranger_says_of_its_address_is_not_believed() {
    let app = TestApp::with(|settings| settings.limits.free_failures_per_address = 2).await;
    let attempt = |app: &TestApp, from: &str| {
        let body = json!({ "account": "x", "password": "wrong" });
        let request = app.request(Method::POST, paths::LOGIN).header("x-forwarded-for", from);
        crate::app::Answer::of(request.json(&body))
    };
    for from in ["1.1.1.1", "2.2.2.2"] {
        attempt(&app, from).await.refused(ErrorCode::WrongCredentials);
    }
    attempt(&app, "3.3.3.3").await.refused(ErrorCode::LoginThrottled);

    let behind_proxy = TestApp::with(|settings| {
        settings.limits.free_failures_per_address = 2;
        settings.limits.free_failures_per_account = 100;
        settings.limits.trusted_proxies = vec!["127.0.0.0/8".into()];
    })
    .await;
    for _ in 0..2 {
        attempt(&behind_proxy, "1.1.1.1").await.refused(ErrorCode::WrongCredentials);
    }
    attempt(&behind_proxy, "1.1.1.1").await.refused(ErrorCode::LoginThrottled);
    attempt(&behind_proxy, "9.9.9.9, 1.1.1.1").await.refused(ErrorCode::LoginThrottled);
    attempt(&behind_proxy, "2.2.2.2").await.refused(ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn guesses_that_come_together_are_counted_too() {
    let app = TestApp::start().await;
    let root = app.root().await;
    app.by(&root)
        .post(paths::USERS, &new_user("ann", Role::User, None))
        .await
        .ok::<CreatedUser>(StatusCode::CREATED);
    let guesses = (0..40).map(|_| app.login("ann", "wrong"));
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|a| a.status == StatusCode::UNAUTHORIZED).count();
    let slots = app.settings.users.hashes_at_once;
    assert!((5..5 + slots).contains(&looked_at), "{looked_at} passwords were looked at");
}
