//! Rows that may be at the target already: which are, and are they the same?

use oms_connector::{Batch, Destination};
use oms_model::{Cells, Rows, Value};
use std::collections::HashMap;

/// What is to be done about a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows whose key is not there.
    pub missing: Vec<usize>,
    /// Rows whose key is there with other values.
    pub differing: Vec<usize>,
}

/// Holds the rows of a batch against those that the target has.
pub fn judge(into: &Destination, rows: &Batch<'_>, there: &Rows) -> Verdict {
    let mut by_key: HashMap<Vec<u8>, Cells<'_>> = HashMap::with_capacity(there.len());
    for row in there.iter() {
        by_key.insert(key(into, row.clone()), row);
    }
    let mut verdict = Verdict::default();
    for index in rows.range.clone() {
        let row = rows.rows.row(index).take(into.columns.len());
        match by_key.get(&key(into, rows.rows.row(index))) {
            None => verdict.missing.push(index),
            Some(there) if row.map(plain).eq(there.clone().map(plain)) => {}
            Some(_) => verdict.differing.push(index),
        }
    }
    verdict
}

/// A row's key in a form that is the same for the same value, whatever the column's type.
fn key(into: &Destination, row: Cells<'_>) -> Vec<u8> {
    let values: Vec<Value<'_>> = row.collect();
    let mut key = Rows::default();
    key.push_row(into.key.iter().filter_map(|place| values.get(*place)).map(|value| plain(*value)));
    key.stored(0).to_vec()
}

/// A value without what two types that both hold it may see differently: the sign of its type,
/// zeros at the end of a decimal, the kind of text.
fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Bool(value) => Value::Int(value.into()),
        Value::UInt(value) => i64::try_from(value).map_or(Value::UInt(value), Value::Int),
        Value::Year(year) => Value::Int(year.into()),
        Value::Decimal(digits) if digits.contains('.') => {
            Value::Decimal(digits.trim_end_matches('0').trim_end_matches('.'))
        }
        Value::Enum(bytes) | Value::Set(bytes) | Value::Json(bytes) => Value::Text(bytes),
        Value::EnumError => Value::Text(b""),
        other => other,
    }
}

/// A row's key for people; its first values where there is no key.
pub fn name(into: &Destination, row: Cells<'_>) -> String {
    let values: Vec<Value<'_>> = row.collect();
    let first: Vec<usize> = (0..into.columns.len().min(3)).collect();
    let places = if into.key.is_empty() { &first } else { &into.key };
    let parts = places.iter().filter_map(|place| {
        let (column, value) = (into.columns.get(*place)?, values.get(*place)?);
        Some(format!("{} = {value}", column.name))
    });
    format!("({})", parts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_connector::TargetColumn;
    use oms_model::LogicalType;

    fn into() -> Destination {
        let column = |name: &str| TargetColumn {
            name: name.into(),
            logical: LogicalType::Int { bytes: 8, signed: true },
            native: "bigint".into(),
        };
        let columns = vec![column("id"), column("v")];
        Destination { database: "d".into(), table: "t".into(), columns, key: vec![0] }
    }

    fn rows(values: &[(Value<'_>, Value<'_>)]) -> Rows {
        let mut rows = Rows::default();
        for (id, value) in values {
            rows.push_row([*id, *value]);
        }
        rows
    }

    #[test]
    fn rows_are_missing_the_same_or_different() {
        let ours = rows(&[
            (Value::Int(1), Value::Text(b"same")),
            (Value::Int(2), Value::Text(b"new")),
            (Value::Int(3), Value::Null),
        ]);
        let theirs =
            rows(&[(Value::UInt(2), Value::Text(b"old")), (Value::UInt(1), Value::Text(b"same"))]);
        let verdict = judge(&into(), &Batch::all(&ours), &theirs);
        assert_eq!(verdict, Verdict { missing: vec![2], differing: vec![1] });
    }

    #[test]
    fn what_a_wider_type_shows_differently_is_the_same() {
        for (ours, theirs) in [
            (Value::Decimal("1.50"), Value::Decimal("1.5000")),
            (Value::Decimal("10"), Value::Decimal("10.00")),
            (Value::Enum(b"a"), Value::Text(b"a")),
            (Value::UInt(7), Value::Int(7)),
        ] {
            let ours = rows(&[(ours, ours)]);
            let theirs = rows(&[(theirs, theirs)]);
            let verdict = judge(&into(), &Batch::all(&ours), &theirs);
            assert_eq!(verdict, Verdict::default(), "{ours:?}");
        }
        assert_ne!(plain(Value::Decimal("100")), plain(Value::Decimal("1")));
    }

    #[test]
    fn a_row_is_named_by_its_key() {
        let row = rows(&[(Value::Int(1), Value::Text(b"x"))]);
        assert_eq!(name(&into(), row.row(0)), "(id = 1)");
        let keyless = Destination { key: vec![], ..into() };
        assert_eq!(name(&keyless, row.row(0)), "(id = 1, v = 'x')");
    }
}
