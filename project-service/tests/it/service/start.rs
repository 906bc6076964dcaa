//! What keeps the service from starting: said before anything is served.

use crate::app::settings_in;
use oms_chassis::{
    Shutdown, StartError,
    settings::{Checked, load_with},
    vault::{RingError, VaultError},
};
use project_service::{Settings, start};
use std::{collections::HashMap, error::Error, os::unix::fs::PermissionsExt};

async fn refused(settings: &Settings) -> StartError {
    oms_chassis::process::install_crypto();
    start(settings, &Shutdown::default()).await.expect_err("does not start")
}

fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[tokio::test]
async fn a_missing_key_file_is_not_replaced_by_a_new_one() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let mut settings = settings_in(dir.path());
    settings.vault.create_key_file = false;
    let error = refused(&settings).await;
    assert!(
        matches!(&error, StartError::Vault(VaultError::Ring(RingError::Missing(_)))),
        "{error:?}"
    );
    assert!(words(&error).contains("restore it"), "{}", words(&error));
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("readable").collect();
    assert!(left.is_empty(), "neither a key nor metadata was made: {left:?}");
}

#[tokio::test]
async fn a_key_file_that_others_may_read_is_refused() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let settings = settings_in(dir.path());
    oms_chassis::Vault::open(&settings.vault).expect("makes the file");
    let file = dir.path().join("vault.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("chmod");
    let error = refused(&settings).await;
    assert!(matches!(&error, StartError::Vault(VaultError::Ring(RingError::Open(_)))), "{error:?}");
}

#[tokio::test]
async fn metadata_that_cannot_be_opened_is_said_so() {
    let dir = tempfile::tempdir().expect("a temp dir");
    for url in ["sqlite:/no/such/folder/meta.db", "oracle://x", "mysql://u:hunter2@127.0.0.1:1/x"] {
        let mut settings = settings_in(dir.path());
        settings.metadata.url = url.to_owned().into();
        settings.metadata.wait_ms = 300;
        let error = refused(&settings).await;
        assert!(matches!(error, StartError::Metadata(_)), "{url}: {error:?}");
        assert!(!words(&error).contains("hunter2"), "{}", words(&error));
    }
}

#[test]
fn contradictions_of_the_settings_are_said_at_once() {
    let given = [
        ("OMS__METADATA__URL", "sqlite:x"),
        ("OMS__INTERNAL__SECRET", "short"),
        ("OMS__LIMITS__DATABASE_TIMEOUT_MS", "90000"),
        ("OMS__LIMITS__CONNECTIONS_PER_SOURCE", "0"),
        ("OMS__LIMITS__COLOUR", "red"),
    ];
    let variables: HashMap<String, String> =
        given.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let error = load_with::<Settings>(None, variables).expect_err("is refused").to_string();
    for fault in ["internal.secret", "database_timeout_ms", "connections_per_source", "colour"] {
        assert!(error.contains(fault), "{fault}: {error}");
    }
    assert!(error.contains("vault.keys"), "{error}");
}

#[test]
fn numbers_of_connections_have_bounds() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let faults_of = |connections: usize, per_source: usize| {
        let mut settings = settings_in(dir.path());
        settings.limits.connections = connections;
        settings.limits.connections_per_source = per_source;
        let mut faults = Vec::new();
        settings.faults(&mut faults);
        faults
    };
    assert_eq!(faults_of(1, 1), Vec::<String>::new());
    assert_eq!(faults_of(10_000, 1_000), Vec::<String>::new());
    let (all, each) =
        ("limits.connections must be 1 to", "limits.connections_per_source must be 1 to");
    let less = "limits.connections must be no less";
    for (connections, per_source, said) in [
        (10_001, 1, &[all][..]),
        ((1 << 63) - 1, 1, &[all]),
        (usize::MAX, usize::MAX, &[each, all]),
        (10_000, 1_001, &[each]),
        (10, 0, &[each]),
        (0, 1, &[all, less]),
        (5, 6, &[less]),
    ] {
        let faults = faults_of(connections, per_source);
        assert_eq!(faults.len(), said.len(), "{faults:?}");
        for (fault, said) in faults.iter().zip(said) {
            assert!(fault.starts_with(said), "{faults:?}");
        }
    }
}

#[test]
fn the_defaults_leave_time_for_an_answer() {
    let mut faults = Vec::new();
    let dir = tempfile::tempdir().expect("a temp dir");
    settings_in(dir.path()).faults(&mut faults);
    assert!(faults.is_empty(), "{faults:?}");
}
