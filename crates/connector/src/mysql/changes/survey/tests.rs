//! What statements of a log mean for tables that are as they are at its end.

use super::super::event::{Checksum, written};
use super::*;

/// The tables that are found to be others, after statements in the database `d`.
fn shifted(present: &[&str], applied: usize, statements: &[&str]) -> Vec<String> {
    let server = Server::of_mysql_protocol("9.7.4", "");
    let texts = Texts::of(&server);
    let present = present.iter().map(|name| ("d".to_owned(), (*name).to_owned())).collect();
    let scope = Scope { folds: false, texts: &texts, server: &server, present, applied };
    let mut survey = Survey::new(scope);
    for statement in statements {
        let body = [&[0; 8][..], &[1, 0, 0, 0, 0], b"d\0", statement.as_bytes()].concat();
        let event = written(kind::QUERY, 100, 0, &body);
        assert!(survey.see(&Event::read(&event, Checksum::Crc32).unwrap()).unwrap());
    }
    let mut found: Vec<String> =
        survey.shifted.iter().map(|((_, name), count)| format!("{name} {count}")).collect();
    found.sort();
    found
}

#[test]
fn each_definition_counts_until_the_log_itself_says_what_a_table_is() {
    let nothing: [&str; 0] = [];
    assert_eq!(shifted(&["t"], 0, &["ALTER TABLE t ADD a INT", "ALTER TABLE t DROP b"]), ["t 2"]);
    assert_eq!(
        shifted(&["t"], 0, &["INSERT INTO t VALUES (1)", "ALTER TABLE t COMMENT 'x'"]),
        nothing
    );
    let anew = ["DROP TABLE t", "CREATE TABLE t (a INT)", "ALTER TABLE t ADD b INT"];
    assert_eq!(shifted(&["t"], 0, &anew), ["t 1"]);
    assert_eq!(shifted(&["t"], 0, &["CREATE OR REPLACE TABLE t (a INT)"]), ["t 1"]);
    let swap = ["RENAME TABLE t TO x, u TO t, x TO u"];
    assert_eq!(shifted(&["t", "u"], 0, &swap), ["t 1", "u 1", "x 1"]);
}

#[test]
fn what_was_applied_before_does_not_count() {
    let twice = ["ALTER TABLE t ADD a INT", "BEGIN", "ALTER TABLE t DROP b"];
    assert_eq!(shifted(&["t"], 1, &twice), ["t 1"]);
    assert!(shifted(&["t"], 2, &twice).is_empty());
}

#[test]
fn what_cannot_be_read_counts_for_all_that_it_names() {
    assert_eq!(shifted(&["t"], 0, &["ALTER TABLE t ADD a SHAPE OF ("]), ["t 1"]);
    assert_eq!(
        shifted(&["t"], 0, &["RENAME TABLE t TO u FROB, v TO t FROB"]),
        ["t 1", "u 1", "v 1"]
    );
}

#[test]
fn a_database_that_is_dropped_takes_its_tables_with_it() {
    let anew = ["DROP DATABASE d", "CREATE DATABASE d", "CREATE TABLE t (a INT)"];
    assert_eq!(shifted(&["t", "u"], 0, &anew), ["t 1", "u 1"]);
    // What the log makes itself is known, and what is gone is not dropped twice.
    let again = ["DROP TABLE t", "DROP DATABASE d", "CREATE TABLE t (a INT)"];
    assert_eq!(shifted(&["t"], 0, &again), ["t 1"]);
}

#[test]
fn a_table_that_may_have_been_there_is_not_taken_for_a_new_one() {
    let made = "CREATE TABLE IF NOT EXISTS t (a INT)";
    assert!(shifted(&["t"], 0, &[made]).is_empty());
    assert_eq!(shifted(&["t"], 0, &[made, "ALTER TABLE t ADD b INT"]), ["t 1"]);
    assert_eq!(shifted(&["t"], 0, &["DROP TABLE t", made, "ALTER TABLE t ADD b INT"]), ["t 1"]);
}
