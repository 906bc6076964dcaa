//! Bodies and ids that are not what they should be: refused with the place, and nothing stored.

use super::{store, unreached};
use crate::app::{Answer, TestApp, fields, settings_of, user};
use oms_contracts::{ErrorCode, project::data_source::paths};
use oms_testkit::servers::mysql;
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

fn body() -> Value {
    serde_json::to_value(settings_of("x", mysql())).expect("JSON")
}

#[tokio::test]
async fn json_that_is_none_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let before = app.stored();
    for (text, place) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("[]", "a list where an object"),
        ("null", "invalid"),
        ("{} {}", "missing field"),
        (r#"{"name":"x","name":"y"}"#, "duplicate field"),
        (r#"{"name":7}"#, "name"),
        (r#"{"port":"3306"}"#, "port"),
        (r#"{"port":65536}"#, "port"),
        (r#"{"port":-1}"#, "port"),
        (r#"{"kind":"mysql"}"#, "kind"),
        (r#"{"kind":"SQLITE"}"#, "kind"),
        (r#"{"tls":{"mode":"sometimes"}}"#, "tls.mode"),
        (r#"{"password":["x"]}"#, "password"),
        (r#"{"partnerId":"np_12345678"}"#, "partnerId"),
        (r#"{"passwort":"x"}"#, "unknown field"),
        (r#"{"connExtraAttributes":[1]}"#, "connExtraAttributes"),
    ] {
        for path in [paths::ALL, paths::TEST] {
            let answer = app.by(user()).send(Method::POST, path, text).await;
            let problem = answer.refused(ErrorCode::MalformedBody);
            assert!(problem.message.contains(place), "{text}: {}", problem.message);
        }
    }
    let mut trailing = body().to_string();
    trailing.push('x');
    app.by(user()).send(Method::POST, paths::ALL, trailing).await.refused(ErrorCode::MalformedBody);
    let deep = "[".repeat(10_000);
    app.by(user()).send(Method::POST, paths::ALL, deep).await.refused(ErrorCode::MalformedBody);
    let latin = b"{\"name\":\"\xe4\"}".to_vec();
    app.by(user()).send(Method::POST, paths::ALL, latin).await.refused(ErrorCode::BadEncoding);
    let form = app.by(user()).request(Method::POST, paths::ALL);
    let form = form.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("name=x");
    Answer::of(form).await.refused(ErrorCode::UnsupportedMediaType);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_unread() {
    let app = TestApp::with(|settings| settings.http.body_limit_bytes = 100_000).await;
    let before = app.stored();
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(200_000));
    app.by(user()).send(Method::POST, paths::ALL, large).await.refused(ErrorCode::BodyTooLarge);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn fields_with_odd_values_are_named_together() {
    let app = TestApp::start().await;
    let before = app.stored();
    let hostile = "'; DROP TABLE data_sources; --";
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(33))),
        ("name", json!("x".repeat(65))),
        ("name", json!("two words")),
        ("name", json!("tab\t")),
        ("name", json!("nul\u{0}")),
        ("name", json!("hidden\u{202e}")),
        ("host", json!("")),
        ("host", json!(hostile)),
        ("host", json!("../../etc/passwd")),
        ("host", json!("/var/run/mysqld/mysqld.sock")),
        ("host", json!("db.example:3306")),
        ("host", json!("http://db.example")),
        ("host", json!("db.example/?x=1")),
        ("host", json!("user@db.example")),
        ("host", json!("🦀.example")),
        ("host", json!("0.0.0.0")),
        ("host", json!("x".repeat(300))),
        ("port", json!(0)),
        ("username", json!("")),
        ("username", json!("a\u{0}b")),
        ("username", json!("x".repeat(200))),
        ("password", json!("x".repeat(2_000))),
        ("database", json!("x".repeat(200))),
        ("database", json!("a\u{0}b")),
        ("description", json!("x".repeat(129))),
        ("region", json!("x".repeat(65))),
        ("tenant", json!("sys")),
        ("cluster", json!("c")),
        ("configUrl", json!("file:///etc/passwd")),
        ("ocpName", json!("x".repeat(33))),
        ("connExtraAttributes", json!({ "password": "x" })),
    ] {
        let mut body = body();
        body[field] = value.clone();
        for path in [paths::ALL, paths::TEST] {
            let problem = app.by(user()).post(path, &body).await.refused(ErrorCode::Invalid);
            assert_eq!(fields(&problem), [field], "{value}");
        }
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn odd_but_lawful_names_are_kept_as_they_are() {
    let app = TestApp::start().await;
    let names = ["🦀🦀", "';DROP-TABLE", "../../x", "%00", "\"<script>", "名前", "{{7*7}}"];
    for (n, name) in names.into_iter().enumerate() {
        store(&app, &[unreached(&user(), "to-rename", &format!("h{n}.example"))]);
        let path = format!("{}?search=to-rename", paths::ALL);
        let listed: Value = app.by(user()).get(&path).await.ok(reqwest::StatusCode::OK);
        let source = &listed["items"][0];
        let one = format!("{}/{}", paths::ALL, source["id"].as_str().expect("an id"));
        let mut body = json!({ "name": name, "kind": "MARIADB", "port": 3306 });
        body["host"] = source["host"].clone();
        body["username"] = source["username"].clone();
        let edited: Value = app.by(user()).put(&one, 1, &body).await.ok(reqwest::StatusCode::OK);
        assert_eq!(edited["name"], name);
    }
    let all: Value = app.by(user()).get(paths::ALL).await.ok(reqwest::StatusCode::OK);
    assert_eq!(all["totalCount"], names.len());
}

#[tokio::test]
async fn ids_that_are_none_do_not_reach_the_database() {
    let app = TestApp::start().await;
    for id in [
        "e_",
        "np_12345678",
        "e_1234567%27",
        "e_12345678%20OR%201=1",
        "E_12345678",
        "e_12345678%00",
        "..%2F..%2Fetc",
        "%F0%9F%A6%80",
        "test2",
        "1",
    ] {
        let path = format!("{}/{id}", paths::ALL);
        app.by(user()).get(&path).await.refused(ErrorCode::InvalidParameter);
        app.by(user()).delete(&path).await.refused(ErrorCode::InvalidParameter);
        app.by(user()).command(&format!("{path}/test")).await.refused(ErrorCode::InvalidParameter);
    }
}
