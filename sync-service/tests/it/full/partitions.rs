//! Partitioned tables read partition by partition, and tables without a key read by the source's
//! own numbers: each row once, also when the partitions change on the way.

use super::place::Place;
use oms_contracts::ErrorCode;
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::sync::Arc;
use std::time::Duration;
use sync_service::ops::full::{Flow, Outcome};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);
const PARTITIONS: usize = 20;

/// Two tables of so many rows at the source, each partition with more than are read together; the
/// target's are whole.
async fn furnished(place: &Place) {
    let divided = format!("PARTITION BY HASH(id) PARTITIONS {PARTITIONS}");
    place
        .source
        .exec(&format!(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             CREATE TABLE t(id INT PRIMARY KEY, v INT, s VARCHAR(60)) {divided}; \
             CREATE TABLE loose(id INT, v INT, s VARCHAR(60)) {divided}; \
             INSERT INTO t SELECT a.n+b.n*10+c.n*100+e.n*1000+f.n*10000, a.n, REPEAT('x', 50) \
               FROM d a, d b, d c, d e, d f WHERE f.n < 3; \
             INSERT INTO loose SELECT * FROM t; INSERT INTO loose SELECT * FROM t WHERE v = 3;"
        ))
        .await
        .unwrap();
    place.source.exec("ANALYZE TABLE t; ANALYZE TABLE loose").await.unwrap();
    place
        .target
        .exec(
            "CREATE TABLE t(id INT PRIMARY KEY, v INT, s VARCHAR(60)); \
             CREATE TABLE loose(id INT, v INT, s VARCHAR(60));",
        )
        .await
        .unwrap();
}

async fn all_arrived(place: &Place) {
    for table in ["t", "loose"] {
        let sums = "COUNT(*), COUNT(DISTINCT id), SUM(id), SUM(v)";
        place.same(&format!("SELECT {sums} FROM {table}")).await;
    }
}

/// Lets a load go on until so many further rows of the first table are written, and stops it.
async fn some_of(place: &mut Place, rows: u64) -> Outcome {
    place.flow = Arc::new(Flow::new(16 << 20, Some(30_000), None));
    place.stop = CancellationToken::new();
    let (stop, book) = (place.stop.clone(), place.book.clone());
    let before = book.page(0).rows;
    let stopper = tokio::spawn(async move {
        eventually(PATIENCE, || async { book.page(0).rows > before + rows }).await;
        stop.cancel();
    });
    let outcome = place.run(&["t"]).await;
    stopper.abort();
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    place.stop = CancellationToken::new();
    outcome
}

fn partitions_of(place: &Place, table: u32) -> usize {
    let ranges = place.book.page(table).ranges;
    let mut names: Vec<_> =
        ranges.values().filter_map(|(r, _)| r.chunk.partition.clone()).collect();
    names.sort();
    names.dedup();
    names.len()
}

async fn go_by_partition(source: ServerKind, target: ServerKind) {
    let mut place = Place::between(source, target).await;
    furnished(&place).await;
    assert_eq!(some_of(&mut place, 8_000).await, Outcome::Stopped);
    let open = place.book.page(0).ranges.values().filter(|(_, done)| !done).count();
    assert!(open > 0, "it was stopped too late");
    assert_eq!(place.run(&["t", "loose"]).await, Outcome::Ended { failed: 0 });
    all_arrived(&place).await;
    assert_eq!([partitions_of(&place, 0), partitions_of(&place, 1)], [PARTITIONS, PARTITIONS]);
    assert_eq!(place.book.page(0).rows, 30_000, "what was recorded was not read again");
}

#[tokio::test]
async fn mysql_is_read_by_partition() {
    go_by_partition(MySql, OceanBase).await;
}

#[tokio::test]
async fn mariadb_is_read_by_partition() {
    go_by_partition(MariaDb, MySql).await;
}

#[tokio::test]
async fn oceanbase_is_read_by_partition() {
    go_by_partition(OceanBase, MariaDb).await;
}

#[tokio::test]
async fn small_partitions_are_read_together() {
    let place = Place::between(MySql, MariaDb).await;
    let divided = "PARTITION BY HASH(id) PARTITIONS 1000";
    place.both(&format!("CREATE TABLE t(id INT PRIMARY KEY) {divided}")).await;
    place.source.exec("INSERT INTO t VALUES (1),(2),(1003)").await.unwrap();
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
    place.same("SELECT id FROM t ORDER BY id").await;
    assert_eq!((partitions_of(&place, 0), place.book.page(0).table.layout), (0, None));
}

/// Begun by partition when it was larger, it goes on so.
#[tokio::test]
async fn a_thousand_partitions_go_on_as_they_were_begun() {
    for source in [MySql, OceanBase] {
        let place = Place::between(source, MariaDb).await;
        let table = "CREATE TABLE t(id INT PRIMARY KEY, v INT)";
        place.source.exec(&format!("{table} PARTITION BY HASH(id) PARTITIONS 1000")).await.unwrap();
        place.target.exec(table).await.unwrap();
        let ids = (0..5_000).map(|id| format!("({id},{})", id % 7)).collect::<Vec<_>>();
        place.source.exec(&format!("INSERT INTO t VALUES {}", ids.join(","))).await.unwrap();
        let load = place.load(vec![]);
        let mut session = load.source.snapshot().unwrap().reading().await.unwrap();
        let partitions = session.partitions(place.source.name(), "t").await.unwrap();
        place.book.begin_divided(0, &partitions);
        assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
        place.same("SELECT COUNT(*), SUM(id), SUM(v) FROM t").await;
        assert_eq!(partitions_of(&place, 0), 1_000);
    }
}

