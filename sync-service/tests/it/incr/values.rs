//! Values of many types, written, changed, and found again.

use super::stage::{NULL, Stage, del, i, ins, t, upd};
use oms_model::{Charset, LogicalType, Table, Value};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::Eventual;
use sync_service::ops::incr::TableRule;

/// Case MY-040: no key, floats, long text, NULL.
#[tokio::test]
async fn rows_without_a_key_are_found_by_values_of_any_type() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let columns = "f FLOAT, d DOUBLE, s LONGTEXT, n INT, b VARBINARY(9), e ENUM('a','B'), \
                       m DECIMAL(20,5), at DATETIME(6), bits BIT(9), y YEAR";
        let a = stage.table("a", columns).await;
        let at = oms_model::DateTime {
            date: oms_model::Date { year: 2026, month: 1, day: 31 },
            clock: oms_model::Clock { hour: 23, minute: 59, second: 1, nanos: 123_000 },
        };
        let long: &'static str = Box::leak("é'\\ ".repeat(20_000).into_boxed_str());
        let row = |n: i64, is_null: bool| {
            let or = |value: Value<'static>| if is_null { NULL } else { value };
            [
                or(Value::Float(0.1)),
                or(Value::Double(0.1 + 0.2)),
                or(t(long)),
                i(n),
                or(Value::Bytes(b"\0\x01'")),
                or(Value::Enum(b"B")),
                or(Value::Decimal("-12345678901234.56789")),
                or(Value::DateTime(at)),
                or(Value::Bits(&[1, 1])),
                or(Value::Year(2026)),
            ]
        };
        let first =
            stage.log.commit(&[ins(a, row(1, false)), ins(a, row(2, true)), ins(a, row(3, false))]);
        let running = stage.start();
        running.reaches(first).await;
        let last = stage.log.commit(&[
            upd(a, row(1, false), row(10, false)),
            upd(a, row(2, true), row(20, true)),
            del(a, row(3, false)),
        ]);
        running.reaches(last).await;
        running.stop().await;
        assert_eq!(stage.shows("SELECT n FROM a ORDER BY n").await, ["10", "20"], "{target}");
        assert!(stage.book.0.lock().unwrap().is_empty());
    }
}

/// The source keeps its text in another charset than the target.
#[tokio::test]
async fn text_is_converted_from_the_charset_of_the_source() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let text = "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
        for (name, key) in [("k", ", PRIMARY KEY (s)"), ("n", "")] {
            stage.table(name, &format!("s {text} NOT NULL, v INT{key}")).await;
            let mut table = Table { database: "latin".into(), ..stage.layout(name).await };
            table.columns[0].logical =
                LogicalType::Text { charset: Charset::Latin1, length: Some(9), fixed: false };
            let a = stage.maps(&table, TableRule::whole(stage.db.name(), name));
            let latin = Value::Text(b"\xe9'\x80");
            let gone = Value::Text(b"\xe0");
            stage.log.commit(&[ins(a, [latin, i(1)]), ins(a, [gone, i(2)])]);
            stage.log.commit(&[upd(a, [latin, i(1)], [latin, i(3)])]);
            let last = stage.log.commit(&[del(a, [gone, i(2)])]);
            stage.token += 1;
            stage.apply(last).await;
            let shown = stage.shows(&format!("SELECT HEX(s), v FROM {name}")).await;
            assert_eq!(shown, ["C3A927E282AC 3"], "{target} {name}");
        }
    }
}

/// Rows that fit into no statement go value by value.
#[tokio::test]
async fn huge_rows_are_written_and_changed() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        stage.memory = 64 << 20;
        let a = stage.table("a", "id INT PRIMARY KEY, s LONGTEXT, v INT").await;
        let huge: &'static str = Box::leak("x".repeat(3 << 20).into_boxed_str());
        let other: &'static str = Box::leak("y".repeat(2 << 20).into_boxed_str());
        let first =
            stage.log.commit(&[ins(a, [i(1), t(huge), i(0)]), ins(a, [i(2), t("s"), i(0)])]);
        let running = stage.start();
        running.reaches(first).await;
        let last = stage.log.commit(&[
            upd(a, [i(1), t(huge), i(0)], [i(1), t(other), i(1)]),
            upd(a, [i(2), Value::Unchanged, Value::Unchanged], [i(2), t(huge), Value::Unchanged]),
        ]);
        running.reaches(last).await;
        running.stop().await;
        let shown = stage.shows("SELECT id, LENGTH(s), LEFT(s, 1), v FROM a ORDER BY id").await;
        assert_eq!(shown, ["1 2097152 y 1", "2 3145728 x 0"], "{target}");
    }
}

/// Case MY-028: what is no member is kept as such.
#[tokio::test]
async fn a_value_that_is_no_member_stays_one() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let a = stage.table("a", "id INT PRIMARY KEY, e ENUM('b','a')").await;
        let n = stage.table("n", "e ENUM('b','a'), v INT").await;
        let first = stage.log.commit(&[
            ins(a, [i(1), Value::EnumError]),
            ins(a, [i(2), Value::Enum(b"a")]),
            ins(n, [Value::EnumError, i(1)]),
        ]);
        let running = stage.start();
        running.reaches(first).await;
        let last = stage.log.commit(&[
            upd(a, [i(2), Value::Enum(b"a")], [i(2), Value::EnumError]),
            upd(a, [i(1), Value::EnumError], [i(1), Value::Enum(b"b")]),
            upd(n, [Value::EnumError, i(1)], [Value::EnumError, i(2)]),
        ]);
        running.reaches(last).await;
        running.stop().await;
        assert_eq!(
            stage.shows("SELECT id, e+0 FROM a ORDER BY id").await,
            ["1 1", "2 0"],
            "{target}"
        );
        assert_eq!(stage.shows("SELECT e+0, v FROM n").await, ["0 2"], "{target}");
    }
}
