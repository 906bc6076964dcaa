//! Tables that change, come and go while they are captured.

use super::{Captured, Reading, Told};
use oms_connector::changes::Step;

/// Reads until something was told that begins like this, and gives everything.
async fn until(reading: &mut Reading, word: &str) -> Told {
    let mut told = Vec::new();
    while !told.iter().any(|one: &String| one.starts_with(word)) {
        told.extend(reading.next().await);
    }
    told
}

#[tokio::test]
async fn a_table_with_other_columns_is_read_afresh_and_captured_on() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY, v INT)").await;
    let from = captured.install().await;
    captured.exec("INSERT INTO a VALUES (1, 1), (2, 2)").await;
    let mut reading = captured.follow(&from).await.unwrap();
    assert_eq!(reading.next().await, ["+a 1,1", "+a 2,2"]);
    captured.exec("ALTER TABLE a ADD COLUMN w INT DEFAULT 7").await;
    // Whoever captures does not know of the column yet.
    captured.exec("UPDATE a SET w = 8 WHERE id = 2").await;
    let told = until(&mut reading, "!").await;
    assert_eq!(told[told.len() - 3..], ["!TRUNCATE a", "+a 1,1,7", "+a 2,2,8"]);
    captured.exec("UPDATE a SET w = 9 WHERE id = 1").await;
    assert_eq!(reading.next().await, ["~a 1,1,7 > 1,1,9"]);
    captured.remove().await;
}

#[tokio::test]
async fn a_table_that_is_emptied_is_told() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY)").await;
    let from = captured.install().await;
    captured.exec("INSERT INTO a VALUES (1), (2)").await;
    let mut reading = captured.follow(&from).await.unwrap();
    assert_eq!(reading.next().await, ["+a 1", "+a 2"]);
    captured.exec("TRUNCATE TABLE a").await;
    captured.exec("INSERT INTO a VALUES (3)").await;
    let told = until(&mut reading, "!").await;
    let emptied = told.iter().position(|one| one == "!TRUNCATE a").unwrap();
    assert_eq!(told[emptied + 1..], ["+a 3"], "{told:?}");
    reading.is_silent().await;
    captured.remove().await;
}

#[tokio::test]
async fn tables_that_come_and_go_are_told() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY); CREATE TABLE b(id INT)").await;
    let from = captured.install().await;
    let mut reading = captured.follow(&from).await.unwrap();
    captured.exec("CREATE TABLE new(id INT PRIMARY KEY); INSERT INTO new VALUES (1), (2)").await;
    let told = until(&mut reading, "!").await;
    assert_eq!(told, ["!TRUNCATE new", "+new 1", "+new 2"]);
    captured.exec("INSERT INTO new VALUES (3)").await;
    assert_eq!(reading.next().await, ["+new 3"]);
    captured.exec("DROP TABLE a").await;
    assert_eq!(until(&mut reading, "!").await, ["!DROP a"]);
    captured.exec("INSERT INTO b VALUES (5)").await;
    captured.exec("RENAME TABLE b TO c").await;
    let told = until(&mut reading, "!DROP").await;
    let told = told.into_iter().filter(|one| !one.starts_with("+b")).collect::<Vec<_>>();
    let (mut told, all) = (told, ["!DROP b", "!TRUNCATE c", "+c 5"]);
    told.sort();
    assert_eq!(told, all.map(str::to_owned).into_iter().collect::<Vec<_>>());
    captured.exec("INSERT INTO c VALUES (6)").await;
    assert_eq!(reading.next().await, ["+c 6"]);
    captured.remove().await;
}

#[tokio::test]
async fn what_is_read_afresh_is_read_again_until_it_is_kept() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY)").await;
    let from = captured.install().await;
    captured.exec("INSERT INTO a VALUES (1)").await;
    let mut reading = captured.follow(&from).await.unwrap();
    reading.next().await;
    captured.exec("TRUNCATE TABLE a").await;
    captured.exec("INSERT INTO a VALUES (2)").await;
    let position = loop {
        let (told, position) = reading.unkept().await;
        if told.iter().any(|one| one.starts_with('!')) {
            break position;
        }
        reading.stream.kept(&position);
    };
    let mut again = captured.follow(&from).await.unwrap();
    assert_eq!(until(&mut again, "!").await, ["!TRUNCATE a", "+a 2"], "it was not kept");
    let mut behind = captured.follow(&position).await.unwrap();
    behind.is_silent().await;
    captured.exec("INSERT INTO a VALUES (3)").await;
    assert_eq!(behind.next().await, ["+a 3"]);
    captured.remove().await;
}