#[tokio::test]
async fn partitions_that_changed_between_runs_are_read_anew() {
    for source in [MySql, OceanBase] {
        let mut place = Place::between(source, MariaDb).await;
        furnished(&place).await;
        assert_eq!(some_of(&mut place, 8_000).await, Outcome::Stopped);
        let before = place.book.page(0).table.layout;
        // Rows go into other partitions, all of which have the names they had.
        let moved = "ALTER TABLE t ADD PARTITION PARTITIONS 1";
        let another = "CREATE TABLE n(id INT PRIMARY KEY, v INT, s VARCHAR(60)) \
             PARTITION BY HASH(id) PARTITIONS 21; INSERT INTO n SELECT * FROM t; \
             DROP TABLE t; RENAME TABLE n TO t;";
        if source == OceanBase {
            place.source.exec(another).await.unwrap();
        } else {
            place.source.exec(moved).await.unwrap();
        }
        assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
        place.same("SELECT COUNT(*), COUNT(DISTINCT id), SUM(id), SUM(v) FROM t").await;
        assert_ne!(place.book.page(0).table.layout, before);
    }
}

#[tokio::test]
async fn partitions_that_change_on_the_way_fail_the_table_and_it_begins_anew() {
    let mut place = Place::between(MySql, MariaDb).await;
    furnished(&place).await;
    // It waits for the change, and not the other way round.
    place.flow = Arc::new(Flow::new(16 << 20, Some(500), None));
    let changing = async {
        eventually(PATIENCE, || async { place.book.page(0).rows > 500 }).await;
        place.source.exec("ALTER TABLE t ADD PARTITION PARTITIONS 1").await.unwrap();
        place.flow.limit(None, None);
    };
    let (outcome, ()) = tokio::join!(place.run(&["t"]), changing);
    assert_eq!(outcome, Outcome::Ended { failed: 1 });
    let failure = place.book.page(0).failure.unwrap();
    // Who notices first: the last reader, or two writers that have the same row from two partitions.
    let noticed = [ErrorCode::TableUnusable, ErrorCode::RowInTheWay].contains(&failure.code());
    assert!(noticed, "{failure:?}");
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
    place.same("SELECT COUNT(*), COUNT(DISTINCT id), SUM(id), SUM(v) FROM t").await;
}

/// OceanBase numbers the rows of tables without a key: they are read in ranges, by several readers.
#[tokio::test]
async fn a_table_without_a_key_is_shared_by_the_numbers_of_its_source() {
    let mut place = Place::between(OceanBase, MySql).await;
    furnished(&place).await;
    place
        .source
        .exec(
            "CREATE TABLE l(v INT, s VARCHAR(60)); \
             INSERT INTO l SELECT n.v, n.s FROM loose n, d WHERE d.n < 8;",
        )
        .await
        .unwrap();
    place.target.exec("CREATE TABLE l(v INT, s VARCHAR(60))").await.unwrap();
    for run in 0..2 {
        assert_eq!(place.run(&["l"]).await, Outcome::Ended { failed: 0 });
        place.same("SELECT v, COUNT(*) FROM l GROUP BY v ORDER BY v").await;
        let page = place.book.page(0);
        assert!(page.ranges.len() > 1, "in run {run} only one reader had work");
        assert!(page.ranges.values().all(|(_, done)| *done), "a range is left");
        // As if the end had not been recorded: rows that nothing tells apart are written anew.
        place.book = Arc::default();
        place.book.begin(0);
    }
}

/// Each partition begins to count anew, so numbers that were read already are given once more.
#[tokio::test]
async fn a_table_that_is_divided_on_the_way_fails_and_begins_anew() {
    let mut place = Place::between(OceanBase, MySql).await;
    furnished(&place).await;
    let rows = "INSERT INTO l SELECT n.v, n.s FROM loose n";
    place.source.exec(&format!("CREATE TABLE l(v INT, s VARCHAR(60)); {rows}")).await.unwrap();
    place.target.exec("CREATE TABLE l(v INT, s VARCHAR(60))").await.unwrap();
    place.flow = Arc::new(Flow::new(16 << 20, Some(500), None));
    let changing = async {
        eventually(PATIENCE, || async { place.book.page(0).rows > 500 }).await;
        let divided = "CREATE TABLE m(v INT, s VARCHAR(60)) PARTITION BY HASH(v) PARTITIONS 3; \
             INSERT INTO m SELECT * FROM l; DROP TABLE l; RENAME TABLE m TO l;";
        place.source.exec(divided).await.unwrap();
        place.flow.limit(None, None);
    };
    let (outcome, ()) = tokio::join!(place.run(&["l"]), changing);
    assert_eq!(outcome, Outcome::Ended { failed: 1 });
    assert_eq!(place.book.page(0).failure.unwrap().code(), ErrorCode::TableUnusable);
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    assert_eq!(place.run(&["l"]).await, Outcome::Ended { failed: 0 });
    place.same("SELECT v, COUNT(*) FROM l GROUP BY v ORDER BY v").await;
}
