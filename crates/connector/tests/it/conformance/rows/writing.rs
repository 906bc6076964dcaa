//! Writing: all or nothing, nothing overwritten, and every refusal told apart.

use super::seats::seating;
use super::{Kept, read_all};
use crate::for_the_family;
use crate::host::Host;
use oms_connector::{Batch, DEFAULT_LIMIT, DataError, Waits, WriteError, open_waiting};
use oms_model::{Rows, Value};
use std::time::{Duration, Instant};

for_the_family!(
    a_batch_with_a_row_that_is_there_writes_nothing,
    a_row_that_does_not_fit_is_told_from_one_that_is_there,
    rows_are_found_by_key_and_replaced,
    rows_are_found_by_keys_of_a_type_of_its_own,
    rows_beyond_the_largest_packet_go_in_pieces,
    a_table_that_is_gone_is_no_fault_of_a_row,
    emptying_leaves_nothing,
    a_table_that_others_hold_is_given_up_and_not_emptied_later,
    many_rows_are_all_written_or_none,
    sessions_count_how_often_they_wait_for_an_answer,
);

fn rows(values: &[(i64, &str)]) -> Rows {
    let mut rows = Rows::default();
    for (id, text) in values {
        rows.push_row([Value::Int(*id), Value::Text(text.as_bytes())]);
    }
    rows
}

const TABLE: &str = "CREATE TABLE t(id INT PRIMARY KEY, v VARCHAR(5) NOT NULL UNIQUE) \
     DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";

async fn a_batch_with_a_row_that_is_there_writes_nothing(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    writing.insert(&into, &Batch::all(&rows(&[(1, "a")]))).await.unwrap();
    for again in [[(2, "b"), (1, "x")], [(2, "b"), (3, "A")]] {
        let refusal = writing.insert(&into, &Batch::all(&rows(&again))).await.unwrap_err();
        assert!(matches!(refusal, WriteError::Duplicate { .. }), "{refusal}");
        assert_eq!(writing.count(&into).await.unwrap(), 1);
    }
    let some = rows(&[(7, "r"), (1, "z"), (8, "s")]);
    writing.insert(&into, &Batch { rows: &some, range: 2..3 }).await.unwrap();
    assert_eq!(writing.count(&into).await.unwrap(), 2, "only the rows of the range");
}

async fn a_row_that_does_not_fit_is_told_from_one_that_is_there(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    let mut null = Rows::default();
    null.push_row([Value::Int(1), Value::Null]);
    let mut wide = Rows::default();
    wide.push_row([Value::UInt(5_000_000_000), Value::Text(b"x")]);
    let mut odd = Rows::default();
    odd.push_row([Value::Int(1), Value::Text(b"\xFF")]);
    for bad in [rows(&[(1, "b"), (2, "too long")]), null, wide, odd] {
        let refusal = writing.insert(&into, &Batch::all(&bad)).await.unwrap_err();
        assert!(matches!(refusal, WriteError::Rejected { .. }), "{refusal:?}");
        assert!(!writing.has_rows(&into).await.unwrap(), "nothing is written");
    }
    let mut unwritable = Rows::default();
    unwritable.push_row([Value::Double(f64::NAN), Value::Text(b"x")]);
    let refusal = writing.insert(&into, &Batch::all(&unwritable)).await.unwrap_err();
    assert!(matches!(refusal, WriteError::Unwritable { .. }), "{refusal:?}");
}

