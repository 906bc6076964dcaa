//! Tables that change, come and go while they are captured.

use super::{Captured, Reading, Told};

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
