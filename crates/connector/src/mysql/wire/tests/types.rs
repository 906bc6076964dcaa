//! Cells of every type, at the ends of what the type holds: in binary they say what the server says
//! in text.

use super::{on_every_server, wire};
use crate::mysql::wire::column::ColumnType;
use crate::mysql::wire::{Cell, Cells, ColumnDef, TextRow, Wire};
use oms_testkit::TestDb;
use oms_testkit::servers::{ServerKind, of_this_run};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

on_every_server!(every_type_says_in_binary_what_it_says_in_text, columns_are_described);

/// Types, each with values that it holds.
const TYPES: &[(&str, &[&str])] = &[
    ("TINYINT", &["-128", "-1", "0", "127"]),
    ("TINYINT UNSIGNED", &["0", "128", "255"]),
    ("SMALLINT", &["-32768", "-1", "32767"]),
    ("SMALLINT UNSIGNED", &["0", "65535"]),
    ("MEDIUMINT", &["-8388608", "-1", "8388607"]),
    ("MEDIUMINT UNSIGNED", &["0", "16777215"]),
    ("INT", &["-2147483648", "-1", "2147483647"]),
    ("INT UNSIGNED", &["0", "4294967295"]),
    ("BIGINT", &["-9223372036854775808", "-1", "9223372036854775807"]),
    ("BIGINT UNSIGNED", &["0", "18446744073709551615"]),
    ("YEAR", &["1901", "2155", "0", "2026"]),
    ("DOUBLE", &["0", "-1.7976931348623157e308", "2.2250738585072014e-308", "0.1"]),
    (
        "DECIMAL(65,30)",
        &["0", "-99999999999999999999999999999999999.999999999999999999999999999999", "1.5"],
    ),
    ("DECIMAL(3,0)", &["-999", "0", "7"]),
    ("DATE", &["'1000-01-01'", "'9999-12-31'", "'0000-00-00'", "'2024-02-29'"]),
    ("DATETIME", &["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'0000-00-00 00:00:00'"]),
    (
        "DATETIME(6)",
        &["'1000-01-01 00:00:00.000001'", "'9999-12-31 23:59:59.999999'", "'2024-02-29 00:00:00'"],
    ),
    ("DATETIME(3)", &["'2024-02-29 12:13:14.123'", "'2024-02-29 12:13:14'"]),
    ("TIMESTAMP(6) NULL", &["'1970-01-01 00:00:01.000000'", "'2038-01-19 03:14:07.999999'"]),
    ("TIME", &["'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'", "'24:00:00'"]),
    ("TIME(6)", &["'-838:59:58.999999'", "'838:59:58.999999'", "'-00:00:00.000001'", "'00:00:00'"]),
    ("CHAR(5)", &["''", "'abc'", "'žluťo'"]),
    ("VARCHAR(300)", &["''", "REPEAT('ž', 250)", "REPEAT('x', 251)", "'🦀'"]),
    ("BINARY(5)", &["''", "x'00ff00ff00'", "'abc'"]),
    ("VARBINARY(300)", &["''", "x'00'", "REPEAT(x'ff', 300)"]),
    ("TINYTEXT", &["''", "'a'"]),
    ("TEXT", &["''", "REPEAT('x', 65535)"]),
    ("MEDIUMTEXT", &["'x'", "REPEAT('x', 65536)"]),
    ("LONGTEXT", &["''", "REPEAT('x', 70000)"]),
    ("TINYBLOB", &["''", "x'00'"]),
    ("BLOB", &["''", "REPEAT(x'00', 65535)"]),
    ("MEDIUMBLOB", &["x'fe'", "REPEAT(x'ff', 65536)"]),
    ("LONGBLOB", &["''", "REPEAT(x'fb', 70000)"]),
    ("BIT(1)", &["b'0'", "b'1'"]),
    ("BIT(64)", &["0", "18446744073709551615", "b'10'"]),
    ("ENUM('a','žluť','')", &["'a'", "'žluť'", "''"]),
    ("SET('a','b','c')", &["''", "'a,c'", "'a,b,c'"]),
    ("JSON", &["'{\"a\": [1, null, \"ž\"]}'", "'null'", "'18446744073709551615'"]),
    ("POINT", &["ST_GeomFromText('POINT(1 -2.5)')"]),
];

