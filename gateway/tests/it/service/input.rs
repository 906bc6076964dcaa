//! Bodies and queries that nobody should send.

use crate::app::TestApp;
use oms_contracts::{ErrorCode, gateway::paths};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn malformed_bodies_are_refused_with_their_place_and_nothing_changes() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let by = app.by(&root);
    let user = paths::user(&root.user.id);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (method, path, body) in [
        (Method::POST, paths::USERS, ""),
        (Method::POST, paths::USERS, "{"),
        (Method::POST, paths::USERS, "null"),
        (Method::POST, paths::USERS, "[]"),
        (Method::POST, paths::USERS, &deep),
        (Method::POST, paths::USERS, r#"{"account":"ann"}"#),
        (Method::POST, paths::USERS, r#"{"account":"ann","role":"KING"}"#),
        (Method::POST, paths::USERS, r#"{"account":7,"role":"USER"}"#),
        (Method::POST, paths::USERS, r#"{"account":"ann","role":"USER","admin":true}"#),
        (Method::POST, paths::USERS, r#"{"account":"ann","role":"USER"} {}"#),
        (Method::POST, paths::USERS, r#"{"account":"ann","account":"bob","role":"USER"}"#),
        (
            Method::POST,
            paths::USERS,
            r#"{"account":"ann","role":"USER","departmentId":"' OR 1=1"}"#,
        ),
        (Method::PATCH, &user, r#"{"disabled":"yes"}"#),
        (Method::PATCH, &user, r#"{"account":"other"}"#),
        (Method::PATCH, &user, r#"{"passwordHash":"x"}"#),
        (Method::POST, paths::DEPARTMENTS, r#"{"name":["a"]}"#),
        (Method::POST, paths::PASSWORD, r#"{"oldPassword":"a"}"#),
        (Method::POST, paths::LOGIN, r#"{"account":"root","password":null}"#),
        (Method::POST, paths::LOGIN, r#"{"account":"root","password":"x","otp":1}"#),
    ] {
        let answer = by.send(method, path, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body:.60}");
        answer.refused(ErrorCode::MalformedBody);
    }
    let invalid = vec![b'{', b'"', 0xff, b'"', b'}'];
    by.send(Method::POST, paths::USERS, invalid).await.refused(ErrorCode::BadEncoding);
    let text = by.request(Method::POST, paths::USERS).body("{}");
    crate::app::Answer::of(text).await.refused(ErrorCode::UnsupportedMediaType);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_refused_body_is_not_quoted_where_it_holds_a_password() {
    let app = TestApp::start().await;
    for body in [
        r#"{"account":"root","password":["Hunter22!!"]}"#,
        r#"{"account":"root","password":{"is":"Hunter22!!"}}"#,
        r#"{"account":"root","password":"Hunter22!!""#,
        r#"{"account":"root","passwort":"Hunter22!!","password":"Hunter22!!"}"#,
    ] {
        let answer = app.nobody().send(Method::POST, paths::LOGIN, body).await;
        assert!(!answer.body.contains("Hunter22"), "{}", answer.body);
        answer.refused(ErrorCode::MalformedBody);
    }
}

#[tokio::test]
async fn oversized_bodies_are_refused_and_nothing_changes() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let huge =
        format!(r#"{{"account":"ann","role":"USER","description":"{}"}}"#, "x".repeat(5 << 20));
    app.by(&root).send(Method::POST, paths::USERS, huge).await.refused(ErrorCode::BodyTooLarge);
    assert_eq!(app.stored(), before);
    assert_eq!(app.records().last().expect("one"), "root USER CREATE FAILED COMMON-0004");
}

#[tokio::test]
async fn pages_outside_their_limits_and_unknown_parameters_are_refused_everywhere() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for path in [paths::USERS, paths::DEPARTMENTS, paths::API_KEYS, paths::AUDIT] {
        for query in [
            "pageSize=0",
            "pageSize=151",
            "pageSize=1000000000",
            "pageSize=99999999999999999999",
            "pageSize=-1",
            "pageSize=1.5",
            "pageNumber=0",
            "pageNumber=x",
            "page=1",
            "pageSize=1&pageSize=2",
            "search=a&colour=red",
        ] {
            let answer = app.by(&root).get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}");
            answer.refused(ErrorCode::InvalidParameter);
        }
        let far = app.by(&root).get(&format!("{path}?pageNumber=4294967295&pageSize=150")).await;
        assert_eq!(far.status, StatusCode::OK, "a page behind the last is empty");
    }
}
