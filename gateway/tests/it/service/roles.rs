//! Every call there is, held against everybody who may come: nobody, somebody with an old
//! password, and each role.

use crate::app::{Answer, TestApp};
use gateway::domain::route::{self, Need, Route};
use oms_contracts::{
    ErrorCode,
    gateway::{auth::SessionView, paths},
};
use oms_model::{Actor, Role};
use reqwest::{Method, StatusCode};

/// A path that fits the pattern, of things that do not exist.
fn path(route: &Route) -> String {
    [
        ("{user}", "u_12345678"),
        ("{department}", "d_12345678"),
        ("{apiKey}", "k_12345678"),
        ("{project}", "np_12345678"),
        ("{dataSource}", "e_12345678"),
        ("{label}", "l_12345678"),
        ("{name}", "n"),
    ]
    .into_iter()
    .fold(route.pattern.to_owned(), |path, (from, to)| path.replace(from, to))
}

async fn call(app: &TestApp, token: Option<&SessionView>, route: &Route) -> Answer {
    let method = Method::from_bytes(route.verb.to_string().as_bytes()).expect("a method");
    let caller = token.map_or_else(|| app.nobody(), |session| app.by(session));
    Answer::of(caller.request(method, &path(route))).await
}

#[tokio::test]
async fn nobody_gets_anywhere_but_to_the_login() {
    let app = TestApp::start().await;
    let before = app.stored();
    for route in route::all().filter(|route| route.need != Need::Nothing) {
        call(&app, None, route).await.refused(ErrorCode::Unauthenticated);
    }
    assert_eq!(app.stored(), before);
    assert_eq!(app.records(), Vec::<String>::new());
    assert!(app.peer.calls().is_empty());
}

#[tokio::test]
async fn an_old_password_opens_nothing_but_its_own_change() {
    let app = TestApp::start().await;
    let first = app.first_password("root").to_owned();
    let session: SessionView = app.login("root", &first).await.ok(StatusCode::OK);
    let before = app.stored();
    let closed = |need| !matches!(need, Need::Nothing | Need::LoginEvenWithOldPassword);
    for route in route::all().filter(|route| closed(route.need)) {
        call(&app, Some(&session), route).await.refused(ErrorCode::PasswordChangeRequired);
    }
    assert_eq!(app.stored(), before);
    assert!(app.peer.calls().is_empty());
    let open: Vec<&str> = route::all()
        .filter(|route| route.need == Need::LoginEvenWithOldPassword)
        .map(|route| route.pattern)
        .collect();
    assert_eq!(open, [paths::LOGOUT, paths::PASSWORD, paths::ME]);
}

#[tokio::test]
async fn each_role_makes_the_calls_it_has_the_right_to_and_no_others() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let mut sessions = vec![root.clone()];
    for (account, role) in [
        ("rviewer", Role::RootViewer),
        ("boss", Role::Admin),
        ("aviewer", Role::AdminViewer),
        ("worker", Role::User),
    ] {
        sessions.push(app.user(&root, account, role, None).await);
    }
    let limited = |need| matches!(need, Need::Right(_) | Need::Root);
    for session in &sessions {
        let actor = Actor {
            user: session.user.id.clone(),
            account: session.user.account.clone(),
            role: session.user.role,
            department: session.user.department_id.clone(),
        };
        for route in route::all().filter(|route| limited(route.need)) {
            let (before, relayed) = (app.stored(), app.peer.calls().len());
            let answer = call(&app, Some(session), route).await;
            if route.need.is_met_by(&actor) {
                let status = answer.status;
                assert_ne!(status, StatusCode::FORBIDDEN, "{} {route:?}", actor.role);
            } else {
                answer.refused(ErrorCode::Forbidden);
                assert_eq!(app.stored(), before, "{} {route:?}", actor.role);
                assert_eq!(app.peer.calls().len(), relayed, "{} {route:?}", actor.role);
            }
        }
    }
}
