//! Names and bodies that are not what they should be.

use super::{list, make, named};
use crate::app::{TestApp, fields, user};
use oms_contracts::{
    ErrorCode,
    project::label::{LabelView, paths},
};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn odd_names_are_refused_in_making_and_renaming() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "fine").await;
    let before = app.stored();
    let (long, longer, crabs) = ("x".repeat(21), "x".repeat(65), "🦀".repeat(21));
    for name in [
        "",
        " ",
        "two words",
        "tab\t",
        "line\n",
        "nul\u{0}",
        "hidden\u{200b}",
        "no\u{a0}break",
        "'; DROP TABLE labels; --",
        long.as_str(),
        longer.as_str(),
        crabs.as_str(),
    ] {
        let body = named(name);
        for answer in [
            app.by(user()).post(paths::ALL, &body).await,
            app.by(user()).patch(&paths::one(&label.id), &body).await,
        ] {
            let problem = answer.refused(ErrorCode::Invalid);
            assert_eq!(fields(&problem), ["name"], "{name:?}");
        }
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn odd_but_lawful_names_are_kept_as_they_are() {
    let app = TestApp::start().await;
    let crabs = "🦀".repeat(20);
    let names = ["x", "';DROP-TABLE", "../../x", "%_!", "<b>", "标签", "\\", "\"", crabs.as_str()];
    for name in names {
        assert_eq!(make(&app, user(), name).await.name, name);
    }
    assert_eq!(list(&app, user(), "").await.total_count, names.len() as u64);
    assert_eq!(list(&app, user(), "search=%25_").await.total_count, 1);
    assert_eq!(list(&app, user(), "search=%5C").await.total_count, 1);
}

#[tokio::test]
async fn odd_bodies_queries_and_ids_are_refused() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "fine").await;
    let before = app.stored();
    let one = paths::one(&label.id);
    for text in ["", "{", "[]", r#"{"name":1}"#, r#"{"name":null}"#, r#"{"name":"x","id":"y"}"#] {
        for (method, path) in [(Method::POST, paths::ALL), (Method::PATCH, one.as_str())] {
            let answer = app.by(user()).send(method, path, text).await;
            answer.refused(ErrorCode::MalformedBody);
        }
    }
    for query in
        ["pageSize=0", "pageSize=1000000000", "pageNumber=0", "page=1", "search=a&search=b"]
    {
        let answer = app.by(user()).get(&format!("{}?{query}", paths::ALL)).await;
        answer.refused(ErrorCode::InvalidParameter);
    }
    for odd in ["l_", "l_1234567%27", "e_12345678", "..%2F..", "🦀"] {
        let path = format!("{}/{odd}", paths::ALL);
        app.by(user()).delete(&path).await.refused(ErrorCode::InvalidParameter);
    }
    let force = format!("{one}?force=perhaps");
    app.by(user()).delete(&force).await.refused(ErrorCode::InvalidParameter);
    let put = app.by(user()).send(Method::PUT, &one, r#"{"name":"x"}"#).await;
    put.refused(ErrorCode::MethodNotAllowed);
    assert_eq!(app.stored(), before);
    let kept: Vec<LabelView> = list(&app, user(), "").await.items;
    assert_eq!(kept, [label]);
    assert_eq!(app.by(user()).get(&one).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
