//! `/api/v1/system`.

use crate::app::{PASSWORD, TestApp};
use oms_chassis::vault::VaultSettings;
use oms_contracts::{
    ErrorCode, ServiceName,
    gateway::{
        api_key::CreatedApiKey,
        auth::SessionView,
        paths,
        system::{ResealedView, ServiceView, VaultRotationView},
    },
};
use oms_model::Role;
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn every_service_is_asked_and_those_that_do_not_answer_are_named() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let since = Instant::now();
    let views: Vec<ServiceView> = app.by(&root).get(paths::SERVICES).await.ok(StatusCode::OK);
    assert!(since.elapsed() < Duration::from_secs(5));
    let names: Vec<ServiceName> = views.iter().map(|view| view.service).collect();
    assert_eq!(
        names,
        [
            ServiceName::Gateway,
            ServiceName::ProjectService,
            ServiceName::SyncService,
            ServiceName::VerifyService,
            ServiceName::StoreService,
            ServiceName::AlertService,
        ]
    );
    assert!(views[0].ready && views[0].instance.is_some() && views[0].error.is_none());
    assert!(views[1].ready && views[1].instance.is_some());
    assert_eq!(views[1].address.as_deref(), Some(app.peer.base.as_str()));
    for silent in &views[2..] {
        let error = silent.error.as_deref().expect("a reason");
        assert!(!silent.ready && error.contains("gave no answer"), "{error}");
    }
    let worker = app.user(&root, "worker", Role::User, None).await;
    app.by(&worker).get(paths::SERVICES).await.refused(ErrorCode::Forbidden);
}

#[tokio::test]
async fn a_new_vault_key_seals_everything_anew_and_what_was_sealed_opens() {
    let app = TestApp::with_sealing_services().await;
    let root = app.root().await;
    let key: CreatedApiKey =
        app.by(&root).post(paths::API_KEYS, &json!({})).await.ok(StatusCode::CREATED);
    let sealed = "SELECT sealed AS text FROM api_keys UNION ALL SELECT sealed FROM signing_keys";
    let before = app.texts(sealed);
    let rotated: VaultRotationView =
        app.by(&root).command(paths::ROTATE_VAULT).await.ok(StatusCode::OK);
    assert_eq!(
        rotated.resealed,
        [
            ResealedView { service: ServiceName::Gateway, secrets: 2 },
            ResealedView { service: ServiceName::ProjectService, secrets: 7 },
            ResealedView { service: ServiceName::SyncService, secrets: 3 },
            ResealedView { service: ServiceName::StoreService, secrets: 5 },
        ]
    );
    let after = app.texts(sealed);
    for (old, new) in before.iter().zip(&after) {
        assert!(!old.contains(&rotated.key) && new.contains(&rotated.key), "{old} {new}");
    }
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK);
    app.login("root", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
    assert!(key.access_key_secret.expose().len() >= 43);
    let record = app.records().into_iter().rfind(|record| record.contains("SYSTEM"));
    assert_eq!(record.as_deref(), Some("root SYSTEM MODIFY SUCCESS"));
}

#[tokio::test]
async fn keys_of_the_environment_are_rotated_there_and_only_root_rotates() {
    let app = TestApp::with(|settings| {
        settings.vault = VaultSettings {
            keys: "one:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned().into(),
            ..Default::default()
        };
    })
    .await;
    let root = app.root().await;
    let admin = app.admin().await;
    let before = app.stored();
    app.by(&root).command(paths::ROTATE_VAULT).await.refused(ErrorCode::VaultCannotRotate);
    for path in [paths::ROTATE_VAULT, paths::ROTATE_SIGNING_KEY] {
        app.by(&admin).command(path).await.refused(ErrorCode::Forbidden);
        app.nobody().command(path).await.refused(ErrorCode::Unauthenticated);
    }
    assert_eq!(app.stored(), before);
}
