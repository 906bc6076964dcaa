//! What the source does is done at the target, in order with the rows.

use super::super::stage::{NULL, i, t};
use super::pair::Pair;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Fate;
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};

/// Columns that come, change and go, with rows between.
async fn columns(from: ServerKind, to: ServerKind) {
    for mode in [Eventual, Transactional] {
        let mut pair = Pair::new(from, to, mode).await;
        pair.both("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(10))").await;
        pair.insert("t", "1, 1, 'x'", vec![i(1), i(1), t("x")]).await;
        pair.define("ALTER TABLE t DROP COLUMN a", &["t"]).await;
        pair.insert("t", "2, 'z'", vec![i(2), t("z")]).await;
        pair.define("ALTER TABLE t ADD COLUMN c DECIMAL(5,2) DEFAULT 1.5 AFTER id", &["t"]).await;
        pair.insert("t", "3, NULL, 'w'", vec![i(3), NULL, t("w")]).await;
        pair.define("ALTER TABLE t RENAME COLUMN b TO d, ADD INDEX kd (d), COMMENT 'now'", &["t"])
            .await;
        pair.define("ALTER TABLE t MODIFY d VARCHAR(50) NOT NULL DEFAULT 'q'", &["t"]).await;
        pair.define("ALTER TABLE t ADD e INT AS (id * 2) VIRTUAL", &["t"]).await;
        pair.define("ALTER TABLE t ADD f TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP", &["t"]).await;
        pair.define("ALTER TABLE t ALTER d SET DEFAULT 'r'", &["t"]).await;
        pair.define("CREATE UNIQUE INDEX u ON t (id, d)", &["t"]).await;
        pair.define("DROP INDEX kd ON t", &["t"]).await;
        has_them_all(&mut pair, (from, to), mode).await;
    }
}

/// A row that is computed in part, and all that the definitions came to.
async fn has_them_all(pair: &mut Pair, (from, to): (ServerKind, ServerKind), mode: Mode) {
    pair.source.exec("INSERT INTO t (id, f) VALUES (4, NULL)").await.unwrap();
    let layout = pair.stage.log.define(&{
        let connector = oms_connector::open_within(
            super::super::stage::kind_of(from),
            super::super::stage::address(pair.source.server()),
            oms_connector::DEFAULT_LIMIT,
        )
        .unwrap();
        connector.snapshot().unwrap().layout(pair.source.name(), "t").await.unwrap()
    });
    let row = vec![i(4), NULL, t("r"), i(8), NULL];
    pair.source.exec("UPDATE t SET c = NULL WHERE id = 4").await.unwrap();
    let last = pair.stage.log.commit(&[super::super::stage::Event::Insert(layout, row)]);
    pair.apply(last).await;
    pair.agree(&["SELECT id, c, d, e, UNIX_TIMESTAMP(f) FROM t ORDER BY id"]).await;
    assert_eq!(pair.columns("t").await, ["id", "c", "d", "e", "f"], "{to} {mode:?}");
    let keys = pair.stage.layout("t").await.keys;
    assert_eq!(keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["PRIMARY", "u"]);
    let comment = "SELECT table_comment FROM information_schema.tables WHERE table_name = 't' \
                   AND table_schema = DATABASE()";
    assert_eq!(pair.stage.shows(comment).await, ["now"]);
}

#[tokio::test]
async fn columns_come_change_and_go() {
    for (from, to) in [(MySql, MySql), (MySql, MariaDb), (MariaDb, MySql)] {
        columns(from, to).await;
    }
}

#[tokio::test]
async fn columns_come_change_and_go_at_oceanbase() {
    columns(MySql, OceanBase).await;
}

/// Tables that come, are filled, emptied, renamed and go.
async fn tables(to: ServerKind) {
    let mut pair = Pair::new(MySql, to, Eventual).await;
    pair.both("CREATE TABLE seed (id INT PRIMARY KEY)").await;
    pair.define("CREATE TABLE n1 (id INT PRIMARY KEY, v INT, KEY (v)) COMMENT 'c'", &["n1"]).await;
    pair.insert("n1", "1, 1", vec![i(1), i(1)]).await;
    pair.define("CREATE TABLE n2 LIKE n1", &["n2"]).await;
    pair.insert("n2", "1, 1", vec![i(1), i(1)]).await;
    pair.define("DROP TABLE n1", &["n1"]).await;
    pair.define("CREATE TABLE n1 (id INT PRIMARY KEY, z VARCHAR(9))", &["n1"]).await;
    pair.insert("n1", "5, 'five'", vec![i(5), t("five")]).await;
    pair.define("RENAME TABLE n1 TO x, n2 TO n1, x TO n2", &["n1", "x", "n2"]).await;
    pair.insert("n2", "6, 'six'", vec![i(6), t("six")]).await;
    pair.define("CREATE TABLE t (id INT PRIMARY KEY)", &["t"]).await;
    pair.insert("t", "1", vec![i(1)]).await;
    pair.define("TRUNCATE t", &["t"]).await;
    let last = pair.insert("t", "2", vec![i(2)]).await;
    pair.apply(last).await;
    pair.agree(&["SELECT * FROM n1", "SELECT * FROM n2 ORDER BY id", "SELECT * FROM t"]).await;
}

