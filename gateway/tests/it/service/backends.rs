//! The whole gateway on every database its metadata can live in: whatever the repositories say
//! is said to each, and what has to hold under concurrency is held.

use crate::{
    app::{Answer, PASSWORD, TestApp, new_user, settings_in},
    peer::Peer,
};
use oms_chassis::{Db, Shutdown, settings::MetadataSettings};
use oms_contracts::{
    ErrorCode, Page,
    gateway::{
        api_key::ApiKeyView,
        audit::AuditView,
        auth::{SessionView, SigningKeyView},
        department::{DepartmentView, NameDepartment},
        paths,
        system::VaultRotationView,
        user::{CreatedUser, UpdateUser, UserView},
    },
};
use oms_model::Role;
use oms_testkit::{
    TestDb, eventually,
    servers::{ServerKind, of_this_run},
};
use reqwest::StatusCode;
use serde_json::json;
use std::{path::Path, time::Duration};

/// A database of the test's own on a server of that kind.
pub async fn database(kind: ServerKind) -> TestDb {
    TestDb::create(of_this_run(kind)).await.expect("a database")
}

pub fn sqlite_in(dir: &Path) -> String {
    format!("sqlite:{}", dir.join("meta.db").display())
}

async fn everything(url: String) {
    let dir = tempfile::tempdir().expect("a temp dir");
    let key_file = dir.path().join("vault.key");
    replicas_start_together(&url, dir.path()).await;
    let app = TestApp::with(|settings| {
        settings.metadata.url = url.into();
        settings.peers.sync_service = settings.peers.project_service.clone();
        settings.peers.store_service = settings.peers.project_service.clone();
        // The file of the replicas before, as it would be on a volume.
        settings.vault.key_file = Some(key_file);
    })
    .await;
    assert!(app.first_passwords.is_empty());
    let root = app.settle("root", ROOT_PASSWORD).await;
    departments(&app, &root).await;
    let ann = users(&app, &root).await;
    keys(&app, &root, &ann).await;
    refresh(&app).await;
    audit(&app, &root).await;
    rotation(&app, &root).await;
    deletion(&app, &root, &ann).await;
    failures(&app).await;
}

const ROOT_PASSWORD: &str = "Aa11Bb!!root";

/// Replicas race for users and keys; racing for the schema is the chassis' affair.
async fn replicas_start_together(url: &str, dir: &Path) {
    oms_chassis::process::install_crypto();
    let metadata = MetadataSettings { url: url.to_owned().into(), ..Default::default() };
    Db::open(&metadata, gateway::repo::MIGRATIONS).await.expect("opens");
    let peer = Peer::start();
    let shutdown = Shutdown::default();
    let settings: Vec<gateway::Settings> = (0..3)
        .map(|number| {
            let mut settings = settings_in(dir, &peer.base);
            settings.metadata.url = url.to_owned().into();
            settings.metadata.wait_ms = 20_000;
            settings.instance.id = Some(format!("replica-{number}"));
            settings.bootstrap.root_password = Some(ROOT_PASSWORD.to_owned().into());
            settings
        })
        .collect();
    oms_chassis::Vault::open(&settings[0].vault).expect("makes the key file");
    let starts = settings.iter().map(|settings| gateway::start(settings, &shutdown));
    let mut told = 0;
    for started in futures::future::join_all(starts).await {
        told += started.expect("starts").first_passwords.len();
    }
    assert_eq!(told, 1, "admin's, once");
    shutdown.begin();
}

