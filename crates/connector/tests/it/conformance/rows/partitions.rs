//! Partitions read one by one, and rows numbered by the database: each row once.

use super::{Kept, read_all};
use crate::for_the_family;
use crate::host::{Host, Place};
use oms_connector::{DataError, Part, ReadEnd, ReadSession, Scan};
use oms_model::{Chunk, Key, KeyRange};
use oms_testkit::servers::ServerKind;

for_the_family!(
    partitions_read_one_by_one_are_the_table,
    a_thousand_partitions_are_named,
    a_layout_tells_what_names_do_not,
    keys_are_looked_for_within_a_partition,
    a_hidden_key_walks_a_table_without_one,
    it_is_known_whether_a_table_is_larger,
);

const TABLES: &str = "\
    CREATE TABLE hashed(id INT PRIMARY KEY, v INT) PARTITION BY HASH(id) PARTITIONS 7; \
    CREATE TABLE keyless(a INT, v INT) PARTITION BY KEY(a) PARTITIONS 5; \
    CREATE TABLE cut(id INT, d INT, v INT, PRIMARY KEY(id, d)) PARTITION BY RANGE(d) \
      SUBPARTITION BY HASH(id) SUBPARTITIONS 2 (PARTITION `low` VALUES LESS THAN (10), \
      PARTITION `high` VALUES LESS THAN MAXVALUE); \
    CREATE TABLE listed(id INT PRIMARY KEY, v INT) PARTITION BY LIST(id) \
      (PARTITION a VALUES IN (0,1,2), PARTITION b VALUES IN (3,4,5)); \
    CREATE TABLE plain(id INT PRIMARY KEY); \
    INSERT INTO hashed VALUES (0,0),(1,1),(2,2),(3,3),(4,4),(5,5),(6,6),(7,7),(8,8),(15,1); \
    INSERT INTO keyless VALUES (1,1),(1,1),(2,2),(3,3),(4,4),(NULL,5),(NULL,5); \
    INSERT INTO cut VALUES (1,1,1),(2,2,2),(3,30,3),(4,40,4),(5,5,5),(6,60,6); \
    INSERT INTO listed VALUES (0,0),(2,2),(4,4);";

/// Rows of one partition, by a key or in whatever order.
async fn of_partition(session: &mut dyn ReadSession, scan: &Scan, name: &str) -> Vec<Vec<u8>> {
    let mut kept = Kept::large();
    let part = Part::from(Chunk::of(Some(name)));
    assert_eq!(session.read(scan, &part, &mut kept).await.unwrap(), ReadEnd::Exhausted);
    kept.stored()
}

async fn partitions_read_one_by_one_are_the_table(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLES).await.unwrap();
    let mut session = place.reading().await;
    for (table, count) in [("hashed", 7), ("keyless", 5), ("cut", 4), ("listed", 2)] {
        let scan = place.scan(table).await;
        let sketch = session.sketch(&place.schema, table).await.unwrap();
        let partitions = session.partitions(&place.schema, table).await.unwrap();
        assert_eq!(sketch.partitions, partitions, "{table}");
        assert_eq!(partitions.names.len(), count, "{table}: {partitions:?}");
        let mut whole = read_all(&mut *session, &scan).await.stored();
        let mut parts = Vec::new();
        for name in &partitions.names {
            parts.extend(of_partition(&mut *session, &scan, name).await);
        }
        whole.sort();
        parts.sort();
        assert_eq!(parts, whole, "{table}");
    }
    let mut found = session.sketches(&place.schema, &["plain", "listed"]).await.unwrap();
    assert!(found.remove("plain").unwrap().unwrap().partitions.names.is_empty());
    let listed = found.remove("listed").unwrap().unwrap().partitions;
    assert_eq!(listed.names, ["a", "b"], "in the order of the database");
    let scan = place.scan("listed").await;
    let gone = Part::from(Chunk::of(Some("gone")));
    let refusal = session.read(&scan, &gone, &mut Kept::large()).await.unwrap_err();
    assert!(matches!(refusal, DataError::Changed { .. }), "{refusal:?}");
}

async fn a_thousand_partitions_are_named(host: &Host) {
    let place = host.place().await;
    let bounds = (1..1_000).map(|n| format!("PARTITION p{n} VALUES LESS THAN ({n}), "));
    let sql = format!(
        "CREATE TABLE t(id INT PRIMARY KEY) PARTITION BY RANGE(id) ({}\
         PARTITION p1000 VALUES LESS THAN MAXVALUE); INSERT INTO t VALUES (0),(998),(5000)",
        bounds.collect::<String>()
    );
    place.db.exec(&sql).await.unwrap();
    let mut session = place.reading().await;
    let names = session.partitions(&place.schema, "t").await.unwrap().names;
    let expected: Vec<String> = (1..=1_000).map(|n| format!("p{n}")).collect();
    assert_eq!(names, expected);
    let scan = place.scan("t").await;
    for (name, rows) in [("p1", 1), ("p2", 0), ("p999", 1), ("p1000", 1)] {
        assert_eq!(of_partition(&mut *session, &scan, name).await.len(), rows, "{name}");
    }
}

