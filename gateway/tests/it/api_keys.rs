//! `/api/v1/api-keys`.

use crate::app::{TestApp, fields};
use oms_chassis::Vault;
use oms_contracts::{
    ErrorCode, Page,
    gateway::{
        api_key::{ApiKeyView, CreatedApiKey},
        auth::SessionView,
        paths,
    },
};
use oms_model::Role;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::json;
use std::collections::HashSet;

async fn create(app: &TestApp, by: &SessionView) -> CreatedApiKey {
    app.by(by)
        .post(paths::API_KEYS, &json!({ "description": "nightly" }))
        .await
        .ok(StatusCode::CREATED)
}

async fn owners(app: &TestApp, by: &SessionView, query: &str) -> Vec<String> {
    let path = format!("{}{query}", paths::API_KEYS);
    let page: Page<ApiKeyView> = app.by(by).get(&path).await.ok(StatusCode::OK);
    page.items.into_iter().map(|key| key.account).collect()
}

#[tokio::test]
async fn a_secret_is_told_once_and_stored_sealed() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let key = create(&app, &root).await;
    let secret = key.access_key_secret.expose();
    assert!(secret.len() >= 43, "256 bits");
    assert!(!app.stored().contains(secret));
    let list = app.by(&root).get(paths::API_KEYS).await;
    assert!(!list.body.contains(secret) && !list.body.contains("sealed"));
    let page: Page<ApiKeyView> = list.ok(StatusCode::OK);
    let shown = &page.items[0];
    assert_eq!((&shown.id, &shown.access_key_id), (&key.id, &key.access_key_id));
    assert!(shown.enabled && shown.last_used_at.is_none() && shown.description == "nightly");
    // Whoever checks signatures later gets the secret back.
    let sealed = app.texts("SELECT sealed AS text FROM api_keys").remove(0);
    let vault = Vault::open(&app.settings.vault).expect("opens");
    let opened = vault.unseal(&format!("api_key:{}:secret", key.id), &sealed).expect("unseals");
    assert_eq!(opened.expose_secret(), secret);
}

#[tokio::test]
async fn keys_are_disabled_enabled_and_deleted_by_their_owner() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::AdminViewer, None).await;
    let key = create(&app, &ann).await;
    let path = paths::api_key(&key.id);
    for enabled in [false, true] {
        let view: ApiKeyView =
            app.by(&ann).patch(&path, &json!({ "enabled": enabled })).await.ok(StatusCode::OK);
        assert_eq!(view.enabled, enabled);
    }
    app.by(&ann).delete(&path).await.done();
    app.by(&ann).delete(&path).await.refused(ErrorCode::NoSuchApiKey);
    assert_eq!(owners(&app, &ann, "").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_user_has_at_most_five_keys_also_when_it_asks_for_many_at_once() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let body = json!({});
    let by = app.by(&root);
    let asked = futures::future::join_all((0..10).map(|_| by.post(paths::API_KEYS, &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(made.len(), 5);
    let ids: HashSet<String> = made
        .into_iter()
        .map(|a| a.ok::<CreatedApiKey>(StatusCode::CREATED).access_key_id)
        .collect();
    assert_eq!(ids.len(), 5);
    for answer in refused {
        answer.refused(ErrorCode::TooManyApiKeys);
    }
}

#[tokio::test]
async fn administrators_see_the_keys_of_those_they_manage_and_root_rules_all() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let boss = app.user(&root, "boss", Role::Admin, Some(&sales)).await;
    let peer = app.user(&root, "peer", Role::Admin, Some(&sales)).await;
    let ann = app.user(&boss, "ann", Role::User, None).await;
    let bob = app.user(&root, "bob", Role::User, None).await;
    for session in [&root, &boss, &peer, &ann, &bob] {
        create(&app, session).await;
    }
    assert_eq!(owners(&app, &boss, "").await, ["boss", "ann"]);
    assert_eq!(owners(&app, &ann, "").await, ["ann"]);
    assert_eq!(owners(&app, &root, "").await.len(), 5);
    let of_ann = format!("?userId={}", ann.user.id);
    assert_eq!(owners(&app, &boss, &of_ann).await, ["ann"]);
    assert_eq!(owners(&app, &bob, &of_ann).await, Vec::<String>::new());

    let key = |account: &str| {
        let sql = format!(
            "SELECT api_keys.id AS text FROM api_keys JOIN users ON users.id = user_id \
             WHERE account = '{account}'"
        );
        format!("{}/{}", paths::API_KEYS, app.texts(&sql).remove(0))
    };
    let before = app.stored();
    let off = json!({ "enabled": false });
    app.by(&boss).patch(&key("ann"), &off).await.refused(ErrorCode::Forbidden);
    app.by(&boss).delete(&key("ann")).await.refused(ErrorCode::Forbidden);
    app.by(&boss).delete(&key("peer")).await.refused(ErrorCode::NoSuchApiKey);
    app.by(&boss).delete(&key("bob")).await.refused(ErrorCode::NoSuchApiKey);
    app.by(&bob).patch(&key("ann"), &off).await.refused(ErrorCode::NoSuchApiKey);
    assert_eq!(app.stored(), before);
    app.by(&root).delete(&key("bob")).await.done();
}

#[tokio::test]
async fn wrong_descriptions_and_bodies_are_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let problem = app
        .by(&root)
        .post(paths::API_KEYS, &json!({ "description": "x".repeat(129) }))
        .await
        .refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["description"]);
    for body in [json!({ "name": "x" }), json!({ "description": 7 }), json!("x")] {
        app.by(&root).post(paths::API_KEYS, &body).await.refused(ErrorCode::MalformedBody);
    }
    assert_eq!(app.stored(), before);
}
