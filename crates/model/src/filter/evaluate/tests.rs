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
            column(
                "e",
                LogicalType::Enum { charset: Charset::Utf8, members: vec![] },
                Some("utf8mb4_general_ci"),
            ),
            column("turkish", text(), Some("utf8mb4_turkish_ci")),
            column("kana", text(), Some("utf8mb4_ja_0900_as_cs_ks")),
            column("strict", text(), Some("utf8mb4_0900_as_cs")),
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
        Value::Enum(b"b"),
        Value::Text(b"i"),
        Value::Text(b"i"),
        Value::Text(b"i"),
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
    let of = |text: &str, row: [Value<'_>; 11]| condition(text).meets(&row);
    let mut row = [const { Value::Null }; 11];
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

/// What a database makes of these depends on what we do not know, so nobody guesses.
#[test]
fn what_members_casts_and_collations_mean_is_not_guessed() {
    for text in ["e = 'b'", "e = 'B'", "e <> 'c'", "e IN ('a', 'b')", "CONCAT(e, 'x') = 'bx'"] {
        assert_eq!(meets(text), Ok(true), "{text}");
    }
    for text in ["turkish = 'i'", "kana = 'i'", "strict = 'i' AND strict <> 'I'"] {
        assert_eq!(meets(text), Ok(true), "{text}");
    }
    for text in ["CAST('-7' AS SIGNED) = -7", "CAST(5 AS CHAR) = '5'", "'12' + 1 = 13"] {
        assert_eq!(meets(text), Ok(true), "{text}");
    }
    for text in [
        "e = 2",
        "e > 'a'",
        "e",
        "e + 1 = 3",
        "e = '2'",
        "e = 'b,a'",
        "CAST(e AS SIGNED) = 2",
        "CAST('1.9' AS SIGNED) = 1",
        "CAST('12abc' AS SIGNED) = 12",
        "CAST('1e3' AS SIGNED) = 1",
        "'0.1' + 0.2 = 0.3",
        "'1' / 3 = 0.3333",
        "-'0.1' + 0.2 = 0.1",
        "a + 0.1000000000000000001 = '5.1'",
    ] {
        assert_eq!(meets(text), Err(Undecidable::Types), "{text}");
    }
    for text in
        ["turkish = 'I'", "turkish = 'x'", "kana = 'I'", "CAST(ci AS CHAR) = 'abc'", "'a' = 'A'"]
    {
        assert_eq!(meets(text), Err(Undecidable::Collation), "{text}");
    }
}

#[test]
fn collations_are_known_by_name_or_not_at_all() {
    let letters = |padded: bool, exact: bool| Collation::Letters { padded, exact };
    for (name, known) in [
        ("utf8mb4_general_ci", letters(true, false)),
        ("utf8mb3_general_mysql500_ci", letters(true, false)),
        ("utf8mb4_unicode_520_ci", letters(true, false)),
        ("utf8mb4_unicode_nopad_ci", letters(false, false)),
        ("utf8mb4_0900_ai_ci", letters(false, false)),
        ("utf8mb4_0900_as_ci", letters(false, false)),
        ("utf8mb4_0900_as_cs", letters(false, true)),
        ("utf8mb4_uca1400_ai_ci", letters(true, false)),
        ("utf8mb4_uca1400_nopad_as_cs", letters(false, true)),
        ("latin1_swedish_ci", letters(true, false)),
        ("latin1_general_cs", letters(true, true)),
        ("gbk_chinese_ci", letters(true, false)),
        ("utf8mb4_bin", Collation::Points { padded: true }),
        ("utf8mb4_0900_bin", Collation::Points { padded: false }),
        ("binary", Collation::Bytes),
        ("utf8mb4_ja_0900_as_cs_ks", Collation::Unknown),
        ("utf8mb4_tr_0900_ai_ci", Collation::Unknown),
        ("utf8mb4_lithuanian_ci", Collation::Unknown),
        ("utf8mb4_spanish2_ci", Collation::Unknown),
        ("utf8mb4_uca1400_danish_ai_ci", Collation::Unknown),
        ("en_US.utf8", Collation::Unknown),
    ] {
        assert_eq!(Collation::of(Some(name)), known, "{name}");
    }
    assert_eq!(Collation::of(None), Collation::Unknown);
}
