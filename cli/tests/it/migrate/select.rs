//! Which tables, which rows, which columns, and under which names.

use super::yard::Yard;
use oms_testkit::servers::ServerKind::{MariaDb, MySql};

const SHARDS: &str = "
    CREATE TABLE part_1 (id INT PRIMARY KEY, name VARCHAR(20), extra INT);
    CREATE TABLE part_2 (id INT PRIMARY KEY, name VARCHAR(20), extra INT);
    CREATE TABLE part_old (id INT PRIMARY KEY, name VARCHAR(20), extra INT);
    CREATE TABLE other (id INT PRIMARY KEY);
    CREATE VIEW seen AS SELECT id FROM other;
    INSERT INTO part_1 VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
    INSERT INTO part_2 VALUES (11, 'k', 1), (12, 'l', 2);
    INSERT INTO part_old VALUES (1, 'never', 0);
    INSERT INTO other VALUES (7);";
const ALL: &str = "CREATE TABLE everything (id INT PRIMARY KEY, name VARCHAR(20), extra INT)";

#[tokio::test]
async fn many_tables_become_one_with_the_rows_that_meet_their_conditions() {
    let yard = Yard::open().await;
    yard.source.exec(SHARDS).await.unwrap();
    yard.target.exec(ALL).await.unwrap();
    let objects = format!("{}={}", yard.at_source("part_?"), yard.at_target("everything"));
    let condition = format!("{}: id >= 2 AND name <> 'x'", yard.at_source("part_1"));
    let last = yard.loaded(&["--objects", &objects, "--where", &condition]);
    assert_eq!((&last["tables"], &last["rows"]), (&2.into(), &4.into()), "{last}");
    let rows = yard.target.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM everything").await;
    assert_eq!(rows.unwrap().as_deref(), Some("2,3,11,12"));
}

#[tokio::test]
async fn maps_name_what_objects_select_and_select_nothing_more() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec(SHARDS).await.unwrap();
    yard.target.exec(ALL).await.unwrap();
    yard.target.exec("CREATE TABLE part_2 (id INT PRIMARY KEY, name TEXT)").await.unwrap();
    let maps = [
        format!("{}={}", yard.at_source("*"), yard.at_target("*")),
        format!("{}={}", yard.at_source("part_1"), yard.at_target("everything")),
    ];
    let (objects, old) = (yard.at_source("part_*"), yard.at_source("part_old"));
    let columns = format!("{}: name, id", yard.at_source("part_2"));
    let last = yard.loaded(&[
        "--objects",
        &objects,
        "--exclude",
        &old,
        "--map",
        &maps[0],
        "--map",
        &maps[1],
        "--columns",
        &columns,
    ]);
    assert_eq!((&last["tables"], &last["rows"]), (&2.into(), &5.into()), "{last}");
    assert_eq!(yard.target.value("SELECT SUM(extra) FROM everything").await.unwrap().unwrap(), "6");
    let named = yard.target.value("SELECT MAX(name) FROM part_2").await.unwrap();
    assert_eq!(named.as_deref(), Some("l"));
}

#[tokio::test]
async fn views_have_no_rows_to_load() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec(SHARDS).await.unwrap();
    yard.target.exec("CREATE TABLE other (id INT PRIMARY KEY)").await.unwrap();
    let map = yard.everything();
    let some = format!("{},{}", yard.at_source("seen"), yard.at_source("other"));
    let ended = yard.load(&["--objects", &some, "--map", &map]);
    assert!(ended.stderr.contains("1 view left out"), "{ended:?}");
    assert!(ended.done().contains("The row counts of both sides agree."));
    let view = yard.at_source("seen");
    let told = yard.load(&["--objects", &view, "--map", &map]).refused(2, "PROJECT-0006");
    assert!(told.contains("only views are selected"), "{told}");
}

#[tokio::test]
async fn what_selects_nothing_or_the_impossible_is_refused_before_anything_is_made() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.source.exec(SHARDS).await.unwrap();
    let (parts, map) = (yard.at_source("part_*"), yard.everything());
    let refused = |arguments: &[&str], code: &str, part: &str| {
        let told = yard.load(arguments).refused(2, code);
        assert!(told.contains(part), "{part} is not in {told}");
    };
    let none = yard.at_source("zzz*");
    refused(&["--objects", &none], "PROJECT-0006", "nothing at the source can be moved");
    let typo = format!("{parts},{}", yard.at_source("prat_1"));
    refused(&["--objects", &typo], "PROJECT-0006", "--objects[2]: ");
    refused(&["--objects", "nodot"], "PROJECT-0006", "--objects[1]: ");
    refused(&["--objects", &parts, "--exclude", "a b.c"], "PROJECT-0006", "--exclude[1]: ");
    let all = yard.at_source("*");
    refused(&["--objects", &all, "--exclude", &all], "PROJECT-0006", "nothing at the source");
    let idle = format!("{}=x.y", yard.at_source("other"));
    refused(&["--objects", &parts, "--map", &idle], "PROJECT-0006", "--map[1]: ");
    let merged = format!("{}={}", all, yard.at_target("one"));
    refused(&["--objects", &merged], "PROJECT-0006", "a view is among what becomes one");
    let objects = ["--objects", &parts, "--map", &map];
    let of = |flag, text: &str, part: &str| {
        refused(&[&objects[..], &[flag, text]].concat(), "CLI-0001", part);
    };
    of("--where", "no condition", "there is no colon");
    of("--where", &format!("{}: id > 1", yard.at_source("other")), "is no table among those");
    of("--where", &format!("{}: colour = 1", yard.at_source("part_1")), "colour");
    of("--where", &format!("{}: id >", yard.at_source("part_1")), "cannot be understood");
    of(
        "--columns",
        &format!("{}: id,colour", yard.at_source("part_1")),
        "has no column \"colour\"",
    );
    assert!(
        !yard
            .home
            .path()
            .join(".local/share/oms/migrations")
            .read_dir()
            .unwrap()
            .any(|entry| { entry.unwrap().path().join("migration.json").exists() })
    );
}
