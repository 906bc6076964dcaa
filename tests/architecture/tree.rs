//! Finding and reading the files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The six services with the folders they live in, in calling order.
pub const SERVICES: [&str; 6] = [
    "gateway",
    "project-service",
    "sync-service",
    "verify-service",
    "store-service",
    "alert-service",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the root").to_path_buf()
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn manifest(folder: &str) -> toml::Table {
    read(format!("{folder}/Cargo.toml")).parse().expect("a manifest")
}

/// Every Rust file below `folder`, as paths relative to the root.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path.strip_prefix(root()).expect("below the root").to_path_buf());
        }
    }
}
