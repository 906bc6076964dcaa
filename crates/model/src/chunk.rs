//! Pieces of a table: what one reader takes, and what is recorded as done. Only the database compares
//! keys, since nobody else knows its collations, so a bound is kept as it was read and never moved.

use std::sync::Arc;

/// A key's values in their stored form.
pub type Key = Arc<[u8]>;

/// Rows whose key lies in `(after, upto]`, in the order of the database. Where a bound is missing,
/// the table's own end is it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRange {
    pub after: Option<Key>,
    pub upto: Option<Key>,
}

impl KeyRange {
    /// All rows.
    pub const ALL: Self = Self { after: None, upto: None };
}

/// Some of a table's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Of a partitioned table, only this partition.
    pub partition: Option<String>,
    pub range: KeyRange,
}

impl Chunk {
    /// All rows of a partition, or of a table that is whole.
    pub fn of(partition: Option<&str>) -> Self {
        Self { partition: partition.map(str::to_owned), range: KeyRange::ALL }
    }

    /// What is left of it when everything up to a key is done.
    #[must_use]
    pub fn behind(self, done: Option<Key>) -> Self {
        let KeyRange { after, upto } = self.range;
        Self { partition: self.partition, range: KeyRange { after: done.or(after), upto } }
    }

    /// Keeps the rows up to a key, and gives those behind it. No row is in both, and none in neither.
    #[must_use]
    pub fn split_off(&mut self, middle: Key) -> Self {
        let upto = self.range.upto.replace(Key::clone(&middle));
        Self { partition: self.partition.clone(), range: KeyRange { after: Some(middle), upto } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(number: u8) -> Key {
        Key::from([number])
    }

    /// As a database that compares keys by their one byte would answer.
    fn holds(chunk: &Chunk, row: u8) -> bool {
        let after = chunk.range.after.as_ref().is_none_or(|after| row > after[0]);
        after && chunk.range.upto.as_ref().is_none_or(|upto| row <= upto[0])
    }

    proptest! {
        #[test]
        fn each_row_is_in_exactly_one_of_the_pieces(
            bounds in prop::array::uniform2(prop::option::of(any::<u8>())), middles in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let [after, upto] = bounds.map(|bound| bound.map(key));
            let whole = Chunk { partition: Some("p".into()), range: KeyRange { after, upto } };
            let mut pieces = vec![whole.clone()];
            for middle in middles.into_iter().filter(|middle| holds(&whole, *middle)) {
                let at = pieces.iter().position(|piece| holds(piece, middle)).unwrap();
                let upper = pieces[at].split_off(key(middle));
                pieces.push(upper);
            }
            for row in 0..=u8::MAX {
                let holders = pieces.iter().filter(|piece| holds(piece, row)).count();
                prop_assert_eq!(holders, usize::from(holds(&whole, row)), "row {}", row);
            }
            prop_assert!(pieces.iter().all(|piece| piece.partition == whole.partition));
        }

        #[test]
        fn what_is_behind_a_key_is_what_a_split_gives(middle in any::<u8>(), upto in prop::option::of(any::<u8>())) {
            let mut chunk = Chunk { partition: None, range: KeyRange { after: None, upto: upto.map(key) } };
            let behind = chunk.clone().behind(Some(key(middle)));
            prop_assert_eq!(&chunk.split_off(key(middle)), &behind);
            prop_assert_eq!(behind.clone().behind(None), behind, "nothing done, nothing gone");
        }
    }
}
