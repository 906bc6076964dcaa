//! Who may depend on whom: crates on lower crates, services on crates, nothing on a service.

use crate::tree::{SERVICES, manifest, read};
use std::collections::BTreeSet;

/// Each of our packages, its folder, and what it may use of ours.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("crates/model", &[]),
    ("crates/contracts", &["oms-model"]),
    ("crates/clients", &["oms-contracts", "oms-model"]),
    ("crates/connector", &["oms-model"]),
    ("crates/chassis", &["oms-clients", "oms-contracts", "oms-model"]),
    ("crates/testkit", &[]),
    // The gateway relays: it never talks to a database that is being migrated.
    ("gateway", &["oms-chassis", "oms-clients", "oms-contracts", "oms-model"]),
    ("project-service", WORKER),
    ("sync-service", WORKER),
    ("verify-service", WORKER),
    ("store-service", WORKER),
    ("alert-service", WORKER),
];
const WORKER: &[&str] =
    &["oms-chassis", "oms-clients", "oms-connector", "oms-contracts", "oms-model"];

fn ours(folder: &str) -> BTreeSet<String> {
    let manifest = manifest(folder);
    let used = manifest.get("dependencies").and_then(|d| d.as_table());
    used.into_iter()
        .flat_map(|table| table.keys())
        .filter(|name| name.starts_with("oms") || SERVICES.contains(&name.as_str()))
        .cloned()
        .collect()
}

#[test]
fn packages_use_only_what_is_below_them() {
    for (folder, allowed) in ALLOWED {
        for used in ours(folder) {
            assert!(allowed.contains(&used.as_str()), "{folder} must not depend on {used}");
        }
    }
}

#[test]
fn tests_of_a_package_use_no_service_either() {
    for (folder, _) in ALLOWED {
        let manifest = manifest(folder);
        let used = manifest.get("dev-dependencies").and_then(|d| d.as_table());
        for name in used.into_iter().flat_map(|table| table.keys()) {
            assert!(!SERVICES.contains(&name.as_str()), "the tests of {folder} use {name}");
        }
        assert!(manifest.get("target").is_none(), "{folder} has dependencies this test cannot see");
    }
}

#[test]
fn the_table_above_covers_every_member_but_the_two_that_may_use_all() {
    let workspace: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    let members = workspace["workspace"]["members"].as_array().expect("members");
    for member in members.iter().filter_map(|m| m.as_str()) {
        let known = ALLOWED.iter().any(|(folder, _)| *folder == member);
        assert!(known || ["cli", "tests"].contains(&member), "{member} has no place");
    }
}

#[test]
fn test_code_is_in_no_release_build() {
    for (folder, _) in ALLOWED {
        assert!(!ours(folder).contains("oms-testkit"), "{folder} ships oms-testkit");
    }
    assert!(!ours("cli").contains("oms-testkit"), "cli ships oms-testkit");
}

#[test]
fn versions_are_written_in_one_place() {
    for (folder, _) in ALLOWED.iter().chain(&[("cli", WORKER), ("tests", WORKER)]) {
        let manifest = manifest(folder);
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(|d| d.as_table()) else { continue };
            for (name, value) in table {
                let shared = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(shared, "{folder}: {name} has a version of its own");
            }
        }
    }
}

#[test]
fn the_model_knows_no_io() {
    let table = manifest("crates/model");
    let used = table["dependencies"].as_table().expect("dependencies");
    for banned in ["tokio", "actix-web", "reqwest", "diesel", "mysql_async", "tokio-postgres"] {
        assert!(!used.contains_key(banned), "oms-model must not depend on {banned}");
    }
}
