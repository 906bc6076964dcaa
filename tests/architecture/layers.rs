//! Inside a service: api -> ops -> {domain, repo}; the domain is pure.

use crate::tree::{SERVICES, read, root, rust_files};

const PARTS: [&str; 7] = [
    "app.rs",
    "settings.rs",
    "error.rs",
    "domain/mod.rs",
    "ops/mod.rs",
    "repo/mod.rs",
    "api/mod.rs",
];

/// What a layer must not name.
const FORBIDDEN: [(&str, &[&str]); 3] = [
    (
        "domain",
        &[
            "crate::api",
            "crate::ops",
            "crate::repo",
            "crate::app",
            "diesel",
            "actix_web",
            "tokio",
            "reqwest",
        ],
    ),
    ("repo", &["crate::api", "crate::ops", "actix_web", "reqwest"]),
    ("ops", &["crate::api", "actix_web"]),
];

#[test]
fn every_service_has_the_same_skeleton() {
    for service in SERVICES {
        for part in PARTS {
            let path = root().join(service).join("src").join(part);
            assert!(path.exists(), "{service}/src/{part} is missing");
        }
    }
}

#[test]
fn layers_do_not_reach_upwards() {
    for service in SERVICES {
        for (layer, forbidden) in FORBIDDEN {
            for path in rust_files(&format!("{service}/src/{layer}")) {
                let text = read(&path);
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                for (number, line) in code.enumerate() {
                    let named = forbidden.iter().find(|name| names(line, name));
                    assert!(named.is_none(), "{}:{number}: {line}", path.display());
                }
            }
        }
    }
}

/// Whether the line names the path `name`, not a longer word that contains it.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !word(before) && !word(after) && (name.contains("::") || after == Some(':'))
    })
}
