//! The beginning of a capture while the business is at work: what it hands on behind its beginning,
//! on top of what the tables hold from then on, makes what they hold in the end.

use super::Captured;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const TABLES: [&str; 4] = ["a", "b", "c", "d"];

/// Rows that come, move and go in every table, over and over.
async fn come_and_go(captured: &Captured, is_over: &AtomicBool) {
    let database = &captured.place.schema;
    let mut id = 0;
    while !is_over.load(Ordering::Relaxed) {
        id += 3;
        let of = |table: &str| {
            format!(
                "INSERT INTO {database}.{table} VALUES ({id}); \
                 INSERT INTO {database}.{table} VALUES ({id} + 1); \
                 UPDATE {database}.{table} SET id = id + 1 WHERE id = {id} + 1; \
                 DELETE FROM {database}.{table} WHERE id > {id} - 9 AND id % 3 = 2; \
                 DELETE FROM {database}.{table} WHERE id < {id} - 60"
            )
        };
        let all: Vec<String> = TABLES.iter().map(|table| of(table)).collect();
        captured.other.exec(&all.join("; ")).await.unwrap();
    }
}

async fn rows(captured: &Captured) -> BTreeSet<String> {
    let one = |table: &&str| format!("SELECT CONCAT('{table} ', id) FROM {table}");
    let all: Vec<String> = TABLES.iter().map(one).collect();
    let rows = captured.place.db.rows(&all.join(" UNION ALL ")).await.unwrap();
    rows.into_iter().filter_map(|mut row| row.remove(0)).collect()
}

/// Applied as one who was told that a row may be there already, or gone.
fn apply(rows: &mut BTreeSet<String>, told: &str) {
    let (kind, rest) = told.split_at(1);
    match kind {
        "+" => drop(rows.insert(rest.to_owned())),
        "-" => drop(rows.remove(rest)),
        "~" => {
            let (table, images) = rest.split_once(' ').unwrap();
            let (before, after) = images.split_once(" > ").unwrap();
            rows.remove(&format!("{table} {before}"));
            rows.insert(format!("{table} {after}"));
        }
        _ => panic!("{told}"),
    }
}

#[tokio::test]
async fn what_came_while_triggers_were_put_in_place_does_not_stay() {
    let create = TABLES.map(|table| format!("CREATE TABLE {table}(id INT PRIMARY KEY)"));
    let captured = Captured::of(&create.join("; ")).await;
    let is_over = AtomicBool::new(false);
    let business = come_and_go(&captured, &is_over);
    let installing = async {
        let from = captured.install().await;
        let read = rows(&captured).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        is_over.store(true, Ordering::Relaxed);
        (from, read)
    };
    let ((), (from, mut made)) = tokio::join!(business, installing);
    let mut reading = captured.follow(&from).await.unwrap();
    while let Some((told, position)) = reading.step(64 << 10).await.unwrap() {
        told.iter().for_each(|told| apply(&mut made, told));
        reading.stream.kept(&position);
    }
    assert_eq!(made, rows(&captured).await);
    captured.remove().await;
}

#[tokio::test]
async fn a_capture_that_was_not_begun_begins_behind_what_lies_there() {
    let captured = Captured::of("CREATE TABLE a(id INT PRIMARY KEY)").await;
    captured.install().await;
    captured.exec("INSERT INTO a VALUES (1), (2)").await;
    // Whoever installed it was lost before the place was kept.
    let from = captured.install().await;
    captured.exec("DELETE FROM a WHERE id = 1").await;
    let mut reading = captured.follow(&from).await.unwrap();
    assert_eq!(reading.next().await, ["-a 1"]);
    reading.is_silent().await;
    let left = format!("SELECT COUNT(*) FROM {}.changes_1", captured.home());
    assert_eq!(captured.place.db.value(&left).await.unwrap().as_deref(), Some("0"));
    captured.remove().await;
}
