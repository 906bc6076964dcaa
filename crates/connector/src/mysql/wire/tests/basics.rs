//! Statements, rows and cells on real servers.

use super::{on_every_server, texts, wire};
use crate::mysql::wire::{Cell, Cells, Param, WireError};
use oms_testkit::TestDb;
use oms_testkit::servers::{ServerKind, of_this_run};

on_every_server!(
    statements_say_what_they_did,
    rows_come_as_text_and_in_binary,
    a_statement_without_rows_is_told_from_one_with_rows,
    parameters_of_every_kind_arrive,
);

async fn statements_say_what_they_did(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let mut wire = wire(kind).await;
    assert!(!wire.is_encrypted());
    wire.ping().await.unwrap();
    wire.execute(format!("USE {}", db.name()).as_bytes()).await.unwrap();
    let create = b"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20))";
    wire.execute(create).await.unwrap();
    let done = wire
        .execute_parts(&[b"INSERT INTO t (a) VALUES ", b"('x')", b"", b",('y')", b",('z')"])
        .await
        .unwrap();
    assert_eq!((done.affected, done.last_insert_id, done.warnings), (3, 1, 0));
    if kind != ServerKind::OceanBase {
        assert_eq!(done.info, "Records: 3  Duplicates: 0  Warnings: 0");
    }
    let done = wire.execute(b"UPDATE t SET a = 'y'").await.unwrap();
    assert_eq!(done.affected, 2);
    let error = wire.execute(b"INSERT INTO t VALUES (1, 'again')").await.unwrap_err();
    assert_eq!(error.code(), Some(1062), "{error}");
    let error = wire.execute("SELEC žluť".as_bytes()).await.unwrap_err();
    let WireError::Server { code: 1064, state, message } = error else { panic!("{error}") };
    assert_eq!(state, "42000");
    assert!(!message.is_empty());
    assert_eq!(wire.query(b"SELECT COUNT(*) FROM t").await.unwrap().value().unwrap(), Some("3"));
    wire.quit().await;
}

async fn rows_come_as_text_and_in_binary(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let sql =
        "SELECT 1 AS one, NULL AS Nothing, 'žluť' AS text, CAST(-5 AS SIGNED) AS n, 1.50 AS d";
    let table = wire.query(sql.as_bytes()).await.unwrap();
    assert_eq!(texts(&table), [[Some("1"), None, Some("žluť"), Some("-5"), Some("1.50")]]);
    let statement = wire.prepare(sql.as_bytes()).await.unwrap();
    let mut kept = wire.read(&statement, &[]).await.unwrap().into_text();
    assert_eq!(kept.columns()[2].name, "text");
    assert_eq!(kept.next().await.unwrap().as_ref(), table.rows.first());
    assert!(kept.next().await.unwrap().is_none());
    let mut rows = wire.read(&statement, &[]).await.unwrap();
    let columns = rows.columns().clone();
    assert_eq!(columns[2].name, "text");
    let row = rows.next().await.unwrap().unwrap();
    let cells: Vec<_> = Cells::new(row, &columns).unwrap().map(Result::unwrap).collect();
    assert!(matches!(cells[0], Cell::Int(1) | Cell::UInt(1)), "{:?}", cells[0]);
    let rest = [Cell::Null, Cell::Bytes("žluť".as_bytes()), Cell::Int(-5), Cell::Bytes(b"1.50")];
    assert_eq!(cells[1..], rest);
    assert!(rows.next().await.unwrap().is_none());
    assert!(rows.next().await.unwrap().is_none());
    wire.close(statement).await.unwrap();
    wire.ping().await.unwrap();
}

async fn a_statement_without_rows_is_told_from_one_with_rows(kind: ServerKind) {
    let mut wire = wire(kind).await;
    assert!(matches!(wire.execute(b"SELECT 1").await, Err(WireError::UnexpectedRows)));
    assert!(matches!(wire.query(b"SET @a = 1").await, Err(WireError::NoRows)));
    let (rows, none) =
        (wire.prepare(b"SELECT 1").await.unwrap(), wire.prepare(b"SET @a = 1").await.unwrap());
    let outcome = wire.execute_prepared(&rows, &[]).await;
    assert!(matches!(outcome, Err(WireError::UnexpectedRows)));
    assert!(matches!(wire.read(&none, &[]).await, Err(WireError::NoRows)));
    let outcome = wire.execute_prepared(&none, &[Param::Null]).await;
    assert!(matches!(outcome, Err(WireError::Parameters { expected: 0, given: 1 })));
    let mut other = super::wire(kind).await;
    let outcome = other.execute_prepared(&none, &[]).await;
    assert!(matches!(outcome, Err(WireError::ForeignStatement)));
    wire.ping().await.unwrap();
}

async fn parameters_of_every_kind_arrive(kind: ServerKind) {
    use crate::mysql::wire::{Date, DateTime, Time};
    let date = Date { year: 2024, month: 2, day: 29 };
    let moment = DateTime { date, hour: 23, minute: 59, second: 58, micros: 123_456 };
    let time = Time { negative: true, days: 34, hours: 22, minutes: 59, seconds: 59, micros: 0 };
    let long = "ž".repeat(2_000);
    let params = [
        (Param::Null, "NULL"),
        (Param::Int(i64::MIN), "-9223372036854775808"),
        (Param::UInt(u64::MAX), "18446744073709551615"),
        (Param::Double(-1.5e300), "-1.5e300"),
        (Param::Float(0.25), "0.25"),
        (Param::Text("žluť".as_bytes()), "žluť"),
        (Param::Bytes(b"ab"), "ab"),
        (Param::Text(long.as_bytes()), &long),
        (Param::Text(b""), ""),
        (Param::Date(date), "2024-02-29"),
        (Param::DateTime(moment), "2024-02-29 23:59:58.123456"),
        (Param::Time(time), "-838:59:59"),
    ];
    let mut wire = wire(kind).await;
    for (param, text) in params {
        let db = TestDb::create(of_this_run(kind)).await.unwrap();
        let column = match param {
            Param::Int(_) => "BIGINT",
            Param::UInt(_) => "BIGINT UNSIGNED",
            Param::Double(_) | Param::Float(_) => "DOUBLE",
            Param::Date(_) => "DATE",
            Param::DateTime(_) => "DATETIME(6)",
            Param::Time(_) => "TIME",
            _ => "VARCHAR(5000)",
        };
        db.exec(&format!("CREATE TABLE t (v {column})")).await.unwrap();
        let sql = format!("INSERT INTO {}.t VALUES (?)", db.name());
        let statement = wire.prepare(sql.as_bytes()).await.unwrap();
        assert_eq!(statement.params, 1);
        let done = wire.execute_prepared(&statement, &[param]).await.unwrap();
        assert_eq!(done.affected, 1);
        let found = db.value("SELECT COALESCE(v, 'NULL') FROM t").await.unwrap();
        assert_eq!(found.as_deref(), Some(text), "{param:?}");
    }
}
