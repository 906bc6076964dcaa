//! Sealing, places, rings and their file.

use super::*;
use std::os::unix::fs::PermissionsExt;

fn key(id: &str, byte: u8) -> String {
    format!("{id}:{}", base64::engine::general_purpose::STANDARD.encode([byte; 32]))
}

fn given(keys: &[String]) -> Vault {
    let keys = SecretString::from(keys.join(","));
    Vault::open(&VaultSettings { keys, ..Default::default() }).expect("opens")
}

fn in_file(path: &std::path::Path) -> Result<Vault, VaultError> {
    Vault::open(&VaultSettings {
        key_file: Some(path.into()),
        create_key_file: true,
        ..Default::default()
    })
}

fn secret() -> SecretString {
    "pässword".to_owned().into()
}

#[test]
fn a_sealed_text_opens_only_in_its_place() {
    let vault = given(&[key("a", 1)]);
    let sealed = vault.seal("data_source:e_1:password", &secret());
    assert!(!sealed.contains("pässword"));
    let opened = vault.unseal("data_source:e_1:password", &sealed).expect("opens");
    assert_eq!(opened.expose_secret(), "pässword");
    assert!(matches!(vault.unseal("data_source:e_2:password", &sealed), Err(VaultError::Damaged)));
}

#[test]
fn the_same_text_is_sealed_differently_each_time() {
    let vault = given(&[key("a", 1)]);
    assert_ne!(vault.seal("p", &secret()), vault.seal("p", &secret()));
}

#[test]
fn damaged_texts_and_unknown_keys_are_told_apart() {
    let sealed = given(&[key("a", 1)]).seal("p", &secret());
    let other = given(&[key("b", 2)]);
    assert!(matches!(other.unseal("p", &sealed), Err(VaultError::UnknownKey(id)) if id == "a"));
    let impostor = given(&[key("a", 9)]);
    for broken in [sealed.as_str(), "", "v1", "v1:a", "v1:a:!", "v1:a:AAAA", "v2:a:AAAA"] {
        assert!(matches!(impostor.unseal("p", broken), Err(VaultError::Damaged)), "{broken}");
    }
}

#[test]
fn the_first_key_seals_and_all_open() {
    let old = given(&[key("a", 1)]).seal("p", &secret());
    let vault = given(&[key("b", 2), key("a", 1)]);
    assert!(vault.unseal("p", &old).is_ok() && vault.is_outdated(&old));
    assert!(!vault.is_outdated(&vault.seal("p", &secret())));
}

#[test]
fn a_file_rotates_and_a_sibling_follows() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let path = dir.path().join("vault.key");
    let (one, two) = (in_file(&path).expect("creates"), in_file(&path).expect("reads"));
    let old = one.seal("p", &secret());
    let before = one.active_key();
    assert_ne!(one.rotate().expect("rotates"), before);
    let new = one.seal("p", &secret());
    assert!(two.unseal("p", &new).is_ok(), "the sibling reads the file again");
    assert!(one.unseal("p", &old).is_ok() && one.is_outdated(&old));
    let mode = std::fs::metadata(&path).expect("exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Runs `work` on many threads at the same moment.
fn at_once<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    const THREADS: usize = 20;
    let start = std::sync::Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let one = || {
            start.wait();
            work()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends")).collect()
    })
}

#[test]
fn rotations_at_once_lose_no_key() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let path = dir.path().join("vault.key");
    let shared = in_file(&path).expect("creates");
    let first = shared.seal("p", &secret());
    // As threads of one process and as processes of their own.
    let mut sealed = at_once(|| {
        let own = in_file(&path).expect("reads");
        own.rotate().expect("rotates");
        shared.rotate().expect("rotates");
        [own.seal("p", &secret()), shared.seal("p", &secret())]
    });
    sealed.push([first, shared.seal("p", &secret())]);
    let fresh = in_file(&path).expect("reads");
    assert_eq!(fresh.with_ring(Ring::len), 41);
    assert_eq!(fresh.active_key(), shared.active_key(), "the newest key seals");
    for text in sealed.as_flattened() {
        assert_eq!(fresh.unseal("p", text).expect("opens").expose_secret(), "pässword");
    }
    let lock = std::fs::metadata(dir.path().join("vault.key.lock")).expect("stays");
    assert_eq!(lock.permissions().mode() & 0o777, 0o600);
}

#[test]
fn of_starts_at_once_all_use_the_same_first_key() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let path = dir.path().join("vault.key");
    let opened = at_once(|| in_file(&path).expect("creates or reads").active_key());
    let kept = in_file(&path).expect("reads").active_key();
    assert!(opened.iter().all(|key| *key == kept), "{opened:?}");
}

#[test]
fn keys_of_the_environment_are_not_rotated_by_us() {
    assert!(matches!(given(&[key("a", 1)]).rotate(), Err(VaultError::NotOurs)));
    assert_eq!(given(&[key("b", 2), key("a", 1)]).rotate().expect("nothing to do"), "b");
}

#[test]
fn unusable_key_files_are_refused_with_their_reason() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let path = dir.path().join("vault.key");
    let missing = VaultSettings { key_file: Some(path.clone()), ..Default::default() };
    assert!(matches!(Vault::open(&missing), Err(VaultError::Ring(RingError::Missing(_)))));
    in_file(&path).expect("creates");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("chmod");
    assert!(matches!(in_file(&path), Err(VaultError::Ring(RingError::Open(_)))));
    for wrong in ["a", "a:b", "a b:AAAA", &format!("{},{}", key("a", 1), key("a", 2))] {
        let keys = SecretString::from(wrong.to_owned());
        assert!(Vault::open(&VaultSettings { keys, ..Default::default() }).is_err(), "{wrong}");
    }
}

#[test]
fn keys_are_not_printed() {
    let body = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    assert!(!format!("{:?}", given(&[key("a", 7)])).contains(&body[..8]));
}
