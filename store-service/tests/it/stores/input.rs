//! What is refused, and what is never told.

use crate::app::{TestApp, id, refused, spec_of, store};
use oms_contracts::{ErrorCode, store::paths};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn everything_wrong_is_said_at_once_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let mut body = store();
    body["source"]["port"] = 0.into();
    body["retention"] = json!({ "seconds": 1, "bytes": 1 });
    body["objects"]["tableAndViewWhiteList"] = json!(["no dot"]);
    let refusal = app.client().put_store(&id("p.store"), &spec_of(&body)).await;
    assert_eq!(refused(refusal, ErrorCode::Invalid).details.len(), 4);
    let mut decoding = store();
    decoding["method"] = "LOGICAL_DECODING".into();
    let refusal = app.client().put_store(&id("p.store"), &spec_of(&decoding)).await;
    refused(refusal, ErrorCode::CaptureNotOffered);
    refused(app.client().store(&id("p.store")).await, ErrorCode::NoSuchStore);
    refused(app.client().start(&id("p.store")).await, ErrorCode::NoSuchStore);
    refused(app.client().stop(&id("p.store")).await, ErrorCode::NoSuchStore);
}

#[tokio::test]
async fn calls_are_signed_and_ids_are_harmless() {
    let app = TestApp::start().await;
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let unsigned = http.get(format!("{}{}", app.base, paths::STORES)).send().await;
    assert_eq!(unsigned.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    for odd in ["..", "%2e%2e", "a%2Fb", ".deleted"] {
        let path = format!("{}/{odd}", paths::STORES);
        let answer = app.request(Method::PUT, &path).json(&store()).send().await;
        let status = answer.expect("an answer").status();
        assert!(status.is_client_error(), "{odd}: {status}");
    }
}

#[tokio::test]
async fn a_password_is_neither_told_nor_kept_in_the_clear() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    let shown = app.request(Method::GET, &paths::store(&id("p.store"))).send().await;
    let shown = shown.expect("an answer").text().await.expect("a text");
    assert!(!shown.contains("hunter") && shown.contains("\"user\":\"u\""), "{shown}");
    assert_eq!(app.script.passwords().last().map(String::as_str), Some("hunter2"));
    let app = app.restart().await;
    for entry in std::fs::read_dir(app.dir.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(!bytes.windows(7).any(|part| part == b"hunter2"), "{}", path.display());
    }
    let resealed = app.client().reseal().await.expect("seals");
    assert_eq!(resealed.resealed, 0, "nothing is outdated");
}
