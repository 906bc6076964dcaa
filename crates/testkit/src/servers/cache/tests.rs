//! A cache holds whole installations only, and fetches each once.

use std::sync::{
    Barrier,
    atomic::{AtomicUsize, Ordering},
};

use super::*;

const KIND: ServerKind = ServerKind::MySql;

fn empty_cache() -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path().join("not/yet/there")).unwrap();
    (dir, cache)
}

fn fetch_one(staging: &Path) -> Result<String, ServerError> {
    fs::write(staging.join("program"), "whole").map_err(ServerError::io("write"))?;
    Ok("9.7.4-2".to_owned())
}

fn must_not_fetch(_: &Path) -> Result<String, ServerError> {
    panic!("the server is in the cache already")
}

#[test]
fn a_second_run_takes_what_the_first_one_fetched() {
    let (_dir, cache) = empty_cache();
    let first = cache.ensure(KIND, 1, fetch_one).unwrap();
    let second = cache.ensure(KIND, 1, must_not_fetch).unwrap();
    assert_eq!(second.version, "9.7.4-2");
    assert_eq!(second.dir, first.dir);
    assert_eq!(fs::read_to_string(second.dir.join("program")).unwrap(), "whole");
}

#[test]
fn a_new_recipe_revision_fetches_again() {
    let (_dir, cache) = empty_cache();
    let first = cache.ensure(KIND, 1, fetch_one).unwrap();
    let second = cache.ensure(KIND, 2, fetch_one).unwrap();
    assert_ne!(second.dir, first.dir);
}

#[test]
fn what_a_killed_fetch_left_is_never_used() {
    let (_dir, cache) = empty_cache();
    let half_made = cache.root.join("mysql.partial.1");
    fs::create_dir(&half_made).unwrap();
    fs::write(half_made.join("program"), "half").unwrap();
    fs::write(half_made.join("stray"), "").unwrap();
    let fetched = cache.ensure(KIND, 1, fetch_one).unwrap();
    assert_eq!(fs::read_to_string(fetched.dir.join("program")).unwrap(), "whole");
    assert!(!fetched.dir.join("stray").exists());
    assert!(!half_made.exists());
}

#[test]
fn a_failed_fetch_leaves_nothing_and_says_which_variable_helps() {
    let (_dir, cache) = empty_cache();
    let failure = cache
        .ensure(KIND, 1, |staging| {
            fs::write(staging.join("program"), "half").unwrap();
            Err(ServerError::NoBuild)
        })
        .unwrap_err();
    assert!(failure.to_string().contains("OMS_TEST_MYSQL_URL"), "{failure}");
    assert!(failure.with_causes().contains("there is no build"), "{}", failure.with_causes());
    let left: Vec<_> = fs::read_dir(&cache.root).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["mysql.lock"]);
}

#[test]
fn many_at_once_fetch_once() {
    let (_dir, cache) = empty_cache();
    let (fetches, start) = (AtomicUsize::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let fetch = |staging: &Path| {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    fetch_one(staging)
                };
                assert_eq!(cache.ensure(KIND, 1, fetch).unwrap().version, "9.7.4-2");
            });
        }
    });
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
}

#[test]
fn different_kinds_do_not_wait_for_each_other() {
    let (_dir, cache) = empty_cache();
    let nested = cache.ensure(ServerKind::MySql, 1, |staging| {
        cache.ensure(ServerKind::MariaDb, 1, fetch_one)?;
        fetch_one(staging)
    });
    assert!(nested.is_ok());
}
