//! Who may call whom. Earlier in the list may call later, never back: so no cycle can exist.

use crate::tree::{SERVICES, manifest};

#[test]
fn services_only_call_downwards() {
    let rank = |name: &str| {
        SERVICES.iter().position(|s| s.trim_end_matches("-service") == name).expect("a service")
    };
    let mut calls = 0;
    for (caller, folder) in SERVICES.iter().enumerate() {
        for callee in clients_of(folder) {
            assert!(rank(&callee) > caller, "{folder} must not call {callee}");
            calls += 1;
        }
    }
    assert!(calls > 0, "no service calls another: this test reads the wrong thing");
}

/// Each service states its calls as features of `oms-clients`.
fn clients_of(folder: &str) -> Vec<String> {
    let manifest = manifest(folder);
    let features = manifest["dependencies"]
        .get("oms-clients")
        .and_then(|c| c.get("features"))
        .and_then(|f| f.as_array());
    let names = features.into_iter().flatten().filter_map(|f| f.as_str());
    names.map(ToOwned::to_owned).collect()
}