async fn rows_are_found_by_key_and_replaced(host: &Host) {
    let place = host.place().await;
    place
        .db
        .exec(
            "CREATE TABLE t(a VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, \
             b DATETIME(3), c DECIMAL(6,2), v TEXT, PRIMARY KEY(a,b,c)); \
             INSERT INTO t VALUES ('it''s','2024-01-01 00:00:00.001',1.10,'old'), \
             ('it''s','2024-01-01 00:00:00.001',1.20,'kept'),('\\\\','2024-01-01',-1,'old');",
        )
        .await
        .unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    let before = read_all(&mut *place.reading().await, &scan).await;
    let batch = &before.batches[0];
    let found = writing.existing(&into, &Batch { rows: batch, range: 0..1 }).await.unwrap();
    assert_eq!((found.len(), found.stored(0)), (1, batch.stored(0)));
    let found = writing.existing(&into, &Batch::all(batch)).await.unwrap();
    assert_eq!(found.len(), 3);

    let mut newer = Rows::default();
    let values: Vec<Value<'_>> = batch.row(0).collect();
    newer.push_row([values[0], values[1], values[2], Value::Text(b"new")]);
    newer.push_row([Value::Text(b"another"), values[1], values[2], Value::Null]);
    writing.replace(&into, &Batch::all(&newer)).await.unwrap();
    let texts = place.db.rows("SELECT v FROM t ORDER BY v").await.unwrap();
    let texts: Vec<Option<&str>> = texts.iter().map(|row| row[0].as_deref()).collect();
    assert_eq!(texts.len(), 4);
    assert!(texts.contains(&Some("new")) && texts.contains(&Some("kept")), "{texts:?}");
}

