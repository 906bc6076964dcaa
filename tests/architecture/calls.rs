//! Who may call whom. Earlier in the list may call later, never back: so no cycle can exist.

use crate::tree::{SERVICES, manifest, read, rust_files};

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

/// A call names its callee, so a service that names one above itself is about to call it.
#[test]
fn no_service_names_one_above_it() {
    for (rank, folder) in SERVICES.iter().enumerate() {
        for path in rust_files(&format!("{folder}/src")) {
            let text = read(&path);
            for above in &SERVICES[..rank] {
                let name: String = above.split('-').map(capitalised).collect();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let named =
                    code.into_iter().any(|line| line.contains(&format!("ServiceName::{name}")));
                assert!(!named, "{} names {above}", path.display());
            }
        }
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
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
