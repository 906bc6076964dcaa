//! What is written is read back as it was, and what cannot be is refused.

use super::*;
use oms_model::{Clock, Date, Rows};
use proptest::prelude::*;

fn sql(value: Value<'_>) -> String {
    let mut out = Vec::new();
    literal(&mut out, Wish::Usual, value).expect("writable");
    String::from_utf8(out).expect("plain text")
}

fn infile(value: Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    field(&mut out, value).expect("writable");
    out
}

fn refusal(value: Value<'_>) -> Unwritable {
    let literal = literal(&mut Vec::new(), Wish::Usual, value).expect_err("refused");
    let field = field(&mut Vec::new(), value).expect_err("refused");
    assert_eq!(literal, field);
    literal
}

const MOMENT: DateTime = DateTime {
    date: Date { year: 2023, month: 0, day: 10 },
    clock: Clock { hour: 23, minute: 5, second: 9, nanos: 7_000 },
};

#[test]
fn numbers_keep_every_digit() {
    assert_eq!(sql(Value::Int(i64::MIN)), "-9223372036854775808");
    assert_eq!(sql(Value::UInt(u64::MAX)), "18446744073709551615");
    assert_eq!(sql(Value::Decimal("-0.10")), "-0.10");
    assert_eq!(sql(Value::Year(0)), "0");
    assert_eq!(sql(Value::Bits(&[0xFF; 8])), "18446744073709551615");
    assert_eq!(sql(Value::Bits(&[0, 0, 1, 1])), "257");
    assert_eq!(sql(Value::Bits(&[0; 20])), "0");
    assert_eq!(sql(Value::Bool(true)), "1");
}

#[test]
fn floats_are_floats_to_the_server_and_of_full_precision() {
    assert_eq!(sql(Value::Double(0.1 + 0.2)), "0.30000000000000004e0");
    assert_eq!(sql(Value::Double(1e300)), "1e300");
    assert_eq!(sql(Value::Float(0.1)), "0.1e0");
    assert_eq!(sql(Value::Float(9999.999)), "9999.999e0", "no more digits than FLOAT(7,3) takes");
    assert_eq!(sql(Value::Float(f32::MAX)), "3.4028234663852886e38", "not 3.4028235e38");
    assert_eq!(sql(Value::Double(-0.0)), "'-0e0'");
    assert_eq!(infile(Value::Double(-0.0)), b"-0.0e0");
}

#[test]
fn moments_are_written_as_they_are() {
    assert_eq!(sql(Value::DateTime(MOMENT)), "'2023-00-10 23:05:09.000007'");
    assert_eq!(sql(Value::Instant(DateTime::default())), "'0000-00-00 00:00:00'");
    assert_eq!(sql(Value::Date(MOMENT.date)), "'2023-00-10'");
    assert_eq!(sql(Value::Span(Span { micros: -1 })), "'-00:00:00.000001'");
    assert_eq!(sql(Value::Span(Span::of_parts(true, 838, 59, 59, 0))), "'-838:59:59'");
    assert_eq!(infile(Value::Date(MOMENT.date)), b"2023-00-10");
}

#[test]
fn text_cannot_end_its_literal() {
    assert_eq!(sql(Value::Text(b"it's \\ \0\n")), "'it\\'s \\\\ \\0\n'");
    assert_eq!(sql(Value::Text(b"")), "''");
    let mut gbk = Vec::new();
    literal(&mut gbk, Wish::Usual, Value::Text(b"\x95\x5C")).expect("writable");
    assert_eq!(gbk, b"'\x95\\\\'", "read byte by byte, as the session's charset says");
}

#[test]
fn text_of_a_json_column_names_its_charset() {
    let mut out = Vec::new();
    literal(&mut out, Wish::Words, Value::Json(b"{}")).expect("writable");
    assert_eq!(out, b"_utf8mb4'{}'");
}

