//! Changing a data source.

use crate::app::{Answer, TestApp, admin, colleague, fields, settings_of, stranger, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::data_source::{
        DataSourceSettings, DataSourceView, ProbeView, TlsMode, TlsSettings, paths,
    },
};
use oms_model::DatabaseKind;
use oms_testkit::{
    TestUser,
    peer::{ClosedPort, CutProxy},
    servers::{Server, mariadb, mysql},
};
use reqwest::{Method, StatusCode, header::IF_MATCH};

/// The settings a client sends back that read a data source and typed no secret.
fn unchanged(view: &DataSourceView) -> DataSourceSettings {
    DataSourceSettings {
        database: view.database.clone(),
        description: view.description.clone(),
        ..DataSourceSettings::new(&view.name, view.kind, &view.host, view.port, &view.username)
    }
}

fn proxy_to(server: &Server) -> CutProxy {
    CutProxy::start(format!("{}:{}", server.host, server.port)).expect("a proxy")
}

#[tokio::test]
async fn a_new_name_needs_no_test_and_no_password() {
    let app = TestApp::start().await;
    let proxy = proxy_to(mysql());
    let made = app.register(user(), "x", &mysql().with_port(proxy.address().port())).await;
    proxy.cut();
    let asked = proxy.accepted();
    let body = DataSourceSettings {
        name: "y".into(),
        description: Some("renamed".into()),
        try_keep_hb: Some(true),
        ..unchanged(&made)
    };
    let path = paths::one(&made.id);
    let answer = app.by(user()).put(&path, 1, &body).await;
    assert_eq!(answer.headers["etag"], "\"2\"");
    let edited: DataSourceView = answer.ok(StatusCode::OK);
    assert_eq!((edited.name.as_str(), edited.revision, edited.try_keep_hb), ("y", 2, true));
    assert_eq!(edited.last_probe, made.last_probe);
    assert_eq!((edited.has_password, edited.created_at), (made.has_password, made.created_at));
    assert_eq!(proxy.accepted(), asked, "the database was not asked");
    proxy.restore();
    let _: ProbeView = app.by(user()).command(&paths::test(&made.id)).await.ok(StatusCode::OK);
}

#[tokio::test]
async fn another_address_is_tested_before_it_is_saved() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "mover", "Secret-1", &[]).await.expect("a user");
    let made = app.register(user(), "x", account.server()).await;
    let before = app.stored();
    let path = paths::one(&made.id);
    let closed = ClosedPort::reserve().expect("a port");
    let knowing = DataSourceSettings { password: Some("Secret-1".into()), ..unchanged(&made) };
    let body = DataSourceSettings { port: closed.address().port(), ..knowing.clone() };
    app.by(user()).put(&path, 1, &body).await.refused(ErrorCode::ConnectionRefused);
    let wrong = DataSourceSettings { password: Some("wrong".into()), ..unchanged(&made) };
    app.by(user()).put(&path, 1, &wrong).await.refused(ErrorCode::AccessDenied);
    let foreign = DataSourceSettings { username: "nobody_here".into(), ..unchanged(&made) };
    app.by(user()).put(&path, 1, &foreign).await.refused(ErrorCode::AccessDenied);
    assert_eq!(app.stored(), before);

    let proxy = proxy_to(mysql());
    let body = DataSourceSettings { port: proxy.address().port(), ..knowing };
    let edited: DataSourceView = app.by(user()).put(&path, 1, &body).await.ok(StatusCode::OK);
    assert_eq!(edited.port, proxy.address().port());
    assert!(proxy.accepted() > 0 && edited.has_password);
}

#[tokio::test]
async fn of_two_edits_at_once_one_is_told_that_it_is_stale() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mysql()).await;
    let path = paths::one(&made.id);
    let one = DataSourceSettings { description: Some("one".into()), ..unchanged(&made) };
    let two = DataSourceSettings { description: Some("two".into()), ..unchanged(&made) };
    let caller = app.by(user());
    let (a, b) = tokio::join!(caller.put(&path, 1, &one), caller.put(&path, 1, &two));
    let (won, lost) = if a.status == StatusCode::OK { (a, b) } else { (b, a) };
    let won: DataSourceView = won.ok(StatusCode::OK);
    lost.refused(ErrorCode::Stale);
    let found: DataSourceView = app.by(user()).get(&path).await.ok(StatusCode::OK);
    assert_eq!((found.description, found.revision), (won.description, 2));
}