/// A table with a column of each type, and rows of values chosen at random, some of them NULL.
async fn fill(db: &TestDb, wire: &mut Wire) {
    wire.execute(b"SET sql_mode = '', time_zone = '+00:00'").await.unwrap();
    wire.execute(format!("USE {}", db.name()).as_bytes()).await.unwrap();
    let columns: Vec<String> =
        TYPES.iter().enumerate().map(|(at, (kind, _))| format!("c{at} {kind}")).collect();
    let create = format!(
        "CREATE TABLE t (id INT PRIMARY KEY, {}) CHARACTER SET utf8mb4",
        columns.join(", ")
    );
    wire.execute(create.as_bytes()).await.unwrap();
    let mut runner = TestRunner::deterministic();
    let picks = vec(vec(any::<u8>(), TYPES.len()), 40).new_tree(&mut runner).unwrap().current();
    // Each value at least once, then all NULL, then at random.
    let each = (0..5).map(|at| vec![at; TYPES.len()]);
    for (id, picks) in each.chain([vec![255; TYPES.len()]]).chain(picks).enumerate() {
        let value = |(pick, (_, values)): (&u8, &(&str, &'static [&'static str]))| match pick {
            200.. => "NULL",
            pick => values[usize::from(*pick) % values.len()],
        };
        let values: Vec<&str> = picks.iter().zip(TYPES).map(value).collect();
        let insert = format!("INSERT INTO t VALUES ({id}, {})", values.join(", "));
        wire.execute(insert.as_bytes()).await.unwrap();
    }
}

async fn every_type_says_in_binary_what_it_says_in_text(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let mut wire = wire(kind).await;
    fill(&db, &mut wire).await;
    // With fewer columns, the bitmap of NULLs ends elsewhere.
    for count in [TYPES.len(), 1, 2, 5, 6, 7, 13, 14, 15, 22] {
        let names: Vec<String> = (0..count).map(|at| format!("c{at}")).collect();
        let sql = format!("SELECT {} FROM t ORDER BY id", names.join(", "));
        let table = wire.query(sql.as_bytes()).await.unwrap();
        let statement = wire.prepare(sql.as_bytes()).await.unwrap();
        let mut rows = wire.read(&statement, &[]).await.unwrap();
        let columns = rows.columns().clone();
        for (at, expected) in table.rows.iter().enumerate() {
            let row = rows.next().await.unwrap().unwrap();
            let text = TextRow::of_binary(row, &columns).unwrap();
            for (place, cell) in Cells::new(row, &columns).unwrap().enumerate() {
                let kind = TYPES[place].0;
                let cell = cell.unwrap();
                let (found, expected) = (text.bytes(place), expected.bytes(place));
                if let Cell::Double(number) = cell {
                    let text = str::from_utf8(expected.unwrap()).unwrap();
                    assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
                } else {
                    assert!(found == expected, "row {at}: {kind}: {cell:?}");
                }
            }
            cut_short(row, &columns);
        }
        assert!(rows.next().await.unwrap().is_none());
    }
}

/// A row that ends too early, or too late, is an error and no other row.
fn cut_short(row: &[u8], columns: &[ColumnDef]) {
    let is_whole = |row: &[u8]| {
        Cells::new(row, columns).and_then(|cells| cells.collect::<Result<Vec<_>, _>>()).is_ok()
    };
    assert!(is_whole(row));
    let last = row.len().saturating_sub(200);
    for cut in (0..row.len().min(200)).chain(last..row.len()) {
        assert!(!is_whole(&row[..cut]), "cut at {cut}");
    }
    assert!(!is_whole(&[row, b"\0"].concat()));
}

async fn columns_are_described(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let mut wire = wire(kind).await;
    db.exec("CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, b BLOB, c VARCHAR(10), d FLOAT)")
        .await
        .unwrap();
    db.exec("INSERT INTO t VALUES (1, x'00', 'x', 16777216), (2, NULL, NULL, 1.17549435e-38)")
        .await
        .unwrap();
    let sql = format!("SELECT * FROM {}.t ORDER BY id", db.name());
    let statement = wire.prepare(sql.as_bytes()).await.unwrap();
    let mut rows = wire.read(&statement, &[]).await.unwrap();
    let columns = rows.columns().clone();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "b", "c", "d"]);
    assert_eq!(columns[0].kind, ColumnType::MYSQL_TYPE_LONG);
    assert!(columns[0].is_unsigned() && !columns[3].is_unsigned());
    // In text, a FLOAT is rounded to six digits.
    for expected in [16_777_216.0, f32::MIN_POSITIVE] {
        let row = rows.next().await.unwrap().unwrap();
        let last = Cells::new(row, &columns).unwrap().last().unwrap().unwrap();
        assert_eq!(last, Cell::Float(expected));
    }
}
