//! `/api/v1/users`.

use crate::app::{Answer, FIRST_PASSWORD, PASSWORD, TestApp, fields, new_user};
use oms_contracts::{
    ErrorCode, Page,
    gateway::{
        auth::SessionView,
        paths,
        user::{CreateUser, CreatedUser, PasswordResetView, UpdateUser, UserView},
    },
};
use oms_model::{Role, id::DepartmentId};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn accounts(app: &TestApp, by: &SessionView, query: &str) -> Vec<String> {
    let page: Page<UserView> =
        app.by(by).get(&format!("{}{query}", paths::USERS)).await.ok(StatusCode::OK);
    assert_eq!(page.total_count, u64::try_from(page.items.len()).expect("few"));
    page.items.into_iter().map(|user| user.account).collect()
}

#[tokio::test]
async fn a_user_is_created_found_listed_and_shown_without_secrets() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let wanted = CreateUser {
        email: Some("ann@example.com".into()),
        mobile: Some("+86 138 0013 8000".into()),
        description: Some("looks after orders 订单".into()),
        ..new_user("Ann_B", Role::Admin, None)
    };
    let answer = app.by(&root).post(paths::USERS, &wanted).await;
    assert!(!answer.body.contains("argon2") && !answer.body.contains(FIRST_PASSWORD));
    let created: CreatedUser = answer.ok(StatusCode::CREATED);
    assert!(created.generated_password.is_none(), "one was given");
    let user = created.user;
    assert!(user.password_change_required && !user.built_in && !user.disabled);
    assert_eq!(user.department_name, "default");
    let found = app.by(&root).get(&paths::user(&user.id)).await;
    assert_eq!(found.header("etag"), "\"1\"");
    assert_eq!(found.ok::<UserView>(StatusCode::OK), user);
    assert_eq!(accounts(&app, &root, "").await, ["admin", "Ann_B", "root"]);
    assert_eq!(accounts(&app, &root, "?search=N_B").await, ["Ann_B"]);
    assert_eq!(accounts(&app, &root, "?search=EXAMPLE.com").await, ["Ann_B"]);
    assert_eq!(accounts(&app, &root, "?search=8000&role=ADMIN").await, ["Ann_B"]);
    assert_eq!(accounts(&app, &root, "?role=USER").await, Vec::<String>::new());
    assert_eq!(accounts(&app, &root, "?disabled=true").await, Vec::<String>::new());
}

#[tokio::test]
async fn wildcards_in_a_search_are_plain_characters() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for search in ["%25", "_", "%25%25", "!", "\\", "'%20OR%201=1--"] {
        let found = accounts(&app, &root, &format!("?search={search}")).await;
        assert_eq!(found, Vec::<String>::new(), "{search}");
    }
}

#[tokio::test]
async fn a_password_that_is_made_up_works_once_to_choose_another() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let wanted = CreateUser { password: None, ..new_user("ann", Role::User, None) };
    let created: CreatedUser =
        app.by(&root).post(paths::USERS, &wanted).await.ok(StatusCode::CREATED);
    let password = created.generated_password.expect("none was given");
    app.settle("ann", password.expose()).await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_new_user_is_told_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let long = "x".repeat(65);
    for account in [
        "",
        "ann2",
        "ann b",
        "ann'; DROP TABLE users--",
        "../../etc",
        "änn",
        "😀",
        "averylongaccoun",
        &long,
    ] {
        let problem = app
            .by(&root)
            .post(paths::USERS, &new_user(account, Role::User, None))
            .await
            .refused(ErrorCode::Invalid);
        assert_eq!(fields(&problem), ["account"], "{account:?}");
    }
    let wrong = CreateUser {
        email: Some("nowhere".into()),
        mobile: Some("me".into()),
        description: Some("x".repeat(257)),
        ..new_user("ann", Role::User, None)
    };
    let problem = app.by(&root).post(paths::USERS, &wrong).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["email", "mobile", "description"]);
    let weak = CreateUser { password: Some("weak".into()), ..new_user("ann", Role::User, None) };
    app.by(&root).post(paths::USERS, &weak).await.refused(ErrorCode::PasswordTooWeak);
    for taken in ["admin", "ADMIN", "Root"] {
        app.by(&root)
            .post(paths::USERS, &new_user(taken, Role::User, None))
            .await
            .refused(ErrorCode::AccountTaken);
    }
    let nowhere = DepartmentId::parse("d_nowhere0").expect("an id");
    app.by(&root)
        .post(paths::USERS, &new_user("ann", Role::User, Some(&nowhere)))
        .await
        .refused(ErrorCode::NoSuchDepartment);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn who_creates_whom_is_as_the_roles_say() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let boss = app.user(&root, "boss", Role::Admin, Some(&sales)).await;
    let viewer = app.user(&root, "rviewer", Role::RootViewer, None).await;
    let reader = app.user(&boss, "reader", Role::AdminViewer, None).await;
    let worker = app.user(&boss, "worker", Role::User, None).await;
    assert_eq!(worker.user.department_id, sales, "where its creator is");
    let before = app.stored();
    let default = root.user.department_id.clone();
    let refusals = [
        (&root, Role::Root, None),
        (&boss, Role::Root, None),
        (&boss, Role::RootViewer, None),
        (&boss, Role::Admin, None),
        (&boss, Role::User, Some(&default)),
        (&viewer, Role::User, None),
        (&reader, Role::User, None),
        (&worker, Role::User, None),
    ];
    for (by, role, department) in refusals {
        let body = new_user("someone", role, department);
        let answer = app.by(by).post(paths::USERS, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} creates {role}", by.user.account);
        answer.refused(ErrorCode::Forbidden);
    }
    let elsewhere = new_user("rv", Role::RootViewer, Some(&sales));
    let problem = app.by(&root).post(paths::USERS, &elsewhere).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["departmentId"]);
    assert_eq!(app.stored(), before);
    assert_eq!(accounts(&app, &boss, "").await, ["boss", "reader", "worker"]);
    assert_eq!(accounts(&app, &reader, "").await, ["boss", "reader", "worker"]);
    assert_eq!(accounts(&app, &viewer, "").await.len(), 6);
    app.by(&worker).get(paths::USERS).await.refused(ErrorCode::Forbidden);
}

