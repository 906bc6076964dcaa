//! The description of the API: for programs at `/api/v1/openapi.json`, for people at `/api/docs`.

use crate::app::TestApp;
use gateway::domain::route;
use oms_contracts::{ErrorCode, ServiceName, gateway::paths};
use oms_testkit::eventually;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

fn anonymous(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// The calls of a description under `/api/v1`, whatever their placeholders are called.
fn described(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    let calls = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flat_map(|item| item.keys())
            .map(move |method| format!("{} {}", method.to_uppercase(), anonymous(path)))
    });
    calls.filter(|call| call.contains("/api/v1/")).collect()
}

#[tokio::test]
async fn every_call_of_the_gateway_is_described_and_stands_in_the_table() {
    let app = TestApp::start().await;
    let own: Value = app.nobody().get("/openapi.json").await.ok(StatusCode::OK);
    let table: BTreeSet<String> = route::all()
        .filter(|route| route.service == ServiceName::Gateway)
        .map(|route| format!("{} {}", route.verb, anonymous(route.pattern)))
        .collect();
    assert_eq!(described(&own), table);
}

#[tokio::test]
async fn the_descriptions_of_all_services_are_one() {
    let app = TestApp::start().await;
    *app.peer.script.openapi.lock().expect("not poisoned") = json!({
        "paths": {
            "/api/v1/projects": { "get": { "operationId": "list", "responses": { "200": { "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/UserView" } } } } } } },
            "/internal/v1/vault/reseal": { "post": {} },
        },
        "components": { "schemas": { "UserView": { "type": "object", "title": "another" } } },
    });
    let merged: Value = app.nobody().get(paths::OPENAPI).await.ok(StatusCode::OK);
    assert_eq!(merged["openapi"], "3.1.0");
    let listed = &merged["paths"]["/api/v1/projects"]["get"];
    let schema = &listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(schema, "#/components/schemas/ProjectService_UserView");
    let schemas = &merged["components"]["schemas"];
    assert_eq!(schemas["ProjectService_UserView"]["title"], "another");
    assert!(schemas["UserView"]["properties"]["account"].is_object(), "the gateway's own");
    assert!(merged["paths"].get("/internal/v1/vault/reseal").is_none());
    assert!(merged["paths"].get("/healthz").is_none());
    assert_eq!(merged["paths"]["/api/v1/auth/login"]["post"]["security"], json!([]));
    assert_eq!(merged["security"], json!([{ "bearer": [] }]));
    for reference in references(&merged) {
        let name = reference.trim_start_matches("#/components/schemas/");
        assert!(schemas.get(name).is_some(), "{reference} leads nowhere");
    }
    let ids: Vec<&Value> = merged["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("an item").values())
        .map(|operation| &operation["operationId"])
        .collect();
    let different: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), different.len());
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, inner)| match inner {
                Value::String(target) if key == "$ref" => vec![target.clone()],
                inner => references(inner),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_service_that_starts_anew_is_described_anew() {
    let app = TestApp::start().await;
    let describe = |path: &str| {
        let document = json!({ "paths": { path: { "get": { "responses": {} } } } });
        *app.peer.script.openapi.lock().expect("not poisoned") = document;
    };
    describe("/api/v1/before");
    let before: Value = app.nobody().get(paths::OPENAPI).await.ok(StatusCode::OK);
    assert!(before["paths"]["/api/v1/before"].is_object());
    describe("/api/v1/after");
    *app.peer.script.epoch.lock().expect("not poisoned") += 1;
    eventually(Duration::from_secs(10), || async {
        let now: Value = app.nobody().get(paths::OPENAPI).await.ok(StatusCode::OK);
        now["paths"]["/api/v1/after"].is_object() && now["paths"].get("/api/v1/before").is_none()
    })
    .await;
}

#[tokio::test]
async fn a_service_that_is_away_does_not_take_the_description_with_it() {
    let app = TestApp::with(|s| s.peers.project_service = "http://127.0.0.1:1/".parse().ok()).await;
    let merged: Value = app.nobody().get(paths::OPENAPI).await.ok(StatusCode::OK);
    assert!(merged["paths"]["/api/v1/auth/login"].is_object());
}

#[tokio::test]
async fn the_page_for_people_comes_whole_out_of_the_binary() {
    let app = TestApp::start().await;
    let folder = app.nobody().get(paths::DOCS).await;
    assert_eq!(folder.status, StatusCode::OK, "the redirect was followed");
    let page = app.nobody().get("/api/docs/").await;
    assert_eq!(page.body, folder.body);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").starts_with("default-src 'self';"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "{}", page.body);
    let parts: Vec<&str> = page
        .body
        .split(['"', '\''])
        .filter(|text| text.ends_with(".js") || text.ends_with(".css") || text.ends_with(".png"))
        .collect();
    assert!(parts.len() >= 5, "{parts:?}");
    for part in parts {
        let part = part.trim_start_matches("./");
        let answer =
            app.request(Method::GET, &format!("/api/docs/{part}")).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{part}");
    }
    let start = app.nobody().get("/api/docs/swagger-initializer.js").await.body;
    assert!(start.contains("\"/api/v1/openapi.json\"") && start.contains("\"none\""), "{start}");
    app.nobody().get("/api/docs/nothing.js").await.refused(ErrorCode::NoSuchRoute);
    app.nobody().get("/api/docs/..%2f..%2fetc%2fpasswd").await.refused(ErrorCode::NoSuchRoute);
}
