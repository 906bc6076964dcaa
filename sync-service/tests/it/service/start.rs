//! What keeps the service from starting: said before anything is served.

use crate::app::settings_in;
use oms_chassis::{
    Shutdown, StartError,
    settings::{Checked, load_with},
    vault::{RingError, VaultError},
};
use std::collections::HashMap;
use sync_service::{Settings, start};

#[tokio::test]
async fn a_missing_key_file_is_not_replaced_by_a_new_one() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let mut settings = settings_in(dir.path());
    settings.vault.create_key_file = false;
    oms_chassis::process::install_crypto();
    let error = start(&settings, &Shutdown::default()).await.expect_err("does not start");
    assert!(
        matches!(&error, StartError::Vault(VaultError::Ring(RingError::Missing(_)))),
        "{error:?}"
    );
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("readable").collect();
    assert!(left.is_empty(), "neither a key nor metadata was made: {left:?}");
}

#[test]
fn contradictions_of_the_settings_are_said_at_once() {
    let given = [
        ("OMS__METADATA__URL", "sqlite:x"),
        ("OMS__INTERNAL__SECRET", "short"),
        ("OMS__TASKS__BEAT_MS", "1000"),
        ("OMS__TASKS__LEASE_MS", "2000"),
        ("OMS__TASKS__STOP_MS", "1"),
        ("OMS__TASKS__COLOUR", "red"),
    ];
    let variables: HashMap<String, String> =
        given.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let error = load_with::<Settings>(None, variables).expect_err("is refused").to_string();
    for fault in ["internal.secret", "tasks.lease_ms", "tasks.stop_ms", "colour", "vault.keys"] {
        assert!(error.contains(fault), "{fault}: {error}");
    }
}

#[test]
fn the_defaults_are_in_order() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let mut faults = Vec::new();
    settings_in(dir.path()).faults(&mut faults);
    let defaults = Settings { tasks: Default::default(), ..settings_in(dir.path()) };
    defaults.faults(&mut faults);
    assert!(faults.is_empty(), "{faults:?}");
}
