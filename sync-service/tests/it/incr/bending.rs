//! Targets that are not like their sources: columns of their own, other types, other charsets.

use super::stage::{NULL, Stage, del, i, ins, upd};
use oms_model::{Charset, LogicalType, Table, Value};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::TableRule;

const SAME: Value<'static> = Value::Unchanged;

/// What overlaps the load is put in place of what is there, and only of that.
#[tokio::test]
async fn columns_of_the_target_stay_with_their_rows() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let columns = "id INT PRIMARY KEY, u INT UNIQUE, s VARCHAR(9) NOT NULL, v INT, \
                           theirs VARCHAR(9) DEFAULT 'new', UNIQUE KEY (s(2), v)";
            stage.table("a", columns).await;
            let mut table = Table { database: "source".into(), ..stage.layout("a").await };
            table.columns.truncate(4);
            table.keys.clear();
            let a = stage.maps(&table, TableRule::whole(stage.db.name(), "a"));
            let loaded = "INSERT INTO a VALUES (1, 10, 'aa', 0, 'one'), (2, 20, 'bb', 0, 'two'), \
                          (3, 30, 'ccx', NULL, 'three'), (4, 40, 'dd', 0, 'four'), \
                          (5, NULL, 'ee', 0, 'five')";
            stage.db.exec(loaded).await.unwrap();
            let row = |id: i64, u: i64, s: &'static str, v: i64| {
                [i(id), i(u), Value::Text(s.as_bytes()), i(v)]
            };
            let last = stage.log.commit(&[
                // Two rows change places.
                upd(a, row(1, 10, "aa", 0), [i(1), NULL, Value::Text(b"aa"), i(0)]),
                upd(a, row(2, 20, "bb", 0), row(2, 10, "bb", 5)),
                upd(a, [i(1), NULL, Value::Text(b"aa"), i(0)], row(1, 20, "aa", 0)),
                // A value is handed on, and its row goes to another place.
                upd(a, row(4, 40, "dd", 0), row(4, 41, "ddx", 1)),
                ins(a, row(6, 40, "ddy", 0)),
                upd(a, row(3, 30, "ccx", 0), row(3, 31, "ccx", 7)),
            ]);
            stage.overlap_end = last;
            stage.apply(last).await;
            let shown = stage.shows("SELECT id, u, s, v, theirs FROM a ORDER BY id").await;
            let expected = [
                "1 20 aa 0 one",
                "2 10 bb 5 two",
                "3 31 ccx 7 three",
                "4 41 ddx 1 four",
                "5 NULL ee 0 five",
                "6 40 ddy 0 new",
            ];
            assert_eq!(shown, expected, "{target} {mode:?}");
            assert!(stage.book.0.lock().unwrap().is_empty());
        }
    }
}

fn json(text: &'static str) -> Value<'static> {
    Value::Json(text.as_bytes())
}

/// Without a key, of two documents that the target takes for equal the right one goes.
#[tokio::test]
async fn documents_without_a_key_are_told_apart() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        stage.table("n", "j JSON, v INT").await;
        let mut table = Table { database: "source".into(), ..stage.layout("n").await };
        table.columns[0].logical = LogicalType::Json;
        let n = stage.maps(&table, TableRule::whole(stage.db.name(), "n"));
        let row = |text: &'static str| [json(text), i(1)];
        let all = [r#"{"a": 1}"#, r#"{"a": 1.0}"#, r#"{"A": "é'\\"}"#, r#""x""#, r#""X""#, "null"];
        let first = stage.log.commit(&all.map(|text| ins(n, row(text))));
        stage.apply(first).await;
        stage.token += 1;
        let gone = [r#"{"a": 1.0}"#, r#"{"A": "é'\\"}"#, r#""X""#];
        let last = stage.log.commit(&gone.map(|text| del(n, row(text))));
        stage.apply(last).await;
        let shown = stage.shows("SELECT j FROM n ORDER BY CAST(j AS CHAR)").await;
        assert_eq!(shown, [r#""x""#, "null", r#"{"a": 1}"#], "{target}");
    }
}

#[tokio::test]
async fn documents_go_into_text_of_any_charset() {
    for target in [MySql, MariaDb] {
        let mut stage = Stage::on(target, Eventual).await;
        for (name, key) in [("k", "id INT PRIMARY KEY"), ("n", "id INT")] {
            stage.table(name, &format!("{key}, s TEXT CHARACTER SET latin1")).await;
            let mut table = Table { database: "source".into(), ..stage.layout(name).await };
            table.columns[1].logical = LogicalType::Json;
            let a = stage.maps(&table, TableRule::whole(stage.db.name(), name));
            stage.log.commit(&[ins(a, [i(1), json(r#"["é"]"#)]), ins(a, [i(2), json(r#"["à"]"#)])]);
            let last = stage.log.commit(&[
                del(a, [i(2), json(r#"["à"]"#)]),
                upd(a, [i(1), json(r#"["é"]"#)], [i(1), json(r#"["è"]"#)]),
            ]);
            stage.apply(last).await;
            stage.token += 1;
            let shown = stage.shows(&format!("SELECT id, HEX(s) FROM {name}")).await;
            assert_eq!(shown, ["1 5B22E8225D"], "{target} {name}");
        }
    }
}

/// What is no member of its ENUM is an empty text where there are no members.
#[tokio::test]
async fn a_value_that_is_no_member_is_empty_as_text() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        for (name, key) in [("k", "id INT PRIMARY KEY"), ("n", "id INT")] {
            let text = "s VARCHAR(9) CHARACTER SET utf8mb4";
            stage.table(name, &format!("{key}, {text}, big LONGTEXT")).await;
            let mut table = Table { database: "source".into(), ..stage.layout(name).await };
            let members = vec!["a".into()];
            table.columns[1].logical = LogicalType::Enum { charset: Charset::Utf8, members };
            let a = stage.maps(&table, TableRule::whole(stage.db.name(), name));
            let big = Value::Text(Box::leak("x".repeat(2 << 20).into_boxed_str()).as_bytes());
            stage.log.commit(&[
                ins(a, [i(1), Value::EnumError, NULL]),
                ins(a, [i(2), Value::EnumError, NULL]),
                ins(a, [i(3), Value::Enum(b"a"), NULL]),
                ins(a, [i(4), Value::EnumError, big]),
            ]);
            let last = stage.log.commit(&[
                del(a, [i(2), Value::EnumError, NULL]),
                upd(a, [i(3), Value::Enum(b"a"), NULL], [i(3), Value::EnumError, NULL]),
            ]);
            stage.apply(last).await;
            stage.token += 1;
            let shown = stage.shows(&format!("SELECT id, HEX(s) FROM {name} ORDER BY id")).await;
            assert_eq!(shown, ["1 ", "3 ", "4 "], "{target} {name}");
        }
    }
}

/// Alone and in place, since the source logged no more of the row.
#[tokio::test]
async fn a_value_that_is_no_member_is_set_in_place() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let a = stage.table("a", "id INT PRIMARY KEY, e ENUM('b','a'), v INT").await;
        let first = stage.log.commit(&[ins(a, [i(1), Value::Enum(b"a"), i(5)])]);
        stage.apply(first).await;
        stage.token += 1;
        let last = stage.log.commit(&[upd(a, [i(1), SAME, SAME], [SAME, Value::EnumError, SAME])]);
        stage.apply(last).await;
        assert_eq!(stage.shows("SELECT id, e+0, v FROM a").await, ["1 0 5"], "{target}");
        assert!(stage.book.0.lock().unwrap().is_empty());
    }
}