#[tokio::test]
async fn a_table_that_is_gone_is_told_until_that_is_kept_and_then_no_more() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY); CREATE TABLE b(id INT)").await;
    let from = captured.install().await;
    let mut reading = captured.follow(&from).await.unwrap();
    reading.is_silent().await;
    captured.exec("DROP TABLE a").await;
    let position = loop {
        let (told, position) = reading.unkept().await;
        if told == ["!DROP a"] {
            break position;
        }
    };
    reading.is_silent().await;
    drop(reading);
    let mut again = captured.follow(&from).await.unwrap();
    assert_eq!(again.unkept().await.0, ["!DROP a"], "it was not kept");
    drop(again);
    // It is there again before anybody heard that it was gone.
    captured.exec("CREATE TABLE a(id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1, 2)").await;
    let mut again = captured.follow(&from).await.unwrap();
    assert_eq!(until(&mut again, "+a").await, ["!DROP a", "!TRUNCATE a", "+a 1,2"]);
    again.is_silent().await;
    drop(again);
    let mut behind = captured.follow(&position).await.unwrap();
    behind.is_silent().await;
    captured.exec("INSERT INTO a VALUES (2, 2)").await;
    assert_eq!(behind.next().await, ["+a 2,2"]);
    captured.remove().await;
}

/// A position may still have the numbers of tables that are gone, and what a crash left half done.
#[tokio::test]
async fn what_is_half_installed_is_put_away_and_no_number_is_given_twice() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY)").await;
    let from = captured.install().await;
    let home = captured.home();
    let half = format!(
        "INSERT INTO {home}.captured SELECT 7, definition, storage, 0 FROM {home}.captured; \
         CREATE TABLE {home}.changes_7 LIKE {home}.changes_1; CREATE TABLE b(id INT PRIMARY KEY)"
    );
    captured.exec(&half).await;
    captured.install().await;
    let numbers = async || {
        let sql = format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '{home}' \
             AND table_name LIKE 'changes%' ORDER BY table_name"
        );
        let rows = captured.place.db.rows(&sql).await.unwrap();
        rows.into_iter().filter_map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(numbers().await, ["changes_1", "changes_8"]);
    let mut reading = captured.follow(&from).await.unwrap();
    captured.exec("INSERT INTO b VALUES (1)").await;
    assert_eq!(reading.next().await, ["+b 1"]);
    captured.exec("DROP TABLE b").await;
    assert_eq!(until(&mut reading, "!").await, ["!DROP b"]);
    reading.is_silent().await;
    captured.exec("CREATE TABLE b(id INT PRIMARY KEY); INSERT INTO b VALUES (1)").await;
    assert_eq!(until(&mut reading, "+b").await, ["!TRUNCATE b", "+b 1"]);
    assert_eq!(numbers().await, ["changes_1", "changes_9"]);
    captured.remove().await;
}

#[tokio::test]
async fn a_table_without_a_key_is_read_afresh_in_parts() {
    let columns = "(id INT, v VARCHAR(1000))";
    let captured = Captured::of(&format!(
        "CREATE TABLE a{columns}; CREATE TABLE p{columns} PARTITION BY HASH(id) PARTITIONS 3"
    ))
    .await;
    let from = captured.install().await;
    let rows: Vec<String> = (0..2_000).map(|id| format!("({id}, REPEAT('x', 1000))")).collect();
    for table in ["a", "p"] {
        captured.exec(&format!("TRUNCATE TABLE {table}")).await;
        captured.exec(&format!("INSERT INTO {table} VALUES {}", rows.join(","))).await;
    }
    const ENOUGH: usize = 64 << 10;
    let mut reading = captured.follow(&from).await.unwrap();
    let mut told: Told = Vec::new();
    let whole = |told: &Told, table: &str| {
        let begun = told.iter().rposition(|one| *one == format!("!TRUNCATE {table}"));
        let behind = begun.map_or(&[][..], |at| &told[at..]);
        let rows = behind.iter().filter(|one| one.starts_with(&format!("+{table} ")));
        rows.collect::<std::collections::BTreeSet<_>>().len()
    };
    while whole(&told, "a") < 2_000 || whole(&told, "p") < 2_000 {
        let (entries, definitions) = (&mut reading.entries, &mut reading.definitions);
        let step = reading.stream.next(entries, definitions, ENOUGH).await.unwrap();
        assert!(reading.entries.size() < 5 << 20, "{}", reading.entries.size());
        told.extend(reading.told());
        reading.entries.clear(usize::MAX);
        if let Step::Commit(commit) = step {
            reading.stream.kept(&commit.moved.position);
        }
    }
    captured.remove().await;
}
