//! `/api/v1/departments`.

use crate::app::{Answer, TestApp, fields};
use oms_contracts::{
    ErrorCode, Page,
    gateway::{
        department::{DepartmentView, NameDepartment},
        paths,
    },
};
use oms_model::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

fn named(name: &str) -> NameDepartment {
    NameDepartment { name: name.into() }
}

#[tokio::test]
async fn a_department_is_created_renamed_listed_and_deleted() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "Sales订单").await;
    assert!(!sales.built_in && sales.users == 0);
    let path = paths::department(&sales.id);
    let renamed: DepartmentView =
        app.by(&root).patch(&path, &named("stock")).await.ok(StatusCode::OK);
    assert_eq!((renamed.name.as_str(), renamed.id), ("stock", sales.id.clone()));
    let list = |query: &str| {
        let path = format!("{}{query}", paths::DEPARTMENTS);
        let by = app.by(&root);
        async move {
            let page: Page<DepartmentView> = by.get(&path).await.ok(StatusCode::OK);
            page.items.into_iter().map(|d| (d.name, d.users)).collect::<Vec<_>>()
        }
    };
    assert_eq!(list("").await, [("default".to_owned(), 2), ("stock".to_owned(), 0)]);
    assert_eq!(list("?search=TOC").await, [("stock".to_owned(), 0)]);
    assert_eq!(list("?search=%25").await, []);
    app.by(&root).delete(&path).await.done();
    app.by(&root).delete(&path).await.refused(ErrorCode::NoSuchDepartment);
    assert_eq!(list("").await.len(), 1);
}

#[tokio::test]
async fn names_are_one_word_of_forty_characters_and_unique_whatever_their_case() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let fits = "订".repeat(40);
    let sales = app.department(&root, &fits).await;
    let before = app.stored();
    for wrong in ["", " ", "a b", "a\tb", "x\u{202e}y", &"x".repeat(41), &"😀".repeat(41)] {
        let problem = app.by(&root).post(paths::DEPARTMENTS, &named(wrong)).await;
        assert_eq!(fields(&problem.refused(ErrorCode::Invalid)), ["name"], "{wrong:?}");
    }
    for taken in ["default", "DEFAULT", &fits] {
        app.by(&root)
            .post(paths::DEPARTMENTS, &named(taken))
            .await
            .refused(ErrorCode::DepartmentTaken);
    }
    let path = paths::department(&sales.id);
    app.by(&root).patch(&path, &named("Default")).await.refused(ErrorCode::DepartmentTaken);
    assert_eq!(app.stored(), before);
    // Injections are names like any other.
    for odd in ["a';DROP", "../../etc", "a%00b", "😀", "\"><script>"] {
        assert_eq!(app.department(&root, odd).await.name, odd);
    }
}

#[tokio::test]
async fn the_built_in_department_stays_and_one_with_users_is_not_deleted() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await;
    app.user(&root, "ann", Role::User, Some(&sales.id)).await;
    let before = app.stored();
    let default = paths::department(&root.user.department_id);
    app.by(&root).patch(&default, &named("other")).await.refused(ErrorCode::BuiltInDepartment);
    app.by(&root).delete(&default).await.refused(ErrorCode::BuiltInDepartment);
    app.by(&root)
        .delete(&paths::department(&sales.id))
        .await
        .refused(ErrorCode::DepartmentNotEmpty);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_rename_over_another_one_is_refused_when_the_caller_asks_for_that() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await;
    let rename = |tag: &str, name: &str| {
        let request = app.by(&root).request(Method::PATCH, &paths::department(&sales.id));
        Answer::of(request.header("if-match", tag).json(&json!({ "name": name })))
    };
    assert_eq!(rename("\"1\"", "one").await.header("etag"), "\"2\"");
    rename("\"1\"", "two").await.refused(ErrorCode::Stale);
}

#[tokio::test]
async fn departments_are_roots_business() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let admin = app.admin().await;
    let viewer = app.user(&root, "viewer", Role::RootViewer, None).await;
    let before = app.stored();
    let list = app.by(&viewer).get(paths::DEPARTMENTS).await;
    assert_eq!(list.status, StatusCode::OK);
    for by in [&admin, &viewer] {
        let path = paths::department(&root.user.department_id);
        app.by(by).post(paths::DEPARTMENTS, &named("sales")).await.refused(ErrorCode::Forbidden);
        app.by(by).patch(&path, &named("sales")).await.refused(ErrorCode::Forbidden);
        app.by(by).delete(&path).await.refused(ErrorCode::Forbidden);
    }
    app.by(&admin).get(paths::DEPARTMENTS).await.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
}
