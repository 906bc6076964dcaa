//! How many projects there are, remembered for a moment: counting costs as much as the page itself,
//! and lists are what is asked for most.

use crate::repo::project::Reach;
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a number is believed that another replica may have changed. What this process changes
/// is seen at once.
const BELIEVED: Duration = Duration::from_secs(1);
/// More reaches than this are not worth remembering.
const REMEMBERED_MAX: usize = 1_000;

/// The totals of lists without a filter.
#[derive(Debug, Default)]
pub struct Totals {
    changes: AtomicU64,
    known: Mutex<HashMap<Reach, Known>>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    total: u64,
    changes: u64,
    at: Instant,
}

/// What the totals were when a count began. A change since makes the count worthless.
#[derive(Debug, Clone, Copy)]
pub struct Moment(u64);

impl Totals {
    /// To be taken before counting.
    pub fn now(&self) -> Moment {
        Moment(self.changes.load(Ordering::Acquire))
    }

    /// To be called after the number of projects, or whose they are, has changed.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    pub fn known(&self, reach: &Reach) -> Option<u64> {
        let now = self.now().0;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(reach)?;
        (known.changes == now && known.at.elapsed() < BELIEVED).then_some(known.total)
    }

    pub fn learn(&self, reach: Reach, total: u64, Moment(changes): Moment) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, one| one.at.elapsed() < BELIEVED);
        }
        if known.len() < REMEMBERED_MAX {
            known.insert(reach, Known { total, changes, at: Instant::now() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_known_until_something_changes() {
        let totals = Totals::default();
        assert_eq!(totals.known(&Reach::Everybody), None);
        totals.learn(Reach::Everybody, 7, totals.now());
        assert_eq!(totals.known(&Reach::Everybody), Some(7));
        assert_eq!(totals.known(&Reach::Nobody), None);
        totals.changed();
        assert_eq!(totals.known(&Reach::Everybody), None);
    }

    #[test]
    fn a_count_that_a_change_overtook_is_not_believed() {
        let totals = Totals::default();
        let before = totals.now();
        totals.changed();
        totals.learn(Reach::Everybody, 7, before);
        assert_eq!(totals.known(&Reach::Everybody), None);
    }
}
