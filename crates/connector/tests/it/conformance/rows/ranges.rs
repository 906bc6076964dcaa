//! Ranges of keys: together they are the table, each row once.

use super::Kept;
use crate::for_the_family;
use crate::host::Host;
use oms_connector::{Part, ReadEnd};
use oms_model::{Chunk, KeyRange};

for_the_family!(
    walking_in_steps_reads_each_row_once,
    a_range_is_closed_above_and_open_below,
    a_filter_and_a_stop_are_obeyed,
    an_empty_table_has_no_ends,
);

const KEYS: &str = r"
CREATE TABLE big(k BIGINT UNSIGNED PRIMARY KEY, v INT);
INSERT INTO big VALUES (0,0),(9223372036854775807,1),(9223372036854775808,2),(18446744073709551615,3),(5,4);
CREATE TABLE text_ci(k VARCHAR(8) COLLATE utf8mb4_general_ci PRIMARY KEY) CHARACTER SET utf8mb4;
INSERT INTO text_ci VALUES ('0000'),('1111'),('aaaa'),('Bbbb'),('cccc'),('ZZZZ'),('_x'),('é'),('');
CREATE TABLE bin(k BINARY(4) PRIMARY KEY, v INT);
INSERT INTO bin VALUES (x'00000000',1),(x'00000001',2),(x'FF000000',3),(x'61',4),(x'80000000',5);
CREATE TABLE dec_key(k DECIMAL(20,4) PRIMARY KEY);
INSERT INTO dec_key VALUES (-1.5),(0),(0.0001),(12345678901234.5678),(-9999999999999999.9999);
CREATE TABLE when_key(k DATETIME(6) PRIMARY KEY);
INSERT INTO when_key VALUES ('2024-01-01 00:00:00.000001'),('2024-01-01'),('0001-01-01'),('9999-12-31 23:59:59.999999');
CREATE TABLE span_key(k TIME(3), i SMALLINT, PRIMARY KEY(k, i));
INSERT INTO span_key VALUES ('-838:59:59',1),('-00:00:00.001',1),('00:00:00',1),('00:00:00',2),('838:59:58',-1);
CREATE TABLE three(a INT, b VARCHAR(5) COLLATE utf8mb4_general_ci, c DATE, v INT, PRIMARY KEY(a,b,c));
INSERT INTO three VALUES (1,'a','2024-01-01',0),(1,'a','2024-01-02',0),(1,'B','2023-01-01',0),(2,'','2024-01-01',0),(2,'a','1999-01-01',0),(-1,'z','2024-01-01',0);
CREATE TABLE real_key(k DOUBLE PRIMARY KEY);
INSERT INTO real_key VALUES (0.1),(-1e300),(1e-300),(3.5),(0);
CREATE TABLE uniq(a INT NULL, u INT NOT NULL, v INT, UNIQUE KEY (a), UNIQUE KEY u2 (u));
INSERT INTO uniq VALUES (NULL,1,1),(NULL,2,2),(5,3,3);
";

async fn walking_in_steps_reads_each_row_once(host: &Host) {
    let place = host.place().await;
    place.db.exec(KEYS).await.unwrap();
    let mut session = place.reading().await;
    let tables =
        ["big", "text_ci", "bin", "dec_key", "when_key", "span_key", "three", "real_key", "uniq"];
    for table in tables {
        let scan = place.scan(table).await;
        let whole = super::read_all(&mut *session, &scan).await.stored();
        assert_eq!(scan.key.as_ref().unwrap().parts.len(), scan.key_places().len(), "{table}");
        for step in [1, 2, 3, 100] {
            let mut walked = Vec::new();
            let mut range = KeyRange::ALL;
            loop {
                let mut kept = Kept::large();
                let chunk = Chunk { partition: None, range: range.clone() };
                let part = Part { chunk, most: Some(step) };
                let end = session.read(&scan, &part, &mut kept).await.unwrap();
                let last = kept.batches.last().map(|rows| {
                    let values: Vec<_> = rows.row(rows.len() - 1).collect();
                    let mut key = oms_model::Rows::default();
                    key.push_row(scan.key_places().into_iter().map(|place| values[place]));
                    key.stored(0).to_vec()
                });
                walked.extend(kept.stored());
                match (end, last) {
                    (ReadEnd::Limited, Some(key)) => range.after = Some(key.into()),
                    _ => break,
                }
            }
            assert_eq!(walked, whole, "{table} in steps of {step}");
        }
    }
}

async fn a_range_is_closed_above_and_open_below(host: &Host) {
    let place = host.place().await;
    place.db.exec(KEYS).await.unwrap();
    let mut session = place.reading().await;
    for table in ["big", "text_ci", "three"] {
        let scan = place.scan(table).await;
        let all = super::read_all(&mut *session, &scan).await.stored();
        let (lowest, highest) = session.ends(&scan, None).await.unwrap().unwrap();
        let middle = session.key_at(&scan, &Part::default(), 3).await.unwrap().unwrap();
        assert_eq!(session.key_at(&scan, &Part::default(), 1).await.unwrap().unwrap(), lowest);
        assert_eq!(session.key_at(&scan, &Part::default(), 100).await.unwrap(), None);
        let lower = KeyRange { after: None, upto: Some(middle.clone()) };
        let upper = KeyRange { after: Some(middle), upto: Some(highest) };
        let mut parts = Vec::new();
        for (range, rows) in [(lower, 3), (upper, all.len() - 3)] {
            let mut kept = Kept::large();
            let part = Part::from(Chunk { partition: None, range });
            assert_eq!(session.read(&scan, &part, &mut kept).await.unwrap(), ReadEnd::Exhausted);
            assert_eq!(kept.stored().len(), rows, "{table}");
            parts.extend(kept.stored());
        }
        assert_eq!(parts, all, "{table}");
    }
}

async fn a_filter_and_a_stop_are_obeyed(host: &Host) {
    let place = host.place().await;
    place.db.exec(KEYS).await.unwrap();
    let mut session = place.reading().await;
    let mut scan = place.scan("big").await;
    scan.filter = Some("v > 1 OR v = 0 -- not the end".into());
    assert_eq!(super::read_all(&mut *session, &scan).await.stored().len(), 4);
    assert_eq!(session.count(&scan).await.unwrap(), 4);
    scan.filter = Some("no such column = 1".into());
    assert!(session.count(&scan).await.is_err());

    scan.filter = None;
    let mut kept = Kept { batch_bytes: 1, most: Some(2), ..Kept::default() };
    let end = session.read(&scan, &Part::default(), &mut kept).await.unwrap();
    assert_eq!((end, kept.stored().len()), (ReadEnd::Stopped, 2));
}

async fn an_empty_table_has_no_ends(host: &Host) {
    let place = host.place().await;
    place.db.exec("CREATE TABLE e(id INT PRIMARY KEY)").await.unwrap();
    let mut session = place.reading().await;
    let scan = place.scan("e").await;
    assert_eq!(session.ends(&scan, None).await.unwrap(), None);
    assert!(super::read_all(&mut *session, &scan).await.batches.is_empty());
}
