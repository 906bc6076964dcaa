//! Testing a connection.

use super::servers;
use crate::app::{TestApp, colleague, settings_of, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::data_source::{
        DataSourceSettings, DataSourceView, PrivilegePurpose, ProbeView, paths,
    },
};
use oms_model::EndpointId;
use oms_testkit::{
    TestDb, TestUser,
    peer::CutProxy,
    servers::{mariadb, mysql, oceanbase},
};
use reqwest::StatusCode;

#[tokio::test]
async fn a_test_reports_what_there_is_to_know_and_saves_nothing() {
    let app = TestApp::start().await;
    let before = app.stored();
    for server in servers() {
        let body = settings_of("x", server);
        let report: ProbeView = app.by(user()).post(paths::TEST, &body).await.ok(StatusCode::OK);
        assert!(!report.version.is_empty() && !report.collation.is_empty(), "{report:?}");
        assert!(report.charset.to_lowercase().starts_with("utf"), "{report:?}");
        assert!(!report.time_zone.is_empty() && report.utc_offset_seconds.is_some());
        assert!(report.round_trip_ms > 0.0 && report.round_trip_ms < 5_000.0);
        assert_eq!(report.lower_case_table_names.is_some(), server.kind.speaks_mysql());
        assert!(!report.read_only);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn missing_privileges_come_with_the_statements_that_give_them() {
    let app = TestApp::start().await;
    for server in [mysql(), mariadb(), oceanbase()] {
        let db = TestDb::create(server).await.expect("a database");
        let select = format!("SELECT ON {}.*", db.name());
        let account =
            TestUser::create(server, "reader", "Secret-1", &[&select]).await.expect("a user");
        let body = DataSourceSettings {
            database: Some(db.name().to_owned()),
            ..settings_of("x", account.server())
        };
        let report: ProbeView = app.by(user()).post(paths::TEST, &body).await.ok(StatusCode::OK);
        let missing = |privilege: &str| {
            report.missing_privileges.iter().find(|missing| missing.privilege == privilege)
        };
        assert!(missing("SELECT").is_none(), "{report:?}");
        let insert = missing("INSERT").unwrap_or_else(|| panic!("{report:?}"));
        assert_eq!(insert.needed_for, [PrivilegePurpose::Write]);
        db.exec(&insert.grant).await.expect("the statement runs as it is");
        let report: ProbeView = app.by(user()).post(paths::TEST, &body).await.ok(StatusCode::OK);
        assert!(report.missing_privileges.iter().all(|missing| missing.privilege != "INSERT"));
    }
}

#[tokio::test]
async fn a_saved_data_source_is_tested_and_the_success_remembered() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mysql()).await;
    let first = made.last_probe.clone().expect("tested").probed_at;
    let _: ProbeView = app.by(viewer()).command(&paths::test(&made.id)).await.ok(StatusCode::OK);
    let after: DataSourceView = app.by(user()).get(&paths::one(&made.id)).await.ok(StatusCode::OK);
    assert!(after.last_probe.expect("tested").probed_at > first);
    assert_eq!((after.revision, after.modified_at), (made.revision, made.modified_at));
}

#[tokio::test]
async fn a_failed_test_of_a_saved_data_source_changes_nothing() {
    let app = TestApp::with(|settings| settings.limits.database_timeout_ms = 1_500).await;
    let proxy = CutProxy::start(format!("{}:{}", mysql().host, mysql().port));
    let proxy = proxy.expect("a proxy");
    let behind = mysql().with_port(proxy.address().port());
    let made = app.register(user(), "x", &behind).await;
    let before = app.stored();
    proxy.freeze();
    app.by(user()).command(&paths::test(&made.id)).await.refused(ErrorCode::ConnectTimedOut);
    proxy.cut();
    app.by(user()).command(&paths::test(&made.id)).await.refused(ErrorCode::NotADatabase);
    assert_eq!(app.stored(), before);
    proxy.restore();
    let _: ProbeView = app.by(user()).command(&paths::test(&made.id)).await.ok(StatusCode::OK);
}

#[tokio::test]
async fn what_one_does_not_see_cannot_be_tested() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mariadb()).await;
    app.by(colleague()).command(&paths::test(&made.id)).await.refused(ErrorCode::NoSuchDataSource);
    let nobody = EndpointId::from_entropy([7; 10]);
    app.by(user()).command(&paths::test(&nobody)).await.refused(ErrorCode::NoSuchDataSource);
}
