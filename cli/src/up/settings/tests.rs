//! Layers, and what means nothing here.

use super::*;

fn settings(
    text: &str,
    variables: &[(&str, &str)],
    listen: Option<&str>,
) -> Result<UpSettings, SettingsError> {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::open(Some(dir.path().join("data"))).unwrap();
    let file = dir.path().join("oms.toml");
    std::fs::write(&file, text).unwrap();
    let variables = variables.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let listen = listen.map(|address| address.parse().unwrap());
    read(Sources { file: Some(&file), variables, listen }, &place)
}

fn faults(text: &str, variables: &[(&str, &str)]) -> String {
    match settings(text, variables, None) {
        Err(SettingsError::Wrong(faults)) => faults.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_word_everything_fits_one_process() {
    let settings = settings("", &[], None).unwrap();
    assert_eq!(settings.gateway.http.listen.to_string(), LISTEN);
    assert_eq!(settings.gateway.http.workers, 1);
    assert_eq!(settings.project.http.listen.to_string(), "127.0.0.1:0");
    assert_eq!(settings.alert.metadata.connections, 4);
    assert!(settings.store.metadata.url.expose_secret().ends_with("/meta/store.db"));
    assert_eq!(settings.telemetry.log, "info,actix_server=warn");
}

#[test]
fn the_file_the_environment_and_the_command_line_override_in_this_order() {
    let file = "[gateway.http]\nworkers = 2\nlisten = '127.0.0.1:1'\n[telemetry]\nlog = 'warn'\n";
    let read = |variables: &[(&str, &str)], listen| settings(file, variables, listen).unwrap();
    let of_file = read(&[], None);
    assert_eq!((of_file.gateway.http.workers, of_file.project.http.workers), (2, 1));
    assert_eq!(of_file.gateway.http.listen.port(), 1);
    assert_eq!(of_file.telemetry.log, "warn");
    let variables =
        [("OMS__GATEWAY__HTTP__WORKERS", "3"), ("OMS__GATEWAY__HTTP__LISTEN", "127.0.0.1:2")];
    let of_environment = read(&variables, None);
    assert_eq!(of_environment.gateway.http.workers, 3);
    assert_eq!(of_environment.gateway.http.listen.port(), 2);
    assert_eq!(read(&variables, Some("[::1]:3")).gateway.http.listen.to_string(), "[::1]:3");
}

#[test]
fn everything_wrong_is_told_at_once_with_its_section() {
    let text = "[gateway.http]\nworkers = 0\nprot = 1\n[projekt]\nx = 1\n[sync.telemetry]\n\
                log = 'debug'\n[gateway.peers]\nproject_service = 'http://h'\n[store.internal]\nsecret = 'x'\n";
    let told = faults(text, &[("OMS__ALERT__METADATA__ULR", "x")]);
    for part in [
        "gateway.http.workers must be",
        "there is no setting gateway.http.prot",
        "there is no setting projekt",
        "there is no setting alert.metadata.ulr",
        "sync.telemetry has no effect in oms up",
        "gateway.peers has no effect in oms up",
        "store.internal has no effect in oms up",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
}

#[test]
fn a_file_that_cannot_be_understood_is_refused() {
    assert!(matches!(settings("[gateway", &[], None), Err(SettingsError::Malformed(_))));
    let told = settings("[gateway.http]\nworkers = 'many'\n", &[], None).unwrap_err().to_string();
    assert!(told.contains("workers"), "{told}");
}

#[test]
fn vault_keys_from_the_environment_make_the_key_file_needless() {
    let key = format!("k1:{}=", "A".repeat(43));
    let variables = [
        ("OMS__GATEWAY__VAULT__KEYS", &*key),
        ("OMS__PROJECT__VAULT__KEYS", &*key),
        ("OMS__SYNC__VAULT__KEYS", &*key),
    ];
    let given = settings("", &variables, None).unwrap();
    assert!(given.gateway.vault.key_file.is_none());
    assert!(!given.seals_with(Path::new("/x/vault.key")));
    let own = settings("", &[], None).unwrap();
    let file = own.gateway.vault.key_file.clone().unwrap();
    assert!(own.seals_with(&file));
}

#[test]
fn the_secret_is_shared_by_all_and_not_printed() {
    let mut settings = settings("", &[], None).unwrap();
    settings.share(&"hunter2".repeat(6).into());
    let secrets = [&settings.gateway.internal, &settings.store.internal, &settings.alert.internal];
    assert!(secrets.iter().all(|internal| internal.secret.expose_secret().starts_with("hunter2")));
    assert!(!format!("{settings:?}").contains("hunter2"));
}
