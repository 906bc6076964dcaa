//! First starts, second starts, lost keys, foreign directories.

use super::*;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn open(path: &Path) -> Result<Place, PlaceError> {
    Place::open(Some(path.to_owned()))
}

#[test]
fn the_first_start_makes_everything_and_closes_it_to_others() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a/b");
    let place = open(&root).unwrap();
    place.keep_vault_key().unwrap();
    let secret = place.internal_secret().unwrap();
    assert!(secret.expose_secret().len() >= SHORTEST_SECRET);
    assert_eq!((mode(&root), mode(&root.join("meta"))), (0o700, 0o700));
    for file in ["vault.key", "internal.key", LOCK] {
        assert_eq!(mode(&root.join(file)), 0o600, "{file}");
    }
}

#[test]
fn the_second_start_finds_the_same_keys() {
    let dir = tempfile::tempdir().unwrap();
    let keys = || {
        let place = open(dir.path()).unwrap();
        place.keep_vault_key().unwrap();
        let secret = place.internal_secret().unwrap().expose_secret().to_owned();
        (std::fs::read_to_string(place.vault_key()).unwrap(), secret)
    };
    assert_eq!(keys(), keys());
}

#[test]
fn a_directory_in_use_is_refused_and_its_user_named() {
    let dir = tempfile::tempdir().unwrap();
    let place = open(dir.path()).unwrap();
    let refusal = open(dir.path()).unwrap_err();
    let pid = std::process::id();
    assert!(matches!(refusal, PlaceError::InUse(_, Some(found)) if found == pid), "{refusal}");
    assert!(refusal.to_string().ends_with(&format!("process {pid}")), "{refusal}");
    drop(place);
    open(dir.path()).unwrap();
}

#[test]
fn a_lost_vault_key_is_never_replaced() {
    for trace in ["meta/gateway.db", "internal.key"] {
        let dir = tempfile::tempdir().unwrap();
        let place = open(dir.path()).unwrap();
        std::fs::write(dir.path().join(trace), "x").unwrap();
        assert!(matches!(place.keep_vault_key(), Err(PlaceError::KeyMissing(_))), "{trace}");
        assert!(!place.vault_key().exists());
        let fault = Fault::from(place.keep_vault_key().unwrap_err());
        assert!(fault.lines().join("\n").contains("restore the key file from your backup"));
    }
}

#[test]
fn a_vault_key_open_to_others_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let place = open(dir.path()).unwrap();
    place.keep_vault_key().unwrap();
    std::fs::set_permissions(place.vault_key(), Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(place.keep_vault_key(), Err(PlaceError::Vault(_))));
}

#[test]
fn a_lost_internal_key_is_replaced_and_a_damaged_one_refused() {
    let dir = tempfile::tempdir().unwrap();
    let place = open(dir.path()).unwrap();
    let path = dir.path().join("internal.key");
    let first = place.internal_secret().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_ne!(place.internal_secret().unwrap().expose_secret(), first.expose_secret());
    private_file::write(&path, b"short\n").unwrap();
    assert!(matches!(place.internal_secret(), Err(PlaceError::KeyShort(_))));
}

#[test]
fn a_directory_of_somebody_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    std::fs::write(dir.path().join("thesis.txt"), "x").unwrap();
    assert!(matches!(open(dir.path()), Err(PlaceError::Foreign(_))));
    assert_eq!(mode(dir.path()), 0o755);
    assert_eq!(dir.path().read_dir().unwrap().count(), 1);
}

#[test]
fn a_fresh_file_system_counts_as_empty() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("lost+found")).unwrap();
    open(dir.path()).unwrap();
}

#[test]
fn a_file_is_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(open(&file), Err(PlaceError::NoDirectory(_))));
    assert!(matches!(open(&file.join("below")), Err(PlaceError::NoDirectory(_))));
}

#[test]
fn migrations_may_have_been_in_the_default_directory_before() {
    let dir = tempfile::tempdir().unwrap();
    let migration = dir.path().join(MIGRATIONS).join("0a");
    drop(open(&migration).unwrap());
    open(dir.path()).unwrap();
    open(&migration).unwrap();
}