async fn departments(app: &TestApp, root: &SessionView) {
    let sales = app.department(root, "Größe_订单_🦀").await;
    let same = NameDepartment { name: "grÖßE_订单_🦀".into() };
    app.by(root).post(paths::DEPARTMENTS, &same).await.refused(ErrorCode::DepartmentTaken);
    let other = app.department(root, "grosse_订单_🦀").await;
    let path = paths::department(&other.id);
    let renamed = NameDepartment { name: "stock".into() };
    app.by(root).patch(&path, &renamed).await.ok::<DepartmentView>(StatusCode::OK);
    app.by(root).delete(&path).await.done();
    for (search, count) in [("", 2), ("?search=GRÖßE_", 1), ("?search=%25", 0), ("?search=x_", 0)]
    {
        let found = app.by(root).get(&format!("{}{search}", paths::DEPARTMENTS)).await;
        let page: Page<DepartmentView> = found.ok(StatusCode::OK);
        assert_eq!(page.total_count, count, "{search}");
    }
    let boss = new_user("boss", Role::Admin, Some(&sales.id));
    app.by(root).post(paths::USERS, &boss).await.ok::<CreatedUser>(StatusCode::CREATED);
    app.by(root).delete(&paths::department(&sales.id)).await.refused(ErrorCode::DepartmentNotEmpty);
}

async fn users(app: &TestApp, root: &SessionView) -> SessionView {
    let ann = app.user(root, "Ann_B", Role::User, None).await;
    app.by(root)
        .post(paths::USERS, &new_user("ANN_b", Role::User, None))
        .await
        .refused(ErrorCode::AccountTaken);
    let path = paths::user(&ann.user.id);
    let edits = [
        UpdateUser { email: Some("Ann@Example.com".into()), ..Default::default() },
        UpdateUser { mobile: Some("13800138000".into()), ..Default::default() },
        UpdateUser { description: Some("订单 🦀 ' \\ %".into()), ..Default::default() },
    ];
    let by = app.by(root);
    for answer in futures::future::join_all(edits.iter().map(|edit| by.patch(&path, edit))).await {
        answer.ok::<UserView>(StatusCode::OK);
    }
    let view: UserView = by.get(&path).await.ok(StatusCode::OK);
    assert_eq!(view.email.as_deref(), Some("Ann@Example.com"));
    assert_eq!(view.mobile.as_deref(), Some("13800138000"));
    assert_eq!(view.description, "订单 🦀 ' \\ %");
    for (query, count) in [
        ("?search=ann_", 1),
        ("?search=EXAMPLE.COM", 1),
        ("?search=0013", 1),
        ("?search=nn%25", 0),
        ("?search=\\", 0),
        ("?role=ADMIN", 2),
        ("?disabled=false&pageSize=1", 4),
    ] {
        let page: Page<UserView> =
            by.get(&format!("{}{query}", paths::USERS)).await.ok(StatusCode::OK);
        assert_eq!(page.total_count, count, "{query}");
    }
    ann
}

async fn keys(app: &TestApp, root: &SessionView, ann: &SessionView) {
    let by = app.by(ann);
    let body = json!({});
    let asked = futures::future::join_all((0..8).map(|_| by.post(paths::API_KEYS, &body))).await;
    assert_eq!(asked.iter().filter(|a| a.status == StatusCode::CREATED).count(), 5);
    for refused in asked.into_iter().filter(|answer| answer.status != StatusCode::CREATED) {
        refused.refused(ErrorCode::TooManyApiKeys);
    }
    for session in [root, ann] {
        let page: Page<ApiKeyView> = app.by(session).get(paths::API_KEYS).await.ok(StatusCode::OK);
        assert_eq!(page.total_count, 5);
        let disable = json!({ "enabled": false });
        let path = paths::api_key(&page.items[0].id);
        app.by(session).patch(&path, &disable).await.ok::<ApiKeyView>(StatusCode::OK);
    }
}

async fn refresh(app: &TestApp) {
    let session: SessionView = app.login("root", PASSWORD).await.ok(StatusCode::OK);
    let body = json!({ "refreshToken": session.refresh_token });
    let by = app.nobody();
    let answers: Vec<Answer> =
        futures::future::join_all((0..6).map(|_| by.post(paths::REFRESH, &body))).await;
    assert_eq!(answers.iter().filter(|a| a.status == StatusCode::OK).count(), 1);
    for lost in answers.into_iter().filter(|answer| answer.status != StatusCode::OK) {
        lost.refused(ErrorCode::RefreshReused);
    }
    app.by(&session).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
}

