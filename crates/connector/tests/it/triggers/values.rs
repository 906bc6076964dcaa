//! Values as triggers write them down: the same that a reader of the table finds.

use super::Captured;
use crate::conformance::Kept;
use oms_connector::changes::Capture;
use oms_connector::{ChangeError, Part};
use oms_model::change::{Item, Items, RowKind};

const ALL_TYPES: &str = "CREATE TABLE t(id BIGINT UNSIGNED PRIMARY KEY, ti TINYINT, su SMALLINT UNSIGNED, \
    mi MEDIUMINT, i INT UNSIGNED ZEROFILL, bi BIGINT, f FLOAT, d DOUBLE, n DECIMAL(65,30), \
    b BIT(33), y YEAR, da DATE, ti6 TIME(6), dt DATETIME(6), ts TIMESTAMP(6) NULL, \
    c CHAR(5), v VARCHAR(20) COLLATE utf8mb4_bin, l VARCHAR(9), \
    g VARCHAR(9) COLLATE utf8mb4_general_ci, bn BINARY(4), vb VARBINARY(9), tx TEXT, lt LONGTEXT, bl BLOB, \
    e ENUM('x','y'), ee ENUM('','z'), s SET('p','q','r'), all64 SET('m0','m1','m2','m3','m4','m5','m6','m7','m8','m9','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63'), j JSON, \
    gv INT GENERATED ALWAYS AS (ti + 1) VIRTUAL, gs INT GENERATED ALWAYS AS (ti + 2) STORED)";

const NAMES: &str = "id, ti, su, mi, i, bi, f, d, n, b, y, da, ti6, dt, ts, c, v, l, g, bn, vb, tx, lt, bl, \
    e, ee, s, all64, j";

const ROWS: [&str; 4] = [
    "18446744073709551615, -128, 65535, -8388608, 4294967295, -9223372036854775808, 1.1, \
     1.7976931348623157e308, -12345678901234567890123456789012345.000000000000000000000000000001, \
     b'101', 2155, '9999-12-31', '-838:59:59', '0001-01-01 00:00:00.000001', \
     '2037-12-31 23:59:59.999999', 'é  ', 'a\\0\\'\\\\ ', 'é€', '中', 'ab', 'a\\0', '', \
     REPEAT('é', 70000), x'00ff', 'y', '', 'p,r', 18446744073709551615, '{\"a\": [1, 1.50, \"é\", null]}'",
    "0, 127, 0, 8388607, 0, 9223372036854775807, -0.0, 5e-324, 0, b'0', 1901, '0000-00-00', \
     '838:59:59', '0000-00-00', '0000-00-00', '', '', '', '', '', '', '', '', '', 'x', 'z', '', 'm63', \
     '[]'",
    "1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
    // No member, a partial date, the hour that comes twice where clocks are set back.
    "2, 1, 1, 1, 1, 1, 3.4e38, 0.1, 1, b'1', 0, '2023-00-10', '-00:00:00.000001', \
     '2023-10-29 02:30:00', '2023-10-29 02:30:00', 'x', '😀', 'x', 'x', 'x', 'x', 'x', 'x', 'x', \
     'nobody', 'nobody', 'nobody', 'm0,m62', '1e300'",
];

#[tokio::test]
async fn images_are_what_a_reader_of_the_table_finds() {
    let captured = Captured::of(ALL_TYPES).await;
    let from = captured.install().await;
    captured.exec("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'").await;
    for row in ROWS {
        captured.exec(&format!("INSERT INTO t ({NAMES}) VALUES ({row})")).await;
    }
    let mut scan = captured.place.scan("t").await;
    // Columns that the database computes are in the images as well.
    let columns = 0..scan.table.columns.len();
    scan.fields = columns.map(|column| oms_connector::Field { column, charset: None }).collect();
    let mut kept = Kept::large();
    let mut reader = captured.place.reading().await;
    reader.read(&scan, &Part::default(), &mut kept).await.unwrap();
    let mut expected = kept.stored();
    expected.sort();
    // An update of everything has both images of everything.
    captured.exec("SET sql_mode = 'ALLOW_INVALID_DATES'").await;
    captured.exec("UPDATE t SET id = id").await;
    captured.exec("DELETE FROM t").await;
    let mut reading = captured.follow(&from).await.unwrap();
    let (mut inserted, mut before, mut after, mut deleted) = (vec![], vec![], vec![], vec![]);
    while deleted.len() < expected.len() {
        let (entries, definitions) = (&mut reading.entries, &mut reading.definitions);
        reading.stream.next(entries, definitions, usize::MAX).await.unwrap();
        for item in Items::new(entries.bytes()) {
            let Item::Rows(rows) = item.unwrap() else { panic!("only rows were changed") };
            for change in rows.changes() {
                match change.kind {
                    RowKind::Insert => inserted.push(change.after.to_vec()),
                    RowKind::Delete => deleted.push(change.before.to_vec()),
                    RowKind::Update => {
                        before.push(change.before.to_vec());
                        after.push(change.after.to_vec());
                    }
                }
            }
        }
        entries.clear(0);
        let known = definitions.table(1).map(|table| table.as_ref().clone());
        assert_eq!(known, Some(scan.table.clone()));
    }
    for images in [&mut inserted, &mut deleted] {
        images.sort();
        assert_eq!(*images, expected);
    }
    assert_eq!(before, after);
    captured.remove().await;
}

#[tokio::test]
async fn a_table_that_triggers_would_break_is_refused() {
    let captured = Captured::of("CREATE TABLE shapes(id INT PRIMARY KEY, s GEOMETRY)").await;
    let capture = Capture { name: captured.name.clone(), selection: captured.selection() };
    let refused = captured.with(async |reader| reader.install(&capture).await).await.unwrap_err();
    assert!(matches!(refused, ChangeError::NotLogged { .. }), "{refused}");
    assert!(refused.to_string().contains("\"s\""), "{refused}");
    captured.exec("INSERT INTO shapes VALUES (1, ST_GeomFromText('POINT(1 2)'))").await;
    captured.remove().await;
}