#[tokio::test]
async fn tables_come_are_renamed_emptied_and_go() {
    for to in [MySql, MariaDb] {
        tables(to).await;
    }
}

#[tokio::test]
async fn tables_come_are_renamed_emptied_and_go_at_oceanbase() {
    tables(OceanBase).await;
}

/// gh-ost: what was done to the ghost is done to the table, and no row of it is copied.
async fn ghosts(to: ServerKind) {
    let mut pair = Pair::new(MySql, to, Eventual).await;
    pair.both("CREATE TABLE t (id INT PRIMARY KEY, v INT)").await;
    pair.insert("t", "1, 1", vec![i(1), i(1)]).await;
    pair.define("CREATE TABLE _t_gho LIKE t", &["_t_gho"]).await;
    pair.define("ALTER TABLE _t_gho ADD COLUMN w INT DEFAULT 3", &["_t_gho"]).await;
    let held = pair.insert("_t_gho", "1, 1, 3", vec![i(1), i(1), i(3)]).await;
    // What was heard of a ghost is known to whoever goes on.
    pair.apply(held).await;
    let cut = "RENAME TABLE t TO _t_del, _t_gho TO t";
    pair.define(cut, &["t", "_t_del", "_t_gho", "t"]).await;
    pair.define("DROP TABLE _t_del", &["_t_del"]).await;
    let last = pair.insert("t", "3, 3, 4", vec![i(3), i(3), i(4)]).await;
    pair.apply(last).await;
    pair.agree(&["SELECT id, v, w FROM t ORDER BY id"]).await;
    let fates: Vec<Fate> = pair.desk.notices.lock().unwrap().iter().map(|it| it.fate).collect();
    assert_eq!(fates[..3], [Fate::Held, Fate::Held, Fate::Replicated], "{fates:?}");
    let held = "SELECT COUNT(*) FROM oms_sync.statements WHERE state = 'held' AND task LIKE '";
    let held = format!("{held}{}%'", pair.stage.db.name());
    assert_eq!(pair.stage.shows(&held).await, ["0"]);
}

#[tokio::test]
async fn ghost_tables_take_their_tables_place() {
    for to in [MySql, MariaDb] {
        ghosts(to).await;
    }
}

#[tokio::test]
async fn ghost_tables_take_their_tables_place_at_oceanbase() {
    ghosts(OceanBase).await;
}

async fn partitions(to: ServerKind, exchanges: bool) {
    let mut pair = Pair::new(MySql, to, Eventual).await;
    pair.both(
        "CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY RANGE (id) \
         (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN (200))",
    )
    .await;
    pair.both("CREATE TABLE x (id INT PRIMARY KEY)").await;
    for (table, id) in [("t", 1), ("t", 101), ("t", 102), ("x", 150)] {
        pair.insert(table, &id.to_string(), vec![i(id)]).await;
    }
    pair.define("ALTER TABLE t TRUNCATE PARTITION p0", &["t"]).await;
    if exchanges {
        pair.define("ALTER TABLE t EXCHANGE PARTITION p1 WITH TABLE x", &["t", "x"]).await;
    }
    let more = "ALTER TABLE t ADD PARTITION (PARTITION p2 VALUES LESS THAN (300))";
    pair.define(more, &["t"]).await;
    pair.insert("t", "250", vec![i(250)]).await;
    let last = pair.define("ALTER TABLE t DROP PARTITION p2", &["t"]).await;
    pair.apply(last).await;
    pair.agree(&["SELECT id FROM t ORDER BY id", "SELECT id FROM x ORDER BY id"]).await;
}

#[tokio::test]
async fn partitions_move_their_rows() {
    for to in [MySql, MariaDb] {
        partitions(to, true).await;
    }
}

#[tokio::test]
async fn partitions_move_their_rows_at_oceanbase() {
    partitions(OceanBase, false).await;
}