/// MariaDB alone has such types.
async fn rows_are_found_by_keys_of_a_type_of_its_own(host: &Host) {
    let place = host.place().await;
    let table = "CREATE TABLE t(id UUID, a INET6, v INT, PRIMARY KEY(id, a))";
    if place.db.exec(table).await.is_err() {
        return;
    }
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    let mut rows = Rows::default();
    for (id, v) in
        [("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 1), ("00000000-0000-0000-0000-00000000000f", 2)]
    {
        rows.push_row([Value::Text(id.as_bytes()), Value::Text(b"::ffff:1.2.3.4"), Value::Int(v)]);
    }
    writing.insert(&into, &Batch { rows: &rows, range: 0..1 }).await.unwrap();
    let found = writing.existing(&into, &Batch::all(&rows)).await.unwrap();
    assert_eq!(found.len(), 1);
    writing.replace(&into, &Batch { rows: &rows, range: 0..1 }).await.unwrap();
    assert_eq!(writing.count(&into).await.unwrap(), 1);
}

async fn rows_beyond_the_largest_packet_go_in_pieces(host: &Host) {
    let place = host.place().await;
    place
        .db
        .exec("CREATE TABLE t(id INT PRIMARY KEY, b LONGBLOB, s LONGTEXT, f FLOAT, d DATETIME(6), j JSON)")
        .await
        .unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    // Escaped, it would be more than any of the servers takes by default.
    let large = b"\x00\\'\xFF".repeat(3 << 20);
    let text = "é'\\".repeat(400_000);
    let mut written = Rows::default();
    let moment = oms_model::DateTime {
        date: oms_model::Date { year: 2024, month: 2, day: 29 },
        clock: oms_model::Clock { hour: 1, minute: 2, second: 3, nanos: 4_000 },
    };
    for id in 0..3 {
        let tail = [Value::Float(0.1), Value::DateTime(moment), Value::Json(b"{\"a\": 1}")];
        let head = [Value::Int(id), Value::Bytes(&large), Value::Text(text.as_bytes())];
        written.push_row(head.into_iter().chain(tail));
        let small = [Value::Int(id + 10), Value::Bytes(b""), Value::Null];
        written.push_row(small.into_iter().chain(tail));
    }
    writing.insert(&into, &Batch::all(&written)).await.unwrap();
    let mut kept = Kept::large();
    place.reading().await.read(&scan, &oms_connector::Part::default(), &mut kept).await.unwrap();
    let mut expected: Vec<_> = (0..written.len()).map(|at| written.stored(at).to_vec()).collect();
    expected.sort_by_key(|row| row[1]);
    if host.server_kind == oms_testkit::servers::ServerKind::MariaDb {
        // It has no JSON of its own, so the column is read as text.
        assert_eq!(kept.stored().len(), expected.len());
    } else {
        assert!(kept.stored() == expected);
    }
    let refusal = writing.insert(&into, &Batch::all(&written)).await.unwrap_err();
    assert!(matches!(refusal, WriteError::Duplicate { .. }), "{refusal}");
    assert_eq!(writing.count(&into).await.unwrap(), 6);
}

async fn a_table_that_is_gone_is_no_fault_of_a_row(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    place.db.exec("DROP TABLE t").await.unwrap();
    let refusal = writing.insert(&into, &Batch::all(&rows(&[(1, "a")]))).await.unwrap_err();
    assert!(matches!(refusal, WriteError::Failed(_)), "{refusal:?}");
    let none = place.layout("t").await;
    assert!(matches!(none, Err(oms_connector::DataError::NoSuchTable { .. })), "{none:?}");
}

async fn emptying_leaves_nothing(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    writing.insert(&into, &Batch::all(&rows(&[(1, "a"), (2, "b")]))).await.unwrap();
    assert!(writing.has_rows(&into).await.unwrap());
    writing.empty(&into).await.unwrap();
    assert!(!writing.has_rows(&into).await.unwrap());
}

/// Enough for the way that is meant for many, which must refuse what the other one refuses.
async fn many_rows_are_all_written_or_none(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    let texts: Vec<String> = (0..3_000).map(|n| format!("{n:05}")).collect();
    let many = |bad: &'static str| {
        let texts = texts.iter().map(String::as_str).chain([bad]);
        rows(&(0..).zip(texts).collect::<Vec<_>>())
    };
    for (bad, is_duplicate) in [("00007", true), ("too long", false)] {
        let refusal = writing.insert(&into, &Batch::all(&many(bad))).await.unwrap_err();
        assert_eq!(matches!(refusal, WriteError::Duplicate { .. }), is_duplicate, "{refusal}");
        assert_eq!(matches!(refusal, WriteError::Rejected { .. }), !is_duplicate, "{refusal}");
        assert!(!writing.has_rows(&into).await.unwrap());
    }
    let odd = many("\t\n\\N\0");
    writing.insert(&into, &Batch::all(&odd)).await.unwrap();
    assert_eq!(writing.count(&into).await.unwrap(), 3_001);
    let read = read_all(&mut *place.reading().await, &scan).await.stored();
    let written: Vec<_> = (0..odd.len()).map(|at| odd.stored(at).to_vec()).collect();
    assert!(read == written);
}

/// Emptying waits for a transaction that has written into the table. Given up, it must not be done
/// when that one ends.
async fn a_table_that_others_hold_is_given_up_and_not_emptied_later(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    place.db.exec("INSERT INTO t VALUES (1, 'a')").await.unwrap();
    let into = place.destination(&place.scan("t").await).await;
    let waits = Waits { lock: Duration::from_secs(1), ..Waits::default() };
    let connector = open_waiting(host.kind, place.address(), DEFAULT_LIMIT, waits).unwrap();
    // What has to be interrupted is found by its seat.
    let seat = seating(&place).seat(0);
    let mut writing = connector.writer().unwrap().writing(Some(&seat)).await.unwrap();
    place.db.exec("BEGIN").await.unwrap();
    place.db.exec("INSERT INTO t VALUES (2, 'b')").await.unwrap();
    let started = Instant::now();
    let refusal = writing.empty(&into).await.unwrap_err();
    assert!(matches!(&refusal, DataError::Passing { code, .. } if code == "1205"), "{refusal:?}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    let held = writing.insert(&into, &Batch::all(&rows(&[(2, "c")]))).await.unwrap_err();
    assert!(matches!(&held, WriteError::Passing { code, .. } if code == "1205"), "{held:?}");
    place.db.exec("ROLLBACK").await.unwrap();
    assert_eq!(writing.count(&into).await.unwrap(), 1);
    writing.empty(&into).await.unwrap();
    assert_eq!(writing.count(&into).await.unwrap(), 0);
}

async fn sessions_count_how_often_they_wait_for_an_answer(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let scan = place.scan("t").await;
    let (into, mut writing) = (place.destination(&scan).await, place.writing().await);
    let before = writing.trips();
    writing.ping().await.unwrap();
    assert_eq!(writing.trips(), before + 1);
    writing.insert(&into, &Batch::all(&rows(&[(1, "a"), (2, "b")]))).await.unwrap();
    assert_eq!(writing.trips(), before + 2, "two rows are one statement");
    assert!(writing.largest() >= 1 << 20, "{}", writing.largest());

    let mut reading = place.reading().await;
    let before = reading.trips();
    reading.ping().await.unwrap();
    read_all(reading.as_mut(), &scan).await;
    assert_eq!(reading.trips(), before + 3, "it is prepared, and run");
}
