//! What is told on the way, and how long many small tables take.

use super::yard::{Yard, events};
use crate::harness::run;
use oms_testkit::servers::ServerKind::{MariaDb, MySql};
use serde_json::Value;
use std::time::Instant;

#[tokio::test]
async fn programs_read_one_object_a_line() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both("CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(200))").await;
    yard.source.exec("INSERT INTO t VALUES (1, REPEAT('x', 200)), (2, 'y')").await.unwrap();
    let everything = yard.everything();
    let ended = yard.load(&["--json", "--objects", &everything, "--rows-per-second", "1"]);
    assert_eq!(ended.stderr, "");
    let events = events(&ended.done());
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names[0], *names.last().unwrap()), ("started", "finished"));
    assert!(names[1..names.len() - 1].iter().all(|name| *name == "progress"), "{names:?}");
    let last = events.last().unwrap();
    let keys: Vec<&String> = last.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["bytes", "event", "mismatches", "rows", "seconds", "tables"]);
    assert!(last["seconds"].as_f64().unwrap() > 0.0);
    let progress = &events[events.len() - 2];
    assert_eq!((&progress["step"], &progress["tables"]), (&"FULL".into(), &1.into()));
    for key in ["done", "failed", "rows", "estimatedRows", "bytes", "conflicts", "bottleneck"] {
        assert_ne!(progress[key], Value::Null, "{key}");
    }
    assert_eq!((&progress["done"], &progress["rows"]), (&1.into(), &2.into()));
}

#[tokio::test]
async fn failures_are_told_to_programs_on_stderr() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec("CREATE TABLE t (id INT PRIMARY KEY)").await.unwrap();
    let everything = yard.everything();
    let ended = yard.load(&["--json", "--objects", &everything]);
    assert_eq!(ended.code, Some(4));
    let told: Value = serde_json::from_str(&ended.stderr).expect("one object");
    assert_eq!(told["error"]["code"], "SYNC-0010");
    assert_eq!(told["error"]["details"][0]["field"], yard.at_source("t"));
}

#[tokio::test]
async fn people_read_sentences() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    yard.source.exec("INSERT INTO t VALUES (1), (2), (3)").await.unwrap();
    let everything = yard.everything();
    let told = yard.load(&["--objects", &everything]).done();
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("1 object to move; progress is kept in /"), "{told}");
    assert!(lines[1].starts_with("Moved 1 object, 3 rows, "), "{told}");
    assert_eq!(lines[2], "The row counts of both sides agree.", "{told}");
}

#[tokio::test]
async fn definitions_are_created_and_indexes_follow_the_load() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec("CREATE TABLE t (id INT PRIMARY KEY, n INT, KEY by_n (n))").await.unwrap();
    yard.source.exec("INSERT INTO t VALUES (1, 1), (2, 4)").await.unwrap();
    let everything = yard.everything();
    let arguments = ["--objects", &everything];
    let ended = run(&mut yard.command("migrate", &arguments), None);
    assert!(ended.done().contains("The row counts of both sides agree."));
    let index = yard.target.rows("SHOW INDEX FROM t WHERE Key_name = 'by_n'").await.unwrap();
    assert_eq!(index.len(), 1, "the index is built after the load");
}

#[tokio::test]
async fn what_changes_on_the_way_is_told_and_what_is_left_is_kept() {
    told(Yard::open().await, 2).await;
    told(Yard::between(MySql, MySql).await, 1).await;
}

async fn told(yard: Yard, changed: usize) {
    let tables = "
        CREATE TABLE p (id INT PRIMARY KEY, s VARCHAR(9) COLLATE utf8mb4_0900_ai_ci);
        CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT of_p FOREIGN KEY (p) REFERENCES p (id));";
    yard.source.exec(tables).await.expect("an answer");
    let (everything, data) = (yard.everything(), yard.data());
    let arguments = ["--objects", &everything, "--data-dir", data.to_str().expect("a path")];
    let ended = run(&mut yard.command("migrate", &arguments), None);
    let said = &ended.stderr;
    assert!(said.contains(&format!("{changed} definition")), "{said}");
    assert!(said.contains("foreign key of_p is kept"), "{said}");
    assert_eq!(said.contains("utf8mb4_0900_ai_ci"), changed == 2, "{said}");
    assert!(said.contains("1 statement for when the target takes over"), "{said}");
    ended.done();
    let later = std::fs::read_to_string(data.join("later.sql")).expect("a file");
    assert!(later.contains("FOREIGN KEY"), "{later}");
    yard.target.exec(later.trim().trim_end_matches(';')).await.expect("an answer");
    let made = "SELECT COUNT(*) FROM information_schema.table_constraints
        WHERE table_schema = DATABASE() AND constraint_name = 'of_p'";
    assert_eq!(yard.target.value(made).await.expect("an answer").as_deref(), Some("1"));
    // A run that was killed before it kept them leaves that to the next one.
    std::fs::remove_file(data.join("later.sql")).expect("it is there");
    let again = run(&mut yard.command("migrate", &arguments), None);
    assert!(data.join("later.sql").exists());
    assert!(!again.stderr.contains("not as at the source"), "{}", again.stderr);
}

#[tokio::test]
async fn a_thousand_small_tables() {
    let yard = Yard::between(MySql, MariaDb).await;
    let make = |number: u32| format!("CREATE TABLE t{number} (id INT PRIMARY KEY, n INT);");
    for some in (0..1_000).collect::<Vec<u32>>().chunks(100) {
        let tables: String = some.iter().map(|number| make(*number)).collect();
        yard.both(&tables).await;
        let row = |number: &u32| format!("INSERT INTO t{number} VALUES (1, {number}), (2, 0);");
        let rows: String = some.iter().map(row).collect();
        yard.source.exec(&rows).await.unwrap();
    }
    let (everything, started) = (yard.everything(), Instant::now());
    let last = yard.loaded(&["--objects", &everything]);
    println!("1,000 tables of 2 rows: {:?}; {last}", started.elapsed());
    assert_eq!((&last["tables"], &last["rows"]), (&1_000.into(), &2_000.into()));
    assert_eq!(last["mismatches"], 0);
}
