//! Every type at its extremes, between every two servers of the family.

use super::read_all;
use crate::host::{Host, MARIADB, MYSQL, OCEANBASE};
use oms_connector::Batch;

/// Types that every member has, with their extremes.
const SHARED: &str = include_str!("tables.sql");

const ROWS: &str = include_str!("rows.sql");

const TABLES: [&str; 15] = [
    "ints",
    "reals",
    "bits",
    "moments",
    "texts",
    "bytes",
    "lists",
    r#"we`ird "t.`a'b\le"#,
    "json",
    "shapes",
    "computed",
    "keyless",
    "pair",
    "empty_one",
    "odd_enums",
];

macro_rules! between_every_two {
    ($($name:ident: $from:ident $to:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                every_value_survives(&$from, &$to).await;
            }
        )+
    };
}

between_every_two!(
    mysql_to_mysql: MYSQL MYSQL,
    mysql_to_mariadb: MYSQL MARIADB,
    mysql_to_oceanbase: MYSQL OCEANBASE,
    mariadb_to_mysql: MARIADB MYSQL,
    mariadb_to_mariadb: MARIADB MARIADB,
    mariadb_to_oceanbase: MARIADB OCEANBASE,
    oceanbase_to_mysql: OCEANBASE MYSQL,
    oceanbase_to_mariadb: OCEANBASE MARIADB,
    oceanbase_to_oceanbase: OCEANBASE OCEANBASE,
);

async fn every_value_survives(from: &Host, to: &Host) {
    let (source, target) = (from.place().await, to.place().await);
    source.db.exec(SHARED).await.unwrap();
    source.db.exec(ROWS).await.unwrap();
    target.db.exec(SHARED).await.unwrap();
    let (mut reading, mut writing) = (source.reading().await, target.writing().await);
    let mut reading_back = target.reading().await;
    for table in TABLES {
        let scan = source.scan(table).await;
        let read = read_all(&mut *reading, &scan).await;
        let into = target.destination(&scan).await;
        for batch in &read.batches {
            writing.insert(&into, &Batch::all(batch)).await.unwrap_or_else(|error| {
                panic!("{table}: {error}");
            });
        }
        let scan_back = target.scan(table).await;
        let back = read_all(&mut *reading_back, &scan_back).await;
        compare(table, &read, &back);
    }
}

/// MariaDB keeps JSON as the text it was given; the others normalise it alike.
fn compare(table: &str, written: &super::Kept, read: &super::Kept) {
    let (written, read) = (written.stored(), read.stored());
    assert_eq!(written.len(), read.len(), "{table}");
    if table == "json" {
        return;
    }
    for (written, read) in written.iter().zip(&read) {
        let of = |stored| oms_model::Cells::new(stored).collect::<Vec<_>>();
        assert_eq!(of(written), of(read), "{table}");
    }
}
