//! Rounds: nothing is missed that commits late, nothing comes twice, and nothing is left behind.

use super::Captured;
use oms_connector::ChangeError;

const TABLES: &str = "CREATE TABLE a(id INT PRIMARY KEY, v INT); CREATE TABLE n(v INT)";

#[tokio::test]
async fn every_change_comes_with_its_images() {
    let captured = Captured::of(TABLES).await;
    captured.exec("INSERT INTO a VALUES (9, 9)").await;
    let from = captured.install().await;
    let mut reading = captured.follow(&from).await.unwrap();
    reading.is_silent().await;
    captured.exec("INSERT INTO a VALUES (1, 10), (2, 20)").await;
    assert_eq!(reading.next().await, ["+a 1,10", "+a 2,20"]);
    captured
        .exec(
            "BEGIN; UPDATE a SET v = v + 1 WHERE id < 9; DELETE FROM a WHERE id = 9; \
             INSERT INTO n VALUES (1), (1); DELETE FROM n LIMIT 1; COMMIT",
        )
        .await;
    let told = reading.next().await;
    assert_eq!(told, ["~a 1,10 > 1,11", "~a 2,20 > 2,21", "-a 9,9", "+n 1", "+n 1", "-n 1"]);
    captured.exec("REPLACE INTO a VALUES (1, 5)").await;
    captured.exec("INSERT INTO a VALUES (2, 0) ON DUPLICATE KEY UPDATE id = 3").await;
    let (mut told, mut all) = (reading.next().await, 2);
    while told.len() < all {
        told.extend(reading.next().await);
        all = 3;
    }
    let replaced = ["-a 1,11", "+a 1,5", "~a 2,21 > 3,21"];
    assert!(told == replaced || told == ["~a 1,11 > 1,5", "~a 2,21 > 3,21"], "{told:?}");
    reading.is_silent().await;
    captured.remove().await;
}

#[tokio::test]
async fn what_commits_late_comes_late_and_what_is_rolled_back_never() {
    let captured = Captured::of(TABLES).await;
    let from = captured.install().await;
    let mut reading = captured.follow(&from).await.unwrap();
    let database = &captured.place.schema;
    captured.other.exec(&format!("BEGIN; INSERT INTO {database}.a VALUES (1, 1)")).await.unwrap();
    captured.exec("INSERT INTO a VALUES (2, 2)").await;
    captured.exec("BEGIN; INSERT INTO a VALUES (3, 3); ROLLBACK").await;
    assert_eq!(reading.next().await, ["+a 2,2"]);
    reading.is_silent().await;
    captured.other.exec("COMMIT").await.unwrap();
    assert_eq!(reading.next().await, ["+a 1,1"], "its number is lower than what was read");
    reading.is_silent().await;
    captured.remove().await;
}

#[tokio::test]
async fn a_reader_that_comes_back_reads_the_rest_and_no_more() {
    let captured = Captured::of(TABLES).await;
    let from = captured.install().await;
    captured.exec("INSERT INTO n VALUES (1), (1)").await;
    let mut first = captured.follow(&from).await.unwrap();
    let (told, position) = first.unkept().await;
    assert_eq!(told, ["+n 1", "+n 1"]);
    let rows = format!("SELECT COUNT(*) FROM {}.changes_2", captured.home());
    first.is_silent().await;
    let left = captured.place.db.value(&rows).await.unwrap();
    assert_eq!(left.as_deref(), Some("2"), "nobody said that they are kept");
    // One that was lost before it was kept comes again.
    let mut again = captured.follow(&from).await.unwrap();
    assert_eq!(again.unkept().await.0, told);
    captured.exec("INSERT INTO n VALUES (2)").await;
    let mut behind = captured.follow(&position).await.unwrap();
    assert_eq!(behind.next().await, ["+n 2"]);
    behind.is_silent().await;
    let left = captured.place.db.value(&rows).await.unwrap();
    assert_eq!(left.as_deref(), Some("0"), "all of it is kept");
    captured.remove().await;
}

#[tokio::test]
async fn many_rows_come_in_parts_and_as_one_transaction() {
    let captured = Captured::of(TABLES).await;
    let from = captured.install().await;
    let rows: Vec<String> = (0..3_000).map(|id| format!("({id}, {id})")).collect();
    captured.exec(&format!("INSERT INTO a VALUES {}", rows.join(", "))).await;
    captured.exec("UPDATE a SET v = -id").await;
    let mut reading = captured.follow(&from).await.unwrap();
    let (entries, definitions) = (&mut reading.entries, &mut reading.definitions);
    let (mut parts, mut changes) = (0, 0);
    loop {
        let step = reading.stream.next(entries, definitions, 16 << 10).await.unwrap();
        changes += entries.changes();
        assert!(entries.size() < 1 << 20, "a part stays small: {}", entries.size());
        entries.clear(usize::MAX);
        match step {
            oms_connector::changes::Step::More => parts += 1,
            step => {
                assert!(matches!(step, oms_connector::changes::Step::Commit(_)), "{step:?}");
                break;
            }
        }
    }
    assert_eq!(changes, 6_000);
    assert!(parts > 5, "{parts}");
    captured.remove().await;
}

#[tokio::test]
async fn an_install_waits_for_transactions_that_it_would_miss() {
    let captured = Captured::of(TABLES).await;
    let database = captured.place.schema.clone();
    captured.other.exec(&format!("BEGIN; INSERT INTO {database}.a VALUES (1, 1)")).await.unwrap();
    let mut installing = Box::pin(captured.install());
    let early = tokio::time::timeout(std::time::Duration::from_secs(1), &mut installing).await;
    assert!(early.is_err(), "the row is not captured, so whoever reads the table must see it");
    captured.other.exec("COMMIT").await.unwrap();
    let from = installing.as_mut().await;
    drop(installing);
    captured.follow(&from).await.unwrap().is_silent().await;
    captured.remove().await;
}

#[tokio::test]
async fn removing_leaves_nothing_and_ends_whoever_reads() {
    let captured = Captured::of(TABLES).await;
    let from = captured.install().await;
    assert_eq!(captured.install().await, from, "a second time changes nothing");
    let mut reading = captured.follow(&from).await.unwrap();
    reading.is_silent().await;
    captured.with(async |reader| reader.remove(&captured.name).await).await.unwrap();
    let failed = reading.step(1).await.unwrap_err();
    assert!(!failed.is_passing(), "{failed}");
    let refused = captured.follow(&from).await.map(drop).unwrap_err();
    assert!(matches!(refused, ChangeError::Foreign { .. }), "{refused}");
    let triggers = captured.place.db.rows("SHOW TRIGGERS").await.unwrap();
    assert!(triggers.is_empty(), "{triggers:?}");
    let home = format!("SHOW DATABASES LIKE '{}'", captured.home());
    assert_eq!(captured.place.db.value(&home).await.unwrap(), None);
    captured.exec("INSERT INTO a VALUES (1, 1)").await;
    captured.remove().await;
}
