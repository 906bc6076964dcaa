//! What sessions promise, whatever the server's and others' settings say.

use super::{Kept, read_all};
use crate::for_the_family;
use crate::host::{Host, Place};
use oms_connector::Batch;
use oms_model::{Clock, Date, DateTime, Rows, Span, Value};

for_the_family!(
    moments_are_in_utc_whatever_zone_others_are_in,
    zero_is_a_number_for_a_counter,
    text_is_never_cut_and_numbers_never_bent,
    rows_are_the_same_written_one_by_one_or_many_together,
);

fn moment(year: i32) -> DateTime {
    let date = Date { year, month: 12, day: 31 };
    DateTime { date, clock: Clock { hour: 23, minute: 59, second: 58, nanos: 999_999_000 } }
}

async fn moments_are_in_utc_whatever_zone_others_are_in(host: &Host) {
    let place = host.place().await;
    let sql = "SET time_zone = '+05:30'; \
         CREATE TABLE t(id INT PRIMARY KEY, ts TIMESTAMP(6) NULL, dt DATETIME(6)); \
         INSERT INTO t VALUES (1, '2038-01-01 05:29:58.999999', '2037-12-31 23:59:58.999999')";
    place.db.exec(sql).await.unwrap();
    let scan = place.scan("t").await;
    let read = read_all(&mut *place.reading().await, &scan).await;
    let values: Vec<Value<'_>> = read.batches[0].row(0).collect();
    let moment = moment(2037);
    assert_eq!(values, [Value::Int(1), Value::Instant(moment), Value::DateTime(moment)]);
    let into = place.destination(&scan).await;
    let mut rows = Rows::default();
    rows.push_row([Value::Int(2), Value::Instant(moment), Value::DateTime(moment)]);
    place.writing().await.insert(&into, &Batch::all(&rows)).await.unwrap();
    let both = "SELECT COUNT(*) FROM t WHERE ts = FROM_UNIXTIME(2145916798.999999) \
         AND dt = '2037-12-31 23:59:58.999999'";
    assert_eq!(place.db.rows(both).await.unwrap()[0][0].as_deref(), Some("2"));
}

async fn zero_is_a_number_for_a_counter(host: &Host) {
    let place = host.place().await;
    place.db.exec("CREATE TABLE t(id INT AUTO_INCREMENT PRIMARY KEY, v INT)").await.unwrap();
    let scan = place.scan("t").await;
    let into = place.destination(&scan).await;
    let mut rows = Rows::default();
    for id in [7, 0] {
        rows.push_row([Value::Int(id), Value::Int(id)]);
    }
    place.writing().await.insert(&into, &Batch::all(&rows)).await.unwrap();
    let read = place.db.rows("SELECT id, v FROM t ORDER BY id").await.unwrap();
    let ids: Vec<_> = read.iter().map(|row| row[0].as_deref()).collect();
    assert_eq!(ids, [Some("0"), Some("7")]);
}

async fn text_is_never_cut_and_numbers_never_bent(host: &Host) {
    let place = host.place().await;
    place.db.exec("CREATE TABLE t(a TINYINT, s VARCHAR(3), d DATE)").await.unwrap();
    let into = place.destination(&place.scan("t").await).await;
    let mut session = place.writing().await;
    let day = Value::Date(Date { year: 2024, month: 2, day: 29 });
    let month_13 = Value::Date(Date { year: 2024, month: 13, day: 1 });
    for row in [
        [Value::Int(128), Value::Text(b"abc"), day],
        [Value::Int(1), Value::Text(b"abcd"), day],
        [Value::Int(1), Value::Text(b"abc"), month_13],
    ] {
        // Few, and as many as take the way that is meant for many.
        for count in [1, 500] {
            let mut rows = Rows::default();
            (0..count).for_each(|_| rows.push_row(row));
            session.insert(&into, &Batch::all(&rows)).await.unwrap_err();
            assert!(!session.has_rows(&into).await.unwrap(), "{row:?}");
        }
    }
}

const EVERY: &str = "(i BIGINT, u BIGINT UNSIGNED, f FLOAT, d DOUBLE, n DECIMAL(30,10), b BIT(9), \
    y YEAR, da DATE, t TIME(6), dt DATETIME(6), ts TIMESTAMP(6) NULL, s VARCHAR(50), \
    x VARBINARY(50)) DEFAULT CHARACTER SET utf8mb4";

/// The first has what is hard to write, the second what is easily taken for nothing.
fn every() -> [[Value<'static>; 13]; 3] {
    let zero = Date { year: 1000, month: 1, day: 1 };
    let midnight = Clock { hour: 0, minute: 0, second: 0, nanos: 0 };
    [
        [
            Value::Int(i64::MIN),
            Value::UInt(u64::MAX),
            Value::Float(-0.1),
            Value::Double(1e-300),
            Value::Decimal("-12345678901234567890.0123456789"),
            Value::Bits(&[1, 255]),
            Value::Year(2155),
            Value::Date(moment(9999).date),
            Value::Span(Span { micros: -3_020_398_999_999 }),
            Value::DateTime(moment(9999)),
            Value::Instant(moment(2037)),
            Value::Text("\\N\t\n\r'\"`\0\u{1a}%_é😀".as_bytes()),
            Value::Bytes(b"\x00\\N\t\n\xff'\x1a,"),
        ],
        [
            Value::Int(0),
            Value::UInt(0),
            Value::Float(0.0),
            Value::Double(0.0),
            Value::Decimal("0.0000000000"),
            Value::Bits(&[0, 0]),
            Value::Year(1901),
            Value::Date(zero),
            Value::Span(Span { micros: 0 }),
            Value::DateTime(DateTime { date: zero, clock: midnight }),
            Value::Instant(moment(1999)),
            Value::Text(b""),
            Value::Bytes(b""),
        ],
        [Value::Null; 13],
    ]
}

async fn written(place: &Place<'_>, table: &str, rows: &Rows, together: usize) -> Kept {
    place.db.exec(&format!("CREATE TABLE {table}{EVERY}")).await.unwrap();
    let scan = place.scan(table).await;
    let into = place.destination(&scan).await;
    let mut session = place.writing().await;
    for first in (0..rows.len()).step_by(together) {
        let range = first..(first + together).min(rows.len());
        session.insert(&into, &Batch { rows, range }).await.unwrap();
    }
    read_all(&mut *place.reading().await, &scan).await
}

async fn rows_are_the_same_written_one_by_one_or_many_together(host: &Host) {
    let place = host.place().await;
    let mut rows = Rows::default();
    for _ in 0..150 {
        every().into_iter().for_each(|row| rows.push_row(row));
    }
    let sorted = |mut rows: Vec<Vec<u8>>| {
        rows.sort();
        rows
    };
    let expected = sorted((0..rows.len()).map(|at| rows.stored(at).to_vec()).collect());
    let together = written(&place, "many", &rows, rows.len()).await;
    let alone = written(&place, "few", &rows, 3).await;
    assert!(sorted(alone.stored()) == expected, "few at a time");
    assert!(sorted(together.stored()) == expected, "many together");
}
