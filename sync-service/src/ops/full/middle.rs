//! The middle of what is left of a range, where it can be told without asking the source.

use oms_model::{Cells, Key, Rows, Value};

/// A rest smaller than this many rows is not worth being shared.
pub const WORTH_SHARING: u64 = 20_000;

/// The middle of a range of whole numbers. `None` where the key is no single whole number; nothing
/// in it where there is nothing to share.
pub fn numeric_middle(after: Option<&[u8]>, upto: &[u8]) -> Option<Option<Key>> {
    let number = |key: &[u8]| {
        let mut cells = Cells::new(key);
        match (cells.next(), cells.next()) {
            (Some(Value::Int(number)), None) => Some(i128::from(number)),
            (Some(Value::UInt(number)), None) => Some(i128::from(number)),
            _ => None,
        }
    };
    let high = number(upto)?;
    let Some(low) = after.map(number) else { return Some(None) };
    let low = low?;
    if high - low < i128::from(WORTH_SHARING) {
        return Some(None);
    }
    let middle = low + (high - low) / 2;
    let is_unsigned = matches!(Cells::new(upto).next(), Some(Value::UInt(_)));
    let value = match is_unsigned {
        true => Value::UInt(u64::try_from(middle).ok()?),
        false => Value::Int(i64::try_from(middle).ok()?),
    };
    let mut key = Rows::default();
    key.push_row([value]);
    Some(Some(key.stored(0).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: &[Value<'_>]) -> Key {
        let mut rows = Rows::default();
        rows.push_row(values.iter().copied());
        rows.stored(0).into()
    }

    fn middle(low: Value<'_>, high: Value<'_>) -> Option<Option<Key>> {
        numeric_middle(Some(&key(&[low])), &key(&[high]))
    }

    #[test]
    fn the_middle_of_numbers_does_not_overflow() {
        let all = middle(Value::Int(i64::MIN), Value::Int(i64::MAX));
        assert_eq!(all, Some(Some(key(&[Value::Int(-1)]))));
        let upper = middle(Value::UInt(1 << 63), Value::UInt(u64::MAX));
        let expected = (1 << 63) + ((u64::MAX - (1 << 63)) / 2);
        assert_eq!(upper, Some(Some(key(&[Value::UInt(expected)]))));
    }

    #[test]
    fn little_is_not_shared_and_no_number_is_no_middle() {
        assert_eq!(middle(Value::Int(0), Value::Int(100)), Some(None));
        assert_eq!(numeric_middle(None, &key(&[Value::Int(1 << 40)])), Some(None));
        assert_eq!(middle(Value::Text(b"a"), Value::Text(b"z")), None);
        let pair = key(&[Value::Int(1), Value::Int(2)]);
        assert_eq!(numeric_middle(Some(&pair), &pair), None);
    }
}