#[test]
fn nothing_is_taken_for_null_but_null() {
    assert_eq!(infile(Value::Null), b"\\N");
    assert_eq!(infile(Value::Text(b"\\N")), b"\\\\N");
    assert_eq!(infile(Value::Text(b"NULL")), b"NULL");
    assert_eq!(infile(Value::Text(b"a\tb\nc\0\r")), b"a\\tb\\nc\\0\r");
}

#[test]
fn what_the_family_cannot_hold_is_refused() {
    assert_eq!(refusal(Value::Double(f64::NAN)), Unwritable::NotFinite);
    assert_eq!(refusal(Value::Float(f32::INFINITY)), Unwritable::NotFinite);
    assert_eq!(refusal(Value::Decimal("NaN")), Unwritable::NotFinite);
    assert_eq!(refusal(Value::Decimal("1); DROP TABLE t; --")), Unwritable::NotFinite);
    assert_eq!(refusal(Value::Unchanged), Unwritable::Unchanged);
    for year in [-1, 10_000] {
        assert_eq!(refusal(Value::Date(Date { year, ..Date::default() })), Unwritable::OutOfRange);
    }
    let clock = Clock { nanos: 1, ..Clock::default() };
    let finer = Value::DateTime(DateTime { clock, ..MOMENT });
    assert_eq!(refusal(finer), Unwritable::OutOfRange);
}

#[test]
fn a_row_of_another_width_is_refused() {
    let mut rows = Rows::default();
    rows.push_row([Value::Int(1), Value::Null]);
    let mut out = Vec::new();
    tuple(&mut out, &[Wish::Usual; 2], rows.row(0)).expect("fits");
    line(&mut out, 2, rows.row(0)).expect("fits");
    assert_eq!(out, b"(1,NULL)1\t\\N\n");
    for width in [0, 1, 3] {
        let wishes = vec![Wish::Usual; width];
        assert_eq!(tuple(&mut out, &wishes, rows.row(0)), Err(Unwritable::Misfit));
        assert_eq!(line(&mut out, width, rows.row(0)), Err(Unwritable::Misfit));
    }
}

/// Reads what stands between quotes as the server does.
fn unquoted(literal: &[u8]) -> Option<Vec<u8>> {
    let inside = literal.strip_prefix(b"'")?.strip_suffix(b"'")?;
    let mut bytes = inside.iter();
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\'' => return None,
            b'\\' => match bytes.next()? {
                b'0' => read.push(0),
                other => read.push(*other),
            },
            other => read.push(*other),
        }
    }
    Some(read)
}

/// Reads a field of a line as `LOAD DATA` does; `None` where a mark stands bare.
fn unescaped(field: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = field.iter();
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\t' | b'\n' => return None,
            b'\\' => read.push(match bytes.next()? {
                b'0' => 0,
                b't' => b'\t',
                b'n' => b'\n',
                b'N' => return None,
                other => *other,
            }),
            other => read.push(*other),
        }
    }
    Some(read)
}

proptest! {
    #[test]
    fn any_bytes_are_read_as_they_were(bytes in proptest::collection::vec(
        prop_oneof![any::<u8>(), proptest::sample::select(&b"'\\\0\t\n\rN0"[..])], 0..60,
    )) {
        let mut out = Vec::new();
        literal(&mut out, Wish::Usual, Value::Bytes(&bytes)).expect("writable");
        prop_assert_eq!(unquoted(&out), Some(bytes.clone()));
        prop_assert_eq!(unescaped(&infile(Value::Bytes(&bytes))), Some(bytes));
    }

    #[test]
    fn floats_read_back_bit_for_bit(bits: u64, narrow: u32) {
        let wide = f64::from_bits(bits);
        prop_assume!(wide.is_finite());
        let digits = sql(Value::Double(wide));
        let read: f64 = digits.trim_matches('\'').parse().expect("a number");
        prop_assert_eq!(read.to_bits(), bits);
        let narrow = f32::from_bits(narrow);
        prop_assume!(narrow.is_finite());
        let digits = sql(Value::Float(narrow));
        let read: f64 = digits.trim_matches('\'').parse().expect("a number");
        prop_assert_eq!((read as f32).to_bits(), narrow.to_bits());
    }
}