#[tokio::test]
async fn whom_one_does_not_see_is_not_there() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let boss = app.user(&root, "boss", Role::Admin, Some(&sales)).await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let before = app.stored();
    let hidden = paths::user(&ann.user.id);
    app.by(&boss).get(&hidden).await.refused(ErrorCode::NoSuchUser);
    let edit = UpdateUser { email: Some("a@b.cc".into()), ..Default::default() };
    app.by(&boss).patch(&hidden, &edit).await.refused(ErrorCode::NoSuchUser);
    app.by(&boss).delete(&hidden).await.refused(ErrorCode::NoSuchUser);
    let reset = paths::password_reset(&ann.user.id);
    app.by(&boss).command(&reset).await.refused(ErrorCode::NoSuchUser);
    app.by(&ann).get(&paths::user(&root.user.id)).await.refused(ErrorCode::NoSuchUser);
    assert_eq!(app.stored(), before);
    let own: UserView = app.by(&ann).get(&hidden).await.ok(StatusCode::OK);
    assert_eq!(own.account, "ann");
}

#[tokio::test]
async fn everybody_edits_its_own_contact_and_nobody_its_own_rank() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let path = paths::user(&ann.user.id);
    let edit = UpdateUser {
        email: Some("ann@example.com".into()),
        description: Some("me".into()),
        ..Default::default()
    };
    let view: UserView = app.by(&ann).patch(&path, &edit).await.ok(StatusCode::OK);
    assert_eq!((view.email.as_deref(), view.description.as_str()), (Some("ann@example.com"), "me"));
    let clear = UpdateUser { email: Some(String::new()), ..Default::default() };
    let view: UserView = app.by(&ann).patch(&path, &clear).await.ok(StatusCode::OK);
    assert_eq!((view.email, view.description.as_str()), (None, "me"), "the rest stays");
    let before = app.stored();
    let refused = [
        UpdateUser { role: Some(Role::Admin), ..Default::default() },
        UpdateUser { disabled: Some(true), ..Default::default() },
    ];
    for edit in refused {
        app.by(&ann).patch(&path, &edit).await.refused(ErrorCode::Forbidden);
    }
    app.by(&ann).command(&paths::password_reset(&ann.user.id)).await.refused(ErrorCode::Forbidden);
    app.by(&ann).delete(&path).await.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn departments_of_administrators_and_root_viewers_stay_as_they_are() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let to_sales = UpdateUser { department_id: Some(sales.clone()), ..Default::default() };
    let boss = app.user(&root, "boss", Role::Admin, None).await;
    let viewer = app.user(&root, "viewer", Role::RootViewer, None).await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let before = app.stored();
    for session in [&boss, &viewer] {
        let path = paths::user(&session.user.id);
        app.by(&root).patch(&path, &to_sales).await.refused(ErrorCode::DepartmentFixed);
    }
    let path = paths::user(&ann.user.id);
    app.by(&boss).patch(&path, &to_sales).await.refused(ErrorCode::Forbidden);
    let nowhere = DepartmentId::parse("d_nowhere0").expect("an id");
    let to_nowhere = UpdateUser { department_id: Some(nowhere), ..Default::default() };
    app.by(&root).patch(&path, &to_nowhere).await.refused(ErrorCode::NoSuchDepartment);
    assert_eq!(app.stored(), before);
    let moved: UserView = app.by(&root).patch(&path, &to_sales).await.ok(StatusCode::OK);
    assert_eq!(moved.department_name, "sales");
    // The move is seen by the very next call of the user.
    let me: UserView = app.by(&ann).get(paths::ME).await.ok(StatusCode::OK);
    assert_eq!(me.department_id, sales);
}

