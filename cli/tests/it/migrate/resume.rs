//! Killed or interrupted at any moment, the same command goes on, and nothing is lost or doubled.

use super::yard::Yard;
use crate::harness::{Ended, run};
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// 64,000 rows in a table with a key and 4,000 in one without, so that a load takes a while.
pub const TABLES: &str = "
    CREATE TABLE big (id INT PRIMARY KEY, note VARCHAR(60), n BIGINT);
    CREATE TABLE two (a INT, b VARCHAR(10), note VARCHAR(60), PRIMARY KEY (a, b));
    CREATE TABLE heap (note VARCHAR(60), n INT);";
pub const ROWS: &str = "
    CREATE TABLE d (d INT PRIMARY KEY);
    INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7);
    INSERT INTO big SELECT id, REPEAT(CHAR(97 + id % 26), 1 + id % 50), id * 7919 FROM (
        SELECT a.d + 8 * b.d + 64 * c.d + 512 * e.d + 4096 * f.d + 32768 * g.d AS id
        FROM d a, d b, d c, d e, d f, d g WHERE g.d < 2) AS all_of_them;
    INSERT INTO two SELECT a.d + 8 * b.d + 64 * c.d, CONCAT('k', e.d, f.d), REPEAT('y', 30)
        FROM d a, d b, d c, d e, d f;
    INSERT INTO heap SELECT CONCAT('z', a.d, b.d), c.d + 8 * e.d FROM d a, d b, d c, d e;
    DROP TABLE d;";
const SUMS: [&str; 3] = [
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', id, note, n)))) FROM big",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', a, b, note)))) FROM two",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', note, n)))) FROM heap",
];

pub async fn filled(source: ServerKind, target: ServerKind) -> Yard {
    let yard = Yard::between(source, target).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.expect("rows");
    yard
}

pub async fn is_whole(yard: &Yard) {
    for sum in SUMS {
        let from = yard.source.value(sum).await.expect("a sum");
        let to = yard.target.value(sum).await.expect("a sum");
        assert_eq!(from, to, "{sum}");
    }
}

/// What else a source may have, to be added to the tables above once they have their rows.
const MORE: &str = "
    ALTER TABLE big ADD KEY by_n (n), ADD KEY by_note (note);
    CREATE TABLE part (id INT PRIMARY KEY, big INT, KEY by_big (big),
        CONSTRAINT of_big FOREIGN KEY (big) REFERENCES big (id));
    INSERT INTO part SELECT id, id FROM big WHERE id < 500;
    CREATE TRIGGER stamp BEFORE INSERT ON two FOR EACH ROW SET NEW.note = UPPER(NEW.note);
    ANALYZE TABLE big;";

/// All that was not rows is there, or kept for later.
async fn has_more(yard: &Yard) {
    for (table, index) in [("big", "by_n"), ("big", "by_note"), ("part", "by_big")] {
        let asked = format!("SHOW INDEX FROM {table} WHERE Key_name = '{index}'");
        let shown = yard.target.rows(&asked);
        let shown = format!("{:?}", shown.await.expect("indexes"));
        assert!(shown.contains(index), "{index}: {shown}");
        assert!(!shown.contains("unavailable") && !shown.contains("error"), "{shown}");
    }
    let parts = "SELECT CONCAT(COUNT(*), ':', SUM(big)) FROM part";
    let (from, to) = (yard.source.value(parts).await, yard.target.value(parts).await);
    assert_eq!(from.expect("a sum"), to.expect("a sum"));
    let migrations = yard.home.path().join(".local/share/oms/migrations");
    let data = migrations.read_dir().expect("a folder").next().expect("one").expect("one").path();
    let later = std::fs::read_to_string(data.join("later.sql")).expect("what is left");
    for part in ["`of_big`", "FOREIGN KEY", "TRIGGER", "`stamp`"] {
        assert_eq!(later.matches(part).count(), 1, "{part}: {later}");
    }
    assert!(!later.contains(yard.source.name()), "{later}");
}

