//! Every logical type: whatever a column of it may hold comes back, and so do NULL and "unchanged".

use super::{Any, moment};
use crate::logical::{Charset, LogicalType};
use crate::moment::Span;
use crate::{Rows, Value};
use proptest::{collection::vec, prelude::*, sample::select};

/// The type after this one. Total on purpose: a new type does not compile until it is among those
/// that are tried.
fn after(logical: &LogicalType) -> Option<LogicalType> {
    use LogicalType as L;
    let members = || vec!["a".to_owned(), String::new(), "it's".to_owned()];
    Some(match logical {
        L::Bool => L::Int { bytes: 8, signed: true },
        L::Int { signed: true, .. } => L::Int { bytes: 8, signed: false },
        L::Int { signed: false, .. } => L::Decimal { digits: Some((65, 30)), signed: true },
        L::Decimal { .. } => L::Float,
        L::Float => L::Double,
        L::Double => L::Bit(64),
        L::Bit(_) => L::Year,
        L::Year => L::Date,
        L::Date => L::Span { fraction: 6 },
        L::Span { .. } => L::DateTime { fraction: 6 },
        L::DateTime { .. } => L::Instant { fraction: 6 },
        L::Instant { .. } => L::Text { charset: Charset::Utf8, length: None, fixed: false },
        L::Text { .. } => L::Bytes { length: None, fixed: false },
        L::Bytes { .. } => L::Json,
        L::Json => L::Enum { charset: Charset::Latin1, members: members() },
        L::Enum { .. } => L::Set { charset: Charset::Latin1, members: members() },
        L::Set { .. } => L::Geometry,
        L::Geometry => L::Vector { dimensions: 3 },
        L::Vector { .. } => return None,
    })
}

/// What a column of a type may hold.
fn held_by(logical: &LogicalType) -> BoxedStrategy<Any> {
    use LogicalType as L;
    let fixed = |value: BoxedStrategy<Value<'static>>| value.prop_map(Any::Fixed).boxed();
    let bytes = |make: fn(&[u8]) -> Value<'_>| {
        vec(any::<u8>(), 0..200).prop_map(move |bytes| Any::Long(make, bytes)).boxed()
    };
    let value = match logical {
        L::Bool => fixed(any::<bool>().prop_map(Value::Bool).boxed()),
        L::Int { signed: true, .. } => fixed(any::<i64>().prop_map(Value::Int).boxed()),
        L::Int { signed: false, .. } => fixed(any::<u64>().prop_map(Value::UInt).boxed()),
        L::Decimal { .. } => "-?[0-9]{1,65}(\\.[0-9]{1,30})?".prop_map(Any::Decimal).boxed(),
        L::Float => fixed(any::<u32>().prop_map(|b| Value::Float(f32::from_bits(b))).boxed()),
        L::Double => fixed(any::<u64>().prop_map(|b| Value::Double(f64::from_bits(b))).boxed()),
        L::Bit(_) => bytes(|bytes| Value::Bits(bytes)),
        L::Year => fixed(any::<u16>().prop_map(Value::Year).boxed()),
        L::Date => fixed(moment().prop_map(|moment| Value::Date(moment.date)).boxed()),
        L::Span { .. } => {
            fixed(any::<i64>().prop_map(|micros| Value::Span(Span { micros })).boxed())
        }
        L::DateTime { .. } => fixed(moment().prop_map(Value::DateTime).boxed()),
        L::Instant { .. } => fixed(moment().prop_map(Value::Instant).boxed()),
        L::Text { .. } => bytes(|bytes| Value::Text(bytes)),
        L::Bytes { .. } => bytes(|bytes| Value::Bytes(bytes)),
        L::Json => bytes(|bytes| Value::Json(bytes)),
        L::Enum { members, .. } => {
            let member = |name: String| Any::Long(|bytes| Value::Enum(bytes), name.into_bytes());
            let known = select(members.clone()).prop_map(member);
            prop_oneof![known, Just(Any::Fixed(Value::EnumError))].boxed()
        }
        L::Set { .. } => bytes(|bytes| Value::Set(bytes)),
        L::Geometry => bytes(|bytes| Value::Geometry(bytes)),
        L::Vector { .. } => bytes(|bytes| Value::Vector(bytes)),
    };
    let none = select(vec![Value::Null, Value::Unchanged]).prop_map(Any::Fixed);
    prop_oneof![6 => value, 1 => none].boxed()
}

/// A row with a column of every type, one after the other.
fn row_of_all() -> impl Strategy<Value = Vec<Any>> {
    let mut columns = Vec::new();
    let mut next = Some(LogicalType::Bool);
    while let Some(logical) = next {
        columns.push(held_by(&logical));
        next = after(&logical);
    }
    columns
}

proptest! {
    #[test]
    fn a_column_of_every_type_comes_back(rows in vec(row_of_all(), 1..4)) {
        let mut stored = Rows::default();
        for row in &rows {
            stored.push_row(row.iter().map(Any::value));
        }
        for (index, row) in rows.iter().enumerate() {
            let written: Vec<Value<'_>> = row.iter().map(Any::value).collect();
            prop_assert_eq!(stored.row(index).collect::<Vec<_>>(), written);
        }
    }
}

#[test]
fn every_type_is_tried_once() {
    let all = std::iter::successors(Some(LogicalType::Bool), after);
    let names: Vec<String> = all.map(|logical| format!("{logical:?}")).collect();
    let mut apart = names.clone();
    apart.sort();
    apart.dedup();
    assert_eq!((names.len(), apart.len()), (19, 19), "{names:?}");
}