#[tokio::test]
async fn root_and_admin_are_built_in() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let admin = app.admin().await;
    let before = app.stored();
    for session in [&root, &admin] {
        let path = paths::user(&session.user.id);
        app.by(&root).delete(&path).await.refused(ErrorCode::BuiltInUser);
    }
    let demote = UpdateUser { role: Some(Role::User), ..Default::default() };
    app.by(&root)
        .patch(&paths::user(&admin.user.id), &demote)
        .await
        .refused(ErrorCode::BuiltInUser);
    let disable = UpdateUser { disabled: Some(true), ..Default::default() };
    app.by(&root).patch(&paths::user(&root.user.id), &disable).await.refused(ErrorCode::Forbidden);
    app.by(&admin).get(&paths::user(&root.user.id)).await.refused(ErrorCode::NoSuchUser);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_who_manages_the_user() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let boss = app.user(&root, "boss", Role::Admin, None).await;
    let peer = app.user(&root, "peer", Role::Admin, None).await;
    let ann = app.user(&boss, "ann", Role::User, None).await;
    let before = app.stored();
    let of = |session: &SessionView| paths::password_reset(&session.user.id);
    app.by(&boss).command(&of(&peer)).await.refused(ErrorCode::Forbidden);
    app.by(&root).command(&of(&root)).await.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
    for (by, whom) in [(&boss, &ann), (&root, &boss)] {
        let reset: PasswordResetView = app.by(by).command(&of(whom)).await.ok(StatusCode::OK);
        assert_eq!(reset.account, whom.user.account);
        app.by(whom).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
        app.login(&reset.account, PASSWORD).await.refused(ErrorCode::WrongCredentials);
        app.settle(&reset.account, reset.password.expose()).await;
    }
}

#[tokio::test]
async fn a_user_who_owns_things_is_not_deleted_and_one_who_does_not_is_gone_for_good() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    app.by(&ann)
        .post(paths::API_KEYS, &json!({}))
        .await
        .ok::<serde_json::Value>(StatusCode::CREATED);
    let path = paths::user(&ann.user.id);
    let before = app.stored();
    *app.peer.script.owned.lock().expect("not poisoned") = (2, 1);
    let problem = app.by(&root).delete(&path).await.refused(ErrorCode::UserOwnsObjects);
    assert_eq!(problem.message, "the user owns 2 projects and 1 data sources");
    assert_eq!(app.stored(), before);
    *app.peer.script.owned.lock().expect("not poisoned") = (0, 0);
    app.by(&root).delete(&path).await.done();
    app.by(&ann).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    app.login("ann", PASSWORD).await.refused(ErrorCode::WrongCredentials);
    app.by(&root).get(&path).await.refused(ErrorCode::NoSuchUser);
    app.by(&root).delete(&path).await.refused(ErrorCode::NoSuchUser);
    assert!(!app.stored().contains(ann.user.id.as_str()), "sessions and keys went with it");
}

#[tokio::test]
async fn a_user_is_not_deleted_while_nobody_can_say_what_it_owns() {
    let app = TestApp::with(|s| s.peers.project_service = "http://127.0.0.1:1/".parse().ok()).await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let before = app.stored();
    let problem = app.by(&root).delete(&paths::user(&ann.user.id)).await;
    let problem = problem.refused(ErrorCode::ServiceUnreachable);
    assert!(problem.message.contains("project-service"), "{problem:?}");
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn of_two_edits_at_once_neither_is_lost_and_a_stale_one_is_refused() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let path = paths::user(&ann.user.id);
    let email = UpdateUser { email: Some("ann@example.com".into()), ..Default::default() };
    let mobile = UpdateUser { mobile: Some("13800138000".into()), ..Default::default() };
    let by = app.by(&root);
    let (one, two) = futures::join!(by.patch(&path, &email), by.patch(&path, &mobile));
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    let found = by.get(&path).await;
    let seen = found.header("etag").to_owned();
    let view: UserView = found.ok(StatusCode::OK);
    assert_eq!(view.email.as_deref(), Some("ann@example.com"));
    assert_eq!(view.mobile.as_deref(), Some("13800138000"));

    let conditional = |tag: &str, body: &serde_json::Value| {
        Answer::of(by.request(Method::PATCH, &path).header("if-match", tag).json(body))
    };
    let first = conditional(&seen, &json!({ "description": "first" })).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_ne!(first.header("etag"), seen);
    let before = app.stored();
    conditional(&seen, &json!({ "description": "second" })).await.refused(ErrorCode::Stale);
    for tag in ["7", "*", "W/\"2\"", "\"x\""] {
        conditional(tag, &json!({})).await.refused(ErrorCode::InvalidParameter);
    }
    assert_eq!(app.stored(), before);
}
