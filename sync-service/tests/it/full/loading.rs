//! Loads that nothing disturbs.

use super::place::Place;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use sync_service::ops::full::Outcome;

const DIGITS: &str = "CREATE TABLE d(n INT PRIMARY KEY); \
     INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);";

/// A number for each of 60,000 rows.
const MANY: &str = "SELECT a.n + b.n*10 + c.n*100 + e.n*1000 + f.n*10000 AS i \
     FROM d a, d b, d c, d e, d f WHERE f.n < 6";

async fn everything_arrives(source: ServerKind, target: ServerKind) {
    let place = Place::between(source, target).await;
    place
        .both(
            "CREATE TABLE ints(id BIGINT UNSIGNED PRIMARY KEY, v INT, s VARCHAR(40)); \
             CREATE TABLE words(k VARCHAR(20) PRIMARY KEY, v INT) \
               DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; \
             CREATE TABLE pairs(a INT, b VARCHAR(9), c INT, PRIMARY KEY(a, b)) \
               DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; \
             CREATE TABLE loose(a INT, b INT); \
             CREATE TABLE nothing(id INT PRIMARY KEY);",
        )
        .await;
    place.source.exec(DIGITS).await.unwrap();
    // Gaps and both halves of the unsigned numbers; most rows lie at one end.
    for sql in [
        format!(
            "INSERT INTO ints SELECT IF(i < 50000, i*3, 18446744073709551615 - i), i, CONCAT('row ', i) FROM ({MANY}) m"
        ),
        format!("INSERT INTO words SELECT CONCAT(IF(i % 2, 'a', 'B'), i), i FROM ({MANY}) m"),
        format!("INSERT INTO pairs SELECT i % 7, CONCAT('k', i), i FROM ({MANY}) m"),
        format!("INSERT INTO loose SELECT i % 100, 1 FROM ({MANY}) m"),
    ] {
        place.source.exec(&sql).await.unwrap();
    }
    if source != OceanBase {
        place.source.exec("ANALYZE TABLE ints, words, pairs, loose").await.unwrap();
    }
    let tables = ["ints", "words", "pairs", "loose", "nothing"];
    assert_eq!(place.run(&tables).await, Outcome::Ended { failed: 0 });
    for (table, sum) in [("ints", "v"), ("words", "v"), ("pairs", "c"), ("loose", "a")] {
        place.same(&format!("SELECT COUNT(*), SUM({sum}) FROM {table}")).await;
    }
    place.same("SELECT id, v, s FROM ints WHERE v % 999 = 0 ORDER BY id").await;
    place.same("SELECT k, v FROM words WHERE v % 999 = 0 ORDER BY v").await;
    for number in 0..4 {
        let page = place.book.page(number);
        assert!(page.table.finished && page.failure.is_none(), "{page:?}");
        assert_eq!(page.rows, 60_000, "table {number}");
        assert!(page.ranges.values().all(|(_, done)| *done));
    }
    assert!(place.book.page(4).table.finished);
    // What is finished is not done again.
    assert_eq!(place.run(&tables).await, Outcome::Ended { failed: 0 });
    assert_eq!(place.book.page(0).rows, 60_000);
}

#[tokio::test]
async fn from_mysql_into_oceanbase() {
    everything_arrives(MySql, OceanBase).await;
}

#[tokio::test]
async fn from_mariadb_into_mysql() {
    everything_arrives(MariaDb, MySql).await;
}

#[tokio::test]
async fn from_oceanbase_into_mariadb() {
    everything_arrives(OceanBase, MariaDb).await;
}

#[tokio::test]
async fn filters_columns_names_and_many_into_one() {
    let place = Place::between(MySql, MariaDb).await;
    place
        .source
        .exec(
            "CREATE TABLE a(id INT PRIMARY KEY, v INT, w INT); \
        CREATE TABLE b LIKE a; INSERT INTO a VALUES (1,1,1),(2,2,2),(3,3,3); \
        INSERT INTO b VALUES (10,1,1),(20,2,2)",
        )
        .await
        .unwrap();
    place.target.exec("CREATE TABLE t(ID INT PRIMARY KEY, extra INT NULL, v INT)").await.unwrap();
    let plans = [(0, "a", Some("v <> 2")), (1, "b", None)].map(|(number, table, filter)| {
        sync_service::ops::full::TablePlan {
            target_table: "t".into(),
            filter: filter.map(str::to_owned),
            columns: Some(vec!["id".into(), "v".into()]),
            sole: false,
            ..place.plan(number, table)
        }
    });
    assert_eq!(place.load(plans.to_vec()).run().await, Outcome::Ended { failed: 0 });
    let rows = place.target.rows("SELECT id, extra, v FROM t ORDER BY id").await.unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row[0].clone().unwrap()).collect();
    assert_eq!(ids, ["1", "3", "10", "20"]);
    assert!(rows.iter().all(|row| row[1].is_none()));
}

#[tokio::test]
async fn text_is_converted_where_the_charsets_differ() {
    let place = Place::between(MySql, OceanBase).await;
    place
        .source
        .exec(
            "CREATE TABLE t(k VARCHAR(9) PRIMARY KEY, e ENUM('ä','b'), j INT) \
        DEFAULT CHARACTER SET latin1; SET NAMES utf8mb4; \
        INSERT INTO t VALUES ('é','ä',1),(x'80','b',2),(x'81',NULL,3)",
        )
        .await
        .unwrap();
    place
        .target
        .exec(
            "CREATE TABLE t(k VARCHAR(9) PRIMARY KEY, e ENUM('ä','b'), j INT) \
        DEFAULT CHARACTER SET utf8mb4",
        )
        .await
        .unwrap();
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
    let rows = place.target.rows("SELECT k, e FROM t ORDER BY j").await.unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row[0].as_deref(), row[1].as_deref())).collect();
    assert_eq!(rows, [(Some("é"), Some("ä")), (Some("€"), Some("b")), (Some("\u{81}"), None)]);
}