async fn layout(place: &Place<'_>, table: &str) -> String {
    place.reading().await.partitions(&place.schema, table).await.unwrap().layout
}

async fn a_layout_tells_what_names_do_not(host: &Host) {
    let place = host.place().await;
    let tables = "CREATE TABLE t(id INT PRIMARY KEY) PARTITION BY RANGE(id) \
         (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20));";
    place.db.exec(tables).await.unwrap();
    let before = layout(&place, "t").await;
    place.db.exec("INSERT INTO t VALUES (1),(12)").await.unwrap();
    assert_eq!(layout(&place, "t").await, before, "rows change nothing");
    // The same names, and rows may have gone from the one into the other.
    let moved = "ALTER TABLE t REORGANIZE PARTITION a, b INTO \
         (PARTITION a VALUES LESS THAN (5), PARTITION b VALUES LESS THAN (20))";
    let another = "DROP TABLE t; CREATE TABLE t(id INT PRIMARY KEY) PARTITION BY RANGE(id) \
         (PARTITION a VALUES LESS THAN (5), PARTITION b VALUES LESS THAN (20));";
    // OceanBase does not reorganise in this way.
    if place.db.exec(moved).await.is_err() {
        place.db.exec(another).await.unwrap();
    }
    let after = layout(&place, "t").await;
    assert_ne!(after, before);
    assert_eq!(after.len(), 64);
}

async fn keys_are_looked_for_within_a_partition(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLES).await.unwrap();
    let mut session = place.reading().await;
    let scan = place.scan("hashed").await;
    let key = |id: i64| -> Key {
        let mut rows = oms_model::Rows::default();
        rows.push_row([oms_model::Value::Int(id)]);
        rows.stored(0).into()
    };
    let second = session.partitions(&place.schema, "hashed").await.unwrap().names[1].clone();
    let ends = session.ends(&scan, Some(&second)).await.unwrap();
    assert_eq!(ends, Some((key(1), key(15))));
    let range = KeyRange { after: Some(key(1)), upto: Some(key(15)) };
    let part = Part::from(Chunk { partition: Some(second), range });
    assert_eq!(session.key_at(&scan, &part, 1).await.unwrap(), Some(key(8)));
    assert_eq!(session.key_at(&scan, &part, 3).await.unwrap(), None);
}

async fn a_hidden_key_walks_a_table_without_one(host: &Host) {
    let place = host.place().await;
    place
        .db
        .exec(
            "CREATE TABLE t(a INT, s VARCHAR(9)); \
             INSERT INTO t VALUES (3,'x'),(1,NULL),(1,NULL),(NULL,'y'),(7,'z');",
        )
        .await
        .unwrap();
    let mut session = place.reading().await;
    let mut scan = place.scan("t").await;
    let whole = read_all(&mut *session, &scan).await.stored();
    let columns = scan.table.columns.len();
    let key = session.hidden_key(&mut scan.table).await.unwrap();
    if host.server_kind != ServerKind::OceanBase {
        assert_eq!((key, scan.table.columns.len()), (None, columns));
        return;
    }
    assert_eq!(scan.table.stored().count(), columns, "it is not written");
    scan.fields.push(oms_connector::Field { column: columns, charset: None });
    scan.key = key;
    for step in [1, 2, 100] {
        let (mut walked, mut range) = (Vec::new(), KeyRange::ALL);
        loop {
            let mut kept = Kept::large();
            let part =
                Part { chunk: Chunk { partition: None, range: range.clone() }, most: Some(step) };
            let end = session.read(&scan, &part, &mut kept).await.unwrap();
            for row in kept.batches.iter().flat_map(oms_model::Rows::iter) {
                let values: Vec<_> = row.collect();
                let mut parts = oms_model::Rows::default();
                parts.push_row(values[..columns].iter().copied());
                walked.push(parts.stored(0).to_vec());
                parts.push_row([values[columns]]);
                range.after = Some(parts.stored(1).into());
            }
            if end != ReadEnd::Limited {
                break;
            }
        }
        assert_eq!(walked, whole, "in steps of {step}");
    }
    let (lowest, highest) = session.ends(&scan, None).await.unwrap().unwrap();
    assert_ne!(lowest, highest);
}

async fn it_is_known_whether_a_table_is_larger(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLES).await.unwrap();
    let mut session = place.reading().await;
    let table = place.layout("hashed").await.unwrap();
    for (rows, larger) in [(0, true), (9, true), (10, false), (1_000_000, false)] {
        assert_eq!(session.is_larger(&table, rows).await.unwrap(), larger, "{rows}");
    }
}