#[tokio::test]
async fn an_edit_names_the_revision_it_saw() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mysql()).await;
    let before = app.stored();
    let (path, body) = (paths::one(&made.id), unchanged(&made));
    let put = || app.by(user()).request(Method::PUT, &path).json(&body);
    Answer::of(put()).await.refused(ErrorCode::PreconditionRequired);
    for tag in ["1", "\"x\"", "W/\"1\"", "*", "\"1", "\"1\", \"2\""] {
        let answer = Answer::of(put().header(IF_MATCH, tag)).await;
        answer.refused(ErrorCode::InvalidParameter);
    }
    for revision in [0, 2, -1, i64::MAX] {
        app.by(user()).put(&path, revision, &body).await.refused(ErrorCode::Stale);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn name_account_and_kind_stay_unique_and_fixed() {
    let app = TestApp::start().await;
    let one = app.register(user(), "one", mysql()).await;
    let other = TestUser::create(mysql(), "other", "Secret-1", &[]).await.expect("a user");
    let two = app.register(user(), "two", other.server()).await;
    let before = app.stored();
    let path = paths::one(&two.id);
    let name = DataSourceSettings { name: "ONE".into(), ..unchanged(&two) };
    app.by(user()).put(&path, 1, &name).await.refused(ErrorCode::DataSourceNameTaken);
    let account = DataSourceSettings { name: "two".into(), ..unchanged(&one) };
    let problem = app.by(user()).put(&path, 1, &account).await.refused(ErrorCode::DataSourceTaken);
    assert_eq!(fields(&problem), [one.id.as_str()]);
    let kind = DataSourceSettings { kind: DatabaseKind::Mariadb, ..unchanged(&two) };
    let problem = app.by(user()).put(&path, 1, &kind).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["kind"]);
    assert_eq!(app.stored(), before);
    // Its own name in another case is no other's.
    let own = DataSourceSettings { name: "TWO".into(), ..unchanged(&two) };
    let _: DataSourceView = app.by(user()).put(&path, 1, &own).await.ok(StatusCode::OK);
}

#[tokio::test]
async fn only_its_owner_and_those_in_charge_change_a_data_source() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mysql()).await;
    let before = app.stored();
    let (path, body) = (paths::one(&made.id), unchanged(&made));
    for who in [colleague(), stranger()] {
        app.by(who).put(&path, 1, &body).await.refused(ErrorCode::NoSuchDataSource);
    }
    app.by(viewer()).put(&path, 1, &body).await.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
    let edited: DataSourceView = app.by(admin()).put(&path, 1, &body).await.ok(StatusCode::OK);
    assert_eq!(edited.owner, made.owner, "an edit does not change hands");
}

#[tokio::test]
async fn who_leads_a_data_source_elsewhere_gives_its_secrets_be_it_ones_own() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "owner", "Secret-1", &[]).await.expect("a user");
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        ..settings_of("x", account.server())
    };
    let made: DataSourceView = app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let before = app.stored();
    let (trap, path) = (proxy_to(mysql()), paths::one(&made.id));
    let same = DataSourceSettings { drc_user: Some("drc".into()), ..unchanged(&made) };
    let elsewhere = DataSourceSettings { port: trap.address().port(), ..same.clone() };
    let host = DataSourceSettings { host: "localhost".into(), ..same.clone() };
    let list = DataSourceSettings { config_url: Some("http://a.example/".into()), ..same.clone() };
    let tls = |tls| DataSourceSettings { tls: Some(tls), ..same.clone() };
    let pem = || Some("-----BEGIN CERTIFICATE-----".to_owned());
    let plain = tls(TlsSettings { mode: TlsMode::Disable, ..Default::default() });
    let authority = tls(TlsSettings { ca_pem: pem(), ..Default::default() });
    let client = tls(TlsSettings { client_certificate_pem: pem(), ..Default::default() });
    for body in [&elsewhere, &host, &list, &plain, &authority, &client] {
        for who in [user(), admin()] {
            let problem = app.by(who).put(&path, 1, body).await.refused(ErrorCode::Invalid);
            assert_eq!(fields(&problem), ["password", "drcPassword"]);
        }
    }
    assert_eq!((trap.accepted(), app.stored()), (0, before));
    let knowing = DataSourceSettings {
        password: Some("Secret-1".into()),
        drc_password: Some("".into()),
        ..elsewhere
    };
    let _: DataSourceView = app.by(user()).put(&path, 1, &knowing).await.ok(StatusCode::OK);
    let back = DataSourceSettings { password: Some("Secret-1".into()), ..same };
    let back: DataSourceView = app.by(admin()).put(&path, 2, &back).await.ok(StatusCode::OK);
    assert!(back.has_password && !back.has_drc_password);
}

#[tokio::test]
async fn secrets_stay_when_absent_and_go_when_empty() {
    let app = TestApp::start().await;
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        inner_drc_password: Some("inner-secret".into()),
        ..settings_of("x", mariadb())
    };
    let made: DataSourceView = app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let path = paths::one(&made.id);
    let keep = DataSourceSettings { drc_user: Some("drc".into()), ..unchanged(&made) };
    let kept: DataSourceView = app.by(user()).put(&path, 1, &keep).await.ok(StatusCode::OK);
    assert!(kept.has_drc_password && kept.has_inner_drc_password);
    let clear = DataSourceSettings { inner_drc_password: Some("".into()), ..keep };
    let cleared: DataSourceView = app.by(user()).put(&path, 2, &clear).await.ok(StatusCode::OK);
    assert!(cleared.has_drc_password && !cleared.has_inner_drc_password);
}

#[tokio::test]
async fn what_was_deleted_meanwhile_is_gone() {
    let app = TestApp::start().await;
    let made = app.register(user(), "x", mysql()).await;
    let (path, body) = (paths::one(&made.id), unchanged(&made));
    app.by(user()).delete(&path).await.done();
    app.by(user()).put(&path, 1, &body).await.refused(ErrorCode::NoSuchDataSource);
    app.by(user()).get(&path).await.refused(ErrorCode::NoSuchDataSource);
    app.by(user()).delete(&path).await.refused(ErrorCode::NoSuchDataSource);
}
