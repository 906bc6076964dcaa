//! Conditions on rows, as a database decides them.

use super::*;
use crate::table::Column;
use crate::{Clock, Date, DateTime};

fn table() -> Table {
    let column = |name: &str, logical: LogicalType, collation: Option<&str>| Column {
        name: name.into(),
        logical,
        native: String::new(),
        nullable: true,
        collation: collation.map(str::to_owned),
        generated: false,
    };
    let text = || LogicalType::Text { charset: Charset::Utf8, length: None, fixed: false };
    let digits = LogicalType::Decimal { digits: Some((20, 4)), signed: true };
    Table {
        database: "d".into(),
        name: "t".into(),
        columns: vec![
            column("a", LogicalType::Int { bytes: 8, signed: true }, None),
            column("d", digits, None),
            column("ci", text(), Some("utf8mb4_general_ci")),
            column("bin", text(), Some("utf8mb4_bin")),
            column("nopad", text(), Some("utf8mb4_0900_ai_ci")),
            column("at", LogicalType::DateTime { fraction: 6 }, None),
            column("f", LogicalType::Double, None),
        ],
        keys: vec![],
    }
}

const AT: DateTime = DateTime {
    date: Date { year: 2026, month: 1, day: 31 },
    clock: Clock { hour: 12, minute: 0, second: 0, nanos: 500_000_000 },
};

fn condition(text: &str) -> Condition {
    Condition::new(&Filter::parse(text).unwrap(), &table()).unwrap()
}

/// On the row a = 5, d = 1.5000, ci = 'Abc ', bin = 'Abc ', nopad = 'Abc', at = noon, f = NULL.
fn meets(text: &str) -> Result<bool, Undecidable> {
    condition(text).meets(&[
        Value::Int(5),
        Value::Decimal("1.5000"),
        Value::Text(b"Abc "),
        Value::Text(b"Abc "),
        Value::Text(b"Abc"),
        Value::DateTime(AT),
        Value::Null,
    ])
}

#[test]
fn what_a_database_decides_is_decided_alike() {
    for text in [
        "a = 5 AND d = 1.5",
        "a BETWEEN 5 AND 6 AND a IN (1, 5)",
        "a + 1 = 6 AND a / 2 = 2.5 AND a % 2 = 1 AND -a = -5 AND a * d = 7.5",
        "a << 1 = 10 AND (a | 8) = 13 AND (a & 4) = 4 AND (a ^ 1) = 4 AND a >> 1 = 2",
        "ci = 'aBC' AND ci = 'abc  '",
        "bin = 'Abc' AND bin <> 'abc'",
        "nopad = 'abc' AND nopad <> 'abc '",
        "ci > 'abb' AND ci < 'abd'",
        "CONCAT(bin, 'x') = 'Abc x'",
        "SUBSTR(bin, 2, 2) = 'bc' AND SUBSTR(bin, -2) = 'c ' AND SUBSTR(bin, 0) = ''",
        "REPLACE(bin, 'b', '-') = 'A-c'",
        "at = '2026-01-31 12:00:00.5' AND at > '2026-01-31' AND CAST(at AS DATE) = '2026-01-31'",
        "f IS NULL AND a IS NOT NULL AND (a = 5) IS TRUE",
        "a = '5' AND CAST('7' AS SIGNED) = 7 AND CAST(d AS DECIMAL(5, 0)) = 2",
        "a = 5 XOR a = 6",
        "!(a = 6)",
        "5 / 3 = 1.6667",
    ] {
        assert_eq!(meets(text), Ok(true), "{text}");
    }
    for text in ["a <> 5", "a > 5 OR d < 1", "at < '2026-01-31'", "a = 5 XOR a = 5", "a / 0 = 1"] {
        assert_eq!(meets(text), Ok(false), "{text}");
    }
}

#[test]
fn what_is_compared_with_null_is_neither_true_nor_false() {
    let on_null = |text: &str| condition(text).meets(&[const { Value::Null }; 7]);
    for text in ["a = 1", "!(a = 1)", "a = a", "a IN (1, 2)", "!(a IN (1))", "a BETWEEN 1 AND 2"] {
        assert_eq!(on_null(text), Ok(false), "{text}");
    }
    for text in ["a = 1 OR 1 = 1", "!(a = 1 AND 1 = 2)", "(a = 1) IS NOT TRUE", "a IS NULL"] {
        assert_eq!(on_null(text), Ok(true), "{text}");
    }
}

#[test]
fn what_only_the_database_knows_is_left_to_it() {
    let of = |text: &str, row: [Value<'_>; 7]| condition(text).meets(&row);
    let mut row = [const { Value::Null }; 7];
    row[2] = Value::Text("é".as_bytes());
    assert_eq!(of("ci = 'e'", row), Err(Undecidable::Collation));
    assert_eq!(of("ci = 'é'", row), Ok(true), "the same bytes are equal everywhere");
    assert_eq!(of("ci = 'e' OR a IS NULL", row), Ok(true), "the rest decides");
    row[2] = Value::Text(b"12abc");
    assert_eq!(of("ci = 12", row), Err(Undecidable::Types));
    row[0] = Value::Unchanged;
    assert_eq!(of("a = 1", row), Err(Undecidable::NotLogged));
    assert_eq!(meets("at = 20260131"), Err(Undecidable::Types));
    assert_eq!(meets("a * 9223372036854775807 > 0"), Err(Undecidable::OutOfRange));
}

#[test]
fn floats_are_refused_from_the_start() {
    let of = |text: &str| Condition::new(&Filter::parse(text).unwrap(), &table()).unwrap_err();
    assert_eq!(of("f = 1"), Unfit::Type("f".into()));
    assert_eq!(of("CAST(a AS DOUBLE) = 1"), Unfit::Double);
    assert_eq!(of("x = 1"), Unfit::NoColumn("x".into()));
}
