//! A file has one noun and an end; a main only starts.

use crate::tree::{SERVICES, read, rust_files};

const LIMIT: usize = 500;
const MAIN_LIMIT: usize = 30;

#[test]
fn no_file_is_longer_than_the_limit() {
    let long: Vec<String> = rust_files(".")
        .iter()
        .map(|path| (path, read(path).lines().count()))
        .filter(|(_, lines)| *lines > LIMIT)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "split by noun: {long:#?}");
}

#[test]
fn every_service_starts_in_a_short_main() {
    for service in SERVICES {
        let lines = read(format!("{service}/src/main.rs")).lines().count();
        assert!(lines < MAIN_LIMIT, "{service}/src/main.rs has {lines} lines");
    }
}

#[test]
fn every_file_says_what_it_owns() {
    let mute: Vec<String> = rust_files(".")
        .iter()
        .filter(|path| !read(path).starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(mute.is_empty(), "no //! at the top of {mute:#?}");
}
