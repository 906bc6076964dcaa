//! Layers, unknown keys, contradictions, secrets.

use super::*;
use std::collections::HashMap;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Sample {
    http: HttpSettings,
    metadata: MetadataSettings,
    internal: InternalSettings,
}

impl Checked for Sample {
    fn faults(&self, faults: &mut Vec<String>) {
        self.http.faults(faults);
        self.metadata.faults(faults);
        self.internal.faults(faults);
    }
}

const GOOD: &str = "[http]\nworkers = 3\n[metadata]\nurl = 'sqlite:x'\n[internal]\nsecret = '0123456789012345678901234567890123456789'\n";

fn read(text: &str, env: &[(&str, &str)]) -> Result<Sample, SettingsError> {
    let dir = tempfile::tempdir().expect("a temp dir");
    let file = dir.path().join("oms.toml");
    std::fs::write(&file, text).expect("writes");
    let env: HashMap<_, _> = env.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    load_with(Some(&file), env)
}

#[test]
fn the_file_overrides_the_defaults_and_the_environment_the_file() {
    assert_eq!(read(GOOD, &[]).unwrap().http.workers, 3);
    assert_eq!(read(GOOD, &[("OMS__HTTP__WORKERS", "5")]).unwrap().http.workers, 5);
    assert_eq!(read(GOOD, &[]).unwrap().http.body_limit_bytes, 4 << 20);
}

#[test]
fn all_unknown_keys_and_all_contradictions_are_reported_at_once() {
    let text = "[http]\nworkers = 0\nprot = 1\n[htpp]\nport = 1\n";
    let Err(SettingsError::Wrong(faults)) = read(text, &[("OMS__METADATA__ULR", "x")]) else {
        panic!("wrong settings were accepted");
    };
    for part in
        ["htpp", "http.prot", "metadata.ulr", "http.workers", "metadata.url", "internal.secret"]
    {
        assert!(faults.iter().any(|f| f.contains(part)), "{part} is not in {faults:?}");
    }
}

#[test]
fn a_value_of_the_wrong_type_names_its_key() {
    let error =
        read(&GOOD.replace("workers = 3", "workers = 'many'"), &[]).unwrap_err().to_string();
    assert!(error.contains("workers"), "{error}");
}

#[test]
fn a_missing_file_and_an_unreadable_one_are_named() {
    let missing = load_with::<Sample>(Some(Path::new("/nowhere/oms.toml")), HashMap::new());
    assert!(matches!(missing, Err(SettingsError::NoFile(_))));
    let dir = tempfile::tempdir().expect("a temp dir");
    let folder = load_with::<Sample>(Some(dir.path()), HashMap::new());
    assert!(matches!(folder, Err(SettingsError::Unreadable { .. })));
}

#[test]
fn what_is_malformed_is_told_without_its_value() {
    for (text, place) in [
        ("[internal]\nsecret = \"hunter2-SECRET\n", "line 2"),
        ("[internal]\nsecret = [\"hunter2-SECRET\"]\n", "secret"),
        ("internal = \"hunter2-SECRET\"\n", "internal"),
        ("[http]\nworkers = \"hunter2-SECRET\"\n", "workers"),
        ("[http]\nlisten = \"hunter2-SECRET\"\n", "listen"),
    ] {
        let told = read(text, &[]).expect_err("refused").to_string();
        assert!(!told.contains("hunter2"), "{told}");
        assert!(told.contains(place), "{place} is not in {told}");
    }
}

#[test]
fn values_that_could_not_work_are_faults_and_not_panics() {
    let text = "[http]\nworkers = 9999\nshutdown_ms = 0\n[metadata]\nurl = 'sqlite:x'\n\
                connections = 4294967295\nwait_ms = 0\n";
    let Err(SettingsError::Wrong(faults)) = read(text, &[]) else { panic!("accepted") };
    for part in ["workers", "shutdown_ms", "metadata.connections", "metadata.wait_ms"] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
    }
}

#[test]
fn secrets_of_digits_stay_texts_and_are_not_printed() {
    let digits = "00123456789012345678901234567890123456789";
    let settings = read(GOOD, &[("OMS__INTERNAL__SECRET", digits)]).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&settings.internal.secret), digits);
    let printed = format!("{settings:?}");
    assert!(!printed.contains(digits) && !printed.contains("sqlite:x"), "{printed}");
}
