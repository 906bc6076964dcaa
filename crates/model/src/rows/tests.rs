//! Rows come back as they were written, and foreign bytes do no harm.

use super::*;
use crate::moment::{Clock, Date, DateTime, Span};
use proptest::{collection::vec, prelude::*, strategy::Union};

mod types;

/// A value that owns what it needs, so that tests can make any.
#[derive(Debug, Clone)]
enum Any {
    Fixed(Value<'static>),
    Decimal(String),
    Long(fn(&[u8]) -> Value<'_>, Vec<u8>),
}

impl Any {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Fixed(value) => *value,
            Self::Decimal(text) => Value::Decimal(text),
            Self::Long(make, bytes) => make(bytes),
        }
    }
}

fn moment() -> impl Strategy<Value = DateTime> {
    (any::<i32>(), 0..=12_u8, 0..=31_u8, 0..=24_u8, 0..60_u8, 0..=60_u8, 0..1_000_000_000_u32)
        .prop_map(|(year, month, day, hour, minute, second, nanos)| DateTime {
            date: Date { year, month, day },
            clock: Clock { hour, minute, second, nanos },
        })
}

fn fixed() -> impl Strategy<Value = Any> {
    let value = prop_oneof![
        Just(Value::Null),
        Just(Value::Unchanged),
        Just(Value::EnumError),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        any::<u32>().prop_map(|bits| Value::Float(f32::from_bits(bits))),
        any::<u64>().prop_map(|bits| Value::Double(f64::from_bits(bits))),
        any::<u16>().prop_map(Value::Year),
        any::<i64>().prop_map(|micros| Value::Span(Span { micros })),
        moment().prop_map(|moment| Value::Date(moment.date)),
        moment().prop_map(Value::DateTime),
        moment().prop_map(Value::Instant),
    ];
    value.prop_map(Any::Fixed)
}

fn long() -> impl Strategy<Value = Any> {
    const MAKERS: [fn(&[u8]) -> Value<'_>; 8] = [
        |bytes| Value::Bits(bytes),
        |bytes| Value::Text(bytes),
        |bytes| Value::Bytes(bytes),
        |bytes| Value::Json(bytes),
        |bytes| Value::Enum(bytes),
        |bytes| Value::Set(bytes),
        |bytes| Value::Geometry(bytes),
        |bytes| Value::Vector(bytes),
    ];
    let bytes = || prop_oneof![vec(any::<u8>(), 0..20), vec(any::<u8>(), 120..140)];
    Union::new(MAKERS.map(|make| bytes().prop_map(move |bytes| Any::Long(make, bytes)).boxed()))
}

fn value() -> impl Strategy<Value = Any> {
    let decimal = "-?[0-9]{1,40}(\\.[0-9]{1,30})?".prop_map(Any::Decimal);
    prop_oneof![3 => fixed(), 2 => long(), 1 => decimal]
}

proptest! {
    #[test]
    fn rows_come_back_as_they_were_written(rows in vec(vec(value(), 0..8), 0..8)) {
        let mut stored = Rows::default();
        for row in &rows {
            stored.push_row(row.iter().map(Any::value));
        }
        prop_assert_eq!(stored.len(), rows.len());
        for (index, row) in rows.iter().enumerate() {
            let read: Vec<Value<'_>> = stored.row(index).collect();
            let written: Vec<Value<'_>> = row.iter().map(Any::value).collect();
            prop_assert_eq!(read, written);
            prop_assert_eq!(stored.row(index).check(), Some(row.len()));
        }
    }

    #[test]
    fn values_are_equal_exactly_when_their_stored_forms_are(a in value(), b in value()) {
        let stored = |value: &Any| {
            let mut rows = Rows::default();
            rows.push_row([value.value()]);
            rows.stored(0).to_vec()
        };
        prop_assert_eq!(a.value() == b.value(), stored(&a) == stored(&b));
        prop_assert!(a.value() == a.value());
    }

    #[test]
    fn foreign_bytes_never_panic_and_are_noticed(bytes in vec(any::<u8>(), 0..60)) {
        let count = Cells::new(&bytes).count();
        if let Some(checked) = Cells::new(&bytes).check() {
            prop_assert_eq!(checked, count);
        }
    }
}

#[test]
fn a_row_that_is_cut_short_is_no_row() {
    let mut rows = Rows::default();
    rows.push_row([Value::Text(b"abc"), Value::Int(7)]);
    let stored = rows.stored(0);
    for end in 1..stored.len() {
        let is_whole_value = end == 5;
        assert_eq!(Cells::new(&stored[..end]).check().is_some(), is_whole_value, "{end}");
    }
}

#[test]
fn lengths_at_the_edges_of_their_bytes_survive() {
    for length in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
        let mut rows = Rows::default();
        let text = vec![b'x'; length];
        rows.push_row([Value::Text(&text), Value::Null]);
        let read: Vec<_> = rows.row(0).collect();
        assert_eq!(read, [Value::Text(&text), Value::Null]);
    }
}

#[test]
fn a_row_that_was_given_up_leaves_no_trace() {
    let mut rows = Rows::default();
    rows.push_row([Value::Int(1)]);
    rows.push(Value::Text(b"half"));
    rows.abandon_row();
    rows.push_row([Value::Int(2)]);
    let read: Vec<Vec<_>> = rows.iter().map(Iterator::collect).collect();
    assert_eq!(read, [[Value::Int(1)], [Value::Int(2)]]);
}

#[test]
fn emptying_gives_back_what_a_huge_row_took() {
    let mut rows = Rows::with_room(100);
    rows.push_row([Value::Bytes(&vec![1; 1_000_000])]);
    rows.clear(1000);
    assert_eq!((rows.len(), rows.size()), (0, 0));
    assert!(rows.bytes.capacity() < 10_000);
}
