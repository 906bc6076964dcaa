//! A business at work while it is moved: what it commits before, during and after the load is at the
//! target once, whatever happens to the process in between.

use super::yard::{Yard, events};
use crate::harness::{Ended, run};
use oms_testkit::{
    servers::ServerKind::{self, MariaDb, MySql, OceanBase},
    workload::{MONEY, SUMS, TABLES, Workload},
};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A source with tables and rows.
async fn busy(source: ServerKind, target: ServerKind, seed: u64) -> (Yard, Workload) {
    let yard = Yard::between(source, target).await;
    yard.source.exec(TABLES).await.expect("tables");
    let mut workload = Workload::new(seed);
    yard.source.exec(&workload.first_rows()).await.expect("rows");
    (yard, workload)
}

fn following(yard: &Yard, how: &[&str]) -> Command {
    let everything = yard.everything();
    let data = yard.data();
    let place = data.to_str().expect("a path");
    let common = ["--json", "--objects", &everything, "--data-dir", place];
    let types = ["--types", "schema,full,incr"];
    let mut how = how.to_vec();
    let heap = yard.at_source("heap");
    if !keeps_heap(yard) {
        how.extend(["--exclude", &heap]);
    }
    yard.command("migrate", &[&common[..], &types, &how].concat())
}

fn until_caught_up(yard: &Yard, how: &[&str]) -> Ended {
    run(&mut following(yard, &[&["--until", "caught-up"], how].concat()), None)
}

/// Where triggers capture, it is not known which rows without a key a load has read.
fn keeps_heap(yard: &Yard) -> bool {
    yard.source.server().kind != OceanBase
}

async fn is_equal(yard: &Yard) {
    for sum in SUMS.into_iter().filter(|sum| keeps_heap(yard) || !sum.ends_with(" heap")) {
        let from = yard.source.value(sum).await.expect("a sum");
        let to = yard.target.value(sum).await.expect("a sum");
        assert_eq!(from, to, "{sum}");
    }
    let money = yard.target.value(MONEY).await.expect("a sum");
    assert_eq!(money.as_deref(), Some("500000.00"));
}

fn is_done(ended: Ended) {
    let last = events(&ended.done()).pop().expect("an event");
    assert_eq!((&last["event"], &last["mismatches"]), (&"finished".into(), &0.into()), "{last}");
}

async fn work(yard: &Yard, workload: &mut Workload, transactions: usize) {
    for _ in 0..transactions {
        workload.step(&yard.source).await.expect("the business goes on");
    }
}

/// Works as long as the process does.
async fn work_beside(yard: &Yard, workload: &mut Workload, child: &mut Child, most: usize) {
    for _ in 0..most {
        if child.try_wait().expect("a child").is_some() {
            return;
        }
        workload.step(&yard.source).await.expect("the business goes on");
    }
}

async fn a_business_is_moved(source: ServerKind, target: ServerKind, mode: &str) {
    let (yard, mut workload) = busy(source, target, 11).await;
    let how = ["--mode", mode, "--on-drift", "stop"];
    let follow = [&["--follow"], &how[..]].concat();
    let mut child = following(&yard, &follow)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    work_beside(&yard, &mut workload, &mut child, 400).await;
    assert!(child.try_wait().expect("a child").is_none(), "it follows until it is stopped");
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    work(&yard, &mut workload, 100).await;
    is_done(until_caught_up(&yard, &how));
    is_equal(&yard).await;
    // Nothing is left to be done, and nothing is done again.
    is_done(until_caught_up(&yard, &[&how[..], &["--end-capture"]].concat()));
    is_equal(&yard).await;
    let left = "SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
    assert_eq!(yard.source.value(left).await.expect("a count").as_deref(), Some("0"));
    // What is committed from now on is captured by nobody.
    let refused = until_caught_up(&yard, &how);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("CLI-0038"), "{refused:?}");
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill");
    assert!(sent.success());
}

macro_rules! pairs {
    ($($name:ident: $source:ident to $target:ident, $mode:literal;)+) => {$(
        #[tokio::test]
        async fn $name() {
            a_business_is_moved($source, $target, $mode).await;
        }
    )+};
}

pairs! {
    mysql_is_followed_by_mariadb: MySql to MariaDb, "eventual";
    mysql_is_followed_by_mariadb_by_transactions: MySql to MariaDb, "transactional";
    mysql_is_followed_by_oceanbase: MySql to OceanBase, "eventual";
    mysql_is_followed_by_oceanbase_by_transactions: MySql to OceanBase, "transactional";
    mariadb_is_followed_by_mysql: MariaDb to MySql, "eventual";
    oceanbase_is_followed_by_mysql: OceanBase to MySql, "eventual";
    oceanbase_is_followed_by_mariadb_by_transactions: OceanBase to MariaDb, "transactional";
}