/// Slow enough to be met at work.
pub fn slow(yard: &Yard) -> Command {
    let everything = yard.everything();
    let limit = ["--types", "full", "--objects", &everything, "--rows-per-second", "40000"];
    let mut command = yard.command("migrate", &limit);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Numbers that look random and are the same in every run.
struct Seed(u64);

impl Seed {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// With an even seed the tables are made by the migration itself, which may be killed while it does.
async fn survives(seed: u64, target: ServerKind) {
    let makes = seed.is_multiple_of(2);
    let types = if makes { "schema,full" } else { "full" };
    let yard = Yard::between(MySql, target).await;
    yard.source.exec(TABLES).await.expect("tables");
    if !makes {
        yard.target.exec(TABLES).await.expect("tables");
    }
    yard.source.exec(ROWS).await.expect("rows");
    if makes {
        yard.source.exec(MORE).await.expect("more");
    }
    let everything = yard.everything();
    let arguments = ["--types", types, "--objects", &everything, "--rows-per-second", "40000"];
    let mut seed = Seed(seed);
    let mut killed = 0;
    for _ in 0..6 {
        let mut command = yard.command("migrate", &arguments);
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary runs");
        tokio::time::sleep(Duration::from_millis(100 + seed.next(1_300))).await;
        if let Some(ended) = child.try_wait().expect("it can be asked") {
            assert!(ended.success(), "a run that nobody killed failed: {ended}");
            break;
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        killed += 1;
    }
    assert!(killed >= 2, "it was too fast to be killed: {killed}");
    let ended = run(&mut yard.command("migrate", &arguments), None);
    ended.done();
    is_whole(&yard).await;
    if makes {
        has_more(&yard).await;
    }
}

/// Somebody takes the key away while nobody loads: rows that came before and come again would be
/// there twice then.
#[tokio::test]
async fn a_target_that_lost_its_key_gets_every_row_once() {
    for target in [MariaDb, OceanBase] {
        let yard = filled(MySql, target).await;
        let mut child = slow(&yard).spawn().expect("the binary runs");
        oms_testkit::eventually(Duration::from_secs(30), async || rows(&yard).await > 0).await;
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        assert!(rows(&yard).await < 65_536, "it was done before it was killed");
        yard.target.exec("ALTER TABLE big DROP PRIMARY KEY").await.expect("it goes");
        run(&mut slow(&yard), None).done();
        is_whole(&yard).await;
    }
}

/// Somebody has made the table without one to begin with.
#[tokio::test]
async fn a_target_without_the_keys_of_its_source_gets_every_row_once() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec(&format!("{TABLES}{ROWS}")).await.expect("tables and rows");
    let keyless = TABLES.replace(" PRIMARY KEY,", ",").replace(", PRIMARY KEY (a, b)", "");
    assert!(!keyless.contains("KEY"), "{keyless}");
    yard.target.exec(&keyless).await.expect("tables");
    for _ in 0..2 {
        let before = rows(&yard).await;
        let mut child = slow(&yard).spawn().expect("the binary runs");
        let moves = async || {
            let now = rows(&yard).await;
            now > 0 && now != before
        };
        oms_testkit::eventually(Duration::from_secs(30), moves).await;
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
    }
    run(&mut slow(&yard), None).done();
    is_whole(&yard).await;
}

macro_rules! seeds {
    ($($name:ident: $seed:literal, $target:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            survives($seed, $target).await;
        }
    )+};
}

seeds! {
    killed_by_seed_1: 1, OceanBase;
    killed_by_seed_2: 2, OceanBase;
    killed_by_seed_3: 3, MariaDb;
    killed_by_seed_4: 4, MariaDb;
    killed_by_seed_5: 5, OceanBase;
    killed_by_seed_6: 6, OceanBase;
    killed_by_seed_7: 7, MariaDb;
    killed_by_seed_8: 8, MariaDb;
    killed_by_seed_9: 9, OceanBase;
    killed_by_seed_10: 10, OceanBase;
    killed_by_seed_11: 11, MariaDb;
    killed_by_seed_12: 12, MariaDb;
    killed_by_seed_13: 13, OceanBase;
    killed_by_seed_14: 14, OceanBase;
    killed_by_seed_15: 15, MariaDb;
    killed_by_seed_16: 16, MariaDb;
    killed_by_seed_17: 17, OceanBase;
    killed_by_seed_18: 18, OceanBase;
    killed_by_seed_19: 19, MariaDb;
    killed_by_seed_20: 20, MariaDb;
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

pub async fn rows(yard: &Yard) -> u64 {
    let count = yard.target.value("SELECT COUNT(*) FROM big").await.expect("a count");
    count.and_then(|count| count.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn interrupted_it_says_how_to_go_on_and_does() {
    let yard = filled(MySql, MariaDb).await;
    for name in ["-INT", "-TERM"] {
        let before = rows(&yard).await;
        let child = slow(&yard).spawn().expect("the binary runs");
        oms_testkit::eventually(Duration::from_secs(30), async || rows(&yard).await > before).await;
        signal(&child, name);
        let ended: Ended = child.wait_with_output().expect("it ends").into();
        assert_eq!(ended.code, Some(130), "{ended:?}");
        assert!(ended.stderr.contains("error[CLI-0030]: interrupted"), "{}", ended.stderr);
        assert!(ended.stderr.contains("the same command goes on"), "{}", ended.stderr);
        assert!(rows(&yard).await < 65_536, "it was done before it was interrupted");
    }
    let everything = yard.everything();
    yard.load(&["--objects", &everything]).done();
    is_whole(&yard).await;
}

#[tokio::test]
async fn two_at_once_are_not_let_into_one_directory() {
    let yard = filled(MySql, MariaDb).await;
    let mut child = slow(&yard).spawn().expect("the binary runs");
    oms_testkit::eventually(Duration::from_secs(30), async || rows(&yard).await > 0).await;
    let told = run(&mut slow(&yard), None).refused(4, "CLI-0021");
    assert!(told.contains(&format!("process {}", child.id())), "{told}");
    child.kill().expect("it can be killed");
    child.wait().expect("it can be waited for");
}
