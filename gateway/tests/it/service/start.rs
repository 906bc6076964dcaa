//! Starting: first passwords, replicas, settings that cannot be.

use crate::{
    app::{TestApp, settings_in},
    peer::Peer,
};
use gateway::Settings;
use oms_chassis::{Shutdown, settings::Checked};
use oms_contracts::{ErrorCode, gateway::auth::SessionView};
use reqwest::StatusCode;

#[tokio::test]
async fn first_passwords_can_be_given_and_are_then_not_told() {
    let app = TestApp::with(|settings| {
        settings.bootstrap.root_password = Some("Aa11Bb!!root".to_owned().into());
    })
    .await;
    let told: Vec<&str> = app.first_passwords.iter().map(|(account, _)| &**account).collect();
    assert_eq!(told, ["admin"]);
    let session: SessionView = app.login("root", "Aa11Bb!!root").await.ok(StatusCode::OK);
    assert!(session.password_change_required);
}

#[tokio::test]
async fn a_second_start_makes_nothing_and_tells_nothing() {
    let mut app = TestApp::start().await;
    let first = app.first_password("admin").to_owned();
    app.settings.bootstrap.admin_password = Some("Aa11Bb!!other".to_owned().into());
    app.restart().await;
    app.login("admin", "Aa11Bb!!other").await.refused(ErrorCode::WrongCredentials);
    app.login("admin", &first).await.ok::<SessionView>(StatusCode::OK);
}

#[tokio::test]
async fn a_start_on_a_taken_address_makes_no_users_whose_passwords_nobody_learns() {
    oms_chassis::process::install_crypto();
    let dir = tempfile::tempdir().expect("a temp dir");
    let peer = Peer::start();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let mut settings = settings_in(dir.path(), &peer.base);
    settings.http.listen = taken.local_addr().expect("an address");
    let shutdown = Shutdown::default();
    let refused = gateway::start(&settings, &shutdown).await.expect_err("the address is taken");
    assert!(refused.to_string().contains(&settings.http.listen.to_string()), "{refused}");
    drop(taken);
    let started = gateway::start(&settings, &shutdown).await.expect("starts");
    let told: Vec<&str> = started.first_passwords.iter().map(|first| first.account).collect();
    assert_eq!(told, ["root", "admin"]);
    shutdown.begin();
}

#[tokio::test]
async fn of_replicas_that_start_together_one_makes_root_and_admin() {
    oms_chassis::process::install_crypto();
    let dir = tempfile::tempdir().expect("a temp dir");
    let peer = Peer::start();
    let shutdown = Shutdown::default();
    let settings: Vec<Settings> = (0..4)
        .map(|number| {
            let mut settings = settings_in(dir.path(), &peer.base);
            settings.instance.id = Some(format!("replica-{number}"));
            settings
        })
        .collect();
    // The key file is made by whoever comes first, which is not what this is about.
    oms_chassis::Vault::open(&settings[0].vault).expect("makes the key file");
    let starts = settings.iter().map(|settings| gateway::start(settings, &shutdown));
    let started: Vec<_> = futures::future::join_all(starts)
        .await
        .into_iter()
        .map(|started| started.expect("starts"))
        .collect();
    let told: Vec<usize> = started.iter().map(|one| one.first_passwords.len()).collect();
    assert_eq!(told.iter().sum::<usize>(), 2, "{told:?}");
    let words = started.iter().filter_map(|one| one.announcement()).collect::<Vec<_>>();
    assert_eq!(words.len(), 1);
    assert!(words[0].starts_with("first password of root: "), "{}", words[0]);
    shutdown.begin();
}

#[test]
fn settings_that_cannot_be_are_reported_together() {
    let mut faults = Vec::new();
    Settings::default().faults(&mut faults);
    for part in [
        "metadata.url",
        "internal.secret",
        "peers.project_service",
        "peers.alert_service",
        "vault.",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part} is not in {faults:?}");
    }
}

#[test]
fn a_file_and_the_environment_are_read_and_unknown_keys_refused() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let file = dir.path().join("gateway.toml");
    let toml = "[metadata]\nurl = 'sqlite:x'\n[internal]\nsecret = 'ssssssssssssssssssssssssssssssss'\n\
        [vault]\nkey_file = 'x'\n[peers]\nproject_service = 'http://a/'\nsync_service = 'http://a/'\n\
        verify_service = 'http://a/'\nstore_service = 'http://a/'\nalert_service = 'http://a/'\n\
        [limits]\ntrusted_proxies = ['10.0.0.0/8']\n";
    std::fs::write(&file, toml).expect("writes");
    let load = |key: &str, value: &str| {
        let env = [(key.to_owned(), value.to_owned())].into();
        oms_chassis::settings::load_with::<Settings>(Some(&file), env)
    };
    let settings = load("OMS__LIMITS__REQUESTS_PER_SECOND", "7").expect("reads");
    assert_eq!(settings.limits.requests_per_second, 7);
    assert_eq!(settings.limits.trusted_proxies, ["10.0.0.0/8"]);
    let listed = load("OMS__CORS__ORIGINS", "https://a.example,https://b.example").expect("reads");
    assert_eq!(listed.cors.origins, ["https://a.example", "https://b.example"]);
    let unknown = load("OMS__LIMITS__REQUEST_PER_SECOND", "7").expect_err("a typo");
    assert!(unknown.to_string().contains("limits.request_per_second"), "{unknown}");
}

#[tokio::test]
async fn a_missing_key_file_and_an_open_one_stop_the_start_with_their_reason() {
    use std::os::unix::fs::PermissionsExt;
    oms_chassis::process::install_crypto();
    let dir = tempfile::tempdir().expect("a temp dir");
    let mut settings = settings_in(dir.path(), "http://127.0.0.1:1/");
    settings.vault.create_key_file = false;
    let shutdown = Shutdown::default();
    let missing = gateway::start(&settings, &shutdown).await.expect_err("no key file");
    assert!(missing.to_string().contains("does not exist"), "{missing}");
    let file = dir.path().join("vault.key");
    std::fs::write(&file, "a:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n").expect("writes");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("chmod");
    let open = gateway::start(&settings, &shutdown).await.expect_err("open to others");
    assert!(open.to_string().contains("600"), "{open}");
}