/// Killed again and again, at moments that a seed decides.
async fn killed(source: ServerKind, target: ServerKind, mode: &str, seed: u64) {
    let (yard, mut workload) = busy(source, target, seed).await;
    let how = ["--mode", mode, "--on-drift", "repair"];
    for _ in 0..4 {
        let follow = [&["--follow"], &how[..]].concat();
        let mut child = following(&yard, &follow)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let until = Duration::from_millis(300 + workload.below(4_000));
        let began = std::time::Instant::now();
        while began.elapsed() < until {
            work(&yard, &mut workload, 1).await;
        }
        assert!(child.try_wait().expect("a child").is_none(), "seed {seed}: it ended by itself");
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        work(&yard, &mut workload, 5).await;
    }
    is_done(until_caught_up(&yard, &how));
    is_equal(&yard).await;
}

macro_rules! kills {
    ($($name:ident: $source:ident to $target:ident, $mode:literal, $seed:literal;)+) => {$(
        #[tokio::test]
        async fn $name() {
            killed($source, $target, $mode, $seed).await;
        }
    )+};
}

kills! {
    a_killed_follower_of_mysql_goes_on_1: MySql to MariaDb, "eventual", 101;
    a_killed_follower_of_mysql_goes_on_2: MySql to MariaDb, "transactional", 102;
    a_killed_follower_of_mysql_goes_on_3: MySql to OceanBase, "eventual", 103;
    a_killed_follower_of_mariadb_goes_on: MariaDb to MySql, "eventual", 104;
}

/// Definitions that change while they are followed, with rows before and behind each.
const EVOLVING: [&str; 6] = [
    "ALTER TABLE accounts ADD COLUMN extra INT NOT NULL DEFAULT 7, ADD KEY by_extra (extra)",
    "UPDATE accounts SET extra = id WHERE id < 10",
    "CREATE TABLE fresh (id INT PRIMARY KEY, v VARCHAR(9)); INSERT INTO fresh VALUES (1, 'a')",
    "ALTER TABLE fresh CHANGE v w VARCHAR(20); INSERT INTO fresh VALUES (2, 'a longer text')",
    "TRUNCATE TABLE heap; INSERT INTO heap VALUES ('again', 1, NULL)",
    "CREATE TABLE gone (id INT PRIMARY KEY); INSERT INTO gone VALUES (1); DROP TABLE gone",
];

async fn definitions_follow(source: ServerKind, target: ServerKind) {
    let (yard, _) = busy(source, target, 21).await;
    is_done(until_caught_up(&yard, &["--on-drift", "stop"]));
    for statements in EVOLVING {
        yard.source.exec(statements).await.expect("definitions");
    }
    is_done(until_caught_up(&yard, &["--on-drift", "stop"]));
    is_equal(&yard).await;
    for look in [
        "SELECT GROUP_CONCAT(CONCAT(id, '=', extra) ORDER BY id) FROM accounts WHERE id < 15",
        "SELECT GROUP_CONCAT(CONCAT(id, '=', w) ORDER BY id) FROM fresh",
        "SELECT GROUP_CONCAT(CONCAT(word, '=', n)) FROM heap",
        "SELECT COUNT(*) FROM information_schema.tables \
         WHERE table_schema = DATABASE() AND table_name = 'gone'",
    ] {
        let (from, to) = (yard.source.value(look).await, yard.target.value(look).await);
        assert_eq!(from.expect("a value"), to.expect("a value"), "{look}");
    }
}

#[tokio::test]
async fn definitions_of_mysql_follow_into_mariadb() {
    definitions_follow(MySql, MariaDb).await;
}

#[tokio::test]
async fn definitions_of_mysql_follow_into_oceanbase() {
    definitions_follow(MySql, OceanBase).await;
}

#[tokio::test]
async fn a_statement_that_stops_a_migration_is_edited_or_skipped() {
    let (yard, _) = busy(MySql, MariaDb, 22).await;
    let how = ["--ddl", "stop"];
    is_done(until_caught_up(&yard, &how));
    yard.source.exec("ALTER TABLE accounts ADD COLUMN extra INT").await.expect("a definition");
    yard.source.exec("UPDATE accounts SET extra = id WHERE id < 3").await.expect("rows");
    let stopped = until_caught_up(&yard, &how);
    assert_eq!(stopped.code, Some(4), "{stopped:?}");
    assert!(stopped.stderr.contains("ALTER TABLE accounts ADD COLUMN extra"), "{stopped:?}");
    let again = until_caught_up(&yard, &how);
    assert_eq!(again.code, Some(4), "nothing was decided: {again:?}");
    // Change 1 is the first since nothing was written before.
    let edit = format!("1: ALTER TABLE {} ADD COLUMN extra INT", yard.at_target("accounts"));
    is_done(until_caught_up(&yard, &[&how[..], &["--edit-ddl", &edit]].concat()));
    let sum = "SELECT SUM(extra) FROM accounts";
    assert_eq!(yard.target.value(sum).await.expect("a sum").as_deref(), Some("3"));
}
