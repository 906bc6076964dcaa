//! The position of a capture by triggers: the numbers of the changes that were read and may still lie
//! in their tables.

use crate::changes::ChangeError;
use oms_model::{Position, PositionKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub capture: String,
    /// How many transactions of the log came before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u64,
    /// By change table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken: BTreeMap<u32, Numbers>,
    /// Tables that were read as they are.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refreshed: BTreeSet<u32>,
    /// Tables of which was told that they are gone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gone: BTreeSet<u32>,
}

impl Place {
    pub fn beginning(capture: &str) -> Self {
        Self {
            capture: capture.to_owned(),
            round: 0,
            taken: BTreeMap::new(),
            refreshed: BTreeSet::new(),
            gone: BTreeSet::new(),
        }
    }

    pub fn read(position: &Position) -> Result<Self, ChangeError> {
        let foreign = |message: &str| ChangeError::Foreign {
            place: position.to_string(),
            message: message.to_owned(),
        };
        let text = position.place(PositionKind::Triggers);
        let text = text.ok_or_else(|| foreign("changes are captured by triggers here"))?;
        serde_json::from_str(text).map_err(|_| foreign("it cannot be read"))
    }

    /// # Panics
    /// Never: it is always JSON.
    pub fn position(&self) -> Position {
        let text = serde_json::to_string(self).expect("a place is JSON");
        Position::new(PositionKind::Triggers, text)
    }

    /// Whether everything up to the other place is up to this one.
    pub fn includes(&self, other: &Self) -> Result<bool, ChangeError> {
        if self.capture == other.capture {
            return Ok(other.round <= self.round);
        }
        Err(ChangeError::Foreign {
            place: other.position().to_string(),
            message: format!("the capture is {}", self.capture),
        })
    }

    /// Whether a transaction is up to this place, by its number.
    pub fn covers(&self, transaction: &str) -> Result<bool, ChangeError> {
        let round = transaction.parse::<u64>().map_err(|_| ChangeError::Foreign {
            place: self.position().to_string(),
            message: format!("{transaction:?} is no number of a transaction"),
        })?;
        Ok(round <= self.round)
    }

    /// Takes out what is deleted.
    pub fn forget(&mut self, deleted: &Self) {
        for (table, numbers) in &deleted.taken {
            if let Some(known) = self.taken.get_mut(table) {
                known.remove(numbers);
            }
        }
        self.taken.retain(|_, numbers| !numbers.is_empty());
        self.refreshed.retain(|number| !deleted.refreshed.contains(number));
        self.gone.retain(|number| !deleted.gone.contains(number));
    }

    /// Adds what was read behind it.
    pub fn absorb(&mut self, read: Self) {
        for (table, numbers) in read.taken {
            let known = self.taken.entry(table).or_default();
            numbers.0.into_iter().for_each(|range| known.add_range(range));
        }
        self.taken.retain(|_, numbers| !numbers.is_empty());
        self.refreshed.extend(read.refreshed);
        self.gone.extend(read.gone);
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Numbers, as ranges: first and last of each, in order and with gaps between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Numbers(Vec<(u64, u64)>);

impl Numbers {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.0
    }

    pub fn contains(&self, number: u64) -> bool {
        let behind = self.0.partition_point(|(first, _)| *first <= number);
        behind.checked_sub(1).is_some_and(|at| number <= self.0[at].1)
    }

    /// Adds a number; fast where it is higher than the others.
    pub fn add(&mut self, number: u64) {
        self.add_range((number, number));
    }

    /// Adds the numbers from one to another.
    fn add_range(&mut self, (mut first, mut last): (u64, u64)) {
        // Those that touch it become one with it.
        let from = self.0.partition_point(|(_, known)| known.saturating_add(1) < first);
        let upto = self.0.partition_point(|(known, _)| *known <= last.saturating_add(1));
        if let Some(touched) = self.0.get(from..upto).filter(|touched| !touched.is_empty()) {
            first = first.min(touched[0].0);
            last = last.max(touched[touched.len() - 1].1);
        }
        self.0.splice(from..upto.max(from), [(first, last)]);
    }

    /// Takes out what others have.
    fn remove(&mut self, others: &Self) {
        let mut left = Vec::with_capacity(self.0.len());
        for &(mut first, last) in &self.0 {
            for &(from, upto) in &others.0 {
                if upto < first || from > last {
                    continue;
                }
                if from > first {
                    left.push((first, from - 1));
                }
                match upto.checked_add(1).filter(|next| *next <= last) {
                    Some(next) => first = next,
                    None => {
                        first = u64::MAX;
                        break;
                    }
                }
            }
            if first <= last && first != u64::MAX {
                left.push((first, last));
            }
        }
        self.0 = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn numbers(of: &BTreeSet<u64>) -> Numbers {
        let mut numbers = Numbers::default();
        of.iter().for_each(|number| numbers.add(*number));
        numbers
    }

    proptest! {
        #[test]
        fn ranges_hold_what_a_set_holds(
            added in prop::collection::vec(0..40_u64, 0..40), removed in prop::collection::btree_set(0..40_u64, 0..40),
        ) {
            let mut ranges = Numbers::default();
            added.iter().for_each(|number| ranges.add(*number));
            let set: BTreeSet<u64> = added.into_iter().collect();
            prop_assert_eq!(&ranges, &numbers(&set), "the order does not matter");
            prop_assert!(ranges.ranges().windows(2).all(|two| two[0].1 + 1 < two[1].0), "{:?}", ranges);
            ranges.remove(&numbers(&removed));
            for number in 0..41 {
                let expected = set.contains(&number) && !removed.contains(&number);
                prop_assert_eq!(ranges.contains(number), expected, "{}", number);
            }
        }
    }

    #[test]
    fn a_place_is_read_by_its_own_capture_and_no_other() {
        let mut place = Place::beginning("store_7");
        assert_eq!(place.position().to_string(), r#"triggers:{"capture":"store_7"}"#);
        place.taken.insert(3, numbers(&BTreeSet::from([5, 6, 9])));
        let position = place.position();
        assert_eq!(
            position.to_string(),
            r#"triggers:{"capture":"store_7","taken":{"3":[[5,6],[9,9]]}}"#
        );
        assert_eq!(Place::read(&position).unwrap(), place);
        for foreign in [
            Position::new(PositionKind::MariadbGtid, "0-1-7"),
            Position::new(PositionKind::Triggers, "0-1-7"),
        ] {
            assert!(matches!(Place::read(&foreign), Err(ChangeError::Foreign { .. })), "{foreign}");
        }
        let mut later = Place { round: 2, ..Place::beginning("store_7") };
        assert!(later.includes(&place).unwrap() && !place.includes(&later).unwrap());
        assert!(later.covers("2").unwrap() && !later.covers("3").unwrap());
        assert!(later.covers("").is_err());
        later.capture = "store_8".into();
        assert!(matches!(later.includes(&place), Err(ChangeError::Foreign { .. })));
        let deleted = place.clone();
        place.taken.get_mut(&3).unwrap().add(10);
        place.forget(&deleted);
        assert_eq!(place.taken[&3].ranges(), [(10, 10)]);
    }
}