async fn audit(app: &TestApp, root: &SessionView) {
    for (query, least) in [
        ("", 10),
        ("?search=ANN_B", 1),
        ("?search=/API/V1/users", 3),
        ("?target=API_KEY&result=FAILED&risk=CRITICAL&type=CREATE&actor=Ann_B", 3),
        ("?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&pageSize=150", 10),
    ] {
        let found = app.by(root).get(&format!("{}{query}", paths::AUDIT)).await;
        let page: Page<AuditView> = found.ok(StatusCode::OK);
        assert!(page.total_count >= least, "{query}: {}", page.total_count);
        let ids: Vec<&String> = page.items.iter().map(|record| &record.id).collect();
        assert!(ids.is_sorted_by(|a, b| a > b), "the newest first");
    }
    let admins = app.by(root).get(&format!("{}?search=%25!", paths::AUDIT)).await;
    assert_eq!(admins.ok::<Page<AuditView>>(StatusCode::OK).total_count, 0);
    let boss = app.settle("boss", crate::app::FIRST_PASSWORD).await;
    let own: Page<AuditView> = app.by(&boss).get(paths::AUDIT).await.ok(StatusCode::OK);
    assert!(own.items.iter().all(|record| record.account == "boss") && own.total_count >= 2);
    let csv = app.by(root).get(paths::AUDIT_CSV).await;
    assert!(csv.status == StatusCode::OK && csv.body.lines().count() > 10);
}

async fn rotation(app: &TestApp, root: &SessionView) {
    app.by(root).command(paths::ROTATE_SIGNING_KEY).await.ok::<SigningKeyView>(StatusCode::OK);
    assert_eq!(app.by(root).get(paths::ME).await.status, StatusCode::OK);
    let rotated: VaultRotationView =
        app.by(root).command(paths::ROTATE_VAULT).await.ok(StatusCode::OK);
    assert_eq!(rotated.resealed[0].secrets, 2 + 5, "two signing keys, five API keys");
    app.login("root", PASSWORD).await.ok::<SessionView>(StatusCode::OK);
}

async fn deletion(app: &TestApp, root: &SessionView, ann: &SessionView) {
    let path = paths::user(&ann.user.id);
    app.by(root).delete(&path).await.done();
    app.by(root).get(&path).await.refused(ErrorCode::NoSuchUser);
    app.by(ann).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
}

async fn failures(app: &TestApp) {
    let guesses = futures::future::join_all((0..12).map(|_| app.login("boss", "wrong"))).await;
    let looked_at = guesses.iter().filter(|a| a.status == StatusCode::UNAUTHORIZED).count();
    assert!((5..=6).contains(&looked_at), "{looked_at} passwords were looked at");
    app.login("boss", PASSWORD).await.refused(ErrorCode::LoginThrottled);
    eventually(Duration::from_secs(20), || async {
        app.login("boss", PASSWORD).await.status == StatusCode::OK
    })
    .await;
}

#[tokio::test]
async fn it_lives_in_sqlite() {
    let dir = tempfile::tempdir().expect("a temp dir");
    everything(sqlite_in(dir.path())).await;
}

#[tokio::test]
async fn it_lives_in_mysql() {
    let db = database(ServerKind::MySql).await;
    everything(db.url()).await;
}

#[tokio::test]
async fn it_lives_in_mariadb() {
    let db = database(ServerKind::MariaDb).await;
    everything(db.url()).await;
}

#[tokio::test]
async fn it_lives_in_postgresql() {
    let db = database(ServerKind::Postgres).await;
    everything(db.url()).await;
}

#[tokio::test]
async fn it_lives_in_the_oceanbase_kernel() {
    let db = database(ServerKind::OceanBase).await;
    everything(db.url()).await;
}
