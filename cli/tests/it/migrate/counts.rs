//! What closes a migration, and what `oms verify` says by itself.

use super::yard::{Yard, events};
use oms_testkit::servers::ServerKind::{MariaDb, MySql};

const TABLES: &str = "
    CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY);
    CREATE TABLE c (id INT PRIMARY KEY);";
const ROWS: &str = "
    INSERT INTO a VALUES (1), (2), (3); INSERT INTO b VALUES (1), (2); INSERT INTO c VALUES (9);";

#[tokio::test]
async fn counts_that_differ_are_named_and_end_with_5() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLES).await;
    yard.both(ROWS).await;
    let everything = yard.everything();
    let told = yard.count(&["--objects", &everything]).done();
    assert_eq!(told, "3 of 3 tables have as many rows at both sides; 6 rows at the source.\n");

    yard.target
        .exec("DELETE FROM a WHERE id > 1; INSERT INTO b VALUES (5); DROP TABLE c")
        .await
        .unwrap();
    let ended = yard.count(&["--objects", &everything]);
    assert_eq!(ended.code, Some(5), "{ended:?}");
    for (name, source, target) in [("a", "3", "1"), ("b", "2", "3"), ("c", "1", "no such table")] {
        let (from, to) = (yard.at_source(name), yard.at_target(name));
        let line = format!("  - {to}: {from} has {source}, {to} has {target}\n");
        assert!(ended.stderr.contains(&line), "{line} is not in {}", ended.stderr);
    }
    assert!(ended.stderr.starts_with("error[CLI-0036]: "), "{}", ended.stderr);

    let ended = yard.count(&["--json", "--objects", &everything]);
    assert_eq!(ended.code, Some(5));
    let events = events(&ended.stdout);
    assert_eq!(events[0]["event"], "different");
    assert_eq!(events[0]["target"]["name"], "a");
    assert_eq!((&events[0]["sourceRows"], &events[0]["targetRows"]), (&3.into(), &1.into()));
    assert_eq!(events[2]["targetRows"], serde_json::Value::Null);
    let last = events.last().unwrap();
    assert_eq!((&last["event"], &last["mismatches"]), (&"finished".into(), &3.into()));
    assert_eq!((&last["tables"], &last["rows"]), (&3.into(), &6.into()));
}

#[tokio::test]
async fn a_target_that_was_changed_after_the_load_is_noticed_by_the_same_command() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.unwrap();
    let everything = yard.everything();
    assert!(yard.load(&["--objects", &everything]).done().contains("6 rows"));
    // The same command once more has nothing to do.
    let last = yard.loaded(&["--objects", &everything]);
    assert_eq!((&last["rows"], &last["mismatches"]), (&6.into(), &0.into()));
    yard.target.exec("DELETE FROM b").await.unwrap();
    let ended = yard.load(&["--objects", &everything]);
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert!(ended.stderr.contains("load again: remove "), "{}", ended.stderr);
}

#[tokio::test]
async fn rows_that_are_there_are_refused_or_kept() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.unwrap();
    yard.both("ALTER TABLE a ADD v INT DEFAULT 0").await;
    yard.target.exec("INSERT INTO a VALUES (3, 9), (4, 9), (5, 9)").await.unwrap();
    let everything = yard.everything();
    let ended = yard.load(&["--objects", &everything]);
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("error[SYNC-0010]: 1 of 3 tables"), "{}", ended.stderr);
    let line = format!("  - {}: MOVE-0003: ", yard.at_source("a"));
    assert!(ended.stderr.contains(&line), "{}", ended.stderr);
    assert_eq!(yard.target.value("SELECT COUNT(*) FROM b").await.unwrap().unwrap(), "2");

    // Another command line, so another migration. Rows that are equal are in nobody's way.
    let data = yard.data();
    let kept = ["--objects", &everything, "--data-dir", data.to_str().unwrap(), "--allow-nonempty"];
    let told = yard.load(&kept).done();
    assert!(told.contains("The target kept 1 row that"), "{told}");
    assert!(told.contains("The row counts of both sides agree."), "{told}");
    assert_eq!(yard.target.value("SELECT COUNT(*) FROM a").await.unwrap().unwrap(), "5");
}

#[tokio::test]
async fn conditions_and_merges_count_as_they_load() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.unwrap();
    yard.target.exec("INSERT INTO a VALUES (2), (3), (9)").await.unwrap();
    let into = yard.at_target("a");
    let maps = format!("{}={into},{}={into}", yard.at_source("a"), yard.at_source("c"));
    let condition = format!("{}: id > 1", yard.at_source("a"));
    yard.count(&["--objects", &maps, "--where", &condition]).done();
    let ended = yard.count(&["--objects", &maps]);
    assert_eq!(ended.code, Some(5));
    let both = format!("{} + {} has 4, {into} has 3", yard.at_source("a"), yard.at_source("c"));
    assert!(ended.stderr.contains(&both), "{}", ended.stderr);
}

#[tokio::test]
async fn other_comparisons_come_later() {
    let yard = Yard::between(MySql, MariaDb).await;
    let all = yard.at_source("*");
    for mode in ["normal", "in"] {
        let arguments = ["--mode", mode, "--objects", &all];
        let ended = crate::harness::run(&mut yard.command("verify", &arguments), None);
        ended.refused(4, "COMMON-0012");
    }
}
