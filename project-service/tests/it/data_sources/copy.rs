//! Copying a data source.

use crate::app::{TestApp, admin, colleague, fields, settings_of, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::data_source::{
        CopyDataSource, DataSourceSettings, DataSourceView, TlsMode, TlsSettings, paths,
    },
};
use oms_testkit::{
    TestUser,
    peer::{ClosedPort, CutProxy},
    servers::mysql,
};
use reqwest::StatusCode;

fn copy(name: &str) -> CopyDataSource {
    serde_json::from_value(serde_json::json!({ "name": name })).expect("a copy")
}

#[tokio::test]
async fn a_copy_takes_over_what_is_not_given_secrets_included() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "copied", "Secret-1", &[]).await.expect("a user");
    let body = DataSourceSettings {
        description: Some("the original".into()),
        region: Some("eu".into()),
        try_keep_hb: Some(true),
        ..settings_of("original", account.server())
    };
    let original: DataSourceView =
        app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let twin = TestUser::create(mysql(), "twin", "Secret-1", &[]).await.expect("a user");
    let name = twin.server().user.clone();
    let wanted = CopyDataSource { username: Some(name.clone()), ..copy("copy") };
    // It is tested, with the password taken over.
    let made: DataSourceView =
        app.by(user()).post(&paths::copy(&original.id), &wanted).await.ok(StatusCode::CREATED);
    assert_ne!(made.id, original.id);
    assert_eq!((made.name.as_str(), made.username), ("copy", name));
    assert_eq!(
        (made.host, made.port, made.description, made.region, made.try_keep_hb, made.has_password),
        (original.host, original.port, original.description, original.region, true, true)
    );
}

#[tokio::test]
async fn a_copy_is_refused_for_what_a_new_one_is() {
    let app = TestApp::start().await;
    let original = app.register(user(), "original", mysql()).await;
    let before = app.stored();
    let path = paths::copy(&original.id);
    let closed = ClosedPort::reserve().expect("a port").address().port();
    for (body, code) in [
        (copy("copy"), ErrorCode::DataSourceTaken),
        (CopyDataSource { port: Some(1), ..copy("Original") }, ErrorCode::DataSourceNameTaken),
        (copy("has blank"), ErrorCode::Invalid),
        (CopyDataSource { host: Some("/tmp/x.sock".into()), ..copy("copy") }, ErrorCode::Invalid),
        (CopyDataSource { port: Some(closed), ..copy("copy") }, ErrorCode::ConnectionRefused),
    ] {
        app.by(user()).post(&path, &body).await.refused(code);
    }
    app.by(colleague()).post(&path, &copy("copy")).await.refused(ErrorCode::NoSuchDataSource);
    app.by(viewer()).post(&path, &copy("copy")).await.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_copy_that_leads_elsewhere_takes_over_no_secrets() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "mine", "Secret-1", &[]).await.expect("a user");
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        ..settings_of("original", account.server())
    };
    let original: DataSourceView =
        app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let before = app.stored();
    let trap = CutProxy::start(format!("{}:{}", mysql().host, mysql().port)).expect("a proxy");
    let path = paths::copy(&original.id);
    let elsewhere = CopyDataSource { port: Some(trap.address().port()), ..copy("copy") };
    let plain = TlsSettings { mode: TlsMode::Disable, ..Default::default() };
    let plain = CopyDataSource { tls: Some(plain), ..copy("copy") };
    for (who, body) in [(user(), &elsewhere), (user(), &plain), (admin(), &copy("copy"))] {
        let problem = app.by(who).post(&path, body).await.refused(ErrorCode::Invalid);
        assert_eq!(fields(&problem), ["password"]);
    }
    assert_eq!((trap.accepted(), app.stored()), (0, before));
    let knowing = CopyDataSource { password: Some("Secret-1".into()), ..elsewhere };
    let made: DataSourceView = app.by(user()).post(&path, &knowing).await.ok(StatusCode::CREATED);
    assert!(trap.accepted() > 0 && made.has_password && !made.has_drc_password);
}

#[tokio::test]
async fn secrets_do_not_change_hands() {
    let app = TestApp::start().await;
    let (account, twin) = (
        TestUser::create(mysql(), "mine", "Secret-1", &[]).await.expect("a user"),
        TestUser::create(mysql(), "twin", "Secret-1", &[]).await.expect("a user"),
    );
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        ..settings_of("original", account.server())
    };
    let original: DataSourceView =
        app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let path = paths::copy(&original.id);
    let name = Some(twin.server().user.clone());
    let unknowing = CopyDataSource { username: name, ..copy("copy") };
    let problem = app.by(admin()).post(&path, &unknowing).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["password"]);
    let knowing = CopyDataSource { password: Some("Secret-1".into()), ..unknowing };
    let made: DataSourceView = app.by(admin()).post(&path, &knowing).await.ok(StatusCode::CREATED);
    assert!(made.has_password && !made.has_drc_password);
    assert_eq!(made.owner.account, "admin");
}
