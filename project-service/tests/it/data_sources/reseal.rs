//! A new key for the vault.

use super::{store, unreached};
use crate::app::{Answer, TestApp, settings_of, texts, user};
use diesel::{RunQueryDsl, sql_query};
use oms_chassis::Vault;
use oms_contracts::{
    ErrorCode,
    project::{
        Resealed,
        data_source::{DataSourceSettings, DataSourceView, ProbeView, paths},
        paths::RESEAL,
    },
};
use oms_testkit::{TestUser, servers::mysql};
use project_service::domain::data_source::{DataSource, Sealed, Secrets, Slot};
use reqwest::{Method, StatusCode};

/// The key that each stored password is sealed with.
fn keys(app: &TestApp) -> Vec<String> {
    let sql = "SELECT password_sealed AS text FROM data_sources \
               WHERE password_sealed IS NOT NULL ORDER BY id";
    let texts = texts(&mut app.metadata(), sql);
    texts.iter().map(|text| text.split(':').nth(1).expect("a key").to_owned()).collect()
}

fn sealed_with(vault: &Vault, source: DataSource) -> DataSource {
    let text = Sealed(vault.seal(&Slot::Password.place(&source.id), &"Secret-1".into()));
    DataSource { sealed: Secrets { password: Some(text), ..Default::default() }, ..source }
}

#[tokio::test]
async fn every_secret_is_sealed_anew_and_still_opens() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "resealed", "Secret-1", &[]).await.expect("a user");
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        ..settings_of("x", account.server())
    };
    let made: DataSourceView = app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let vault = Vault::open(&app.settings.vault).expect("the same file");
    // More than one batch of them.
    let many: Vec<DataSource> = (0..120)
        .map(|n| {
            sealed_with(&vault, unreached(&user(), &format!("n{n}"), &format!("h{n}.example")))
        })
        .collect();
    store(&app, &many);
    let fresh = vault.rotate().expect("rotates");
    let done: Resealed = app.sibling().command(RESEAL).await.ok(StatusCode::OK);
    assert_eq!((done.resealed, &done.key), (122, &fresh));
    assert!(keys(&app).iter().all(|key| *key == fresh));
    let again: Resealed = app.sibling().command(RESEAL).await.ok(StatusCode::OK);
    assert_eq!(again.resealed, 0);
    let _: ProbeView = app.by(user()).command(&paths::test(&made.id)).await.ok(StatusCode::OK);
    let after: DataSourceView = app.by(user()).get(&paths::one(&made.id)).await.ok(StatusCode::OK);
    assert_eq!(after.revision, made.revision, "nobody's ETag is spoilt");
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_named_and_holds_up_no_other() {
    let app = TestApp::start().await;
    let vault = Vault::open(&app.settings.vault).expect("the same file");
    let sources: Vec<DataSource> = (0..3)
        .map(|n| {
            sealed_with(&vault, unreached(&user(), &format!("n{n}"), &format!("h{n}.example")))
        })
        .collect();
    store(&app, &sources);
    let lost = &sources[1].id;
    let sql =
        format!("UPDATE data_sources SET password_sealed = 'v1:gone:AAAA' WHERE id = '{lost}'");
    sql_query(sql).execute(&mut app.metadata()).expect("updates");
    let fresh = vault.rotate().expect("rotates");
    let problem = app.sibling().command(RESEAL).await.refused(ErrorCode::VaultKeyUnknown);
    assert_eq!(crate::app::fields(&problem), [lost.as_str()]);
    let kept = keys(&app);
    assert_eq!(kept.iter().filter(|key| **key == fresh).count(), 2, "{kept:?}");
    let answer = app.by(user()).command(&paths::test(lost)).await;
    answer.refused(ErrorCode::VaultKeyUnknown);
}

#[tokio::test]
async fn edits_during_a_reseal_are_not_lost() {
    let app = TestApp::start().await;
    let vault = Vault::open(&app.settings.vault).expect("the same file");
    let many: Vec<DataSource> = (0..200)
        .map(|n| {
            sealed_with(&vault, unreached(&user(), &format!("n{n}"), &format!("h{n}.example")))
        })
        .collect();
    store(&app, &many);
    let fresh = vault.rotate().expect("rotates");
    let (reseal, caller) = (app.sibling(), app.by(user()));
    let edits = futures::future::join_all(many.iter().step_by(10).map(async |source| {
        let settings = &source.settings;
        let body = DataSourceSettings {
            description: Some("edited".into()),
            ..DataSourceSettings::new(
                &settings.name,
                settings.kind,
                settings.host.as_str(),
                settings.port,
                &settings.login.user,
            )
        };
        caller.put(&paths::one(&source.id), 1, &body).await
    }));
    let (done, edited) = tokio::join!(reseal.command(RESEAL), edits);
    assert_eq!(done.ok::<Resealed>(StatusCode::OK).key, fresh);
    for answer in edited {
        let view: DataSourceView = answer.ok(StatusCode::OK);
        assert_eq!(view.description.as_deref(), Some("edited"));
        assert!(view.has_password);
    }
    let sealed = keys(&app);
    assert_eq!(sealed.len(), 200);
    assert!(sealed.iter().all(|key| *key == fresh));
}

#[tokio::test]
async fn only_siblings_reseal() {
    let app = TestApp::start().await;
    Answer::of(app.unsigned(Method::POST, RESEAL)).await.refused(ErrorCode::UnsignedCall);
}
