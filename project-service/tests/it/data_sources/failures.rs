//! Databases that cannot be reached: each reason has its code, comes in time, and leaves nothing.

use crate::app::{TestApp, fields, settings_of, user};
use oms_contracts::{
    ErrorCode, Problem,
    project::data_source::{DataSourceSettings, TlsMode, TlsSettings, paths},
};
use oms_model::DatabaseKind;
use oms_testkit::{
    TestUser,
    peer::{ClosedPort, ClosingServer, HangingServer},
    servers::{mariadb, mysql, oceanbase, postgres},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// What a person waits without wondering.
const IN_TIME: Duration = Duration::from_millis(5_500);

/// Tests and tries to save the same settings: both are refused alike, in time, and nothing stays.
async fn refused(app: &TestApp, body: &DataSourceSettings, code: ErrorCode) -> Problem {
    let before = app.stored();
    let mut problems = Vec::new();
    for path in [paths::TEST, paths::ALL] {
        let started = Instant::now();
        problems.push(app.by(user()).post(path, body).await.refused(code));
        assert!(started.elapsed() < IN_TIME, "{code:?} took {:?}", started.elapsed());
    }
    assert_eq!(app.stored(), before);
    assert_eq!(problems[0].message, problems[1].message);
    problems.remove(0)
}

fn at(address: SocketAddr, kind: DatabaseKind) -> DataSourceSettings {
    let host = address.ip().to_string();
    DataSourceSettings {
        password: Some("hunter2-is-secret".into()),
        ..DataSourceSettings::new("x", kind, &host, address.port(), "root")
    }
}

const KINDS: [DatabaseKind; 4] =
    [DatabaseKind::Mysql, DatabaseKind::Mariadb, DatabaseKind::ObMysql, DatabaseKind::Postgresql];

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_access_denied() {
    let app = TestApp::start().await;
    for server in [mysql(), mariadb(), oceanbase()] {
        let account = TestUser::create(server, "guest", "Right-1", &[]).await.expect("a user");
        let body = DataSourceSettings {
            password: Some("wrong".into()),
            ..settings_of("x", account.server())
        };
        let problem = refused(&app, &body, ErrorCode::AccessDenied).await;
        assert_eq!(fields(&problem), ["password"]);
        assert!(!problem.message.contains("wrong"), "{}", problem.message);
    }
    for server in [mysql(), mariadb(), oceanbase(), postgres()] {
        let body =
            DataSourceSettings { username: "nobody_here".into(), ..settings_of("x", server) };
        refused(&app, &body, ErrorCode::AccessDenied).await;
    }
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let app = TestApp::start().await;
    for kind in KINDS {
        let body = DataSourceSettings::new("x", kind, "no-such-host.invalid", 3306, "root");
        let problem = refused(&app, &body, ErrorCode::UnknownHost).await;
        assert!(problem.message.contains("no-such-host.invalid"), "{}", problem.message);
        assert_eq!(fields(&problem), ["host"]);
    }
}

#[tokio::test]
async fn a_closed_port_is_a_refused_connection() {
    let app = TestApp::start().await;
    let port = ClosedPort::reserve().expect("a port");
    for kind in KINDS {
        let problem = refused(&app, &at(port.address(), kind), ErrorCode::ConnectionRefused).await;
        assert_eq!(fields(&problem), ["port"]);
    }
}

#[tokio::test]
async fn a_server_that_hangs_after_accepting_is_a_timeout() {
    let app = TestApp::with(|settings| settings.limits.database_timeout_ms = 1_000).await;
    let server = HangingServer::start().expect("listens");
    for kind in KINDS {
        let problem = refused(&app, &at(server.address(), kind), ErrorCode::ConnectTimedOut).await;
        assert!(problem.message.contains("1s"), "{}", problem.message);
    }
    assert!(server.accepted() >= KINDS.len(), "it was really asked");
}

#[tokio::test]
async fn the_default_limit_keeps_within_five_seconds() {
    let app = TestApp::start().await;
    let server = HangingServer::start().expect("listens");
    refused(&app, &at(server.address(), DatabaseKind::Mysql), ErrorCode::ConnectTimedOut).await;
}

#[tokio::test]
async fn tests_that_wait_for_their_turn_at_a_hanging_server_keep_within_five_seconds_too() {
    let app = TestApp::start().await;
    let server = HangingServer::start().expect("listens");
    let body = at(server.address(), DatabaseKind::Mysql);
    let caller = app.by(user());
    let each = app.settings.limits.connections_per_source;
    let started = Instant::now();
    let codes = futures::future::join_all((0..=each).map(async |_| {
        let answer = caller.post(paths::TEST, &body).await;
        assert!(started.elapsed() < IN_TIME, "{:?}", started.elapsed());
        let problem: Problem = serde_json::from_str(&answer.body).expect("a problem");
        problem.code
    }))
    .await;
    let of = |wanted: ErrorCode| codes.iter().filter(|code| **code == wanted).count();
    assert_eq!(of(ErrorCode::ConnectTimedOut), each, "{codes:?}");
    assert_eq!(of(ErrorCode::DatabaseBusy), 1, "{codes:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_no_database() {
    let app = TestApp::start().await;
    let server = ClosingServer::start().expect("listens");
    for kind in KINDS {
        refused(&app, &at(server.address(), kind), ErrorCode::NotADatabase).await;
    }
}

#[tokio::test]
async fn a_certificate_nobody_trusts_is_a_tls_failure_with_its_reason() {
    let app = TestApp::start().await;
    // MySQL makes itself a certificate at its first start.
    let tls = TlsSettings { mode: TlsMode::VerifyFull, ..Default::default() };
    let body = DataSourceSettings { tls: Some(tls), ..settings_of("x", mysql()) };
    let problem = refused(&app, &body, ErrorCode::TlsFailed).await;
    assert_eq!(fields(&problem), ["tls"]);
    assert!(problem.details[0].message.contains("certificate"), "{:?}", problem.details);
}

#[tokio::test]
async fn a_server_without_tls_fails_where_tls_is_required() {
    let app = TestApp::start().await;
    for server in [mariadb(), postgres()] {
        let tls = TlsSettings { mode: TlsMode::Require, ..Default::default() };
        let body = DataSourceSettings { tls: Some(tls), ..settings_of("x", server) };
        let problem = refused(&app, &body, ErrorCode::TlsFailed).await;
        assert!(problem.details[0].message.contains("does not offer TLS"), "{problem:?}");
    }
}

#[tokio::test]
async fn another_product_is_named_with_the_kind_to_choose() {
    let app = TestApp::start().await;
    for (server, kind, right) in [
        (mariadb(), DatabaseKind::Mysql, "MARIADB"),
        (mysql(), DatabaseKind::ObMysql, "MYSQL"),
        (oceanbase(), DatabaseKind::Mariadb, "OB_MYSQL"),
        (postgres(), DatabaseKind::Mysql, "POSTGRESQL"),
        (mysql(), DatabaseKind::Postgresql, "MySQL"),
    ] {
        let body = DataSourceSettings { kind, ..settings_of("x", server) };
        let problem = refused(&app, &body, ErrorCode::WrongKind).await;
        assert!(problem.message.contains(right), "{}", problem.message);
        assert_eq!(fields(&problem), ["kind"]);
    }
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let app = TestApp::start().await;
    for server in [mysql(), mariadb(), oceanbase(), postgres()] {
        let body = DataSourceSettings {
            database: Some("no such'db`\"; --".into()),
            ..settings_of("x", server)
        };
        let problem = refused(&app, &body, ErrorCode::UnknownDatabase).await;
        assert_eq!(fields(&problem), ["database"]);
    }
}
