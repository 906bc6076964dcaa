//! The description of the API, as generators of clients read it.

use crate::app::{Answer, TestApp};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_route_of_projects_and_selections_is_described_and_nothing_it_refers_to_is_missing() {
    let app = TestApp::start().await;
    let answer = Answer::of(app.unsigned(Method::GET, "/openapi.json")).await;
    let description: Value = answer.ok(StatusCode::OK);
    for (path, methods) in [
        ("/api/v1/projects", &["get", "post"][..]),
        ("/api/v1/projects/{id}", &["get", "put", "delete"]),
        ("/api/v1/projects/{id}/rename", &["post"]),
        ("/api/v1/projects/{id}/clone", &["post"]),
        ("/api/v1/projects/{id}/labels", &["put"]),
        ("/api/v1/projects/{id}/start", &["post"]),
        ("/api/v1/projects/{id}/pause", &["post"]),
        ("/api/v1/projects/{id}/resume", &["post"]),
        ("/api/v1/projects/{id}/release", &["post"]),
        ("/api/v1/projects/{id}/objects", &["get"]),
        ("/api/v1/selection/preview", &["post"]),
        ("/api/v1/selection/validate", &["post"]),
        ("/api/v1/selection/import", &["post"]),
        ("/api/v1/selection/template.csv", &["get"]),
    ] {
        for method in methods {
            let operation = &description["paths"][path][method];
            assert!(operation["responses"].is_object(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} says nothing");
        }
    }
    let mut referred = BTreeSet::new();
    references(&description, &mut referred);
    let missing: Vec<&String> = referred
        .iter()
        .filter(|path| description.pointer(path.trim_start_matches('#')).is_none())
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(path) if key == "$ref" => drop(found.insert(path.clone())),
                    other => references(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
